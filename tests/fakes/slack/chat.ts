import { asList, asObject } from './block-elements.ts';
import { complaints, MOST_CHARACTERS, measure } from './blocks.ts';
import type { FakeChannel, FakeMessage, Json } from './types.ts';
import { newMessage, Refusal, SUBSCRIPTION, type World, wireMessage } from './world.ts';

/** Messages: https://docs.slack.dev/reference/methods/chat.postMessage and its sisters. */

export type Method = (world: World, body: Json) => Json;

const MOST_TEXT = 40_000;

/** A place the bot can see. A person's id stands for the direct messages with him. */
export function channelOf(world: World, id: unknown): FakeChannel {
  const channel = world.channels.get(String(id)) ?? [...world.channels.values()].find((one) => isDmWith(one, id));
  if (channel) return channel;
  const user = world.users.get(String(id));
  if (!user || user.id === world.botUser) throw new Refusal('channel_not_found', { details: [String(id)] });
  return openDm(world, user.id);
}

const isDmWith = (channel: FakeChannel, user: unknown) => channel.kind === 'im' && channel.members.has(String(user));

/** The direct messages between the bot and a person, opened if there are none. */
export function openDm(world: World, user: string): FakeChannel {
  const known = [...world.channels.values()].find((one) => isDmWith(one, user));
  if (known) return known;
  const channel: FakeChannel = {
    id: world.id('D'),
    name: user,
    kind: 'im',
    members: new Set([user, world.botUser]),
    archived: false,
    messages: [],
  };
  world.channels.set(channel.id, channel);
  return channel;
}

/** A place the bot may write to. */
export function writable(world: World, id: unknown): FakeChannel {
  const channel = channelOf(world, id);
  if (channel.archived) throw new Refusal('is_archived');
  if (!channel.members.has(world.botUser)) {
    if (channel.kind === 'group') throw new Refusal('channel_not_found');
    throw new Refusal('not_in_channel', { details: [channel.id] });
  }
  return channel;
}

export function messageOf(channel: FakeChannel, ts: unknown): FakeMessage {
  const message = channel.messages.find((one) => one.ts === ts && one.ephemeralFor === undefined);
  if (!message) throw new Refusal('message_not_found', { details: [String(ts)] });
  return message;
}

/** Text, blocks and attachments as they were sent; refuses what Slack refuses. */
export function content(world: World, body: Json): Pick<FakeMessage, 'text' | 'blocks' | 'attachments'> {
  const text = body.text === undefined ? '' : String(body.text);
  const blocks = [...asList(body.blocks)];
  if (typeof body.markdown_text === 'string') {
    if (body.text !== undefined || body.blocks !== undefined) throw new Refusal('markdown_text_conflict');
    blocks.push({ type: 'markdown', text: body.markdown_text });
  }
  const attachments = asList(body.attachments);
  if (!text && blocks.length === 0 && attachments.length === 0) throw new Refusal('no_text');
  if (text.length > MOST_TEXT) throw new Refusal('msg_too_long', { details: [`text has ${text.length} characters`] });
  checkBlocks(world, blocks);
  if (blocks.length > 0 && !text && !body.markdown_text)
    world.violations.push('message: blocks without `text`, which notifications and screen readers need');
  const withIds = blocks.map((block) => (block.block_id ? block : { ...block, block_id: world.id('b') }));
  return { text, blocks: withIds, attachments };
}

export function checkBlocks(world: World, blocks: Json[]): void {
  const wrong = complaints(blocks, 'message');
  if (wrong.length > 0) throw new Refusal('invalid_blocks', { details: wrong });
  useFiles(world, blocks);
  const size = measure(blocks);
  if (size > MOST_CHARACTERS) throw new Refusal('msg_blocks_too_long', { details: [`${size} of ${MOST_CHARACTERS}`] });
}

/** A file in a block must be there and processed. */
function useFiles(world: World, blocks: Json[]): void {
  for (const match of JSON.stringify(blocks).matchAll(/"slack_file":\{"id":"([^"]*)"/g)) {
    const file = world.files.find((one) => one.id === match[1] && one.complete);
    const pending = file !== undefined && file.pending > 0;
    if (pending) file.pending -= 1;
    if (!file || pending)
      throw new Refusal('invalid_blocks', { details: ['[ERROR] invalid slack file [json-pointer:/blocks]'] });
  }
}

