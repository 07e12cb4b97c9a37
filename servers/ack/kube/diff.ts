import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import type { Json, JsonObject } from '../../../src/tools/types.ts';
import { presentable, recordOf } from './objects.ts';

/** The annotations that this server puts on what it changes. */
export const KEY_ANNOTATION = 'k8s-copilot/key';
export const APPROVAL_ANNOTATION = 'k8s-copilot/approval';
/** On what this server made: the key it was made with. Stays for as long as the object is there. */
export const MADE_ANNOTATION = 'k8s-copilot/made';

const marks = new Set([KEY_ANNOTATION, APPROVAL_ANNOTATION, MADE_ANNOTATION]);

/** The part of an object that a person decides on: without status, versions and our own marks. */
export function essence(object: Record<string, unknown>, kind: string): JsonObject {
  const { status: _status, metadata, ...rest } = presentable(object, kind);
  const {
    resourceVersion: _version,
    generation: _generation,
    uid: _uid,
    creationTimestamp: _created,
    annotations,
    ...named
  } = recordOf(metadata) as JsonObject;
  const kept = Object.fromEntries(
    Object.entries(recordOf(annotations) as JsonObject).filter(([key]) => !marks.has(key)),
  );
  return { ...rest, metadata: { ...named, ...(Object.keys(kept).length > 0 && { annotations: kept }) } };
}

/** Unified text over the YAML of both; empty when nothing differs. */
export function diffText(before: Json, after: Json): string {
  const [one, other] = [before, after].map((each) =>
    each === null ? '' : stringify(each, { sortMapEntries: true, lineWidth: 0 }),
  );
  if (one === other) return '';
  const text = createTwoFilesPatch('before', 'after', one ?? '', other ?? '', undefined, undefined, { context: 3 });
  // The library's rule above the two names is no part of the unified format.
  return text.replace(/^=+\n/, '');
}
