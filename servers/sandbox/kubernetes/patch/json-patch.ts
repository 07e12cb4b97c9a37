import { applyPatch } from 'rfc6902';
import { z } from 'zod';
import { ApiError, badRequest } from '../errors.ts';

const value = z.json();
const operations = z.array(
  z.discriminatedUnion('op', [
    z.object({ op: z.literal('add'), path: z.string(), value }),
    z.object({ op: z.literal('replace'), path: z.string(), value }),
    z.object({ op: z.literal('test'), path: z.string(), value }),
    z.object({ op: z.literal('remove'), path: z.string() }),
    z.object({ op: z.literal('move'), path: z.string(), from: z.string() }),
    z.object({ op: z.literal('copy'), path: z.string(), from: z.string() }),
  ]),
);

/** A JSON patch, all of it or nothing. https://www.rfc-editor.org/rfc/rfc6902 */
export function jsonPatch(target: object, patch: unknown): unknown {
  const parsed = operations.safeParse(patch);
  if (!parsed.success)
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  const copy = structuredClone(target);
  const failure = applyPatch(copy, parsed.data).find((error) => error !== null);
  if (!failure) return copy;
  const { message } = failure;
  throw new ApiError({
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
    details: { causes: [{ reason: 'UnexpectedServerResponse', message }] },
  });
}
