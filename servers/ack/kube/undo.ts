import { applyPatch, createPatch, type Operation, Pointer } from 'rfc6902';
import type { Json, JsonObject } from '../../../src/tools/types.ts';
import { isRecord } from './objects.ts';

/** A JSON patch (RFC 6902) as data. */
export type JsonPatch = JsonObject[];

/**
 * The patch that leads from `after` back to `before`. Each step is guarded by `test`: it fails as a whole where what was written
 * is no longer there, or another element of a list has taken its place.
 */
export function undoPatch(before: JsonObject, after: JsonObject): JsonPatch {
  const steps = createPatch(after, before).filter(({ op }) => op !== 'test');
  const document = structuredClone(after);
  const patch: JsonPatch = [];
  for (const step of steps) {
    patch.push(...guards(document, step.path));
    const present = Pointer.fromJSON(step.path).get(document) as Json | undefined;
    if (step.op !== 'add' && present !== undefined) patch.push({ op: 'test', path: step.path, value: present });
    patch.push(plain(step));
    applyPatch(document, [step]);
  }
  return patch;
}

/** A test for the name of each list element that the path leads through. */
function guards(document: JsonObject, path: string): JsonPatch {
  const found: JsonPatch = [];
  const parts = path.split('/').slice(1);
  let at: unknown = document;
  for (let depth = 0; depth < parts.length - 1; depth += 1) {
    const within = Array.isArray(at);
    at = Pointer.fromJSON(`/${parts.slice(0, depth + 1).join('/')}`).get(document);
    if (within && isRecord(at) && typeof at.name === 'string')
      found.push({ op: 'test', path: `/${parts.slice(0, depth + 1).join('/')}/name`, value: at.name });
  }
  return found;
}

const plain = (step: Operation): JsonObject => JSON.parse(JSON.stringify(step));
