import type { LocalText } from '../../../src/chat/types.ts';
import type { Facts } from '../../../src/health/types.ts';
import { movable } from './drain.ts';
import { survivesLoss, workloadName } from './gates-after.ts';
import { readWhole } from './gates-before.ts';
import { hasHeadroom } from './gates-use.ts';
import { describeHomeless } from './moves.ts';
import { poolsOf } from './pools.ts';
import { gateOf, type Judged, listed, passed, textOf, unknown, verdictOf, type Words } from './texts.ts';
import { type Trial, torn, trialOf } from './trial.ts';

export interface Recheck {
  verdict: 'SAFE' | 'NOT_SAFE' | 'UNKNOWN';
  gate?: string;
  text: LocalText;
}

/**
 * G5 to G7 once more, on fresh facts, after nodes were cordoned and drained: they count as gone, whether they still stand or not.
 * UNKNOWN where the facts do not suffice, so that whoever waits for SAFE goes on waiting.
 */
export function recheckRemoval(
  facts: Facts,
  { nodepoolId, nodes }: { nodepoolId: string; nodes: readonly string[] },
  words: Words,
): Recheck {
  const { survey } = facts;
  if (!survey) return answer([unknown('G0', 'unread', { kinds: 'Node, Pod' })], words);
  const incomplete = readWhole(survey);
  if (incomplete) return answer([incomplete], words);
  const emptied = survey.nodes.flatMap(({ name }, index) => (nodes.includes(name) ? [index] : []));
  const trial = trialOf(facts, survey, { accepted: 'all', emptied });
  const left = stillThere(trial, emptied);
  if (left.length > 0) {
    const text = textOf(words, 'recheck.left', { pods: left.length, workloads: listed([...new Set(left)]) });
    return { verdict: 'NOT_SAFE', gate: 'G4', text };
  }
  const inPool = poolsOf(facts).find(({ id }) => id === nodepoolId)?.nodes ?? [];
  return answer([placing(trial), hasHeadroom(trial, { id: nodepoolId, nodes: inPool }), survivesLoss(trial)], words);
}

/** Whose pods are still on the nodes that should be empty. */
function stillThere({ world, podsOf }: Trial, emptied: readonly number[]): string[] {
  const pods = emptied.flatMap((node) => podsOf[node] ?? []);
  return movable(world, pods).map(({ podClass }) => {
    const workload = world.survey.workloads[podClass.workload];
    return workload ? workloadName(workload) : '?';
  });
}

function placing(trial: Trial): Judged {
  if (trial.waiting) return describeHomeless(trial, trial.waiting, 'waiting');
  const item = torn(trial);
  return item ? describeHomeless(trial, { item, why: 'spread' }, 'no-place') : passed('G5', { pods: trial.moved.size });
}

function answer(gates: readonly Judged[], words: Words): Recheck {
  const { verdict, binding } = verdictOf(gates);
  if (!binding) return { verdict, text: textOf(words, 'recheck.SAFE') };
  return { verdict, gate: binding.id, text: gateOf(words, binding).text };
}
