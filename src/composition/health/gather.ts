import type { HealthCluster, Progress } from '../../health/ports.ts';
import type { Curve, Facts, Unknown } from '../../health/types.ts';
import type { JsonObject, ToolGateway } from '../../tools/types.ts';
import { type CloudSide, readCloudSide } from './cloud-side.ts';
import { askMetrics } from './metrics.ts';
import type { Outline, SurveySink } from './outline.ts';
import { readSurvey } from './survey.ts';
import type { FactsApart } from './thread.ts';

/** From tools to facts: a survey of the API, then metrics and the cloud side by side. What could not be looked at is written down. */

export interface GatherOptions {
  gateway: ToolGateway;
  /** Takes in the survey, which the facts then do without. */
  sink: SurveySink;
  clock: () => number;
  signal?: AbortSignal;
  progress?: Progress;
}

const DAY_MS = 24 * 3600_000;

export interface Gathered {
  facts: FactsApart;
  /** What was asked of Prometheus. */
  asked: { queries: number; samples: number };
}

export async function gatherFacts(
  cluster: HealthCluster,
  days: number,
  { gateway, sink, clock, signal, progress }: GatherOptions,
): Promise<Gathered> {
  const stop = signal ? { signal } : {};
  progress?.('survey');
  const surveyed = await readSurvey(gateway, { clusterId: cluster.id, actor: 'system', ...stop }, sink);
  signal?.throwIfAborted();
  const outline = surveyed.ok ? surveyed.outline : undefined;
  const now = outline?.serverTime ?? clock();
  const window = { from: now - days * DAY_MS, to: now };

  progress?.('metrics');
  const read = (tool: string, args: JsonObject) => gateway.read({ tool, args, actor: 'system', ...stop });
  const [metrics, cloud] = await Promise.all([
    askMetrics({ read, clusterId: cluster.id, now, window, ...(outline && { survey: outline }), ...stop }),
    readCloudSide({ read, clusterId: cluster.id }),
  ]);
  signal?.throwIfAborted();

  const unknown: Unknown[] = [
    ...(surveyed.ok
      ? lostReadings(surveyed.outline)
      : [{ what: 'Kubernetes API', why: surveyed.why, kind: surveyed.kind }]),
    ...metrics.unknown,
    ...cloud.unknown,
  ];
  return {
    facts: {
      ...factsApart({ cluster, now, window }, { cloud, unknown, metrics: metrics.metrics, curves: metrics.curves }),
      surveyed: surveyed.ok,
    },
    asked: { queries: metrics.queries, samples: metrics.samples },
  };
}

/** All facts but the survey. */
export function factsApart(
  about: Pick<Facts, 'cluster' | 'now' | 'window'>,
  found: { metrics: Facts['metrics']; curves: Curve[]; cloud: Partial<CloudSide>; unknown: Unknown[] },
): Omit<Facts, 'survey'> {
  const { metrics, curves, cloud, unknown } = found;
  const { region } = cloud;
  return {
    ...about,
    cluster: { ...about.cluster, ...(region !== undefined && { region }) },
    metrics,
    curves,
    inspection: cloud.inspection,
    pools: cloud.pools,
    machines: cloud.machines,
    prices: cloud.prices ?? {},
    unknown,
  };
}

/** What of the survey is not known, by kind. */
export function lostReadings({ readings }: Pick<Outline, 'readings'>): Unknown[] {
  return readings.flatMap(({ kind, state, why = '' }) =>
    state === 'absent' || state === 'lost' ? [{ what: kind, why, kind: state }] : [],
  );
}
