import type { RunAnalysis } from '../../analysis/run.ts';
import type { SeenIncident, SeenTask } from '../../channels/ports.ts';
import type { HealthPorts } from '../../health/ports.ts';
import type { Insight, Report, Unknown } from '../../health/types.ts';
import type { Ground } from '../ground.ts';
import type { Hands } from '../hands.ts';
import { gatherFacts } from './gather.ts';
import { runInsights } from './insights.ts';
import { type HealthThread, withHealthThread } from './thread.ts';
import type { UsageRoom } from './usage.ts';

/** From a cluster to its report: facts, then what the analyses find in them, then the score, each step told as it begins. */

export interface ComputeParts {
  ground: Pick<Ground, 'clock'>;
  hands: Pick<Hands, 'gateway'>;
  readings: {
    incidents: { list(page: { open: boolean; limit: number }): Promise<SeenIncident[]> };
    tasks: { list(limit: number): Promise<SeenTask[]> };
  };
  analyse: RunAnalysis;
  usage: Pick<UsageRoom, 'sketches' | 'follow'>;
}

const MOST = 500;

export function createCompute({ ground, hands, readings, analyse, usage }: ComputeParts): HealthPorts['compute'] {
  const { clock } = ground;
  return (wanted, how) => withHealthThread((thread) => compute(thread, wanted, how));

  async function compute(
    thread: HealthThread,
    { cluster, days, previous, history, snoozes }: Parameters<HealthPorts['compute']>[0],
    { id, signal, progress }: Parameters<HealthPorts['compute']>[1],
  ): Promise<Report> {
    const began = performance.now();
    const stop = signal ? { signal } : {};
    const { facts, asked } = await gatherFacts(cluster, days, {
      gateway: hands.gateway,
      sink: thread,
      clock,
      ...stop,
      ...(progress && { progress }),
    });
    progress?.('analysis');
    const at = clock();
    const happened = await happenings(readings, { cluster: cluster.name, from: at - days * 24 * 3600_000, at });
    const about = { curves: facts.curves, events: happened.events, cluster: cluster.name, now: facts.now };
    const found = await insightsOf(about, analyse, signal);
    await usage.follow(cluster.id);
    const sketches = await usage.sketches(cluster.id);
    progress?.('score');
    const report = await thread.run(
      'report',
      { ...facts, unknown: [...facts.unknown, ...found.unknown] },
      {
        id,
        at,
        usage: sketches.containers.length > 0 ? sketches : undefined,
        insights: found.insights,
        history,
        marks: happened.marks,
        firing: happened.firing,
        snoozes,
        ...(previous && { previous }),
      },
      signal,
    );
    return { ...report, asked, tookMs: Math.round(performance.now() - began) };
  }
}

type About = Pick<Parameters<typeof runInsights>[0], 'curves' | 'events' | 'cluster' | 'now'>;

async function insightsOf(
  about: About,
  analyse: RunAnalysis,
  signal: AbortSignal | undefined,
): Promise<{ insights: Insight[]; unknown: Unknown[] }> {
  if (about.curves.length === 0) return { insights: [], unknown: [] };
  return runInsights({ analyse, ...about, ...(signal && { signal }) });
}

/** What was changed and what went wrong in the time, as marks of a curve, events for analyses, and minutes by cause. */
async function happenings(
  { incidents, tasks }: ComputeParts['readings'],
  { cluster, from, at }: { cluster: string; from: number; at: number },
) {
  const seen = (await incidents.list({ open: false, limit: MOST })).filter(
    (one) => one.cluster.name === cluster && (one.resolvedAt ?? at) >= from,
  );
  const changed = (await tasks.list(MOST)).filter(
    ({ plan, state, endedAt = 0 }) => plan.cluster === cluster && state === 'succeeded' && endedAt >= from,
  );
  const minutes = new Map<string, number>();
  for (const { finding, title, openedAt, resolvedAt = at } of seen) {
    const name = finding?.cause ?? title.en;
    minutes.set(name, (minutes.get(name) ?? 0) + (resolvedAt - Math.max(openedAt, from)) / 60_000);
  }
  const deploys = changed.map(({ plan, endedAt = at }) => ({ at: endedAt, kind: 'deploy', name: plan.title.en }));
  const trouble = seen
    .filter(({ openedAt }) => openedAt >= from)
    .map(({ openedAt, finding, title }) => ({ at: openedAt, kind: 'incident', name: finding?.cause ?? title.en }));
  return {
    events: [...deploys, ...trouble],
    marks: [...deploys, ...trouble].map((event) => ({ at: event.at, name: event.name })),
    firing: [...minutes].map(([name, sum]) => ({ name, minutes: Math.round(sum) })),
  };
}
