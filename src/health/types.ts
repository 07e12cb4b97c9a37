import type { Survey } from '../../servers/ack/kube/survey/survey.ts';
import type { BarChart, Chart, LocalText } from '../chat/types.ts';

/** The words of a health report: facts go in, verdicts on signals come of them, a report goes out. Plain data throughout. */

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export type Category =
  | 'workloads'
  | 'nodes'
  | 'control-plane'
  | 'capacity'
  | 'storage'
  | 'security'
  | 'observability'
  /** Not scored: what money can be saved. */
  | 'cost';
export type Environment = 'prod' | 'staging' | 'dev';

/** What something refers to, as Kubernetes names it. */
export interface ObjectRef {
  kind: string;
  namespace?: string;
  name: string;
}

/**
 * Why a thing is not known. `absent`: there is no such source here (no Prometheus, a snapshot without that kind); it lowers coverage and
 * nothing else. `lost`: it is there and was refused, failed or cut short; it counts as bad as it could be, so that losing a right never
 * raises a score.
 */
export interface Unknown {
  what: string;
  why: string;
  kind: 'absent' | 'lost';
}

/** One series of an answer: labels, and its newest value. */
export interface MetricRow {
  labels: Record<string, string>;
  value: number;
  /** Since when it is bad, epoch milliseconds, as far as it was looked at. */
  since?: number;
}

/** What a query of the catalogue gave. `rows` are the bad ones only, worst first, at most 100; `total` counts all series, `bad` all bad ones. */
export type MetricAnswer =
  | { total: number; bad: number; rows: MetricRow[] }
  | { unknown: string; kind: 'absent' | 'lost' };

/** Curves that charts and analyses are made of; points are [epoch milliseconds, value or null]. */
export interface Curve {
  /** `cpu-used`, `cpu-requests`, `cpu-allocatable`, `memory-used`, …, `restarts`, `oom`, `volume-free`, `firing`: see metrics/curves.ts. */
  name: string;
  unit: Chart['unit'];
  labels: Record<string, string>;
  points: [number, number | null][];
  /** What it cannot go above, where there is such a thing. */
  capacity?: number;
}

/** A check of ACK's own inspection that is not normal. */
export interface InspectionItem {
  id: string;
  category: string;
  level: string;
  name: string;
  description: string;
  fix: string;
  targets: string[];
}

/** A machine as the cloud knows it. */
export interface CloudNode {
  /** As Kubernetes names it. */
  name: string;
  instanceId: string;
  nodepoolId?: string;
  instanceType: string;
  chargeType: 'PostPaid' | 'PrePaid' | 'Spot' | 'unknown';
  /** Prepaid until then, epoch milliseconds. */
  expiresAt?: number;
}

export interface NodePool {
  nodepoolId: string;
  name: string;
  state: string;
  desired?: number;
  total: number;
  autoscaling?: { enabled: boolean; min?: number; max?: number };
}

/** A price of one month (730 hours). `estimate` is shown as one and never summed with others. */
export interface Price {
  amount: number;
  currency: string;
  source: 'bill' | 'api' | 'catalog' | 'estimate';
  asOf: string;
}

/** Everything a report is made of. What is absent here is `unknown` there. */
export interface Facts {
  cluster: { id: string; name: string; environment: Environment; region?: string };
  /** The cluster's own time, epoch milliseconds. */
  now: number;
  window: { from: number; to: number };
  survey: Survey | undefined;
  /** By code of the catalogue. */
  metrics: Record<string, MetricAnswer>;
  curves: Curve[];
  inspection: { finishedAt: string; items: InspectionItem[] } | undefined;
  pools: NodePool[] | undefined;
  machines: CloudNode[] | undefined;
  /** By instance type, disk `category/level` per GiB, and fee. */
  prices: Record<string, Price>;
  unknown: Unknown[];
}

/** What a signal found. `good`: looked at, nothing wrong. `none`: it does not apply here, for certain. */
export type Verdict = { code: string; category: Category } & (
  | { state: 'good' | 'none' }
  | {
      state: 'unknown';
      kind: 'absent' | 'lost';
      why: string;
      /** How bad it could be, which is what it counts as when it is lost; left out: critical, and certain. */
      worst?: { severity: Severity; confidence: Trouble['confidence']; outage?: boolean };
    }
  | ({ state: 'bad' } & Trouble)
);

