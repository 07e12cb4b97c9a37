import { z } from 'zod';
import { ToolFailure } from '../errors.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
const statusSchema = z.object({
  reason: z.string().optional().catch(undefined),
  message: z.string().optional().catch(undefined),
  details: z.json().optional().catch(undefined),
});

/** Reasons that some servers and proxies leave out. */
const reasons: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Gone',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** A refusal of the API server as a failure whose code is the server's own reason; `Expired` and `Gone` are one: Gone. */
export function fromStatus(
  status: number,
  text: string,
  retryAfter: string | undefined,
  changes: boolean,
): ToolFailure {
  const { reason, message, details } = statusSchema.catch({}).parse(jsonOf(text));
  const given = reason && reason !== 'Unknown' ? reason : (reasons[status] ?? 'UnexpectedStatus');
  const code = given === 'Expired' ? 'Gone' : given;
  const serverSide = status >= 500;
  return new ToolFailure({
    code,
    message: (message || text || `The API server answered ${status}`).slice(0, 2000),
    retryable: serverSide || status === 429 || code === 'Gone',
    // A write that met a server error may have been carried out; one that was turned away was not.
    ambiguous: changes && serverSide && status !== 503,
    ...((details !== undefined || retryAfter !== undefined) && {
      details: { ...(details !== undefined && { details }), ...(retryAfter !== undefined && { retryAfter }) },
    }),
  });
}

/** No answer that could be read; `ambiguous` when a change may have been made all the same. */
export function unreachable(message: string, ambiguous: boolean, cause?: unknown): ToolFailure {
  const timedOut = cause instanceof Error && /Timeout/.test(cause.name);
  return new ToolFailure({ code: timedOut ? 'Timeout' : 'Unreachable', message, retryable: true, ambiguous }, cause);
}

/** Whether something thrown is a failure with one of these codes. */
export const isFailure = (thrown: unknown, ...codes: string[]): thrown is ToolFailure =>
  thrown instanceof ToolFailure && codes.includes(thrown.error.code);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
