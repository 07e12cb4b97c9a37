import type { LocalText } from '../../src/chat/types.ts';
import type { PlanDraft } from '../../src/flow/kit.ts';
import { type Rehearsal, stepOf, undoOf } from '../../src/flow/rehearsal.ts';
import type { Json, JsonObject } from '../../src/tools/types.ts';
import { awayAtOnce } from './image-change.ts';
import { asObject, type Manifest } from './objects.ts';
import { type Place, rolloutWatch, steadyCheck, textIn, type Words } from './plan.ts';

/** A canary as an object, and the plans that end it. */

export const CANARY = '-canary';
/** Tells the pods of a canary from those beside them; the Service selects both. */
const TRACK = 'release.k8s-copilot/track';

export interface Pair {
  place: Place;
  main: Manifest & JsonObject;
  canary: Manifest & JsonObject;
}

/** How many copies come nearest to that share of all, at least one, and what share that is: requests are spread by pods. */
export function copiesFor(replicas: number, percent: number): { count: number; all: number; percent: number } {
  const count = Math.max(1, Math.round((replicas * percent) / (100 - percent)));
  const all = replicas + count;
  return { count, all, percent: Math.round((100 * count) / all) };
}

interface Beside {
  image: string;
  container: string;
  copies: number;
  annotations: JsonObject;
}

/** The workload once more under another name, with another image in one container and a label more. */
export function canaryOf({ metadata, spec }: Manifest & JsonObject, beside: Beside): Manifest & JsonObject {
  const { selector, template, minReadySeconds } = asObject(spec);
  const { matchLabels, ...rest } = asObject(selector);
  const { metadata: podMeta, spec: pod } = asObject(template);
  const { labels, annotations } = asObject(podMeta);
  const { containers, ...podRest } = asObject(pod);
  const own = (Array.isArray(containers) ? containers.map(asObject) : []).map((one) =>
    one.name === beside.container ? { ...one, image: beside.image } : one,
  );
  const track = { [TRACK]: 'canary' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: `${metadata.name}${CANARY}`,
      namespace: metadata.namespace,
      labels: { ...(asObject(matchLabels) as Record<string, string>), ...track },
      annotations: {},
    },
    spec: {
      replicas: beside.copies,
      revisionHistoryLimit: 2,
      progressDeadlineSeconds: 300,
      ...(typeof minReadySeconds === 'number' && { minReadySeconds }),
      selector: { ...rest, matchLabels: { ...asObject(matchLabels), ...track } },
      template: {
        metadata: {
          labels: { ...asObject(labels), ...track },
          annotations: { ...asObject(annotations), ...beside.annotations },
        },
        spec: { ...podRest, containers: own },
      },
    },
  } as unknown as Manifest & JsonObject;
}

interface Said {
  why: LocalText;
  words: Words;
}

/** Only the canary goes. */
export function abortPlan({ place, main, canary }: Pair, removal: Rehearsal, { why, words }: Said): PlanDraft {
  const text = textIn(words);
  const { name, namespace = '' } = main.metadata;
  return {
    ...common({ place, main }, why),
    title: text('deliver.plan.title-abort', { name, namespace }),
    steps: [removalStep(canary, removal, words)],
    verify: [goneCheck(place.clusterId, canary, words)],
    undo: undoOf(removal, 'remove', text('deliver.plan.put-back', { object: nameOf(canary) })),
    risk: 'low',
    blastRadius: { objects: 1, text: text('deliver.plan.blast', { count: 1, namespace }) },
  };
}

/** All get the image; only when they are well the canary goes. */
export function promotePlan(
  { place, main, canary }: Pair,
  { image, removal }: { image: Rehearsal; removal: Rehearsal },
  { why, words, version }: Said & { version: string; replicas: Json | undefined },
): PlanDraft {
  const text = textIn(words);
  const { name, namespace = '' } = main.metadata;
  const ref = { kind: 'Deployment', namespace, name };
  const step = stepOf(image, { id: 'image', title: text('deliver.plan.promote', { object: nameOf(main), version }) });
  return {
    ...common({ place, main }, why),
    title: text('deliver.plan.title-promote', { name, namespace, version }),
    steps: [
      { ...step, until: rolloutWatch(place.clusterId, ref), expectMinutes: 3 },
      removalStep(canary, removal, words),
    ],
    verify: [steadyCheck(place.clusterId, ref, text), goneCheck(place.clusterId, canary, words)],
    undo: [
      ...undoOf(image, 'image', text('deliver.plan.put-back', { object: nameOf(main) })),
      ...undoOf(removal, 'remove', text('deliver.plan.put-back', { object: nameOf(canary) })),
    ],
    risk: 'medium',
    blastRadius: { objects: 2, text: text('deliver.plan.blast', { count: 2, namespace }) },
  };
}

function common({ place, main }: Pick<Pair, 'place' | 'main'>, why: LocalText) {
  const { name, namespace = '' } = main.metadata;
  return {
    action: 'app.deploy',
    why,
    cluster: place.cluster,
    environment: place.environment,
    target: { kind: 'Deployment', namespace, name, percent: awayAtOnce(main) },
    undoMode: 'automatic' as const,
  };
}

const nameOf = ({ metadata: { name, namespace = '' } }: Manifest): string => `Deployment ${namespace}/${name}`;

const removalStep = (canary: Manifest, removal: Rehearsal, words: Words) =>
  stepOf(removal, { id: 'remove', title: textIn(words)('deliver.plan.remove', { object: nameOf(canary) }) });

/** An empty list counts as zero. */
function goneCheck(clusterId: string, canary: Manifest, words: Words): PlanDraft['verify'][number] {
  const { name, namespace = '' } = canary.metadata;
  return {
    id: 'gone',
    title: textIn(words)('deliver.plan.gone', { object: nameOf(canary) }),
    tool: 'k8s_list',
    args: {
      clusterId,
      kind: 'Deployment',
      namespace,
      fieldSelector: `metadata.name=${name}`,
      fields: ['metadata.name'],
    },
    done: [{ path: 'items', atMost: 0 }],
    everySeconds: 5,
    timeoutMinutes: 5,
  };
}
