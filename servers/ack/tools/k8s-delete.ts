import { changeFields, preconditionFields } from '../kube/change.ts';
import { deleteInput, deleteObject } from '../kube/changes/delete.ts';
import { clusterId, wireOf } from '../kube/kube-tool.ts';
import { type ToolContext, writeTool } from '../tool.ts';

const input = { clusterId, ...preconditionFields, ...deleteInput };

export const k8sDelete = writeTool({
  name: 'k8s_delete',
  title: 'Delete an object',
  description:
    'Deletes one object that k8s_apply made, or by its uid an autoscaler, a disruption budget or a job of others. Never a namespace with anything in it, nor a claim that may hold data. Give expectedUid: without it, a repeated call could take the object that has come since.',
  destructive: true,
  input,
  output: changeFields,
  say: ({ uid, already }) => (already ? `The object ${uid} is gone already.` : `The object ${uid} was told to go.`),
  run: (args, context) => work(args, context, false),
  rehearse: (args, context) => work(args, context, true),
});

type Args = Parameters<typeof deleteObject>[1]['target'] &
  Parameters<typeof deleteObject>[1]['preconditions'] & { clusterId: string };

async function work(args: Args, context: ToolContext, dryRun: boolean) {
  const { clusterId: id, apiVersion, kind, namespace, name, expectedUid, ...versions } = args;
  const { expectedGeneration, expectedResourceVersion } = versions;
  const { signal, planId } = context;
  const wire = await wireOf(id, context);
  const preconditions = { expectedUid, expectedGeneration, expectedResourceVersion };
  const target = { apiVersion, kind, namespace, name };
  return deleteObject(wire, { clusterId: id, target, preconditions, planId, dryRun, signal });
}
