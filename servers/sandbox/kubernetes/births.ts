import { randomInt, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { conflict } from './errors.ts';
import type { KubeObject, ObjectMeta, Resource } from './objects.ts';
import { countsGenerations } from './resources.ts';
import type { Draft } from './store.ts';

/** A time as Kubernetes writes it: whole seconds, UTC. */
export const timestamp = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

/** A copy of an object as JSON would carry it: what callers do to theirs later does not matter. */
export const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));

/** The letters of generated names: no vowels, so that no words come out. */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** A prefix and five letters: the name of an object that came without one. */
export const generated = (prefix: string): string =>
  prefix.slice(0, 58) + Array.from({ length: 5 }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** A new object as the store keeps it, without a version: named, with a uid, a birthday and a first generation. */
export function born(resource: Resource, draft: Draft, now: number): KubeObject {
  const { name, generateName, namespace, resourceVersion: _, ...rest } = draft.metadata;
  const metadata: ObjectMeta = {
    ...rest,
    name: name || generated(generateName ?? ''),
    ...(generateName && { generateName }),
    ...(resource.namespaced && namespace !== undefined && { namespace }),
    uid: draft.metadata.uid || randomUUID(),
    resourceVersion: '',
    creationTimestamp: timestamp(now),
  };
  if (countsGenerations(resource.plural)) metadata.generation = 1;
  return plain({ ...draft, metadata });
}

/**
 * What an object becomes when `next` replaces it: what only the store gives is kept, the generation grows with the
 * spec. The very object that was stored when nothing changes. Throws Conflict for another version or another uid.
 */
export function replaced(resource: Resource, stored: KubeObject, next: KubeObject): KubeObject {
  const { resourceVersion, uid } = next.metadata;
  const { name } = stored.metadata;
  if (uid && uid !== stored.metadata.uid) throw conflict(resource, name, uidMismatch(uid, stored.metadata.uid));
  if (resourceVersion && resourceVersion !== stored.metadata.resourceVersion) throw conflict(resource, name);
  const sent = plain(next);
  const kept: KubeObject = { ...sent, metadata: regranted(sent.metadata, stored.metadata) };
  if (isDeepStrictEqual(kept, stored)) return stored;
  if (stored.metadata.generation !== undefined && specOf(kept) !== specOf(stored)) {
    kept.metadata.generation = stored.metadata.generation + 1;
  }
  return kept;
}

const GRANTED = [
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** Metadata with what clients cannot change as it was before. */
function regranted(next: ObjectMeta, stored: ObjectMeta): ObjectMeta {
  const free = Object.entries(next).filter(([field]) => !GRANTED.some((name) => name === field));
  const kept = Object.entries(stored).filter(([field]) => GRANTED.some((name) => name === field));
  const { name, uid, resourceVersion, creationTimestamp } = stored;
  return { ...Object.fromEntries([...kept, ...free]), name, uid, resourceVersion, creationTimestamp };
}

const specOf = ({ metadata: _, status: __, ...rest }: KubeObject): string => JSON.stringify(sorted(rest));

/** The same JSON whatever the order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/** As the real storage says it. */
export const uidMismatch = (wanted: string, found: string): string =>
  `Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${found}`;
