import { z } from 'zod';
import { carryOut } from '../kube/change.ts';
import { cordonIntent } from '../kube/changes/cordon.ts';
import { drain } from '../kube/changes/drain.ts';
import { clusterId, json, name, wireOf } from '../kube/kube-tool.ts';
import { type ToolContext, writeTool } from '../tool.ts';

export const drainFields = {
  /** True when no pod is left that should go. */
  done: z.boolean(),
  evicted: z.array(z.object({ namespace: z.string(), name: z.string() })),
  left: z.array(z.object({ namespace: z.string(), name: z.string(), why: z.string() })),
  /** Pods that stay: of DaemonSets, of the node itself, and done ones. */
  staying: z.number(),
};

const input = {
  clusterId,
  node: name,
  expectedUid: z.string().min(1).optional(),
  /** Evict pods with an emptyDir as well; what is in it is lost. */
  deleteEmptyDirData: z.boolean().default(false),
  timeoutSeconds: z.int().min(1).max(600).default(20),
};

export const k8sDrain = writeTool({
  name: 'k8s_drain',
  title: 'Drain a node',
  description:
    'Cordons a node and evicts its pods one by one, as disruption budgets allow; never pods of DaemonSets, of the node itself or without a controller. Ends after timeoutSeconds with what is left: call again with the same key to go on.',
  destructive: true,
  input,
  output: { node: z.string(), ...drainFields, undoCall: z.object({ tool: z.string(), args: json }) },
  say: ({ node, done, evicted, left }) =>
    done ? `${node} is drained.` : `${node}: ${evicted.length} evicted, ${left.length} left. ${left[0]?.why ?? ''}`,
  run: (args, context) => work(args, context, false),
  rehearse: (args, context) => work(args, context, true),
});

async function work(
  args: z.output<z.ZodObject<typeof input>> & { idempotencyKey: string },
  context: ToolContext,
  dryRun: boolean,
) {
  const { clusterId: id, node, expectedUid, deleteEmptyDirData, timeoutSeconds, idempotencyKey: key } = args;
  const { signal, planId } = context;
  const wire = await wireOf(id, context);
  const marks = dryRun ? {} : { marks: { key, planId } };
  await carryOut(wire, cordonIntent({ node, on: true }), {
    clusterId: id,
    preconditions: { expectedUid },
    ...marks,
    dryRun,
    signal,
  });
  const drained = await drain(wire, { node, deleteEmptyDirData, dryRun, timeoutMs: timeoutSeconds * 1000, signal });
  return { node, ...drained, undoCall: { tool: 'k8s_cordon', args: { clusterId: id, node, on: false } } };
}
