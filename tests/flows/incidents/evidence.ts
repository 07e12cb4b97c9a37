import type { Alert, EvidenceSource, Listing, Series } from '../../../flows/incidents/evidence.ts';
import { clusterScoped, type Kind, kinds } from '../../../flows/incidents/kinds.ts';
import { NOW, type Raw } from './objects.ts';

/** One state of a cluster, as a case describes it. */
export interface World {
  objects: readonly (Raw | Raw[])[];
  /** By `namespace/pod/container`, or `…/container.previous`. */
  logs?: Record<string, string>;
  /** By PromQL; a query that is not here finds no series. Absent: there are no metrics at all. */
  metrics?: Record<string, Series[]> | ((promql: string) => Series[]);
  alerts?: Alert[];
  /** Kinds that could not be looked at. Whatever is not in `objects` and not here is known to be absent. */
  unknown?: Kind[];
  namespace?: string;
  focus?: { kind?: string; name: string };
}

/** An evidence source over a case. */
export function evidenceOf({ objects, logs = {}, metrics, unknown = [] }: World): EvidenceSource & { asked: string[] } {
  const flat = objects.flat();
  const strange = flat.filter(({ kind }) => !kinds.includes(kind as Kind));
  if (strange.length > 0)
    throw new Error(`The case holds kinds that no rule reads: ${strange.map(({ kind }) => kind).join(', ')}`);
  const asked: string[] = [];
  const series = async (promql: string) => {
    asked.push(promql);
    if (!metrics) return { unknown: 'no Prometheus configured' };
    return { series: typeof metrics === 'function' ? metrics(promql) : (metrics[promql] ?? []) };
  };
  return {
    asked,
    cluster: 'test',
    async list(kind, namespace): Promise<Listing> {
      asked.push(`${kind} ${namespace ?? ''}`);
      if (unknown.includes(kind)) return { unknown: 'forbidden' };
      const items = flat.filter((item) => {
        const { namespace: own } = item.metadata as { namespace?: string };
        return item.kind === kind && (namespace === undefined || clusterScoped.has(kind) || own === namespace);
      });
      return { items };
    },
    async logs({ namespace, pod, container, previous }) {
      const key = `${namespace}/${pod}/${container}${previous ? '.previous' : ''}`;
      asked.push(key);
      const text = logs[key];
      return text === undefined ? { unknown: 'no such log' } : { text };
    },
    metrics: series,
    range: series,
    now: async () => NOW,
  };
}
