import type { KubeObject } from '../../kubernetes/objects.ts';
import type { ObjectStore } from '../../kubernetes/store.ts';
import { type Labels, labelKey } from '../promql/labels.ts';
import { describe } from './registry.ts';

/** How one value of one object went: `values[i]` holds from `times[i]` on; undefined = there was none. Epoch milliseconds. */
export interface Track {
  labels: Labels;
  times: number[];
  values: (number | undefined)[];
}

/** What the objects of a cluster were over the last day, as far as metrics tell of it. */
export interface StateHistory {
  names(): Iterable<string>;
  tracks(metric: string): Iterable<Track>;
  close(): void;
}

/** Follows a store. What was there before is known from its last own timestamp on. */
export function followState(store: ObjectStore, retentionMs: number): StateHistory {
  const objects = new Map<string, Map<string, Track>>();
  const byName = new Map<string, Set<Track>>();
  let pruned = store.now();

  const note = (plural: string, object: KubeObject | undefined, { key, at }: { key: string; at: number }): void => {
    const tracks = objects.get(key) ?? new Map<string, Track>();
    const seen = new Set<string>();
    for (const { name, labels, value } of object ? describe(plural, object) : []) {
      const whole = { __name__: name, job: 'kube-state-metrics', ...labels };
      const id = labelKey(whole);
      seen.add(id);
      const track = tracks.get(id) ?? newTrack(whole, byName);
      tracks.set(id, track);
      append(track, at, value);
    }
    for (const [id, track] of tracks) if (!seen.has(id)) append(track, at, undefined);
    if (tracks.size > 0) objects.set(key, tracks);
  };

  for (const { plural } of store.resources()) {
    for (const object of store.list(plural))
      note(plural, object, { key: keyOf(plural, object), at: knownSince(object) });
  }
  const close = store.subscribe(({ type, plural, object }) => {
    const at = store.now();
    note(plural, type === 'DELETED' ? undefined : object, { key: keyOf(plural, object), at });
    if (at - pruned < retentionMs / 24) return;
    pruned = at;
    prune(objects, byName, at - retentionMs);
  });
  return { names: () => byName.keys(), tracks: (metric) => byName.get(metric) ?? [], close };
}

const keyOf = (plural: string, { metadata }: KubeObject): string => `${plural} ${metadata.uid}`;

function newTrack(labels: Labels, byName: Map<string, Set<Track>>): Track {
  const track: Track = { labels, times: [], values: [] };
  const name = labels.__name__ ?? '';
  const set = byName.get(name) ?? new Set();
  byName.set(name, set.add(track));
  return track;
}

function append(track: Track, at: number, value: number | undefined): void {
  if (track.times.length > 0 && track.values.at(-1) === value) return;
  track.times.push(Math.max(at, track.times.at(-1) ?? at));
  track.values.push(value);
}

/** Forgets what ended before a moment. */
function prune(objects: Map<string, Map<string, Track>>, byName: Map<string, Set<Track>>, before: number): void {
  for (const [key, tracks] of objects) {
    for (const [id, track] of tracks) {
      const current = track.times.findLastIndex((time) => time <= before);
      if (current > 0) {
        track.times.splice(0, current);
        track.values.splice(0, current);
      }
      if (current < 0 || track.times.length > 1 || track.values[0] !== undefined) continue;
      tracks.delete(id);
      byName.get(track.labels.__name__ ?? '')?.delete(track);
    }
    if (tracks.size === 0) objects.delete(key);
  }
}

/** The last moment at which an object is known to have changed: its newest timestamp of a transition, else its creation. */
export function knownSince({ metadata, status }: KubeObject): number {
  const times = JSON.stringify(status ?? {}).matchAll(/"(?:lastTransitionTime|startedAt|finishedAt)":"([^"]+)"/g);
  const moments = [metadata.creationTimestamp, ...[...times].map((match) => match[1] ?? '')].map((time) =>
    Date.parse(time),
  );
  return Math.max(...moments.filter((moment) => !Number.isNaN(moment)), 0);
}
