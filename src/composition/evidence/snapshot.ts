import { basename, resolve } from 'node:path';
import type { Alert, EvidenceSource, Listing, MetricAnswer } from '../../../flows/incidents/evidence.ts';
import { clusterScoped, type Kind } from '../../../flows/incidents/kinds.ts';
import { certificateFacts } from '../../../servers/ack/kube/certificates.ts';
import { type AlertBody, firingAlerts } from './alerts.ts';
import { readSeries } from './series.ts';
import { asRecord, type Raw, readSnapshotFiles, type SnapshotFiles } from './snapshot-files.ts';

export interface Snapshot {
  source: EvidenceSource;
  alerts: Alert[];
  namespaces: string[];
}

/**
 * A folder of files as evidence. What lies in a list is all there is of its kind (and namespace); a kind that no file holds is unknown.
 * Where the folder has single objects only, they are taken for the whole.
 */
export function openSnapshot(directory: string, now?: number): Snapshot {
  const files = readSnapshotFiles(directory);
  const newest = now ?? newestTime(files) ?? Date.now();
  const namespaces = [...new Set(files.objects.flatMap(({ namespace }) => namespace ?? []))];
  const isKnown = completeness(files, namespaces);
  const byKind = Map.groupBy(files.objects, ({ kind }) => kind);
  const source: EvidenceSource = {
    cluster: basename(resolve(directory)),
    isLocal: true,
    async list(kind, namespace): Promise<Listing> {
      const found = (byKind.get(kind) ?? []).filter((one) => namespace === undefined || one.namespace === namespace);
      const items = found.map(({ raw }) => (kind === 'Secret' ? withoutValues(raw) : raw));
      if (isKnown(kind, namespace)) return { items };
      const why = `the snapshot holds no list of ${kind}${namespace === undefined ? '' : ` of ${namespace}`}${unread(files)}`;
      return items.length > 0 ? { items, incomplete: why } : { unknown: why };
    },
    async logs({ namespace, pod, container, previous }) {
      const text = previous
        ? files.logs.get(`${namespace}/${pod}/${container}.previous`)
        : (files.logs.get(`${namespace}/${pod}/${container}`) ?? files.logs.get(`${namespace}/${pod}/`));
      return text === undefined ? { unknown: 'the snapshot holds no such log' } : { text };
    },
    metrics: async (promql) => metricsOf(files, promql),
    range: async (promql) => metricsOf(files, promql),
    now: async () => newest,
  };
  return { source, alerts: firingAlerts(files.alerts as AlertBody), namespaces };
}

/** Keys, and what certificates show to everybody: no rule gets to see more of a Secret. */
function withoutValues({ data, stringData, ...rest }: Raw): Raw {
  const values = { ...asRecord(data), ...asRecord(stringData) };
  const dataSizes = Object.fromEntries(Object.keys(values).map((key) => [key, 0]));
  return { ...rest, dataSizes, certificates: certificateFacts(asRecord(data) ?? {}) };
}

/** A file that cannot be read may have held it. */
function unread({ broken: [first] }: SnapshotFiles): string {
  return first ? `; ${first.file} could not be read: ${first.why}` : '';
}

function metricsOf({ metrics }: SnapshotFiles, promql: string): MetricAnswer {
  if (!metrics) return { unknown: 'the snapshot holds no metrics.json' };
  const plain = (text: string) => text.replaceAll(/\s+/g, '');
  const found = Object.entries(metrics).find(([query]) => plain(query) === plain(promql));
  return found ? { series: readSeries(found[1]) } : { unknown: 'metrics.json does not hold this query' };
}

/** Whether absence can be concluded: there is a list of the kind, of that namespace or of every namespace that has anything. */
export function completeness({ lists, objects }: SnapshotFiles, namespaces: readonly string[]) {
  const kinds = new Set(objects.map(({ kind }) => kind));
  if (lists.length === 0) return (kind: string) => kinds.has(kind);
  const whole = new Set(lists.filter(({ namespace }) => namespace === undefined).map(({ kind }) => kind));
  const some = new Set(lists.map(({ kind, namespace }) => `${kind} ${namespace}`));
  return (kind: string, namespace: string | undefined): boolean => {
    if (whole.has(kind)) return true;
    if (clusterScoped.has(kind as Kind)) return lists.some((list) => list.kind === kind);
    const places = namespace === undefined ? namespaces : [namespace];
    return places.length > 0 && places.every((place) => some.has(`${kind} ${place}`));
  };
}

const TIMES = /(?:time|timestamp|At)$/i;
/** Times that lie ahead by their nature. */
const AHEAD = new Set(['notAfter', 'notBefore', 'renewalTime', 'expirationTimestamp', 'nextScheduleTime']);
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** The newest moment that any object tells of: the snapshot was taken then, or soon after. */
export function newestTime({ objects }: SnapshotFiles): number | undefined {
  let newest = 0;
  const look = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (TIMES.test(key) && !AHEAD.has(key) && RFC3339.test(value)) newest = Math.max(newest, Date.parse(value) || 0);
    } else if (Array.isArray(value)) for (const item of value) look(item, key);
    else if (value !== null && typeof value === 'object')
      for (const [name, inner] of Object.entries(value as Raw)) look(inner, name);
  };
  for (const { raw } of objects) {
    look(raw.metadata, 'metadata');
    look(raw.status, 'status');
    if (raw.kind === 'Event' || raw.kind === 'Lease') look(raw, raw.kind);
  }
  return newest > 0 ? newest : undefined;
}
