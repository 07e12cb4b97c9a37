import type { JsonObject } from './types.ts';

/** A tool as its server describes it. What it says of itself is a hint, never the gate. */
export interface RemoteTool {
  name: string;
  description: string;
  inputSchema: JsonObject;
  outputSchema?: JsonObject;
}

/** A server's answer as it came: not redacted, not bounded. */
export interface Reply {
  isError: boolean;
  structured?: unknown;
  text: string;
}

export interface CallLimits {
  signal: AbortSignal;
  timeoutMs: number;
}

/** One MCP server. Connects at the first call and again after a loss; failures are `ConnectionError`s. */
export interface Connection {
  readonly name: string;
  /** As the server lists them now. */
  tools(limits: CallLimits): Promise<RemoteTool[]>;
  call(tool: string, args: JsonObject, limits: CallLimits): Promise<Reply>;
  close(): Promise<void>;
}

type ConnectionErrorCode =
  | 'SERVER_UNREACHABLE'
  | 'CONNECTION_LOST'
  | 'TIMEOUT'
  | 'CANCELLED'
  | 'CALL_REJECTED'
  | 'OUTPUT_INVALID';

/** Why a call brought no answer. `sent` is true when the server may have begun to carry it out. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: ConnectionErrorCode;
  readonly sent: boolean;

  constructor(code: ConnectionErrorCode, message: string, { sent, cause }: { sent: boolean; cause?: unknown }) {
    super(message, { cause });
    this.code = code;
    this.sent = sent;
  }
}

/** What is told when the signal fired: the time was up, or the caller gave up. */
export function aborted(server: string, { signal }: Pick<CallLimits, 'signal'>, sent: boolean): ConnectionError {
  const cause: unknown = signal.reason;
  const late = cause instanceof DOMException && cause.name === 'TimeoutError';
  return late
    ? new ConnectionError('TIMEOUT', `${server} did not answer in time`, { sent, cause })
    : new ConnectionError('CANCELLED', `The call of ${server} was cancelled`, { sent, cause });
}
