import { breakage, type ContainerView, containersOf, type PodView, suspicion } from '../pods.ts';
import type { Survey } from './survey.ts';
import { millis } from './values.ts';

/** What is wrong with pods: a word for each pod at most once, from the same judgement as a scan's. */

type Trouble = Survey['troubles'][number];
export type PodTrouble = Omit<Trouble, 'workload' | 'pod'>;

const dayMs = 24 * 3_600_000;
const manyRestarts = 5;

/** Empty for a pod that is well, starting, done or leaving. `ownerKind`: a Job's failed pods are the Job's to tell of. */
export function troublesOf(pod: PodView, now: number, ownerKind: string): PodTrouble[] {
  const main = mainTrouble(pod, now, ownerKind);
  return [...(main ? [main] : []), ...restartTroubles(pod, now)];
}

function mainTrouble(pod: PodView, now: number, ownerKind: string): PodTrouble | undefined {
  const why = suspicion(pod, now);
  if (why === undefined || why === 'Restarting') return undefined;
  const { metadata, status } = pod;
  if (metadata.deletionTimestamp) return told('terminating', why, millis(metadata.deletionTimestamp));
  if (status.phase === 'Failed') return ownerKind === 'Job' || ownerKind === 'CronJob' ? undefined : failed(pod);
  if (why === 'NotReady' || status.phase === 'Unknown') return told('not-ready', why, changed(pod, 'Ready'));
  const waits = containersOf(pod).find(({ state }) => state?.waiting?.reason === why);
  if (waits) {
    const what = why === 'CrashLoopBackOff' ? 'crash-loop' : 'waiting';
    const since = changed(pod, 'Ready') ?? millis(metadata.creationTimestamp);
    return { ...told(what, why, since), container: waits.name, count: waits.restartCount };
  }
  if (why === 'StartingLong') return told('waiting', breakage(pod) ?? why, millis(metadata.creationTimestamp));
  return told('unschedulable', why, changed(pod, 'PodScheduled') ?? millis(metadata.creationTimestamp));
}

/** Evicted, or stopped by the kubelet for another reason that it names; else one that ended by itself and is not made anew. */
function failed(pod: PodView): PodTrouble {
  const { reason } = pod.status;
  const since = changed(pod, 'Ready') ?? lastEnd(pod);
  return reason ? told('evicted', reason, since) : told('not-ready', 'Failed', since);
}

const lastEnd = (pod: PodView) =>
  containersOf(pod)
    .map(({ state, lastState }) => millis((state?.terminated ?? lastState?.terminated)?.finishedAt))
    .find((at) => at !== undefined);

/** The worst container of each kind, within the last day: what the API keeps of the past is its last end. */
function restartTroubles(pod: PodView, now: number): PodTrouble[] {
  const ends = containersOf(pod).flatMap((container) => {
    const ended = endOf(container);
    const at = millis(ended?.finishedAt);
    return ended && at !== undefined && now - at <= dayMs ? [{ container, reason: ended.reason ?? '', at }] : [];
  });
  const worst = (list: typeof ends) =>
    list.toSorted((one, other) => other.container.restartCount - one.container.restartCount)[0];
  const oom = worst(ends.filter(({ reason }) => reason === 'OOMKilled'));
  const often = worst(ends.filter(({ container }) => container.restartCount > manyRestarts));
  const lately = suspicion(pod, now) === 'Restarting' ? worst(ends) : undefined;
  const restarts = often ?? lately;
  const found: [PodTrouble['what'], (typeof ends)[number] | undefined][] = [
    ['oom', oom],
    ['restarts', restarts],
  ];
  return found.flatMap(([what, end]) =>
    end
      ? [
          {
            ...told(what, end.reason || 'Ended', end.at),
            container: end.container.name,
            count: end.container.restartCount,
          },
        ]
      : [],
  );
}

const endOf = ({ state, lastState }: ContainerView) => state?.terminated ?? lastState?.terminated;

const changed = ({ status }: PodView, type: string): number | undefined =>
  millis(
    status.conditions?.find((condition) => condition.type === type && condition.status !== 'True')?.lastTransitionTime,
  );

const told = (what: PodTrouble['what'], reason: string, since: number | undefined): PodTrouble => ({
  what,
  reason,
  ...(since !== undefined && { since }),
});

const mostNamed = 2_000;

/** At most 2,000, of each workload and kind of trouble some before many of one. Every entry is of the survey already. */
export function namedTroubles(all: Trouble[]): Trouble[] {
  const text = (one: Trouble) =>
    `${one.workload.toString().padStart(8, '0')} ${one.what} ${one.pod} ${one.container ?? ''}`;
  const inOrder = all.map((one) => ({ one, text: text(one) })).sort((a, b) => (a.text < b.text ? -1 : 1));
  const ranks = new Map<string, number>();
  const ranked = inOrder.map(({ one }, at) => {
    const group = `${one.workload} ${one.what}`;
    const rank = ranks.get(group) ?? 0;
    ranks.set(group, rank + 1);
    return { one, at, rank };
  });
  const kept = ranked.sort((a, b) => a.rank - b.rank || a.at - b.at).slice(0, mostNamed);
  return kept.sort((a, b) => a.at - b.at).map(({ one }) => one);
}

/** How many pods of each workload have which trouble. */
export function countTroubles(all: Trouble[]): Survey['troubleCounts'] {
  const counts = new Map<string, Survey['troubleCounts'][number]>();
  for (const { what, workload } of all) {
    const key = `${workload} ${what}`;
    const known = counts.get(key);
    if (known) known.pods += 1;
    else counts.set(key, { what, workload, pods: 1 });
  }
  return [...counts.values()].sort((a, b) => a.workload - b.workload || (a.what < b.what ? -1 : 1));
}
