import type { Kind } from './kinds.ts';

/** Where evidence comes from: a live cluster through tools, or a folder of files. Everything is asked for, nothing is assumed. */
export interface EvidenceSource {
  /** The cluster's name, for people. */
  readonly cluster: string;
  /** All of it is at hand, so that asking widely troubles nobody. */
  readonly isLocal?: boolean;
  /** All objects of a kind, of one namespace or of the whole cluster. */
  list(kind: Kind, namespace?: string): Promise<Listing>;
  logs(query: LogQuery): Promise<LogAnswer>;
  /** An instant query at the scene's now. */
  metrics(promql: string): Promise<MetricAnswer>;
  /** A range query that ends at the scene's now. */
  range(promql: string, minutes: number): Promise<MetricAnswer>;
  /** The cluster's own time in epoch milliseconds, as far as it is known by now. */
  now(): Promise<number>;
  /** Lets others have a turn, where somebody waits for them. Called between pieces of longer work. */
  pause?(): Promise<void>;
}

/**
 * Objects as the API gives them. Forbidden or lost is `unknown`, and a list that was cut short is `incomplete`: neither ever reads as
 * "there are none".
 */
export type Listing = { items: readonly unknown[]; incomplete?: string | undefined } | { unknown: string };

interface LogQuery {
  namespace: string;
  pod: string;
  container: string;
  /** The run before the present one. */
  previous: boolean;
}

type LogAnswer = { text: string } | { unknown: string };

/** Points are [epoch seconds, value]. */
export interface Series {
  metric: Record<string, string>;
  points: readonly (readonly [number, number])[];
}

export type MetricAnswer = { series: readonly Series[] } | { unknown: string };

/** A firing alert, in Alertmanager's terms. */
export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Epoch milliseconds. */
  startsAt?: number | undefined;
}

/** What is looked at. Without a namespace: the whole cluster. With a focus, only what concerns that object counts. */
export interface Scope {
  namespace?: string | undefined;
  focus?: { kind?: string | undefined; name: string } | undefined;
  alerts: readonly Alert[];
}
