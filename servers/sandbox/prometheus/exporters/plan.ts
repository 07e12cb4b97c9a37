import type { GroundState, NodeTrouble, PodRuns } from '../../kubernetes/kubelet/documents.ts';
import type { ObjectStore } from '../../kubernetes/store.ts';
import type { Labels } from '../promql/labels.ts';
import type { Hints, Series } from '../promql/source.ts';
import type { StateHistory } from '../state/history.ts';

/** A series that is worked out only when it is asked for. */
export interface Plan {
  labels: Labels;
  /** Epoch milliseconds; before and after there is nothing. */
  from: number;
  to?: number | undefined;
  /** It changes seldom, so that of what is old less is kept. */
  seldom?: boolean;
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
  /** Where counters begin to count that would be older: what came before is a number to start from. */
  since: number;
  /** Cores that the containers of a machine use. */
  cpuOf(machine: Machine): (time: number) => number;
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
/** Of what is older than a day one sample of a minute is kept, or of five, so that a month can be looked through. */
const KEPT_MS = 60_000;
const SELDOM_MS = 300_000;
const FINE_FOR_MS = 86_400_000;

interface Span extends Pick<Hints, 'windows'> {
  start: number;
  end: number;
  now: number;
}

/** The samples of a plan after `start` and up to `end`, where it was scraped; those outside of the windows may be left out. */
export function materialise(plan: Plan, span: Span): Series {
  const { from, to = Number.POSITIVE_INFINITY } = plan;
  const parts = partsOf(span).filter((part) => from <= part.end && to > part.start);
  const room = parts.reduce((sum, { start, end }) => sum + Math.ceil((Math.min(end, to) - start) / SCRAPE_MS) + 1, 0);
  const samples = { times: new Float64Array(room), values: new Float64Array(room), ends: [], count: 0 };
  for (const part of parts) sampleInto(samples, plan, { ...part, fineFrom: span.now - FINE_FOR_MS });
  const { times, values, ends, count } = samples;
  return { labels: plan.labels, times: times.subarray(0, count), values: values.subarray(0, count), ends };
}

interface Part {
  start: number;
  end: number;
}

function partsOf({ start, end, windows }: Span): Part[] {
  if (!windows) return [{ start, end }];
  const { first, step, range } = windows;
  const parts: Part[] = [];
  const skipped = Math.max(0, Math.floor((start - first) / step));
  for (let at = first + skipped * step; at - range < end; at += step)
    if (at > start) parts.push({ start: Math.max(start, at - range), end: Math.min(end, at) });
  return parts;
}

interface Samples {
  times: Float64Array;
  values: Float64Array;
  ends: number[];
  count: number;
}

function sampleInto(
  samples: Samples,
  { from, to = Number.POSITIVE_INFINITY, seldom = false, valueAt }: Plan,
  { start, end, fineFrom }: Part & { fineFrom: number },
): void {
  let present = false;
  const after = (time: number): number => {
    const step = time >= fineFrom ? SCRAPE_MS : seldom ? SELDOM_MS : KEPT_MS;
    return (Math.floor(time / step) + 1) * step;
  };
  for (let time = after(Math.max(start, from - 1)); time <= end; time = after(time)) {
    const value = time < to ? valueAt(time) : undefined;
    if (value === undefined && present) samples.ends.push(time);
    present = value !== undefined;
    if (time >= to) break;
    if (value === undefined) continue;
    samples.times[samples.count] = time;
    samples.values[samples.count] = value;
    samples.count++;
  }
}

/** Whether a plan can have samples in a time. */
export const overlaps = ({ from, to }: Plan, start: number, end: number): boolean =>
  from <= end && (to === undefined || to > start);

const ANCHOR_MS = 300_000;

/** A line between two anchors. */
interface Piece {
  left: number;
  right: number;
  value: number;
  slope: number;
}

/** A function known exactly every five minutes and straight in between; an anchor is worked out when a time beside it is asked for. */
export function interpolated(exact: (time: number) => number, from: number, to = Number.POSITIVE_INFINITY) {
  const pieces = new Map<number, Piece>();
  const pieceAt = (index: number): Piece => {
    const left = Math.max(from, index * ANCHOR_MS);
    const right = Math.max(left, Math.min(to, (index + 1) * ANCHOR_MS));
    const value = pieces.get(index - 1)?.right === left ? endOf(pieces.get(index - 1)) : exact(left);
    const slope = right > left ? (exact(right) - value) / (right - left) : 0;
    return { left, right, value, slope };
  };
  let last: Piece | undefined;
  return (time: number): number => {
    if (!last || time < last.left || time >= last.right) {
      const index = Math.floor(time / ANCHOR_MS);
      last = pieces.get(index) ?? pieceAt(index);
      pieces.set(index, last);
    }
    return last.value + last.slope * (Math.min(time, last.right) - last.left);
  };
}

const endOf = (piece: Piece | undefined): number =>
  piece ? piece.value + piece.slope * (piece.right - piece.left) : Number.NaN;

/**
 * What a rate a second has come to since `from`; the rate is looked at every five minutes. Before `since` it is taken to
 * have been as it was then.
 */
export function integral(rate: (time: number) => number, from: number, since = from): (time: number) => number {
  const start = Math.max(from, since);
  const before = start > from ? (rate(start) * (start - from)) / 1000 : 0;
  const totals = [before];
  const first = Math.floor(start / ANCHOR_MS) * ANCHOR_MS;
  const step = (n: number): number => (rate(Math.max(start, first + (n + 0.5) * ANCHOR_MS)) * ANCHOR_MS) / 1000;
  return (time) => {
    const position = Math.max(0, (time - first) / ANCHOR_MS);
    const whole = Math.floor(position);
    while (totals.length <= whole + 1) totals.push((totals.at(-1) ?? 0) + step(totals.length - 1));
    const left = totals[whole] ?? 0;
    const right = totals[whole + 1] ?? 0;
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
  /** Where counting begins; default `from`. */
  since?: number;
  to?: number | undefined;
  bounds: readonly number[];
  /** Events a second. */
  rate: (time: number) => number;
  /** Seconds that one event takes on average; they are spread exponentially. */
  mean: (time: number) => number;
}

/** The buckets, the sum or the count of a classic histogram, by the metric's name. */
export function* histogramPlans({
  name,
  labels,
  from,
  since = from,
  to,
  bounds,
  rate,
  mean,
}: Histogram): Generator<Plan> {
  const plan = (extra: Labels, perSecond: (time: number) => number): Plan => ({
    labels: { __name__: name, ...labels, ...extra },
    from,
    to,
    valueAt: integral(perSecond, from, since),
  });
  if (name.endsWith('_sum')) yield plan({}, (time) => rate(time) * mean(time));
  if (name.endsWith('_count')) yield plan({}, rate);
  if (!name.endsWith('_bucket')) return;
  for (const bound of [...bounds, Number.POSITIVE_INFINITY]) {
    const le = bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound);
    yield plan({ le }, (time) => rate(time) * (1 - Math.exp(-bound / mean(time))));
  }
}
