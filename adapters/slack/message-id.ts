import { createHash } from 'node:crypto';

/** Where a delivered message stands in Slack: the `ts` of each of its parts, and which files lie in its thread. */
export interface SentMessage {
  ts: string[];
  /** `unknown`: an older version has put some there, and did not write down which. */
  files: SentFile[] | 'unknown';
}

/** One uploaded file, by short fingerprints of its name and of what is in it. */
export interface SentFile {
  name: string;
  content: string;
}

const FILES = 'files';
const FINGERPRINT = 8;

/** The messages' `ts` joined by `+`, and the files behind them: `1.1+2.2+files:NAME.CONTENT:NAME.CONTENT`. */
export function writeMessageId({ ts, files }: SentMessage): string {
  const written = files === 'unknown' ? [] : files.map(({ name, content }) => `${name}.${content}`);
  return [...ts, ...(files.length > 0 ? [[FILES, ...written].join(':')] : [])].join('+');
}

/** Reads what `writeMessageId` wrote, in this version or an older one. */
export function readMessageId(id: string): SentMessage {
  const parts = id.split('+').filter(Boolean);
  const isFiles = (part: string) => part.split(':')[0] === FILES;
  const written = parts.find(isFiles)?.split(':').slice(1);
  return {
    ts: parts.filter((part) => !isFiles(part)),
    files: written?.length === 0 ? 'unknown' : (written ?? []).map(readFile),
  };
}

/** A file as it is written into the message's id. */
export function sentFile(name: string, content: string): SentFile {
  return { name: fingerprint(name), content: fingerprint(content) };
}

function readFile(written: string): SentFile {
  const [name = '', content = ''] = written.split('.');
  return { name, content };
}

function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, FINGERPRINT);
}
