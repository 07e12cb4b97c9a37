import { asList } from './block-elements.ts';
import { type Method, place, threadOf, writable } from './chat.ts';
import type { FakeFile, Json } from './types.ts';
import { newMessage, Refusal, type World } from './world.ts';

/** Uploads in three steps: https://docs.slack.dev/messaging/working-with-files#upload */

/** A file as the Web API shows it. Until it is processed, its type is not known. */
export function fileOf(file: FakeFile): Json {
  const shares: Record<string, { ts: string; thread_ts?: string }[]> = {};
  for (const { channel, ts, threadTs } of file.shares) {
    shares[channel] ??= [];
    shares[channel].push({ ts, ...(threadTs && { thread_ts: threadTs }) });
  }
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype: file.pending > 0 ? '' : mimeOf(file.name),
    size: file.bytes.length,
    user: file.user,
    url_private: `https://files.slack.com/files-pri/T0FAKE-${file.id}/${file.name}`,
    ...(file.altText && { alt_txt: file.altText }),
    ...(file.pending === 0 && mimeOf(file.name).startsWith('image/') && { thumb_360: 'https://files.slack.com/t' }),
    shares: { public: shares },
    channels: Object.keys(shares),
  };
}

function mimeOf(name: string): string {
  const known: Record<string, string> = {
    png: 'image/png',
    svg: 'image/svg+xml',
    txt: 'text/plain',
    md: 'text/markdown',
    csv: 'text/csv',
    json: 'application/json',
    yaml: 'text/yaml',
  };
  return known[name.split('.').pop() ?? ''] ?? 'application/octet-stream';
}

const fileNamed = (world: World, id: unknown): FakeFile => {
  const file = world.files.find((one) => one.id === id);
  if (!file) throw new Refusal('file_not_found', { details: [String(id)] });
  return file;
};

export const fileMethods: Record<string, Method> = {
  'files.getUploadURLExternal'(world, body) {
    const length = Number(body.length);
    if (!body.filename || !Number.isInteger(length) || length < 1) throw new Refusal('invalid_arguments');
    const file: FakeFile = {
      id: world.id('F'),
      name: String(body.filename),
      title: String(body.filename),
      bytes: Buffer.alloc(length),
      user: world.botUser,
      complete: false,
      pending: world.pendingLooks,
      shares: [],
      ...(body.alt_txt || body.alt_text ? { altText: String(body.alt_txt ?? body.alt_text) } : {}),
    };
    world.files.push(file);
    return { upload_url: `${world.origin}/upload/${file.id}`, file_id: file.id };
  },
  'files.completeUploadExternal'(world, body) {
    const wanted = asList(body.files);
    if (wanted.length === 0) throw new Refusal('invalid_arguments');
    const files = wanted.map(({ id, title }) => {
      const file = fileNamed(world, id);
      if (file.complete) throw new Refusal('file_already_completed');
      if (!uploaded.has(file)) throw new Refusal('file_upload_not_found', { details: [file.id] });
      if (title !== undefined) file.title = String(title);
      return file;
    });
    const channel = body.channel_id === undefined ? undefined : writable(world, body.channel_id);
    const threadTs = channel && threadOf(channel, body.thread_ts);
    for (const file of files) file.complete = true;
    if (channel) {
      const message = newMessage({
        ts: world.ts(),
        user: world.botUser,
        text: String(body.initial_comment ?? ''),
        files,
        ...(threadTs && { threadTs }),
      });
      for (const file of files)
        file.shares.push({ channel: channel.id, ts: message.ts, ...(threadTs && { threadTs }) });
      place(world, channel, message);
    }
    // The answer does not say where the files were put: https://docs.slack.dev/reference/methods/files.completeUploadExternal
    return { files: files.map((file) => ({ id: file.id, title: file.title })) };
  },
  'files.info'(world, body) {
    const file = fileNamed(world, body.file);
    const shown = fileOf(file);
    if (file.pending > 0) file.pending -= 1;
    return { file: shown };
  },
  'files.delete'(world, body) {
    world.files.splice(world.files.indexOf(fileNamed(world, body.file)), 1);
    return {};
  },
};

const uploaded = new WeakSet<FakeFile>();

/** Takes the bytes of one file. The status of the HTTP answer. */
export function receive(world: World, id: string, bytes: Buffer): number {
  const file = world.files.find((one) => one.id === id);
  if (!file || file.complete) return 404;
  if (bytes.length !== file.bytes.length) {
    world.violations.push(`upload: ${bytes.length} bytes came, ${file.bytes.length} were announced`);
    return 400;
  }
  file.bytes = bytes;
  uploaded.add(file);
  return 200;
}

/** The first part of a multipart body, or the body itself. */
export function bytesOf(type: string, body: Buffer): Buffer {
  const boundary = /boundary=(?:"([^"]+)"|([^;]+))/.exec(type);
  if (!boundary) return body;
  const mark = Buffer.from(`--${boundary[1] ?? boundary[2]}`);
  const start = body.indexOf('\r\n\r\n', body.indexOf(mark)) + 4;
  return body.subarray(start, body.indexOf(Buffer.concat([Buffer.from('\r\n'), mark]), start));
}
