import type { Category, Severity } from '../../../src/health/types.ts';

/** What a signal of the catalogue is, as data: what to ask, what is bad, and what an empty answer means. */

/** An exporter: without it, its signals are not known. */
export type Source =
  | 'apiserver'
  | 'aggregator'
  | 'cadvisor'
  | 'cert-manager'
  | 'coredns'
  | 'etcd'
  | 'kube-state-metrics'
  | 'kubelet'
  | 'nginx-ingress'
  | 'node-exporter'
  | 'prometheus'
  | 'scheduler'
  | 'volumes';

/** From where on it is how bad; the first that fits counts. `only` and `except` are labels of the rows it is for. */
export interface Level {
  severity: Severity;
  op: '>' | '>=' | '<' | '<=';
  value: number;
  only?: Record<string, string>;
  except?: Record<string, string>;
}

/** Which labels name what a row is about; the first of several that is there. */
export interface Naming {
  kind: string;
  name: readonly string[];
  namespace?: readonly string[];
  /** Where no label tells: it is always the same. */
  fixed?: { namespace: string; name: string };
}

export interface Signal {
  code: string;
  category: Category;
  /** One row for each object, bad or (without `over`) not. */
  promql: string;
  /** Worst first. None: it is no trouble, but feeds advice. */
  levels: readonly Level[];
  /** How long it must last to count in full. */
  graceMs: number;
  /** 1 state of the cluster, 0.7 forecast, 0.5 rule of thumb. */
  confidence: 1 | 0.7 | 0.5;
  unit: 'ratio' | 'percent' | 'seconds' | 'count' | 'rate' | 'days' | 'hours' | 'cores' | 'bytes';
  naming: Naming;
  sources: readonly Source[];
  /** What there is in all, where `promql` gives only a part of it. */
  over?: string;
  /** What it means that there is nothing at all, though the sources are there. */
  empty: 'good' | 'none' | 'unknown';
  /** Kinds of the survey that tell the same, so that nothing is asked. */
  api?: readonly string[];
  /** At its worst the control plane fails. */
  outage?: true;
  /** Asked for day by day by the feed of right-sizing, so that a report need not. */
  fed?: true;
  /** A row's value says nothing beyond that it is there. */
  flag?: true;
}

const MINUTE = 60_000;
export const minutes = (count: number): number => count * MINUTE;

/** The whole cluster is what it is about. */
export const CLUSTER: Naming = { kind: 'Cluster', name: [] };
export const COREDNS: Naming = { kind: 'Deployment', name: [], fixed: { namespace: 'kube-system', name: 'coredns' } };
export const NODE: Naming = { kind: 'Node', name: ['node', 'instance'] };
export const POD: Naming = { kind: 'Pod', name: ['pod'], namespace: ['namespace'] };

/** An object of a namespace by kube-state-metrics' labels. */
export const named = (kind: string, label: string): Naming => ({ kind, name: [label], namespace: ['namespace'] });

/** What most signals have in common. */
export const usual = { graceMs: 0, confidence: 1, empty: 'unknown' } as const;

/** Bad from a line on: `warn` is medium, `crit` critical, as alert rules have it. */
export const above = (value: number, severity: Severity = 'medium'): Level => ({ severity, op: '>', value });
export const below = (value: number, severity: Severity = 'medium'): Level => ({ severity, op: '<', value });
