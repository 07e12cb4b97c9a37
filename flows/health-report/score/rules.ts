import type { Category, Severity } from '../../../src/health/types.ts';

/** The rules of the score. Whoever changes one of them changes the version: scores of two versions are no measure of a change. */
export const RULE_SET = '2026-11';

/** What a category can cost at most; together 100. Cost is not scored. */
export const WEIGHT: Record<Exclude<Category, 'cost'>, number> = {
  workloads: 30,
  nodes: 20,
  'control-plane': 15,
  capacity: 15,
  storage: 8,
  security: 7,
  observability: 5,
};

export const POINTS: Record<Severity, number> = { critical: 25, high: 10, medium: 4, low: 1, info: 0 };

/** What the score cannot be above, lowest first. */
export const CEILING = { outage: 49, critical: 69, coverage: 89 } as const;

/** With less of the signals known than this, the score has a ceiling and its grade a question mark. */
const ENOUGH_COVERAGE = 0.8;

const GRADES: readonly [number, string][] = [
  [90, 'A'],
  [80, 'B'],
  [70, 'C'],
  [60, 'D'],
  [50, 'E'],
];

/** A to F; with a question mark where too little is known. */
export function gradeOf(score: number, coverage: number): string {
  const letter = GRADES.find(([least]) => score >= least)?.[1] ?? 'F';
  return isEnough(coverage) ? letter : `${letter}?`;
}

/** A share that is 0.8 but for what floating point makes of it is enough. */
export function isEnough(coverage: number): boolean {
  return coverage >= ENOUGH_COVERAGE - 1e-9;
}
