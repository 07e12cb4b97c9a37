import { z } from 'zod';
import { asSent, pairs } from '../cloud/requests.ts';
import { anywhere } from '../cloud/sdk.ts';
import { refusal } from '../errors.ts';
import { nodePoolSpec } from '../spec.ts';
import { writeTool } from '../tool.ts';

const { instanceTypes, vswitchIds, autoscaling, labels, taints } = nodePoolSpec.shape;
const patchSchema = z.strictObject({
  name: z.string().min(1).max(63).optional(),
  instanceTypes: instanceTypes.optional(),
  vswitchIds: vswitchIds.optional(),
  autoscaling,
  /** Replaces all labels. */
  labels: labels.unwrap().optional(),
  /** Replaces all taints. */
  taints: taints.unwrap().optional(),
  management: z
    .strictObject({
      autoRepair: z.boolean().optional(),
      autoUpgrade: z.boolean().optional(),
      autoVulFix: z.boolean().optional(),
    })
    .optional(),
  /** Brings labels and taints to the nodes that exist, too. */
  updateNodes: z.boolean().optional(),
});

function patchBody({ name, autoscaling: scaling, updateNodes, management, ...patch }: z.infer<typeof patchSchema>) {
  const { instanceTypes: types, vswitchIds: vswitches, labels: labelled, taints: tainted } = patch;
  return {
    ...(name !== undefined && { nodepoolInfo: { name } }),
    ...((types || vswitches) && { scalingGroup: { instanceTypes: types, vswitchIds: vswitches } }),
    ...(scaling && { autoScaling: { enable: scaling.enabled, minInstances: scaling.min, maxInstances: scaling.max } }),
    ...((labelled || tainted) && { kubernetesConfig: { labels: labelled && pairs(labelled), taints: tainted } }),
    ...(management && { management: { enable: true, ...management } }),
    ...(updateNodes !== undefined && { updateNodes }),
  };
}

export const nodepoolModify = writeTool({
  name: 'nodepool_modify',
  title: 'Change a node pool',
  description:
    'Changes the instance types, vSwitches, autoscaling, labels, taints or care of a node pool. New nodes follow; its size is changed with nodepool_scale.',
  destructive: false,
  input: { clusterId: z.string(), nodepoolId: z.string(), patch: patchSchema },
  output: { nodepoolId: z.string(), taskId: z.string().optional() },
  say: ({ nodepoolId }) => `Node pool ${nodepoolId} was changed.`,
  preview: ({ clusterId, nodepoolId, patch }) => ({ clusterId, nodepoolId, ...asSent(patchBody(patch)) }),
  async run({ clusterId, nodepoolId, patch }, { cloud }) {
    const body = patchBody(patch);
    if (Object.keys(body).length === 0) throw refusal('INVALID_ARGUMENT', 'Name at least one field to change');
    /** https://api.alibabacloud.com/document/CS/2015-12-15/ModifyClusterNodePool */
    const done = await cloud.cs.write(anywhere, (client, sdk) =>
      client.modifyClusterNodePool(clusterId, nodepoolId, new sdk.ModifyClusterNodePoolRequest(body)),
    );
    return { nodepoolId, taskId: done.taskId };
  },
});
