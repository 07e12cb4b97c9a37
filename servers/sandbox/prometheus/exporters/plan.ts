import type { GroundState, NodeTrouble, PodRuns } from '../../kubernetes/kubelet/documents.ts';
import type { ObjectStore } from '../../kubernetes/store.ts';
import type { Labels } from '../promql/labels.ts';
import type { Series } from '../promql/source.ts';
import type { StateHistory } from '../state/history.ts';

/** A series that is worked out only when it is asked for. */
export interface Plan {
  labels: Labels;
  /** Epoch milliseconds; before and after there is nothing. */
  from: number;
  to?: number | undefined;
  /** Asked in ascending order; undefined = no sample. */
  valueAt(time: number): number | undefined;
}

/** A machine of the cluster, also one that has left it lately. */
export interface Machine {
  name: string;
  ip: string;
  from: number;
  to: number | undefined;
  cpus: number;
  memory: number;
  trouble: NodeTrouble | undefined;
}

/** All that metrics are derived from, at one moment. */
export interface Scene {
  now: number;
  store: ObjectStore;
  history: StateHistory;
  pods: readonly PodRuns[];
  ground: GroundState;
  machines: readonly Machine[];
  /** When the control plane came to be. */
  born: number;
  /** Cores that the containers of a machine use, at a moment and in all since its start. */
  cpuOf(machine: Machine): { rate: (time: number) => number; total: (time: number) => number };
  /** Bytes that the containers of a machine use. */
  memoryOf(machine: Machine): (time: number) => number;
}

/** Metrics of one exporter. */
export interface Family {
  names: readonly string[];
  plans(scene: Scene, name: string): Iterable<Plan>;
}

/** How often everything is scraped. */
const SCRAPE_MS = 15_000;

/** The samples of a plan after `start` and up to `end`, where it was scraped. */
export function materialise({ labels, from, to, valueAt }: Plan, start: number, end: number): Series {
  const times: number[] = [];
  const values: number[] = [];
  const ends: number[] = [];
  let present = false;
  const first = (Math.floor(Math.max(start, from - 1) / SCRAPE_MS) + 1) * SCRAPE_MS;
  for (let time = first; time <= end; time += SCRAPE_MS) {
    const value = to !== undefined && time >= to ? undefined : valueAt(time);
    if (value === undefined) {
      if (present) ends.push(time);
      present = false;
      if (to !== undefined && time >= to) break;
      continue;
    }
    present = true;
    times.push(time);
    values.push(value);
  }
  return { labels, times: Float64Array.from(times), values: Float64Array.from(values), ends };
}

/** Whether a plan can have samples in a time. */
export const overlaps = ({ from, to }: Plan, start: number, end: number): boolean =>
  from <= end && (to === undefined || to > start);

const ANCHOR_MS = 300_000;

/** A function known exactly every five minutes and straight in between, worked out once for each. */
export function interpolated(exact: (time: number) => number, from: number, to = Number.POSITIVE_INFINITY) {
  const known = new Map<number, number>();
  const at = (time: number): number => {
    const found = known.get(time) ?? exact(time);
    known.set(time, found);
    return found;
  };
  return (time: number): number => {
    const left = Math.max(from, Math.floor(time / ANCHOR_MS) * ANCHOR_MS);
    const right = Math.min(to, (Math.floor(time / ANCHOR_MS) + 1) * ANCHOR_MS);
    if (right <= left) return at(left);
    const share = Math.min(1, (time - left) / (right - left));
    return at(left) + (at(right) - at(left)) * share;
  };
}

/** What a rate a second has come to since `from`; the rate is looked at every five minutes. */
export function integral(rate: (time: number) => number, from: number): (time: number) => number {
  const totals = [0];
  const first = Math.floor(from / ANCHOR_MS) * ANCHOR_MS;
  const step = (n: number): number => (rate(Math.max(from, first + (n + 0.5) * ANCHOR_MS)) * ANCHOR_MS) / 1000;
  return (time) => {
    const position = Math.max(0, (time - first) / ANCHOR_MS);
    const whole = Math.floor(position);
    while (totals.length <= whole + 1) totals.push((totals.at(-1) ?? 0) + step(totals.length - 1));
    const [left = 0, right = 0] = [totals[whole], totals[whole + 1]];
    return left + (right - left) * (position - whole);
  };
}

/** The value a list of changes holds at ascending times. */
export function stepwise(times: readonly number[], values: readonly (number | undefined)[]) {
  let next = 0;
  return (time: number): number | undefined => {
    while (next < times.length && Number(times[next]) <= time) next++;
    while (next > 0 && Number(times[next - 1]) > time) next--;
    return next > 0 ? values[next - 1] : undefined;
  };
}

interface Histogram {
  name: string;
  labels: Labels;
  from: number;
  to?: number | undefined;
  bounds: readonly number[];
  /** Events a second. */
  rate: (time: number) => number;
  /** Seconds that one event takes on average; they are spread exponentially. */
  mean: (time: number) => number;
}

/** The buckets, the sum or the count of a classic histogram, by the metric's name. */
export function* histogramPlans({ name, labels, from, to, bounds, rate, mean }: Histogram): Generator<Plan> {
  const plan = (extra: Labels, perSecond: (time: number) => number): Plan => ({
    labels: { __name__: name, ...labels, ...extra },
    from,
    to,
    valueAt: integral(perSecond, from),
  });
  if (name.endsWith('_sum')) yield plan({}, (time) => rate(time) * mean(time));
  if (name.endsWith('_count')) yield plan({}, rate);
  if (!name.endsWith('_bucket')) return;
  for (const bound of [...bounds, Number.POSITIVE_INFINITY]) {
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
    yield plan({ le }, (time) => rate(time) * (1 - Math.exp(-bound / mean(time))));
  }
}
