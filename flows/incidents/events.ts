import type { ObjectRef } from './finding.ts';
import type { Objects } from './kinds.ts';

/** An event, whichever of the two APIs wrote it. Times are epoch milliseconds. */
export interface SceneEvent {
  type: string;
  reason: string;
  message: string;
  count: number;
  first: number;
  /** When it was seen last: what it tells may have ended since. */
  last: number;
  object: ObjectRef & { uid?: string | undefined; fieldPath?: string | undefined };
  component: string;
  /** The node whose kubelet said so, where one did. */
  host: string;
}

export function readEvent(event: Objects['Event']): SceneEvent {
  const about = event.involvedObject.kind ? event.involvedObject : event.regarding;
  const last =
    event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? 0;
  return {
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    message: event.message ?? event.note ?? '',
    count: event.series?.count ?? event.count ?? 1,
    first: event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? last,
    last,
    object: {
      kind: about.kind ?? '',
      ...(about.namespace && { namespace: about.namespace }),
      name: about.name ?? '',
      uid: about.uid,
      fieldPath: about.fieldPath,
    },
    component: event.source.component ?? event.reportingComponent ?? '',
    host: event.source.host ?? '',
  };
}