/** The parent under which a reply belongs; a reply cannot be one. */
export function threadOf(channel: FakeChannel, threadTs: unknown): string | undefined {
  if (threadTs === undefined || threadTs === '') return undefined;
  const parent = channel.messages.find((one) => one.ts === threadTs);
  if (!parent) throw new Refusal('thread_not_found', { details: [String(threadTs)] });
  if (parent.threadTs && parent.threadTs !== parent.ts) throw new Refusal('cannot_reply_to_message');
  return parent.ts;
}

function metadata(value: unknown): { metadata?: unknown } {
  if (value === undefined) return {};
  const object = asObject(value);
  if (typeof object?.event_type !== 'string' || !asObject(object.event_payload))
    throw new Refusal('invalid_metadata_format');
  return { metadata: object };
}

/** Puts a message into its channel and tells the bot of it, as Slack does with the bot's own too. */
export function place(world: World, channel: FakeChannel, message: FakeMessage): FakeMessage {
  channel.messages.push(message);
  if (world.echo && !message.ephemeralFor) {
    world.tell(SUBSCRIPTION[channel.kind], {
      ...wireMessage(world, message),
      channel: channel.id,
      channel_type: channel.kind,
      event_ts: message.ts,
    });
  }
  return message;
}

/** Tells the bot that a message has another content now. */
export function announceEdit(world: World, channel: FakeChannel, message: FakeMessage): void {
  world.tell(SUBSCRIPTION[channel.kind], {
    type: 'message',
    subtype: 'message_changed',
    hidden: true,
    channel: channel.id,
    channel_type: channel.kind,
    message: wireMessage(world, message),
    previous_message: { ...wireMessage(world, message), text: '' },
    ts: world.ts(),
    event_ts: world.ts(),
  });
}

const own = (world: World, message: FakeMessage, error: string) => {
  if (message.user !== world.botUser) throw new Refusal(error);
};

export const chatMethods: Record<string, Method> = {
  'chat.postMessage'(world, body) {
    const channel = writable(world, body.channel);
    const threadTs = threadOf(channel, body.thread_ts);
    const message = newMessage({
      ts: world.ts(),
      user: world.botUser,
      ...(threadTs && { threadTs }),
      ...content(world, body),
      ...metadata(body.metadata),
    });
    place(world, channel, message);
    return { channel: channel.id, ts: message.ts, message: wireMessage(world, message) };
  },
  'chat.update'(world, body) {
    const channel = writable(world, body.channel);
    const message = messageOf(channel, body.ts);
    own(world, message, 'cant_update_message');
    if (message.stream?.state === 'streaming') throw new Refusal('streaming_state_conflict');
    // Without `blocks` those of before are removed, as `text` says all there is.
    Object.assign(message, content(world, body), metadata(body.metadata));
    message.edits += 1;
    if (world.echo) announceEdit(world, channel, message);
    return { channel: channel.id, ts: message.ts, text: message.text, message: wireMessage(world, message) };
  },
  'chat.delete'(world, body) {
    const channel = writable(world, body.channel);
    const message = messageOf(channel, body.ts);
    own(world, message, 'cant_delete_message');
    channel.messages.splice(channel.messages.indexOf(message), 1);
    return { channel: channel.id, ts: message.ts };
  },
  'chat.postEphemeral'(world, body) {
    const channel = writable(world, body.channel);
    if (!channel.members.has(String(body.user))) throw new Refusal('user_not_in_channel');
    const threadTs = threadOf(channel, body.thread_ts);
    const message = newMessage({
      ts: world.ts(),
      user: world.botUser,
      ephemeralFor: String(body.user),
      ...(threadTs && { threadTs }),
      ...content(world, body),
    });
    place(world, channel, message);
    return { message_ts: message.ts };
  },
  'chat.getPermalink'(world, body) {
    const channel = channelOf(world, body.channel);
    const message = messageOf(channel, body.message_ts);
    const permalink = `https://fake.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`;
    return { channel: channel.id, permalink };
  },
  'reactions.add': (world, body) => react(world, body, true),
  'reactions.remove': (world, body) => react(world, body, false),
};

function react(world: World, body: Json, add: boolean): Json {
  const channel = channelOf(world, body.channel);
  if (!channel.members.has(world.botUser)) throw new Refusal('not_in_channel');
  const message = messageOf(channel, body.timestamp);
  const name = String(body.name);
  if (!/^[a-z0-9_+'-]+$/.test(name)) throw new Refusal('invalid_name', { details: [name] });
  const by = message.reactions.get(name) ?? new Set();
  if (by.has(world.botUser) === add) throw new Refusal(add ? 'already_reacted' : 'no_reaction');
  if (add) message.reactions.set(name, by.add(world.botUser));
  else by.delete(world.botUser);
  if (by.size === 0) message.reactions.delete(name);
  return {};
}
