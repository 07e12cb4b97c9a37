import type { Blocker } from './drain.ts';
import type { Obstacle } from './fits.ts';
import { workloadName } from './gates-after.ts';
import type { Item } from './state.ts';
import { failed, type Judged, listed } from './texts.ts';
import type { Trial } from './trial.ts';

/** What a trial came to, in words. */

const MOST_LINES = 20;

/** `prod/api ×2 → node-3`: workloads by where their pods would go; those that wait for room already are among them. */
export function describeMoves({ moved, state, world }: Trial): string[] {
  const counts = new Map<string, number>();
  for (const { pod, podClass } of moved.values()) {
    const workload = world.survey.workloads[podClass.workload];
    const node = world.nodes[state.nodeOf[pod] ?? -1]?.name;
    if (!workload || node === undefined) continue;
    const key = `${workloadName(workload)}\n${node}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const lines = [...counts].map(([key, count]) => {
    const [name = '', node = ''] = key.split('\n');
    return `${name} ×${count} → ${node}`;
  });
  return lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), `+${lines.length - MOST_LINES}`] : lines;
}

/** The reason that stops most pods, with whose they are. */
export function describeBlockers(blockers: readonly Blocker[]): Judged {
  const [first] = blockers;
  const same = blockers.filter(({ by }) => by === first?.by);
  const names = [...new Set(same.flatMap(({ workload }) => (workload ? [workloadName(workload)] : [])))];
  return failed('G4', first?.by ?? 'bare', {
    workloads: listed(names),
    pods: same.length,
    others: blockers.length - same.length,
  });
}

export function describeHomeless(
  { world }: Trial,
  { item, why }: { item: Item; why: Obstacle },
  how: 'waiting' | 'no-place',
): Judged {
  const workload = world.survey.workloads[item.podClass.workload];
  return failed('G5', how, { workload: workload ? workloadName(workload) : '?', why: why.replace('-', '_') });
}
