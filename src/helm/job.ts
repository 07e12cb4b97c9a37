import type { ChartSource } from './chart.ts';
import type { IndexEntry } from './index-file.ts';
import type { ChartError, ReleaseOptions, Rendered } from './types.ts';

/** What is asked of the thread in which charts are read, and what it answers: plain data both ways. */

/** Values as a person gave them: later ones lie over earlier ones, in this order. */
export interface GivenValues {
  /** YAML. */
  yaml?: string;
  /** As `--set` takes them. */
  set: string[];
  /** As `--set-string` takes them. */
  setText: string[];
}

export interface RenderJob {
  kind: 'render';
  source: ChartSource;
  given: GivenValues;
  release: Omit<ReleaseOptions, 'values'>;
}

export type Job =
  | RenderJob
  | { kind: 'describe'; sources: { id: string; source: ChartSource }[] }
  | { kind: 'index'; text: string };

/** What people are told of a chart. All of it is untrusted text. */
export interface ChartFacts {
  name: string;
  version: string;
  appVersion?: string;
  description?: string;
  deprecated: boolean;
}

export interface RenderedChart extends Rendered {
  chart: ChartFacts;
  /** What was given, by its path; null where the name speaks of a secret. */
  given: { path: string; value: string | null }[];
}

export interface Answers {
  render: RenderedChart;
  /** By id; a chart that cannot be read has why instead. */
  describe: { id: string; chart?: ChartFacts; problem?: string }[];
  index: IndexEntry[];
}

export type Answer<Kind extends Job['kind']> =
  | { made: Answers[Kind] }
  | { failed: { code: ChartError['code']; message: string } };
