import { z } from 'zod';
import { refusal } from '../errors.ts';
import { carryOut, changeFields, type Intent, preconditionFields } from '../kube/change.ts';
import { applyInput, applyObject } from '../kube/changes/apply.ts';
import { cordonInput, cordonIntent } from '../kube/changes/cordon.ts';
import { deleteInput, deleteObject } from '../kube/changes/delete.ts';
import { deletePod, deletePodInput } from '../kube/changes/delete-pod.ts';
import { drain } from '../kube/changes/drain.ts';
import { patchInput, patchIntent } from '../kube/changes/patch.ts';
import { restoreInput, restoreIntent } from '../kube/changes/restore.ts';
import { rolloutInput, rolloutIntent } from '../kube/changes/rollout.ts';
import { scaleInput, scaleIntent } from '../kube/changes/scale.ts';
import { clusterId, name, wireOf } from '../kube/kube-tool.ts';
import { checked, readTool } from '../tool.ts';
import { drainFields } from './k8s-drain.ts';

const common = { clusterId: clusterId.optional(), ...preconditionFields };
const change = z.discriminatedUnion('tool', [
  z.strictObject({ tool: z.literal('k8s_patch'), ...common, ...patchInput }),
  z.strictObject({ tool: z.literal('k8s_scale'), ...common, ...scaleInput }),
  z.strictObject({ tool: z.literal('k8s_rollout'), ...common, ...rolloutInput }),
  z.strictObject({ tool: z.literal('k8s_cordon'), ...common, ...cordonInput }),
  z.strictObject({ tool: z.literal('k8s_delete_pod'), ...common, ...deletePodInput }),
  z.strictObject({ tool: z.literal('k8s_apply'), ...common, ...applyInput }),
  z.strictObject({ tool: z.literal('k8s_restore'), ...common, ...restoreInput }),
  z.strictObject({ tool: z.literal('k8s_delete'), ...common, ...deleteInput }),
  z.strictObject({
    tool: z.literal('k8s_drain'),
    ...common,
    node: name,
    deleteEmptyDirData: z.boolean().default(false),
    timeoutSeconds: z.int().optional(),
  }),
]);
type Change = z.output<typeof change>;

export const k8sPreview = readTool({
  name: 'k8s_preview',
  title: 'Preview a change',
  description:
    "What a writing tool would do, by the API server's own dry run with all its admission: the diff, before and after, the undo, and which tool keeps the object as it is written elsewhere. `change` is the writing tool's arguments with its name as `tool`. Changes nothing.",
  input: { clusterId, change: z.looseObject({ tool: z.string() }) },
  output: {
    ...changeFields,
    /** Absent where the change would make the object. */
    uid: changeFields.uid.optional(),
    resourceVersion: changeFields.resourceVersion.optional(),
    /** The change makes the object; `before` is null then. */
    created: z.boolean().optional(),
    /** Helm, Argo CD or Flux would take the change back. */
    ownedBy: z.object({ tool: z.enum(['Helm', 'ArgoCD', 'Flux']), name: z.string() }).optional(),
    /** Of a drain. */
    drain: z.object(drainFields).optional(),
  },
  say: ({ diff }) => (diff || 'Nothing differs.').slice(0, 1000),
  async run({ clusterId: id, change: raw }, context) {
    const wanted = checked(change, raw);
    if (wanted.clusterId !== undefined && wanted.clusterId !== id)
      throw refusal('INVALID_ARGUMENT', 'The change names another cluster than the preview');
    const { signal } = context;
    const wire = await wireOf(id, context);
    const { expectedUid, expectedGeneration, expectedResourceVersion } = wanted;
    const preconditions = { expectedUid, expectedGeneration, expectedResourceVersion };
    const options = { clusterId: id, preconditions, dryRun: true, signal };
    switch (wanted.tool) {
      case 'k8s_delete_pod':
        return deletePod(wire, { ...wanted, ...options });
      case 'k8s_apply':
        return applyObject(wire, wanted, options);
      case 'k8s_delete': {
        const { apiVersion, kind, namespace, name: of } = wanted;
        return deleteObject(wire, { target: { apiVersion, kind, namespace, name: of }, planId: undefined, ...options });
      }
    }
    const changed = await carryOut(wire, intentOf(wanted, wire, signal), options);
    if (wanted.tool !== 'k8s_drain') return changed;
    const { node, deleteEmptyDirData } = wanted;
    return { ...changed, drain: await drain(wire, { node, deleteEmptyDirData, dryRun: true, timeoutMs: 0, signal }) };
  },
});

function intentOf(
  wanted: Exclude<Change, { tool: 'k8s_delete_pod' | 'k8s_apply' | 'k8s_delete' }>,
  wire: Parameters<typeof rolloutIntent>[1],
  signal: AbortSignal,
): Intent {
  switch (wanted.tool) {
    case 'k8s_patch': {
      const { apiVersion, kind, namespace, name: of, patchType, patch } = wanted;
      return patchIntent({ apiVersion, kind, namespace, name: of, patchType, patch });
    }
    case 'k8s_restore': {
      const { apiVersion, kind, namespace, name: of, patch } = wanted;
      return restoreIntent({ apiVersion, kind, namespace, name: of, patch });
    }
    case 'k8s_scale': {
      const { kind, namespace, name: of, replicas } = wanted;
      return scaleIntent({ kind, namespace, name: of, replicas });
    }
    case 'k8s_rollout': {
      const { action, kind, namespace, name: of, toRevision } = wanted;
      return rolloutIntent({ action, kind, namespace, name: of, toRevision }, wire, signal);
    }
    case 'k8s_cordon':
      return cordonIntent({ node: wanted.node, on: wanted.on });
    case 'k8s_drain':
      return cordonIntent({ node: wanted.node, on: true });
  }
}
