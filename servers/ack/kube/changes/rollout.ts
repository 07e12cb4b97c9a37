import { z } from 'zod';
import type { Json, JsonObject } from '../../../../src/tools/types.ts';
import { refusal } from '../../errors.ts';
import type { Intent } from '../change.ts';
import { listSome } from '../client.ts';
import { name, namespace } from '../kube-tool.ts';
import type { KubeObject } from '../objects.ts';
import type { KubeWire } from '../wire.ts';

export const rolloutInput = {
  action: z.enum(['restart', 'undo']),
  kind: z.enum(['Deployment', 'StatefulSet', 'DaemonSet']),
  namespace,
  name,
  /** For `undo`: the revision to go back to; the one before the present one where it is not given. */
  toRevision: z.int().min(1).optional(),
};
type RolloutArgs = z.output<z.ZodObject<typeof rolloutInput>>;

/** A restart of every pod, or the template of an earlier revision. */
export function rolloutIntent(args: RolloutArgs, wire: KubeWire, signal: AbortSignal): Intent {
  const { action, toRevision, ...target } = args;
  if (action === 'restart') {
    // As `kubectl rollout restart` does it: a template with another annotation is another revision.
    const patch = (_: KubeObject, now: string) => ({
      spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': now } } } },
    });
    return { target, patchType: 'strategic', patch, undoable: false };
  }
  const revisions = (object: KubeObject) => revisionsOf(wire, target.kind, object, signal);
  return {
    target,
    patchType: target.kind === 'Deployment' ? 'json' : 'strategic',
    patch: async (before) => wanted(await revisions(before), toRevision, target.name).patch,
    async undoCall(before) {
      const [present] = await revisions(before);
      return present && { tool: 'k8s_rollout', args: { action: 'undo', ...target, toRevision: present.number } };
    },
  };
}

interface Revision {
  number: number;
  /** What makes the workload this revision again. */
  patch: Json;
}

function wanted([, previous, ...older]: Revision[], toRevision: number | undefined, of: string): Revision {
  const earlier = previous ? [previous, ...older] : [];
  const found = toRevision === undefined ? previous : earlier.find(({ number }) => number === toRevision);
  if (found) return found;
  const known = earlier.map(({ number }) => number).join(', ') || 'none';
  throw refusal(
    'NOT_FOUND',
    `${of} has no earlier revision${toRevision === undefined ? '' : ` ${toRevision}`} (earlier ones: ${known})`,
  );
}

const revisionSchema = z.object({
  metadata: z.object({
    annotations: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z.array(z.object({ uid: z.string() })).nullish(),
  }),
  spec: z.object({ template: z.record(z.string(), z.json()) }).optional(),
  revision: z.number().optional(),
  data: z.json().optional(),
});

/** Newest first: the present revision, then those kept of the past. */
async function revisionsOf(wire: KubeWire, kind: string, object: KubeObject, signal: AbortSignal): Promise<Revision[]> {
  const ofDeployment = kind === 'Deployment';
  const selection = { kind: ofDeployment ? 'ReplicaSet' : 'ControllerRevision', namespace: object.metadata.namespace };
  const { items } = await listSome(wire, selection, { most: 5_000, signal });
  return items
    .map((item) => revisionSchema.parse(item))
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid))
    .map(({ metadata, spec, revision, data }): Revision => {
      if (!ofDeployment) return { number: revision ?? 0, patch: data ?? {} };
      const number = Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
      return { number, patch: [{ op: 'replace', path: '/spec/template', value: templateOf(spec?.template ?? {}) }] };
    })
    .sort((one, other) => other.number - one.number);
}

/** The template of a ReplicaSet without the label that only ReplicaSets have. */
function templateOf(template: JsonObject): JsonObject {
  const metadata = (template.metadata ?? {}) as JsonObject;
  const { 'pod-template-hash': _hash, ...labels } = (metadata.labels ?? {}) as JsonObject;
  return { ...template, metadata: { ...metadata, labels } };
}
