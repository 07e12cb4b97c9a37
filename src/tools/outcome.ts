import { z } from 'zod';
import { ConnectionError, type Reply } from './connection.ts';
import type { JsonObject, ToolError, ToolResult } from './types.ts';

/** From what a server answered, or why it did not, to a result of ours. Nothing here is redacted yet. */

/** A result whose JSON is longer than this is refused, never cut. */
const maxOutputBytes = 2_000_000;

/** A tool's error, as our own server tells it and as a task's journal keeps it. */
export const toolErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  requestId: z.string().optional(),
  retryable: z.boolean(),
  ambiguous: z.boolean(),
  hint: z.string().optional(),
  details: z.json().optional(),
});

/** A refusal of the gateway's own: nothing was sent. */
export function refused(code: string, message: string, hint: string): ToolResult {
  return { ok: false, error: { code, message, retryable: false, ambiguous: false, hint } };
}

/** A reply as data (structured content, else `{ text }`) or as the error that the server tells of. */
export function fromReply(reply: Reply): ToolResult {
  const json = reply.structured === undefined ? undefined : JSON.stringify(reply.structured);
  const bytes = Buffer.byteLength(json ?? reply.text);
  if (bytes > maxOutputBytes)
    return failed('OUTPUT_TOO_LARGE', `The answer has ${bytes} bytes; ${maxOutputBytes} are allowed.`);
  if (reply.isError) return { ok: false, error: errorOf(reply) };
  if (json === undefined) return { ok: true, data: { text: reply.text } };
  const data = objectIn(json);
  return data ? { ok: true, data } : failed('OUTPUT_INVALID', 'The answer is not a JSON object.');
}

/** What is told of a call that threw. */
export function fromFailure(thrown: unknown): ToolResult {
  if (!(thrown instanceof ConnectionError)) {
    return failed('OUTPUT_INVALID', thrown instanceof Error ? thrown.message : String(thrown));
  }
  const { code, message, sent } = thrown;
  const retryable = code === 'SERVER_UNREACHABLE' || code === 'CONNECTION_LOST' || code === 'TIMEOUT';
  return { ok: false, error: { code, message, retryable, ambiguous: sent, hint: hints[code] } };
}

const hints: Record<ConnectionError['code'] | 'OUTPUT_TOO_LARGE', string> = {
  SERVER_UNREACHABLE: 'Check that the MCP server runs, and its entry in mcp.json.',
  CONNECTION_LOST: 'It is connected again with the next call.',
  TIMEOUT: 'Try again, or ask for less.',
  CANCELLED: 'Ask again if it is still wanted.',
  CALL_REJECTED: 'Compare the arguments with what the tool takes.',
  OUTPUT_INVALID: 'The server and its description disagree: update the server.',
  OUTPUT_TOO_LARGE: 'Ask for less: a namespace, a shorter time, a smaller page.',
};

const failed = (code: 'OUTPUT_TOO_LARGE' | 'OUTPUT_INVALID', message: string): ToolResult => ({
  ok: false,
  error: { code, message, retryable: false, ambiguous: true, hint: hints[code] },
});

function errorOf({ structured, text }: Reply): ToolError {
  const own = toolErrorSchema.safeParse(structured);
  if (!own.success)
    return {
      code: 'TOOL_FAILED',
      message: text || 'The tool failed and said nothing.',
      retryable: false,
      ambiguous: true,
    };
  const { requestId, hint, details, ...rest } = own.data;
  return {
    ...rest,
    ...(requestId !== undefined && { requestId }),
    ...(hint !== undefined && { hint }),
    ...(details !== undefined && { details }),
  };
}

/** A deep copy that is JSON for certain: a server in this process could answer with anything. What was read from JSON needs no schema. */
function objectIn(json: string): JsonObject | undefined {
  const value: unknown = JSON.parse(json);
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
