import { changeFields, type Preconditions, preconditionFields } from '../kube/change.ts';
import { deletePod, deletePodInput } from '../kube/changes/delete-pod.ts';
import { clusterId, wireOf } from '../kube/kube-tool.ts';
import { type ToolContext, writeTool } from '../tool.ts';

export const k8sDeletePod = writeTool({
  name: 'k8s_delete_pod',
  title: 'Delete a pod',
  description:
    'Deletes one pod; its controller makes another. Give expectedUid: without it, a repeated call could take the pod that has come since.',
  destructive: true,
  input: { clusterId, ...preconditionFields, ...deletePodInput },
  output: changeFields,
  say: ({ uid, already }) => (already ? `The pod ${uid} is gone already.` : `The pod ${uid} was told to go.`),
  run: (args, context) => work(args, context, false),
  rehearse: (args, context) => work(args, context, true),
});

async function work(
  {
    clusterId: id,
    namespace,
    name,
    ...preconditions
  }: Preconditions & { clusterId: string; namespace: string; name: string },
  context: ToolContext,
  dryRun: boolean,
) {
  const wire = await wireOf(id, context);
  return deletePod(wire, { namespace, name, preconditions, dryRun, signal: context.signal });
}
