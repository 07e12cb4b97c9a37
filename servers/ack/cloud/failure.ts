import { z } from 'zod';
import type { Json } from '../../../src/tools/types.ts';
import { ToolFailure } from '../errors.ts';

/** What the SDKs throw: an answer has a `statusCode` and its body in `data`, anything else never got one. */
const thrownSchema = z.object({
  name: z.string().catch(''),
  message: z.string().catch('The call failed'),
  code: z.string().optional().catch(undefined),
  statusCode: z.number().optional().catch(undefined),
  data: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

const unsent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** Turns what an SDK threw into a failure with the vendor's own code. `access` says whether an effect may have happened. */
export function vendorFailure(thrown: unknown, access: 'read' | 'write'): ToolFailure {
  if (thrown instanceof ToolFailure) return thrown;
  const parsed = thrownSchema.safeParse(thrown);
  if (!parsed.success) return new ToolFailure(unanswered('UNKNOWN', String(thrown), access), thrown);
  const { name, code, statusCode, data } = parsed.data;
  // The HTTP client glues the whole request to its messages.
  const message = parsed.data.message.replace(/(GET|POST|PUT|DELETE) https?:.*$/, '');
  if (statusCode !== undefined) return new ToolFailure(answered(statusCode, data ?? {}, message, access), thrown);
  if (code === 'SDK.ValidateError') {
    return new ToolFailure({ code: 'INVALID_ARGUMENT', message, retryable: false, ambiguous: false }, thrown);
  }
  if (/timeout/i.test(name) || code === 'ETIMEDOUT')
    return new ToolFailure(unanswered('TIMEOUT', 'The cloud did not answer in time', access), thrown);
  if (code !== undefined && unsent.has(code)) {
    return new ToolFailure({ code: 'UNREACHABLE', message, retryable: true, ambiguous: false }, thrown);
  }
  return new ToolFailure(unanswered(code === undefined ? 'UNKNOWN' : 'UNREACHABLE', message, access), thrown);
}

/** Sent, but no answer that could be read: the effect may have happened. */
function unanswered(code: string, message: string, access: 'read' | 'write') {
  return { code, message, retryable: true, ambiguous: access === 'write' };
}

function answered(status: number, data: Record<string, unknown>, message: string, access: 'read' | 'write') {
  const text = (...names: string[]) =>
    names.map((name) => data[name]).find((value) => typeof value === 'string' && value !== '');
  const code = String(text('code', 'Code') ?? 'UNKNOWN');
  const requestId = text('RequestId', 'requestId', 'request_id');
  const details = z.json().safeParse(data.data ?? data.AccessDeniedDetail);
  const serverSide = status >= 500;
  return {
    code,
    message: String(text('message', 'Message') ?? message),
    ...(requestId !== undefined && { requestId: String(requestId) }),
    retryable: serverSide || status === 429 || isThrottling(code),
    ambiguous: access === 'write' && serverSide && !isThrottling(code),
    ...(details.success && details.data !== undefined && { details: details.data satisfies Json }),
  };
}

const isThrottling = (code: string) => code.includes('Throttling') || code === 'QPS Limit Exceeded';
