import type { SurveyWorkload } from '../../../servers/ack/kube/survey/survey.ts';
import { movable } from './drain.ts';
import { place } from './place.ts';
import { copyOf, type Item, type State, setPresence, unseat } from './state.ts';
import { failed, type Judged, listed, passed, percentOf, unknown } from './texts.ts';
import { afterwards, capacityLeft, type Trial } from './trial.ts';
import { peaksOf } from './use.ts';
import { CPU, MEMORY, type World } from './world.ts';

/** What the cluster must still bear once the nodes are gone: G7, G8 and G9. */

const MEMORY_AFTER_LOSS = 0.95;

export const workloadName = ({ namespace, name }: Pick<SurveyWorkload, 'namespace' | 'name'>): string =>
  `${namespace}/${name}`;

function nameOf({ survey }: World, { podClass }: Item): string {
  const workload = survey.workloads[podClass.workload];
  return workload ? workloadName(workload) : '?';
}

/** G7: the largest node that is left may fail, and everything still finds a place and memory. */
export function survivesLoss(trial: Trial): Judged {
  const later = afterwards(trial);
  const lost = largestNodes(later);
  if (lost.length === 0) return failed('G7', 'none-left');
  for (const node of lost) {
    const name = trial.world.nodes[node]?.name ?? '';
    const homeless = placeWithout(trial, later, node);
    if (homeless) return failed('G7', 'no-place', { node: name, workload: nameOf(trial.world, homeless) });
  }
  return memoryAfter(trial, lost);
}

function memoryAfter(trial: Trial, lost: number[]): Judged {
  const peaks = peaksOf(trial.facts);
  if (!peaks) return unknown('G7', 'no-curves');
  const { memory } = capacityLeft(
    trial,
    trial.world.nodes.map((_, node) => node),
  );
  const away = Math.max(...lost.map((node) => trial.world.allocatable[MEMORY]?.[node] ?? 0));
  const node = trial.world.nodes[lost[0] ?? -1]?.name ?? '';
  const params = { node, memory: percentOf(peaks.memoryMax, memory - away), most: MEMORY_AFTER_LOSS * 100 };
  return peaks.memoryMax <= MEMORY_AFTER_LOSS * (memory - away) ? passed('G7', params) : failed('G7', 'memory', params);
}

/** The open node with the most CPU and the one with the most memory; the first by name where several have as much. */
function largestNodes({ world, presence }: State): number[] {
  const open = presence.flatMap((is, node) => (is === 'open' ? [node] : []));
  const largest = (resource: number) =>
    open.toSorted((a, b) => (world.allocatable[resource]?.[b] ?? 0) - (world.allocatable[resource]?.[a] ?? 0))[0];
  return [...new Set([largest(CPU), largest(MEMORY)])].filter((node) => node !== undefined);
}

/** The first pod that finds no place when that node fails, though one of the nodes to be removed might have taken it. */
function placeWithout(trial: Trial, later: State, node: number): Item | undefined {
  const { world, removed } = trial;
  const state = copyOf(later);
  const pods = [...state.nodeOf.keys()].filter((pod) => state.nodeOf[pod] === node);
  const items = movable(world, pods).filter(
    ({ podClass }) => world.survey.workloads[podClass.workload]?.kind !== 'Pod',
  );
  for (const pod of pods) {
    const podClass = world.classes[world.classOf[pod] ?? -1];
    if (podClass) unseat(state, { pod, podClass }, node);
  }
  setPresence(state, node, 'gone');
  const might = (item: Item, other: number) => world.isEligible(item.podClass, other);
  const concerned = items.filter(
    (item) =>
      removed.some((other) => might(item, other)) ||
      state.presence.some((is, other) => is === 'open' && might(item, other)),
  );
  const placed = place(state, concerned);
  return placed.ok ? undefined : placed.item;
}

/** G8: every autoscaler at its maximum, the largest surge and the largest CronJob fit together, or nodes may come. */
export function canGrow(trial: Trial): Judged {
  const { survey } = trial.world;
  const items = [...autoscaled(trial), ...largestSurge(trial), ...largestCronJob(trial)];
  const placed = place(afterwards(trial), items);
  const params = { pods: items.length, autoscalers: survey.autoscalers.filter(isScaling).length };
  if (placed.ok) return passed('G8', params);
  const roomy = trial.facts.pools?.find(
    ({ autoscaling, total }) => autoscaling?.enabled && autoscaling.max !== undefined && total < autoscaling.max,
  );
  if (roomy) return { ...passed('G8', { name: roomy.name }), key: 'G8.autoscaler' };
  return failed('G8', 'no-room', { ...params, workload: nameOf(trial.world, placed.item) });
}

const isScaling = ({ kind, workload }: { kind: string; workload: number }) =>
  kind === 'HorizontalPodAutoscaler' && workload >= 0;

