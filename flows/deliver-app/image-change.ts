import { ask, type FlowContext, FlowError, type FlowRun, propose, say } from '../../src/flow/kit.ts';
import { type Rehearsal, rehearse, stepOf, undoOf } from '../../src/flow/rehearsal.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { authorOf, whyOf } from './author.ts';
import { releaseBlocks } from './cards.ts';
import type { Finding } from './checks/check.ts';
import { examine } from './checks/registry.ts';
import { gatherFacts } from './facts.ts';
import { parseImage } from './image.ts';
import {
  asObject,
  type Container,
  containersOf,
  isHeld,
  type Manifest,
  manifestSchema,
  ROLLING,
  replicasOf,
  templateOf,
} from './objects.ts';
import { patiently } from './patient.ts';
import { type Place, rolloutWatch, steadyCheck, textIn, type Words } from './plan.ts';
import { tellOutcome, tellStopped } from './release.ts';
import { noted } from './values.ts';

/** Another image for something that others made: one container's image, and who changed it; nothing else. */

export interface ImageChange {
  place: Place;
  /** The workload as it is, with its kind. */
  object: JsonObject;
  /** The whole new name of the image. */
  image: string;
  /** Which container, where there are several. */
  container?: string | undefined;
}

/** Only these stop or warn: the rest was so before, and is not what is changed. */
const ABOUT_IMAGES = new Set([
  'held',
  'image-name',
  'image-latest',
  'image-digest',
  'root-image',
  'quota-full',
  'no-node',
]);

export function* changeImage(change: ImageChange, words: Words, context: FlowContext): FlowRun {
  const { place, object, image } = change;
  const target = manifestSchema.parse({ apiVersion: 'apps/v1', ...object }) as Manifest & JsonObject;
  const { kind, metadata } = target;
  const namespace = metadata.namespace ?? '';
  const { name } = metadata;
  const template = templateOf(target);
  const container = template && (yield* containerFor(containersOf(template.spec), change, context));
  if (!container) return;
  if (container.image === image) return yield* say('deliver.nothing', { name });
  const author = authorOf(context);
  const seen = yield* tryPatch(
    place.clusterId,
    patchOf(target, container.name, image, noted(author)),
    { name },
    context,
  );
  if (!seen) return;
  const facts = yield* gatherFacts(place.clusterId, namespace);
  const found = judged(target, seen, { place, namespace, facts });
  const blocks = found.filter(({ level }) => level === 'block');
  if (blocks.length > 0) return yield* tellStopped(blocks, name, context);
  const text = textIn(words);
  const title = text('deliver.plan.title-update', {
    name,
    from: versionOf(container.image),
    to: versionOf(image),
    namespace,
  });
  const ref = { kind, namespace, name };
  const watched = ROLLING.includes(kind);
  const step = stepOf(seen, {
    id: 'image',
    title: text('deliver.plan.set-image', { container: container.name, image }),
  });
  const outcome = yield* propose(
    {
      action: 'app.deploy',
      title,
      why: whyOf(author, words),
      cluster: place.cluster,
      environment: place.environment,
      target: { ...ref, percent: awayAtOnce(target) },
      steps: [watched ? { ...step, until: rolloutWatch(place.clusterId, ref), expectMinutes: 3 } : step],
      verify: watched ? [steadyCheck(place.clusterId, ref, text)] : [],
      undo: undoOf(seen, 'image', text('deliver.plan.put-back', { object: `${kind} ${namespace}/${name}` })),
      undoMode: 'automatic',
      risk: place.environment === 'prod' ? 'medium' : 'low',
      blastRadius: { objects: 1, text: text('deliver.plan.blast', { count: 1, namespace }) },
    },
    releaseBlocks({ changes: [{ object: target, seen }], findings: found, unknown: [] }, context.t),
  );
  const next = ['deliver.next-history', 'deliver.next-roll-back'].map((key) => ({ label: context.t(key, { name }) }));
  yield* tellOutcome(outcome, { done: { key: 'deliver.done', params: { name, namespace, image } }, next }, context);
}

/** The only one, the one that has this repository already, or the one the person names. */
function* containerFor(
  containers: readonly Container[],
  { image, container: named }: ImageChange,
  _context: FlowContext,
): FlowRun<Container | undefined> {
  const [first] = containers;
  if (containers.length <= 1) return first;
  const repository = parseImage(image)?.repository;
  const own = containers.filter(({ name, image: has }) =>
    named === undefined ? parseImage(has)?.repository === repository : name === named,
  );
  if (own.length === 1) return own[0];
  const answer = yield* ask({
    key: 'container',
    title: { key: 'deliver.which-container' },
    choices: containers.map(({ name, image: has }) => ({ id: name, label: `${name} (${has})` })),
  });
  return 'choice' in answer ? containers.find(({ name }) => name === answer.choice) : undefined;
}

/** A strategic merge names the container, so that no other is touched. */
function patchOf({ kind, metadata }: Manifest, container: string, image: string, annotations: JsonObject) {
  const template = { template: { metadata: { annotations }, spec: { containers: [{ name: container, image }] } } };
  const patch = kind === 'CronJob' ? { spec: { jobTemplate: { spec: template } } } : { spec: template };
  return {
    tool: 'k8s_patch',
    args: { kind, namespace: metadata.namespace ?? '', name: metadata.name, patchType: 'strategic', patch },
  };
}

export function* tryPatch(
  clusterId: string,
  change: { tool: string; args: JsonObject },
  { name }: { name: string },
  context: FlowContext,
): FlowRun<Rehearsal | undefined> {
  try {
    return yield* patiently(() => rehearse(clusterId, change));
  } catch (error) {
    if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
    const params = { object: name, code: error.code, message: error.message.slice(0, 500) };
    yield* tellStopped([{ level: 'block', id: 'refused', params }], name, context);
    return undefined;
  }
}

function judged(
  target: Manifest & JsonObject,
  { before, after }: Rehearsal,
  { place, namespace, facts }: { place: Place; namespace: string; facts: Parameters<typeof examine>[0]['facts'] },
): Finding[] {
  const next = { ...after, kind: target.kind } as JsonObject;
  const [template, present] = [next, { ...before, kind: target.kind } as JsonObject].map(templateOf);
  if (!template) return [];
  const part = {
    object: target,
    ...template,
    replicas: replicasOf(next),
    ...(before &&
      present && {
        present: {
          spec: present.spec,
          replicas: replicasOf({ ...before, kind: target.kind }),
          isHeld: isHeld(before),
        },
      }),
  };
  const all = examine({ namespace, environment: place.environment, objects: [target], parts: [part], facts });
  return all.filter(({ id }) => ABOUT_IMAGES.has(id));
}

/** What people call an image's version. */
export function versionOf(image: string): string {
  const { tag, digest } = parseImage(image) ?? {};
  return tag ?? digest?.slice(0, 19) ?? image;
}

/** The largest share of its pods that a roll-out takes away at once, in percent. */
export function awayAtOnce({ kind, spec }: JsonObject): number {
  const { replicas, strategy } = asObject(spec);
  const most = Math.max(1, Number(replicas ?? 1));
  if (kind === 'StatefulSet') return Math.ceil(100 / most);
  const { type, rollingUpdate } = asObject(strategy);
  if (type === 'Recreate') return 100;
  const { maxUnavailable } = asObject(rollingUpdate);
  if (typeof maxUnavailable === 'string' && maxUnavailable.endsWith('%')) return Number.parseInt(maxUnavailable, 10);
  if (typeof maxUnavailable === 'number') return Math.min(100, Math.ceil((100 * maxUnavailable) / most));
  return 25;
}
