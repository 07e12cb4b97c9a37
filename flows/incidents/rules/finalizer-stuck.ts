import type { EvidenceLine, ObjectRef, Verdict } from '../finding.ts';
import type { Objects } from '../kinds.ts';
import { objectLine, refOf } from '../lines.ts';
import { looksWidely } from '../looks/looks-widely.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const PATIENCE_MS = 10 * 60_000;
/** Finalizers of Kubernetes itself: what they wait for has to be dealt with, and removing them leaves it behind. */
const OWN =
  /^(?:kubernetes|foregroundDeletion|orphan)$|^(?:kubernetes\.io|service\.kubernetes\.io|batch\.kubernetes\.io|snapshot\.storage\.kubernetes\.io)\//;
/** These wait for a pod that still uses the volume, and rightly so. */
const IN_USE = new Set(['kubernetes.io/pvc-protection', 'kubernetes.io/pv-protection']);

interface Owned {
  metadata: Objects['Service']['metadata'];
}

/** Something was deleted long ago and is still there, because a finalizer on it is not taken away. */
export const finalizerStuck: Rule = {
  cause: 'FinalizerStuck',
  async examine(scene) {
    const found = [
      ...scene.pods.flatMap((pod) => verdictFor(scene, 'Pod', pod)),
      ...scene.nodes.flatMap((node) => verdictFor(scene, 'Node', node)),
      ...scene.workloads.flatMap(({ ref, object, job, cronJob }) => {
        const stored = object ?? job ?? cronJob;
        return stored ? verdictFor(scene, ref.kind, stored) : [];
      }),
      ...(await ofLists(scene)),
    ];
    return [...found, ...(await ofNamespaces(scene))];
  },
};

/** Kinds that other rules list anyway. */
async function ofLists(scene: Scene): Promise<Verdict[]> {
  const services = (await scene.list('Service')).items.flatMap((one) => verdictFor(scene, 'Service', one));
  const ingresses = (await scene.list('Ingress')).items.flatMap((one) => verdictFor(scene, 'Ingress', one));
  const configs = looksWidely(scene)
    ? (await scene.list('ConfigMap')).items.flatMap((one) => verdictFor(scene, 'ConfigMap', one))
    : [];
  const claims = await scene.list('PersistentVolumeClaim');
  const used = new Set(
    scene.pods.flatMap(({ metadata, spec }) =>
      spec.volumes.map(({ persistentVolumeClaim }) => `${metadata.namespace}/${persistentVolumeClaim?.claimName}`),
    ),
  );
  const idle = claims.items.filter(
    ({ metadata }) => scene.podsKnown && !used.has(`${metadata.namespace}/${metadata.name}`),
  );
  return [
    ...services,
    ...ingresses,
    ...configs,
    ...idle.flatMap((one) => verdictFor(scene, 'PersistentVolumeClaim', one)),
  ];
}

function verdictFor(scene: Scene, kind: string, { metadata }: Owned): Verdict[] {
  const { deletionTimestamp, finalizers } = metadata;
  if (deletionTimestamp === undefined || finalizers.length === 0) return [];
  if (scene.now - deletionTimestamp < PATIENCE_MS) return [];
  // A volume that a pod of another scope uses cannot be told from one that is stuck.
  if (kind !== 'PersistentVolumeClaim' && finalizers.every((one) => IN_USE.has(one))) return [];
  const foreign = finalizers.filter((one) => !OWN.test(one));
  const [finalizer = finalizers[0] ?? ''] = foreign;
  const ref = refOf(kind, { metadata });
  const removable = foreign.map((one) => ({ id: 'remove-finalizer' as const, target: ref, finalizer: one }));
  return [
    toVerdict(ref, {
      since: deletionTimestamp,
      finalizer,
      lines: [finalizersLine(ref, metadata)],
      remedies: removable,
    }),
  ];
}

function finalizersLine(ref: ObjectRef, { deletionTimestamp = 0, finalizers }: Owned['metadata']): EvidenceLine {
  const text = `deleted at ${new Date(deletionTimestamp).toISOString()}, still held by ${finalizers.join(', ')}`;
  return objectLine(ref, text, deletionTimestamp);
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/ */
async function ofNamespaces(scene: Scene): Promise<Verdict[]> {
  const { namespace, focus } = scene.scope;
  const isDeleting = (one: Owned) => one.metadata.deletionTimestamp !== undefined;
  const isHinted =
    namespace === undefined ||
    focus !== undefined ||
    scene.pods.length === 0 ||
    scene.pods.some(isDeleting) ||
    scene.events.some(({ message }) => message.includes('because it is being terminated'));
  if (!isHinted) return [];
  const namespaces = (await scene.list('Namespace')).items;
  return namespaces
    .filter(({ metadata }) => namespace === undefined || metadata.name === namespace)
    .flatMap((one) => ofNamespace(scene, one));
}

const REMAINS = new Set([
  'NamespaceContentRemaining',
  'NamespaceFinalizersRemaining',
  'NamespaceDeletionDiscoveryFailure',
  'NamespaceDeletionGroupVersionParsingFailure',
  'NamespaceDeletionContentFailure',
]);

function ofNamespace(scene: Scene, { metadata, spec, status }: Objects['Namespace']): Verdict[] {
  const { deletionTimestamp, finalizers } = metadata;
  if (deletionTimestamp === undefined || scene.now - deletionTimestamp < PATIENCE_MS) return [];
  const all = [...spec.finalizers, ...finalizers];
  if (all.length === 0 && status.phase !== 'Terminating') return [];
  const ref = { kind: 'Namespace', name: metadata.name };
  const remains = status.conditions.filter(({ type, status: is }) => REMAINS.has(type) && is === 'True');
  const [held] = remains.flatMap(({ message = '' }) => /finalizers remaining: (\S+) in/.exec(message)?.[1] ?? []);
  const foreign = finalizers.filter((one) => !OWN.test(one));
  return [
    toVerdict(ref, {
      since: deletionTimestamp,
      finalizer: held ?? foreign[0] ?? all[0] ?? '–',
      lines: [
        objectLine(
          ref,
          `deleted at ${new Date(deletionTimestamp).toISOString()}, phase ${status.phase}, held by ${all.join(', ') || '–'}`,
          deletionTimestamp,
        ),
        ...remains.map(({ type, message = '', lastTransitionTime }) =>
          objectLine(ref, `${type}: ${message}`, lastTransitionTime),
        ),
      ],
      remedies: foreign.map((finalizer) => ({ id: 'remove-finalizer', target: ref, finalizer })),
    }),
  ];
}

interface Held {
  since: number;
  finalizer: string;
  lines: EvidenceLine[];
  remedies: NonNullable<Verdict['remedies']>;
}

function toVerdict(object: ObjectRef, { since, finalizer, lines, remedies }: Held): Verdict {
  return {
    cause: 'FinalizerStuck',
    confidence: 'proven',
    object,
    since,
    params: { finalizer },
    evidence: lines.slice(0, 6),
    remedies,
  };
}
