import type { Shape, Survey, SurveyNode } from '../../../servers/ack/kube/survey/survey.ts';
import { POD_STATE } from '../pod-state.ts';
import { bearsTaints, wantsNode } from '../selectors.ts';
import { type Counter, type CounterBook, counterBook } from './counters.ts';
import { claimIndex, type Storage, storageOf } from './storage.ts';

/** A survey compiled for placing pods: pods that the scheduler cannot tell apart are one class, labels are numbers. */

/** CPU in millicores and memory in bytes, as measured, for one pod of a workload. */
export type UsagePerPod = ReadonlyMap<number, { cpu: number; memory: number }>;

export interface PodClass {
  id: number;
  workload: number;
  namespace: string;
  shape: Shape;
  shapeIndex: number;
  /** By index of `World.resources`; a pod that asks for nothing counts as what it uses, and as something. */
  needs: Float64Array;
  /** Indices of the survey's claims; -1: a claim that is not there. */
  claims: number[];
  terminating: boolean;
  affinity: { counter: Counter; self: boolean }[];
  anti: Counter[];
  /** What other pods' anti-affinity has against it: counters of pods that hold such a term. */
  against: Counter[];
  spread: SpreadRule[];
  /** Counters that a pod of this class is counted by. */
  bumps: Counter[];
}

export interface SpreadRule {
  counter: Counter;
  maxSkew: number;
  minDomains: number;
  self: 0 | 1;
  /** nodeTaintsPolicy Honor: a node that is being emptied is no domain any more. */
  losesGhosts: boolean;
}

export interface World {
  survey: Survey;
  nodes: SurveyNode[];
  resources: string[];
  /** By resource, then node. */
  allocatable: Float64Array[];
  classes: PodClass[];
  /** By pod; -1 where it holds nothing any more. */
  classOf: Int32Array;
  counters: CounterBook;
  storage: Storage;
  /** The class that a new pod of this workload would be of, where it has a template. */
  templateClass(workload: number): PodClass | undefined;
  /** Whether label rules, taints and volumes let the class on the node. */
  isEligible(podClass: PodClass, node: number): boolean;
}

export const CPU = 0;
export const MEMORY = 1;
const LEAST_CPU = 50;
const LEAST_MEMORY = 64 * 2 ** 20;

export function worldOf(survey: Survey, usage: UsagePerPod = new Map()): World {
  const { nodes, pods } = survey;
  const resources = ['cpu', 'memory', 'ephemeral', 'pods', ...extendedNames(survey)];
  const registry = classRegistry(survey, resources, usage);
  const ownClaims = new Map(survey.podClaims.map(({ pod, claims }) => [pod, claims]));
  const classOf = Int32Array.from(pods.node, (_, pod) => {
    const state = pods.state[pod] ?? 0;
    if (state & POD_STATE.ended) return -1;
    const terminating = (state & POD_STATE.terminating) !== 0;
    return registry.of(pods.workload[pod] ?? 0, pods.shape[pod] ?? 0, { terminating, own: ownClaims.get(pod) ?? [] });
  });
  const templates = survey.workloads.map(({ shape }, workload) =>
    shape < 0 ? -1 : registry.of(workload, shape, { terminating: false, own: [] }),
  );
  const { classes } = registry;
  const counters = counterBook(survey, classes);
  const storage = storageOf(survey, classes, classOf);
  return {
    survey,
    nodes,
    resources,
    allocatable: resources.map((name) => Float64Array.from(nodes, (node) => allocatableOf(node, name))),
    classes,
    classOf,
    counters,
    storage,
    templateClass: (workload) => classes[templates[workload] ?? -1],
    isEligible: eligibility(nodes, storage),
  };
}

function extendedNames({ nodes, shapes }: Survey): string[] {
  const names = [...nodes.map(({ allocatable }) => allocatable), ...shapes.map(({ requests }) => requests)];
  return [...new Set(names.flatMap(({ extended }) => Object.keys(extended)))].sort();
}

function allocatableOf({ allocatable }: SurveyNode, name: string): number {
  if (name === 'cpu' || name === 'memory' || name === 'ephemeral' || name === 'pods') return allocatable[name];
  return allocatable.extended[name] ?? 0;
}

interface ClassKey {
  terminating: boolean;
  /** Claims of the pod's own. */
  own: number[];
}

function classRegistry(survey: Survey, resources: string[], usage: UsagePerPod) {
  const classes: PodClass[] = [];
  const known = new Map<string, number>();
  const claimAt = claimIndex(survey);
  function of(workload: number, shapeIndex: number, { terminating, own }: ClassKey): number {
    const key = `${workload} ${shapeIndex} ${terminating} ${own.join(',')}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const shape = survey.shapes[shapeIndex];
    const namespace = survey.workloads[workload]?.namespace;
    if (!shape || namespace === undefined)
      throw new RangeError(`The survey has no workload ${workload} or shape ${shapeIndex}`);
    const named = shape.claims.map((name) => claimAt.get(`${namespace}/${name}`) ?? -1);
    const claims = [...new Set([...named, ...own])];
    const needs = needsOf(shape, resources, usage.get(workload));
    const id = classes.length;
    const lists = { affinity: [], anti: [], against: [], spread: [], bumps: [] };
    classes.push({ id, workload, namespace, shape, shapeIndex, needs, claims, terminating, ...lists });
    known.set(key, id);
    return id;
  }
  return { classes, of };
}

function needsOf({ requests }: Shape, resources: string[], used = { cpu: 0, memory: 0 }): Float64Array {
  return Float64Array.from(resources, (name) => {
    if (name === 'cpu') return requests.cpu > 0 ? requests.cpu : Math.max(used.cpu, LEAST_CPU);
    if (name === 'memory') return requests.memory > 0 ? requests.memory : Math.max(used.memory, LEAST_MEMORY);
    if (name === 'ephemeral') return requests.ephemeral;
    return name === 'pods' ? 1 : (requests.extended[name] ?? 0);
  });
}

function eligibility(nodes: SurveyNode[], storage: Storage): World['isEligible'] {
  const byShape = new Map<number, Uint8Array>();
  function shapeMask({ shape, shapeIndex }: PodClass): Uint8Array {
    const known = byShape.get(shapeIndex);
    if (known) return known;
    const mask = Uint8Array.from(nodes, (node) => (wantsNode(shape, node) && bearsTaints(shape, node.taints) ? 1 : 0));
    byShape.set(shapeIndex, mask);
    return mask;
  }
  return (podClass, node) =>
    shapeMask(podClass)[node] === 1 && podClass.claims.every((claim) => storage.reaches(claim, node));
}
