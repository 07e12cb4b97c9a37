import type { Category, ObjectRef, Severity, Trouble } from '../../../src/health/types.ts';
import type { Place } from './place.ts';
import type { View } from './view.ts';

/** One bad thing that a signal saw. */
export interface Item {
  object: ObjectRef;
  /** Replicas times importance. */
  weight: number;
  severity: Severity;
  prod: boolean;
  /** Epoch milliseconds, as far as it is known. */
  since?: number;
  outage?: boolean;
  /** What the API says of it. Strangers' words in it are data. */
  seen: string;
}

/** What a signal saw: the bad things, and how much there was to look at. */
export interface Sight {
  items: Item[];
  /** Weight of all that could be bad. */
  relevant: number;
  /** For the text: how many are bad, of how many. */
  bad: number;
  total: number;
  /** Other values of the text. */
  params?: Record<string, string | number>;
}

export type Seen = Sight | 'good' | 'none' | { unknown: string };

/** One signal that the API answers by itself. Its words are `signals.CODE.{name,text,next}`. */
export interface Signal {
  code: string;
  category: Category;
  /** Kinds that it is made of. Lost or absent, it is unknown; the first one unknown to the server: it does not apply. */
  kinds: readonly string[];
  /** Kinds that it takes along where they are there. */
  also?: readonly string[];
  /** How long it must last to count in full; before that, nothing of it is critical. */
  graceMs: number;
  confidence?: Trouble['confidence'];
  /** The worst that it can be. */
  worst: Severity;
  canBeOutage?: true;
  /** What it looks at is in no namespace. */
  clusterWide?: true;
  /** The incident rules may prove its cause and know a remedy. */
  diagnosable?: true;
  look(view: View): Seen;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** One severity in prod and the cluster's own namespaces, another elsewhere. */
export function severityIn(place: Place, inProd: Severity, elsewhere: Severity): Severity {
  return place.prod ? inProd : elsewhere;
}

export const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
