import { z } from 'zod';
import type { Intent } from '../change.ts';
import { name, namespace } from '../kube-tool.ts';

export const scaleInput = {
  kind: z.enum(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']),
  namespace,
  name,
  replicas: z.int().min(0).max(10_000),
};

/** Another number of replicas. An autoscaler that owns the number would take it back. */
export function scaleIntent({ replicas, ...target }: z.output<z.ZodObject<typeof scaleInput>>): Intent {
  return { target, patchType: 'merge', patch: () => ({ spec: { replicas } }) };
}
