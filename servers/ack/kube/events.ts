import { z } from 'zod';
import { listSome } from './client.ts';
import type { KubeWire } from './wire.ts';

/** https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
const eventSchema = z.object({
  metadata: z.object({ creationTimestamp: z.string().nullish() }),
  type: z.string().nullish(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  count: z.number().nullish(),
  firstTimestamp: z.string().nullish(),
  lastTimestamp: z.string().nullish(),
  eventTime: z.string().nullish(),
  series: z.object({ count: z.number().nullish(), lastObservedTime: z.string().nullish() }).nullish(),
  source: z.object({ component: z.string().nullish(), host: z.string().nullish() }).nullish(),
  reportingComponent: z.string().nullish(),
  involvedObject: z.object({
    kind: z.string().nullish(),
    namespace: z.string().nullish(),
    name: z.string().nullish(),
    uid: z.string().nullish(),
    fieldPath: z.string().nullish(),
  }),
});

export const eventFields = {
  /** When it was last seen. */
  time: z.string(),
  firstTime: z.string().optional(),
  type: z.string(),
  reason: z.string(),
  message: z.string(),
  count: z.number(),
  object: z.object({
    kind: z.string(),
    namespace: z.string().optional(),
    name: z.string(),
    uid: z.string().optional(),
    fieldPath: z.string().optional(),
  }),
  source: z.string().optional(),
};

export type KubeEvent = z.output<z.ZodObject<typeof eventFields>>;

/** An event in one shape, whichever of its two APIs wrote it. */
export function eventOf(raw: unknown): KubeEvent {
  const event = eventSchema.parse(raw);
  const { involvedObject: about, series, source, metadata } = event;
  const first = event.firstTimestamp ?? event.eventTime ?? metadata.creationTimestamp ?? undefined;
  return {
    time: series?.lastObservedTime ?? event.lastTimestamp ?? first ?? '',
    ...(first && { firstTime: first }),
    type: event.type ?? '',
    reason: event.reason ?? '',
    message: (event.message ?? '').slice(0, 4000),
    count: series?.count ?? event.count ?? 1,
    object: {
      kind: about.kind ?? '',
      name: about.name ?? '',
      ...(about.namespace && { namespace: about.namespace }),
      ...(about.uid && { uid: about.uid }),
      ...(about.fieldPath && { fieldPath: about.fieldPath }),
    },
    ...((source?.component || event.reportingComponent) && {
      source: source?.component || event.reportingComponent || '',
    }),
  };
}

interface About {
  namespace?: string | undefined;
  kind?: string | undefined;
  name?: string | undefined;
  uid?: string | undefined;
}

/** More than this are not read; an API server keeps events for an hour. */
const mostRead = 5_000;

/** Events about what is asked for, newest first; `complete` is false when some were not read. */
export async function eventsAbout(wire: KubeWire, { namespace, kind, name, uid }: About, signal: AbortSignal) {
  const conditions = { kind, name, uid };
  const fieldSelector = Object.entries(conditions)
    .flatMap(([field, value]) => (value === undefined ? [] : [`involvedObject.${field}=${value}`]))
    .join(',');
  const selection = { kind: 'Event', namespace, ...(fieldSelector && { fieldSelector }) };
  const { items, complete, serverTime } = await listSome(wire, selection, { most: mostRead, signal });
  const events = items.map(eventOf).sort((one, other) => Date.parse(other.time) - Date.parse(one.time));
  return { events, complete, serverTime };
}
