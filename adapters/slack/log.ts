import { type Logger, LogLevel } from '@slack/bolt';

/** Where this adapter writes what operators should know. */
export interface SlackLog {
  info(data: object, message: string): void;
  warn(data: object, message: string): void;
}

/** The libraries' log: warnings and worse, without payloads; their debug lines hold what people said. */
export function libraryLog(log: SlackLog): Logger {
  const warn = (...parts: unknown[]) =>
    log.warn({ detail: parts.map(firstLine).join(' ') }, 'The Slack library warned');
  const silent = () => {};
  return {
    debug: silent,
    info: silent,
    warn,
    error: warn,
    setLevel: silent,
    setName: silent,
    getLevel: () => LogLevel.WARN,
  };
}

function firstLine(part: unknown): string {
  const text = part instanceof Error ? part.message : typeof part === 'string' ? part : typeof part;
  return (text.split('\n', 1)[0] ?? '').slice(0, 300);
}
