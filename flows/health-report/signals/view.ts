import type { Survey, SurveyWorkload } from '../../../servers/ack/kube/survey/survey.ts';
import type { Translate } from '../../../src/chat/messages.ts';
import type { Language } from '../../../src/chat/types.ts';
import type { Facts, ObjectRef } from '../../../src/health/types.ts';
import { POD_STATE } from '../pod-state.ts';
import { type Place, type Places, placesOf } from './place.ts';

/** Pods that have not ended, of one workload and shape. */
export interface Group {
  workload: number;
  shape: number;
  pods: number;
}

interface NodeLoad {
  /** Running. */
  pods: number;
  /** Millicores and bytes that all pods on it ask for. */
  cpu: number;
  memory: number;
}

/** Pods of one workload with one kind of trouble. */
interface Troubled {
  workload: number;
  pods: number;
  /** Since the first of them; undefined where that is not known of each. */
  since?: number;
  reason: string;
  named: Survey['troubles'];
}

/** A survey as signals look at it, summed up once. */
export interface View {
  facts: Facts;
  survey: Survey;
  now: number;
  words: Record<Language, Translate>;
  places: Places;
  /** All pods that have not ended, and their weight. */
  live: { pods: number; weight: number };
  groups: Group[];
  loads: NodeLoad[];
  /** What all pods that have not ended ask for, placed or not. */
  asked: { cpu: number; memory: number };
  workload(index: number): SurveyWorkload | undefined;
  refOf(index: number): ObjectRef;
  placeOf(index: number): Place;
  troubled(what: Survey['troubles'][number]['what']): Troubled[];
  /** Since when a workload that says so is short of pods. One that comes and goes with its crashing pods is so since they began. */
  shortSince(index: number): number | undefined;
}

/** Troubles for which a pod is not ready, on and off. */
const FLAPPING = new Set(['crash-loop', 'waiting', 'not-ready', 'unschedulable']);

export function viewOf(facts: Facts, survey: Survey, words: Record<Language, Translate>): View {
  const places = placesOf(survey, facts.cluster.environment);
  const workload = (index: number) => survey.workloads[index];
  const placeOf = (index: number) => places.of(workload(index)?.namespace ?? '');
  const groups = groupsOf(survey);
  const named = Map.groupBy(survey.troubles, (trouble) => `${trouble.workload} ${trouble.what}`);
  const flapping = earliestTroubles(survey);
  return {
    facts,
    survey,
    now: facts.now,
    words,
    places,
    groups,
    ...sumsOf(survey, groups, placeOf),
    workload,
    placeOf,
    refOf(index) {
      const { kind = 'Pod', namespace = '', name = '' } = workload(index) ?? {};
      return { kind, namespace, name };
    },
    troubled: (what) =>
      survey.troubleCounts
        .filter((count) => count.what === what)
        .map(({ workload: of, pods }) => troubledOf(of, pods, named.get(`${of} ${what}`) ?? [])),
    shortSince(index) {
      const since = workload(index)?.shortSince;
      return since === undefined ? undefined : Math.min(since, flapping.get(index) ?? since);
    },
  };
}

function earliestTroubles({ troubles }: Survey): Map<number, number> {
  const earliest = new Map<number, number>();
  for (const { what, workload, since } of troubles)
    if (since !== undefined && FLAPPING.has(what))
      earliest.set(workload, Math.min(since, earliest.get(workload) ?? since));
  return earliest;
}

function troubledOf(workload: number, pods: number, named: Survey['troubles']): Troubled {
  const times = named.flatMap(({ since }) => since ?? []);
  const isKnown = times.length === named.length && named.length >= pods;
  const reason = named.map((one) => one.reason).sort()[0] ?? '';
  return { workload, pods, reason, named, ...(isKnown && { since: Math.min(...times) }) };
}

function groupsOf({ pods, shapes }: Survey): Group[] {
  const groups = new Map<number, Group>();
  pods.state.forEach((state, pod) => {
    if (state & POD_STATE.ended) return;
    const [workload = 0, shape = 0] = [pods.workload[pod], pods.shape[pod]];
    const key = workload * (shapes.length + 1) + shape;
    const group = groups.get(key);
    if (group) group.pods += 1;
    else groups.set(key, { workload, shape, pods: 1 });
  });
  return [...groups.values()];
}

function sumsOf(survey: Survey, groups: readonly Group[], placeOf: (workload: number) => Place) {
  const live = { pods: 0, weight: 0 };
  const asked = { cpu: 0, memory: 0 };
  for (const { workload, shape, pods } of groups) {
    const { cpu = 0, memory = 0 } = survey.shapes[shape]?.requests ?? {};
    live.pods += pods;
    live.weight += pods * placeOf(workload).weight;
    asked.cpu += pods * cpu;
    asked.memory += pods * memory;
  }
  return { live, asked, loads: loadsOf(survey) };
}

function loadsOf({ nodes, pods, shapes }: Survey): NodeLoad[] {
  const loads = nodes.map((): NodeLoad => ({ pods: 0, cpu: 0, memory: 0 }));
  pods.state.forEach((state, pod) => {
    const load = loads[pods.node[pod] ?? -1];
    if (!load || state & POD_STATE.ended) return;
    const { cpu = 0, memory = 0 } = shapes[pods.shape[pod] ?? -1]?.requests ?? {};
    if (state & POD_STATE.running) load.pods += 1;
    load.cpu += cpu;
    load.memory += memory;
  });
  return loads;
}
