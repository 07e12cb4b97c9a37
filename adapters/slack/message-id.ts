/** Where a delivered message stands in Slack: the `ts` of each of its parts, and whether its files are out. */
export interface SentMessage {
  ts: string[];
  files: boolean;
}

const FILES = 'files';

/** The messages' `ts` joined by `+`, with `+files` once its files lie in its thread. */
export function writeMessageId({ ts, files }: SentMessage): string {
  return [...ts, ...(files ? [FILES] : [])].join('+');
}

/** Reads what `writeMessageId` wrote. */
export function readMessageId(id: string): SentMessage {
  const parts = id.split('+').filter(Boolean);
  return { ts: parts.filter((part) => part !== FILES), files: parts.includes(FILES) };
}
