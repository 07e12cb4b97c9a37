import type { Answer } from '../flow/kit.ts';
import type { ToolResult } from '../tools/types.ts';

/** What a tool came to, as the journal keeps it. */
export function toAnswer(result: ToolResult): Answer {
  if (result.ok) return { ok: true, value: result.data };
  const { code, message, hint } = result.error;
  return { ok: false, code, message, ...(hint && { hint }) };
}
