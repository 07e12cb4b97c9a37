import { expect } from 'vitest';
import { scoreOf } from '../../../../flows/health-report/score/score.ts';
import { judge } from '../../../../flows/health-report/signals/judge.ts';
import type { Facts } from '../../../../src/health/types.ts';
import { faults } from '../../../support/faults.ts';
import { type Random, randomOf } from '../../../support/random.ts';
import { addPod, addWorkload, lose, NOW, READ_KINDS } from '../../../support/survey-builder.ts';
import { randomFacts, randomMetrics, shuffled } from '../../../support/surveys.ts';

/** What holds of the score of any cluster; each check takes a seed, which a failure names. */

/** Wording is most of the work and no part of the score: the keys and what they are told. */
const wording = Object.assign((message: unknown, params?: unknown) => JSON.stringify([message, params]), {
  has: () => true,
});
const words = { en: wording, zh: wording };
const rate = (facts: Facts, snoozes: { findingId: string; by: string; until: number }[] = []) =>
  scoreOf(judge(facts, words), { now: facts.now, snoozes }, words);
const tenths = (points: number) => Math.round(points * 10);

function clusterOf(random: Random): Facts & { survey: NonNullable<Facts['survey']> } {
  const facts = randomFacts(random);
  if (!facts.survey) throw new Error('no survey');
  return { ...facts, survey: facts.survey, metrics: random.chance(0.5) ? randomMetrics(random) : {} };
}

export function linesSum(seed: number): void {
  const { score } = rate(clusterOf(randomOf(seed)));
  const sum = score.lines.reduce((total, { points }) => total + tenths(points), 0);
  expect({ seed, sum }).toEqual({ seed, sum: (100 - score.score) * 10 });
  expect(score.lines.every(({ points }) => points > 0 && tenths(points) / 10 === points)).toBe(true);
  expect(Number.isInteger(score.score) && score.score >= 0 && score.score <= 100).toBe(true);
}

export function faultsNeverRaise(seed: number): void {
  const random = randomOf(seed);
  const before = clusterOf(random);
  const names = Object.keys(faults);
  const name = names[random.int(0, names.length - 1)] ?? '';
  const survey = structuredClone(before.survey);
  for (let time = 0; time < random.pick([1, 1, 4]); time += 1) faults[name]?.(survey, random);
  const [was, is] = [rate(before).score.score, rate({ ...before, survey }).score.score];
  expect({ seed, name, was, raised: is > was }).toEqual({ seed, name, was, raised: false });
}

export function healthyPodsMaskNothing(seed: number): void {
  const random = randomOf(seed);
  const before = clusterOf(random);
  const { ceiling } = rate(before).score;
  const survey = structuredClone(before.survey);
  const namespace = random.pick(['prod', 'shop-dev', 'new']);
  const workload = addWorkload(survey, { namespace, name: 'healthy', desired: 0 });
  Object.assign(survey.workloads[workload] ?? {}, {
    desired: 10_000,
    updated: 10_000,
    ready: 10_000,
    available: 10_000,
  });
  for (let pod = 0; pod < 10_000; pod += 1)
    addPod(survey, {
      workload,
      shape: survey.shapes.length - 1,
      node: survey.nodes.length ? pod % survey.nodes.length : -1,
    });
  const { score } = rate({ ...before, survey }).score;
  expect({ seed, lifted: ceiling !== undefined && score > ceiling.at }).toEqual({ seed, lifted: false });
}

export function losingRightsNeverRaises(seed: number): void {
  const random = randomOf(seed);
  const before = clusterOf(random);
  const was = rate(before).score.score;
  const kind = random.pick(READ_KINDS);
  if (before.survey.readings.find((reading) => reading.kind === kind)?.state !== 'complete') return;
  const is = rate({ ...before, survey: lose(before.survey, kind) }).score.score;
  expect({ seed, kind, was, raised: is > was }).toEqual({ seed, kind, was, raised: false });
  const metrics = Object.keys(before.metrics).map((code) => [code, { unknown: 'refused', kind: 'lost' as const }]);
  const without = rate({ ...before, metrics: Object.fromEntries(metrics) }).score.score;
  expect({ seed, was, raised: without > was }).toEqual({ seed, was, raised: false });
}

export function snoozesChangeOnlyWhatIsShown(seed: number): void {
  const random = randomOf(seed);
  const facts = clusterOf(random);
  const plain = rate(facts);
  const snoozes = plain.findings
    .filter(() => random.chance(0.4))
    .map(({ id }) => ({ findingId: id, by: 'ann', until: NOW + random.pick([-1, 1]) * 3_600_000 }));
  const { score, findings } = rate(facts, snoozes);
  const bare = (report: ReturnType<typeof rate>) => ({
    ...report.score,
    scoreWithoutSnoozed: 0,
    lines: report.score.lines.filter(({ points }) => points > 0).map(({ snoozed: _, ...line }) => line),
    findings: report.findings.map(({ snoozed: _, ...finding }) => finding),
  });
  expect({ seed, ...bare({ score, findings }) }).toEqual({ seed, ...bare(plain) });
  expect({ seed, lower: score.scoreWithoutSnoozed < score.score }).toEqual({ seed, lower: false });
}

export function orderChangesNothing(seed: number): void {
  const random = randomOf(seed);
  const facts = clusterOf(random);
  expect({ seed, ...rate({ ...facts, survey: shuffled(facts.survey, random) }) }).toEqual({ seed, ...rate(facts) });
}
