import type { Json, ToolError } from '../../src/tools/types.ts';
import { hintFor } from './hints.ts';

/** A tool's refusal or a failed vendor call: carries what the caller is told. */
export class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
  readonly error: ToolError;

  constructor(error: ToolError, cause?: unknown) {
    super(error.message, { cause });
    this.error = error;
  }
}

type OwnCode =
  | 'APPROVAL_REQUIRED'
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'UNKNOWN'
  | 'TIMEOUT'
  | 'REFUSED'
  | 'NOT_CONFIGURED';

/** A refusal of our own: nothing was changed by the call it answers. */
export function refusal(code: OwnCode, message: string, details?: Json): ToolFailure {
  return new ToolFailure({
    code,
    message,
    retryable: code === 'TIMEOUT',
    ambiguous: false,
    ...(details !== undefined && { details }),
  });
}

/** Something that no setting names a way to. */
export function notConfigured(message: string, cause?: unknown): ToolFailure {
  return new ToolFailure({ code: 'NOT_CONFIGURED', message, retryable: false, ambiguous: false }, cause);
}

/** What is told of anything thrown, with the next step added. A surprise in a write may have happened half-way. */
export function toToolError(thrown: unknown, access: 'read' | 'write'): ToolError {
  const error: ToolError =
    thrown instanceof ToolFailure
      ? thrown.error
      : {
          code: 'UNKNOWN',
          message: thrown instanceof Error ? thrown.message : String(thrown),
          retryable: false,
          ambiguous: access === 'write',
        };
  const hint = error.hint ?? hintFor(error.code);
  return { ...error, ...(hint !== undefined && { hint }) };
}
