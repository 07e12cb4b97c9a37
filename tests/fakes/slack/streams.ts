import { asList, asObject } from './block-elements.ts';
import { announceEdit, checkBlocks, type Method, messageOf, place, threadOf, writable } from './chat.ts';
import type { FakeMessage, FakeStream, Json } from './types.ts';
import { newMessage, Refusal, type World, wireMessage } from './world.ts';

/** Streamed messages and agent sessions: https://docs.slack.dev/reference/methods/chat.startStream */

const STATUS = ['pending', 'in_progress', 'complete', 'error'];
const MOST_MARKDOWN = 12_000;

function markdown(stream: FakeStream, value: unknown): void {
  const text = String(value);
  if (text.length > MOST_MARKDOWN) throw new Refusal('msg_too_long', { details: [`${text.length} characters`] });
  stream.markdown += text;
}

const bad = (why: string) => new Refusal('invalid_chunks', { details: [`[ERROR] ${why}`] });

/** Chunks: https://docs.slack.dev/reference/methods/chat.appendStream#using-the-chunks-parameter */
function take(world: World, stream: FakeStream, body: Json): void {
  if (body.markdown_text !== undefined) markdown(stream, body.markdown_text);
  for (const chunk of asList(body.chunks)) {
    if (chunk.type === 'markdown_text') markdown(stream, chunk.text);
    else if (chunk.type === 'plan_update') {
      if (typeof chunk.title !== 'string' || chunk.title.length > 256) throw bad('plan_update: title');
    } else if (chunk.type === 'task_update') step(stream, chunk);
    else if (chunk.type === 'blocks') checkBlocks(world, asList(chunk.blocks));
    else throw bad(`unsupported type: ${chunk.type}`);
    stream.chunks.push(chunk);
  }
}

function step(stream: FakeStream, chunk: Json): void {
  if (typeof chunk.id !== 'string' || chunk.id === '') throw bad('task_update: id');
  if (!STATUS.includes(String(chunk.status))) throw bad(`task_update: unsupported status ${chunk.status}`);
  for (const key of ['title', 'details', 'output']) {
    if (!(key in chunk) && key !== 'title') continue;
    if (typeof chunk[key] !== 'string' || String(chunk[key]).length > 256)
      throw bad(`task_update: ${key} must be a string of no more than 256 characters`);
  }
  stream.steps.set(chunk.id, { ...stream.steps.get(chunk.id), ...chunk });
}

function streaming(world: World, body: Json): { message: FakeMessage; stream: FakeStream } {
  const message = messageOf(writable(world, body.channel), body.ts);
  if (message.user !== world.botUser) throw new Refusal('message_not_owned_by_app');
  if (message.stream?.state !== 'streaming') throw new Refusal('message_not_in_streaming_state');
  return { message, stream: message.stream };
}

const SESSION = ['processing', 'active', 'suspended', 'closed'];

export const streamMethods: Record<string, Method> = {
  'chat.startStream'(world, body) {
    const channel = writable(world, body.channel);
    const threadTs = threadOf(channel, body.thread_ts);
    if (channel.kind !== 'im') {
      if (!threadTs) throw new Refusal('invalid_arguments', { details: ['[ERROR] missing required field: thread_ts'] });
      if (!body.recipient_user_id) throw new Refusal('missing_recipient_user_id');
      if (!body.recipient_team_id) throw new Refusal('missing_recipient_team_id');
      if (!world.users.has(String(body.recipient_user_id))) throw new Refusal('user_not_found');
    }
    const mode = body.task_display_mode ?? 'timeline';
    if (mode !== 'timeline' && mode !== 'plan') throw new Refusal('invalid_arguments', { details: [String(mode)] });
    const stream: FakeStream = { state: 'streaming', markdown: '', steps: new Map(), chunks: [] };
    if (body.recipient_user_id) stream.recipient = String(body.recipient_user_id);
    take(world, stream, body);
    const message = newMessage({ ts: world.ts(), user: world.botUser, stream, ...(threadTs && { threadTs }) });
    place(world, channel, message);
    return { channel: channel.id, ts: message.ts };
  },
  'chat.appendStream'(world, body) {
    const { message, stream } = streaming(world, body);
    if (body.markdown_text === undefined && asList(body.chunks).length === 0) throw new Refusal('no_text');
    take(world, stream, body);
    return { channel: body.channel, ts: message.ts };
  },
  'chat.stopStream'(world, body) {
    const { message, stream } = streaming(world, body);
    take(world, stream, body);
    if (body.blocks !== undefined) {
      checkBlocks(world, asList(body.blocks));
      message.blocks = asList(body.blocks);
    }
    if (body.session_status !== undefined && !SESSION.includes(String(body.session_status)))
      throw new Refusal('invalid_arguments', { details: ['session_status'] });
    stream.state = 'stopped';
    message.text = stream.markdown;
    if (world.echo) announceEdit(world, writable(world, body.channel), message);
    return { channel: body.channel, ts: message.ts, message: wireMessage(world, message) };
  },
  'assistant.threads.setStatus'(world, body) {
    thread(world, body.channel_id, body.thread_ts);
    if (typeof body.status !== 'string') throw new Refusal('invalid_arguments', { details: ['status'] });
    return {};
  },
  'assistant.threads.setTitle'(world, body) {
    thread(world, body.channel_id, body.thread_ts);
    return {};
  },
  'assistant.threads.setSuggestedPrompts'(world, body) {
    writable(world, body.channel_id);
    const prompts = asList(body.prompts);
    if (prompts.length < 1 || prompts.length > 4)
      throw new Refusal('invalid_arguments', { details: ['1 to 4 prompts'] });
    if (prompts.some((prompt) => !prompt.title || !prompt.message)) throw new Refusal('invalid_arguments');
    return {};
  },
  'agents.sessions.setStatus'(world, body) {
    thread(world, body.channel_id, body.thread_ts);
    if (!SESSION.includes(String(body.status))) throw new Refusal('invalid_arguments', { details: ['status'] });
    if (String(body.title ?? '').length > 200) throw new Refusal('invalid_arguments', { details: ['title'] });
    return {};
  },
  'agents.sessions.rename'(world, body) {
    thread(world, body.channel_id, body.thread_ts);
    if (!asObject(body) || !body.title) throw new Refusal('invalid_arguments', { details: ['title'] });
    return {};
  },
};

function thread(world: World, channel: unknown, ts: unknown): void {
  if (!threadOf(writable(world, channel), ts)) throw new Refusal('invalid_thread_ts');
}
