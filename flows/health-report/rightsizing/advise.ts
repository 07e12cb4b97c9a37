import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { Translate } from '../../../src/chat/messages.ts';
import type { Language } from '../../../src/chat/types.ts';
import type { Advice, Facts } from '../../../src/health/types.ts';
import type { ContainerUsage, UsageSketches } from '../../../src/health/usage/types.ts';
import { type Candidate, HOUR_MS, type Refusal, unknown } from './gates.ts';
import { adviceOf, summaryOf } from './texts.ts';
import { judgeWorkload, type Resize } from './workload.ts';

export type { UsageSketches } from '../../../src/health/usage/types.ts';

/** Workloads that are named; what the others would free is summed up. */
const MOST_ADVICE = 50;
/** Sketches that end earlier tell of a time that is over. */
const FRESH_MS = 72 * HOUR_MS;
/** How many GiB of memory a core is worth when workloads are put in order; an estimate. */
const CORE_IN_GIB = 8;

/** A workload that no advice is given on, and why. */
export interface Skipped extends Refusal {
  namespace: string;
  name: string;
}

/**
 * New sizes for workloads, those that are short of memory first, then those that free most; and one summary of what is left
 * alone. The rules look only at what was measured: whoever has too little of it gets no advice.
 */
export function adviseSizes(facts: Facts, usage: UsageSketches, words: Record<Language, Translate>): Advice[] {
  const { survey, now } = facts;
  if (!survey?.readings.some(({ kind, state }) => kind === 'Pod' && state === 'complete')) return [];
  const isFresh = usage.lastDay !== undefined && now - Date.parse(`${usage.lastDay}T00:00:00Z`) < FRESH_MS;
  const resizes: Resize[] = [];
  const skipped: Skipped[] = [];
  for (const candidate of candidatesOf(survey, usage)) {
    const judged = isFresh ? judgeWorkload(survey, candidate, now) : { refusal: unknown('R-history') };
    if (judged === 'fits') continue;
    const { namespace, name } = candidate.workload;
    if ('refusal' in judged) skipped.push({ ...judged.refusal, namespace, name });
    else resizes.push(judged.resize);
  }
  resizes.sort(
    (a, b) => Number(b.isShort) - Number(a.isShort) || worthOf(b) - worthOf(a) || (keyOf(a) < keyOf(b) ? -1 : 1),
  );
  const more = resizes.slice(MOST_ADVICE);
  const advice = resizes.slice(0, MOST_ADVICE).map((resize) => adviceOf(resize, words));
  return more.length > 0 || skipped.length > 0 ? [...advice, summaryOf({ skipped, more, usage }, words)] : advice;
}

const worthOf = ({ freed }: Resize): number => (freed.cpu / 1000) * CORE_IN_GIB + freed.memory / 2 ** 30;
const keyOf = ({ candidate: { workload } }: Resize): string =>
  `${workload.namespace}/${workload.kind}/${workload.name}`;

/** Whatever runs, with its use. What is switched off, finished or without a template has no size to speak of. */
function candidatesOf({ workloads, shapes }: Survey, { containers }: UsageSketches): Candidate[] {
  const used = new Map<string, Map<string, ContainerUsage>>();
  for (const usage of containers) {
    const key = `${usage.kind}/${usage.namespace}/${usage.name}`;
    const own = used.get(key) ?? new Map<string, ContainerUsage>();
    used.set(key, own.set(usage.container, usage));
  }
  return workloads.flatMap((workload, index): Candidate[] => {
    const { kind, namespace, name, desired, finished } = workload;
    const shape = shapes[workload.shape];
    if (!shape || desired === 0 || finished) return [];
    return [{ index, workload, shape, usage: used.get(`${kind}/${namespace}/${name}`) ?? new Map() }];
  });
}