function newPods({ world }: Trial, workload: number, count: number): Item[] {
  const podClass = world.templateClass(workload);
  return podClass ? Array.from({ length: Math.max(0, count) }, () => ({ pod: -1, podClass })) : [];
}

function autoscaled(trial: Trial): Item[] {
  const { survey, classOf, classes } = trial.world;
  const running = new Int32Array(survey.workloads.length);
  for (const id of classOf) {
    const podClass = classes[id];
    if (podClass && !podClass.terminating) running[podClass.workload] = (running[podClass.workload] ?? 0) + 1;
  }
  return survey.autoscalers
    .filter(isScaling)
    .flatMap(({ workload, max }) => newPods(trial, workload, max - (running[workload] ?? 0)));
}

function largestSurge(trial: Trial): Item[] {
  const { workloads } = trial.world.survey;
  return largestOf(
    trial,
    workloads.flatMap(({ kind, surge }, index) => (kind === 'Deployment' ? [newPods(trial, index, surge)] : [])),
  );
}

function largestCronJob(trial: Trial): Item[] {
  const { workloads } = trial.world.survey;
  return largestOf(
    trial,
    workloads.flatMap(({ kind, suspended }, index) =>
      kind === 'CronJob' && !suspended ? [newPods(trial, index, 1)] : [],
    ),
  );
}

function largestOf({ world }: Trial, groups: Item[][]): Item[] {
  const most = world.allocatable.map((amounts) => amounts.reduce((a, b) => Math.max(a, b), 1));
  const share = (needs: Float64Array, resource: number) => (needs[resource] ?? 0) / (most[resource] ?? 1);
  let largest = { items: [] as Item[], size: -1 };
  for (const items of groups) {
    const needs = items[0]?.podClass.needs;
    const size = needs ? items.length * Math.max(share(needs, CPU), share(needs, MEMORY)) : 0;
    if (size > largest.size) largest = { items, size };
  }
  return largest.items;
}

const HOSTNAME = 'kubernetes.io/hostname';
const ZONE = 'topology.kubernetes.io/zone';

/** G9: enough nodes for what must be apart, and a node for every volume that is bound to a place. */
export function keepsFloor(trial: Trial, pool: readonly number[]): Judged {
  const { state, removed, world } = trial;
  const open = state.presence.flatMap((is, node) => (is === 'open' ? [node] : []));
  const inPool = pool.filter((node) => !removed.includes(node)).length;
  const floor = Math.max(2, zonesInUse(trial));
  if (open.length < floor) return failed('G9', 'too-few', { left: open.length, floor });
  if (inPool < 1) return failed('G9', 'pool-empty');
  const apart = tooClose(trial, open);
  if (apart) return failed('G9', 'apart', apart);
  const stranded = strandedVolumes(trial, open);
  if (stranded.length > 0) return failed('G9', 'volumes', { claims: listed(stranded) });
  return passed('G9', { left: open.length, floor, nodes: world.nodes.length });
}

/** Zones that pods must be spread over. */
function zonesInUse({ world: { nodes, classes }, state }: Trial): number {
  const isZonal = classes.some(({ spread }) => spread.some(({ counter }) => counter.topologyKey === ZONE));
  if (!isZonal) return 0;
  const zones = nodes.flatMap(({ labels }, node) =>
    state.presence[node] === 'open' || state.presence[node] === 'ghost' ? [labels[ZONE]] : [],
  );
  return new Set(zones.filter((zone) => zone !== undefined)).size;
}

/** A workload whose pods may not share a node, and that has fewer nodes left than pods, one of a roll-out included. */
function tooClose({ world }: Trial, open: number[]): { workload: string; needed: number; left: number } | undefined {
  for (const [index, workload] of world.survey.workloads.entries()) {
    const podClass = workload.kind === 'DaemonSet' ? undefined : world.templateClass(index);
    const apart = podClass?.anti.some(
      (counter) => counter.topologyKey === HOSTNAME && podClass.bumps.includes(counter),
    );
    if (!podClass || !apart) continue;
    const needed = workload.desired + (workload.surge > 0 ? 1 : 0);
    const left = open.filter((node) => world.isEligible(podClass, node)).length;
    if (needed > left) return { workload: workloadName(workload), needed, left };
  }
  return undefined;
}

function strandedVolumes({ world, removed }: Trial, open: number[]): string[] {
  const used = new Set([...world.classOf].flatMap((id) => world.classes[id]?.claims ?? []));
  return [...used].flatMap((claim) => {
    const { namespace, name } = world.survey.claims[claim] ?? {};
    const reaches = (node: number) => world.storage.reaches(claim, node);
    return name !== undefined && removed.some(reaches) && !open.some(reaches) ? [`${namespace}/${name}`] : [];
  });
}