export interface Trouble {
  severity: Severity;
  /** 1 API truth, 0.7 forecast, 0.5 heuristic. */
  confidence: 1 | 0.7 | 0.5;
  /** Weight of what is affected, and of all that could be: replicas times the importance of the namespace. */
  affected: number;
  relevant: number;
  /** Epoch milliseconds, as far as it is known. */
  since?: number;
  /** How long it must last to count in full; 0: at once. */
  graceMs: number;
  /** Whether it is in prod, or the cluster's own. */
  prod: boolean;
  /** A prod Service without an endpoint, or the control plane failing: the score cannot be above 49. */
  outage?: boolean;
  /** Up to 20, worst first; `count` counts all. */
  objects: ObjectRef[];
  count: number;
  /** One line: "3 of 40 pods in prod/api were OOMKilled". Strangers' words in it are plain text. */
  text: LocalText;
  evidence: { source: string; text: string }[];
  /** What to do next. */
  next: LocalText;
  remedy?: Proposal;
}

/** A change that a finding or a piece of advice offers as a button. `kind` names who prepares the plan. */
export type Proposal =
  | { kind: 'diagnose'; object: ObjectRef }
  | { kind: 'remove-nodes'; nodepoolId: string; nodes: string[] }
  | {
      kind: 'resize';
      object: ObjectRef;
      containers: { name: string; requests: Record<string, string>; limits: Record<string, string> }[];
      /** Its target moves along, so that the load of a pod at which it scales stays the same. Percent of the request. */
      autoscaler?: { name: string; cpuTarget: number };
    };

/** A reason for points lost. `points` has one decimal; all lines of a report sum to 100 minus the score. */
export interface Line {
  points: number;
  code: string;
  text: LocalText;
  snoozed?: { by: string; until: number };
}

export interface Score {
  score: number;
  grade: string;
  /** 0 to 1. */
  coverage: number;
  lines: Line[];
  /** Without what is snoozed. */
  scoreWithoutSnoozed: number;
  ceiling?: { at: number; why: LocalText };
  ruleSet: string;
}

export interface Finding {
  /** Stable from one report to the next: `W3:prod`, made of the code and the worst place. */
  id: string;
  code: string;
  category: Category;
  severity: Severity;
  confidence: 1 | 0.7 | 0.5;
  points: number;
  since?: number;
  objects: ObjectRef[];
  count: number;
  text: LocalText;
  evidence: { source: string; text: string }[];
  next: LocalText;
  remedy?: Proposal;
  snoozed?: { by: string; until: number };
}

/** Money, always with where it comes from. `zeroUntil`: prepaid, so nothing is saved before. */
export interface Saving {
  amount: number;
  currency: string;
  per: 'month';
  source: Price['source'];
  asOf: string;
  zeroUntil?: number;
  note?: LocalText;
}

/** One gate of a piece of advice, passed or not, with what it was judged by. */
export interface Gate {
  id: string;
  state: 'passed' | 'failed' | 'unknown';
  text: LocalText;
}

export interface Advice {
  id: string;
  kind: 'remove-nodes' | 'resize' | 'unused';
  title: LocalText;
  text: LocalText;
  saving?: Saving;
  /** Freed or asked for in addition, where it is no money yet. CPU in millicores, memory in bytes; negative: more is needed. */
  freed?: { cpu: number; memory: number };
  verdict?: 'SAFE' | 'NOT_SAFE' | 'UNKNOWN';
  /** The first gate that does not pass. */
  gate?: string;
  gates: Gate[];
  evidence: { source: string; text: string }[];
  proposal?: Proposal;
}

/** A finding of a Python script. */
export interface Insight {
  script: string;
  code: string;
  severity: Severity;
  series: string;
  labels: Record<string, string>;
  text: LocalText;
  figures: Record<string, number | string | null>;
}

export interface ReportChart {
  name: string;
  title: LocalText;
  chart: Chart | BarChart;
  /** What in the chart is words and no name of a thing, in both languages, by how it stands there: see `chartIn`. */
  words?: Record<string, LocalText>;
}

/** A whole report, as it is stored, shown and printed with `-o json`. */
export interface Report {
  schemaVersion: 1;
  id: string;
  cluster: Facts['cluster'];
  at: number;
  window: { from: number; to: number };
  ruleSet: string;
  /** SHA-256 of what went in: the same twice is the same report. */
  inputs: string;
  score: number;
  grade: string;
  coverage: number;
  scoreWithoutSnoozed: number;
  ceiling?: { at: number; why: LocalText };
  lines: Line[];
  findings: Finding[];
  advice: Advice[];
  insights: Insight[];
  charts: ReportChart[];
  unknown: Unknown[];
  /** Against an earlier report of the same cluster. */
  delta?: Delta;
  /** What it asked of Prometheus: queries, and points that these made it evaluate. */
  asked?: { queries: number; samples: number };
  tookMs: number;
}

export interface Delta {
  against: { id: string; at: number; score: number; ruleSet: string };
  points: number;
  /** What moved it, largest first; with another rule set also what that alone changed. */
  causes: {
    points: number;
    code: string;
    text: LocalText;
    change: 'new' | 'worse' | 'better' | 'gone' | 'rules' | 'coverage';
  }[];
}
