import { containers } from './exporters/containers.ts';
import { controlPlane } from './exporters/control-plane.ts';
import { kubelet } from './exporters/kubelet.ts';
import { nodes } from './exporters/nodes.ts';
import { type Family, materialise, overlaps, type Plan, type Scene } from './exporters/plan.ts';
import { services } from './exporters/services.ts';
import { statePlans } from './exporters/state.ts';
import { targets } from './exporters/targets.ts';
import type { Matcher } from './promql/ast.ts';
import { acceptor, type Labels, matchAll } from './promql/labels.ts';
import type { MetricSource, Series } from './promql/source.ts';

const families: readonly Family[] = [containers, controlPlane, kubelet, nodes, services, targets];

/** The metrics of a cluster as a source of series; nothing is older than `retentionMs`, nothing lies in the future. */
export function metricSource(scene: Scene, retentionMs: number): MetricSource {
  return {
    *select(matchers, { start, end }, { earliest, windows }): Generator<Series> {
      const [oldest, newest] = [Math.max(start, scene.now - retentionMs), Math.min(end, scene.now)];
      const since = countingFrom(Math.max(earliest, scene.now - retentionMs));
      for (const plan of matchingPlans({ ...scene, since }, matchers)) {
        if (!overlaps(plan, oldest, newest)) continue;
        const series = materialise(plan, { start: oldest, end: newest, now: scene.now, ...(windows && { windows }) });
        if (series.times.length > 0) yield series;
      }
    },
  };
}

const DAY_MS = 86_400_000;

/** A day's begin, so that counters are the same for many queries. */
const countingFrom = (earliest: number): number => Math.floor(earliest / DAY_MS) * DAY_MS;

/** Which series there are in a time, by the selectors they fulfil; all without a selector. */
export const labelSets = (scene: Scene, retentionMs: number) =>
  function* (selectors: readonly (readonly Matcher[])[], span: { start: number; end: number }): Generator<Labels> {
    const [oldest, newest] = [Math.max(span.start, scene.now - retentionMs), Math.min(span.end, scene.now)];
    for (const matchers of selectors.length > 0 ? selectors : [[]]) {
      for (const plan of matchingPlans(scene, matchers)) if (overlaps(plan, oldest, newest)) yield plan.labels;
    }
  };

function* matchingPlans(scene: Scene, matchers: readonly Matcher[]): Generator<Plan> {
  const named = matchers.filter(({ name }) => name === '__name__').map((one) => acceptor(one.operator, one.value));
  const fits = matchAll(matchers);
  const wanted = (name: string) => named.every((accepts) => accepts(name));
  for (const { names, plans } of families) {
    for (const name of names.filter(wanted)) {
      for (const plan of plans(scene, name)) if (fits(plan.labels)) yield plan;
    }
  }
  for (const name of [...scene.history.names()].filter(wanted)) {
    for (const plan of statePlans(scene, name)) if (fits(plan.labels)) yield plan;
  }
}
