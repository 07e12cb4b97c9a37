import { z } from 'zod';
import type { Intent } from '../change.ts';
import { name } from '../kube-tool.ts';

export const cordonInput = { node: name, on: z.boolean() };

/** Whether new pods are kept off a node. https://kubernetes.io/docs/concepts/nodes/node/#manual-node-administration */
export function cordonIntent({ node, on }: z.output<z.ZodObject<typeof cordonInput>>): Intent {
  return {
    target: { kind: 'Node', name: node },
    patchType: 'merge',
    patch: () => ({ spec: { unschedulable: on ? true : null } }),
    undoCall: ({ spec }) => ({
      tool: 'k8s_cordon',
      args: {
        node,
        on: z.object({ unschedulable: z.boolean().optional() }).catch({}).parse(spec).unschedulable === true,
      },
    }),
  };
}
