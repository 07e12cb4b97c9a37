import { derivedUuid } from '../../ids.ts';
import { ApiError } from '../errors.ts';
import type { KubeObject } from '../objects.ts';
import type { Draft, ObjectStore } from '../store.ts';
import type { EventObject } from './kinds.ts';

export interface EventNote {
  type?: 'Normal' | 'Warning';
  reason: string;
  message: string;
  component: string;
  /** The node of a kubelet's event. */
  host?: string;
  /** `spec.containers{app}`. */
  fieldPath?: string;
}

/** Writes an event about an object: the same one again is counted, and a flood about one object is thinned out. */
export type Recorder = (about: KubeObject, note: EventNote) => void;

/** Events live for an hour: `--event-ttl` of kube-apiserver. */
export const EVENT_TTL_MS = 3_600_000;
/** The recorder's spam filter: 25 at once about one object, then one in five minutes (client-go tools/record/events_cache.go). */
const BURST = 25;
const REFILL_MS = 300_000;

/** The recorder of one cluster. */
export function createRecorder(store: ObjectStore): Recorder {
  const buckets = new Map<string, { tokens: number; at: number }>();

  const allowed = (key: string): boolean => {
    const now = store.now();
    const bucket = buckets.get(key) ?? { tokens: BURST, at: now };
    const tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / REFILL_MS);
    buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    if (buckets.size > 5_000) buckets.delete(buckets.keys().next().value ?? '');
    return tokens >= 1;
  };

  return (about, note) => {
    const { name, namespace, uid } = about.metadata;
    if (!allowed(`${note.component} ${uid}`)) return;
    const stamp = new Date(store.now()).toISOString().replace(/\.\d+Z$/, 'Z');
    const place = namespace ?? 'default';
    const digest = derivedUuid([uid, note.type, note.reason, note.message, note.fieldPath].join('\n')).replaceAll(
      '-',
      '',
    );
    const eventName = `${name}.${digest.slice(0, 16)}`;
    const known = store.get('events', place, eventName) as EventObject | undefined;
    if (known) {
      store.update('events', { ...known, count: known.count + 1, lastTimestamp: stamp });
      return;
    }
    create(store, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace: place },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        ...(namespace !== undefined && { namespace }),
        name,
        uid,
        resourceVersion: about.metadata.resourceVersion,
        ...(note.fieldPath !== undefined && { fieldPath: note.fieldPath }),
      },
      reason: note.reason,
      message: note.message,
      source: { component: note.component, ...(note.host !== undefined && { host: note.host }) },
      firstTimestamp: stamp,
      lastTimestamp: stamp,
      count: 1,
      type: note.type ?? 'Normal',
      eventTime: null,
      reportingComponent: note.component,
      reportingInstance: note.host ?? '',
    });
  };
}

/** An event that is refused, as in a namespace on its way out, is lost: a recorder does not try it again. */
function create(store: ObjectStore, event: Draft): void {
  try {
    store.create('events', event);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
