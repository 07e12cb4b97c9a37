import { z } from 'zod';

/** Workloads that have fewer replicas than they should. */

const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
const workloadSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string().default(''), generation: z.number().optional() }),
  spec: z.object({ replicas: z.number().nullish() }).default({}),
  status: z
    .object({
      observedGeneration: z.number().nullish(),
      availableReplicas: count,
      readyReplicas: count,
      desiredNumberScheduled: count,
      numberAvailable: count,
      failed: count,
      conditions: z.array(z.object({ type: z.string(), status: z.string(), reason: z.string().nullish() })).nullish(),
    })
    .prefault({}),
});

export const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'] as const;
type WorkloadKind = (typeof workloadKinds)[number];

interface Shortage {
  namespace: string;
  name: string;
  /** Absent when there is nothing wrong. */
  why?: string;
  desired: number;
  available: number;
}

/** What a workload has against what it should have, and why it is short. */
export function shortage(kind: WorkloadKind, raw: unknown): Shortage {
  const { metadata, spec, status } = workloadSchema.parse(raw);
  const { desired, available } = countsOf(kind, spec.replicas, status);
  const failed = status.conditions?.find(
    ({ type, status: is }) =>
      (type === 'Progressing' && is === 'False') || ((type === 'ReplicaFailure' || type === 'Failed') && is === 'True'),
  );
  const why = failed ? (failed.reason ?? failed.type) : available < desired ? 'ReplicasUnavailable' : undefined;
  return { namespace: metadata.namespace, name: metadata.name, ...(why && { why }), desired, available };
}

function countsOf(
  kind: WorkloadKind,
  replicas: number | null | undefined,
  status: z.output<typeof workloadSchema>['status'],
) {
  switch (kind) {
    case 'Deployment':
      return { desired: replicas ?? 1, available: status.availableReplicas };
    case 'StatefulSet':
      return { desired: replicas ?? 1, available: status.availableReplicas || status.readyReplicas };
    case 'DaemonSet':
      return { desired: status.desiredNumberScheduled, available: status.numberAvailable };
    case 'Job':
      return { desired: 0, available: 0 };
  }
}
