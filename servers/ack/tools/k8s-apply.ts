import { preconditionFields } from '../kube/change.ts';
import { applyFields, applyInput, applyObject } from '../kube/changes/apply.ts';
import { clusterId, wireOf } from '../kube/kube-tool.ts';
import { type ToolContext, writeTool } from '../tool.ts';

const input = { clusterId, ...preconditionFields, ...applyInput };

export const k8sApply = writeTool({
  name: 'k8s_apply',
  title: 'Apply an object',
  description:
    'Makes an object or brings it to what is given, by server-side apply. Of a closed list of kinds (workloads, Service, Ingress, ConfigMap, ServiceAccount, autoscaler, disruption budget, NetworkPolicy, claim, Namespace), and nothing privileged. Fields that somebody else keeps are refused by name, never taken over. With expectAbsent, refuses where something of that name is there.',
  destructive: true,
  input,
  output: applyFields,
  say: ({ created, diff, already }) => {
    if (already) return 'An earlier try had done it.';
    return `${created ? 'Made.\n' : ''}${diff || 'Nothing differs.'}`.slice(0, 1000);
  },
  run: (args, context) => work(args, context, false),
  rehearse: (args, context) => work(args, context, true),
});

type Args = Parameters<typeof applyObject>[1] & { clusterId: string; idempotencyKey: string };

async function work(
  { clusterId: id, object, expectAbsent, idempotencyKey: key, ...preconditions }: Args,
  context: ToolContext,
  dryRun: boolean,
) {
  const { signal, planId } = context;
  const wire = await wireOf(id, context);
  const marks = dryRun ? {} : { marks: { key, planId } };
  return applyObject(wire, { object, expectAbsent }, { clusterId: id, preconditions, ...marks, dryRun, signal });
}
