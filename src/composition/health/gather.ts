import type { HealthCluster, Progress } from '../../health/ports.ts';
import type { Curve, Facts, Unknown } from '../../health/types.ts';
import type { JsonObject, ToolGateway } from '../../tools/types.ts';
import { type CloudSide, readCloudSide } from './cloud-side.ts';
import { askMetrics } from './metrics.ts';
import { readSurvey } from './survey.ts';

/** From tools to facts: a survey of the API, then metrics and the cloud side by side. What could not be looked at is written down. */

export interface GatherOptions {
  gateway: ToolGateway;
  clock: () => number;
  signal?: AbortSignal;
  progress?: Progress;
}

const DAY_MS = 24 * 3600_000;

export interface Gathered {
  facts: Facts;
  /** What was asked of Prometheus. */
  asked: { queries: number; samples: number };
}

export async function gatherFacts(
  cluster: HealthCluster,
  days: number,
  { gateway, clock, signal, progress }: GatherOptions,
): Promise<Gathered> {
  const stop = signal ? { signal } : {};
  progress?.('survey');
  const surveyed = await readSurvey(gateway, { clusterId: cluster.id, actor: 'system', ...stop });
  signal?.throwIfAborted();
  const survey = surveyed.ok ? surveyed.survey : undefined;
  const now = survey?.serverTime ?? clock();
  const window = { from: now - days * DAY_MS, to: now };

  progress?.('metrics');
  const read = (tool: string, args: JsonObject) => gateway.read({ tool, args, actor: 'system', ...stop });
  const [metrics, cloud] = await Promise.all([
    askMetrics({ read, clusterId: cluster.id, now, window, ...(survey && { survey }), ...stop }),
    readCloudSide({ read, clusterId: cluster.id, survey }),
  ]);
  signal?.throwIfAborted();

  const unknown: Unknown[] = [
    ...(surveyed.ok
      ? lostReadings(surveyed.survey)
      : [{ what: 'Kubernetes API', why: surveyed.why, kind: surveyed.kind }]),
    ...metrics.unknown,
    ...cloud.unknown,
  ];
  return {
    facts: factsOf(
      { cluster, now, window },
      { survey, cloud, unknown, metrics: metrics.metrics, curves: metrics.curves },
    ),
    asked: { queries: metrics.queries, samples: metrics.samples },
  };
}

/** A folder of files has no metrics and no cloud: what only they could tell is absent. */
export function factsOf(
  about: Pick<Facts, 'cluster' | 'now' | 'window'>,
  found: {
    survey: Facts['survey'];
    metrics: Facts['metrics'];
    curves: Curve[];
    cloud: Partial<CloudSide>;
    unknown: Unknown[];
  },
): Facts {
  const { survey, metrics, curves, cloud, unknown } = found;
  const { region } = cloud;
  return {
    ...about,
    cluster: { ...about.cluster, ...(region !== undefined && { region }) },
    survey,
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
export function lostReadings({ readings }: NonNullable<Facts['survey']>): Unknown[] {
  return readings.flatMap(({ kind, state, why = '' }) =>
    state === 'absent' || state === 'lost' ? [{ what: kind, why, kind: state }] : [],
  );
}
