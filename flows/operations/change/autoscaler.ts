import { z } from 'zod';
import { FlowError, type FlowRun, read } from '../../../src/flow/kit.ts';
import type { Place } from './parts.ts';

/** The HorizontalPodAutoscaler that owns a workload's number of replicas. */

const metric = z.looseObject({
  type: z.string(),
  resource: z
    .looseObject({ name: z.string(), target: z.looseObject({ averageUtilization: z.number().nullish() }).nullish() })
    .nullish(),
});
const hpaForm = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().nullish(),
    maxReplicas: z.number(),
    metrics: z.array(metric).nullish(),
  }),
});

export interface Autoscaler {
  name: string;
  of: { kind: string; name: string };
  min: number;
  max: number;
  /** Of the metric at this place in its list: the utilisation it holds, in percent. */
  target?: { at: number; resource: string; percent: number };
}

const asRead = (object: unknown): Autoscaler => {
  const { metadata, spec } = hpaForm.parse(object);
  const at = spec.metrics?.findIndex(({ resource }) => resource?.target?.averageUtilization != null) ?? -1;
  const held = spec.metrics?.[at]?.resource;
  const percent = held?.target?.averageUtilization;
  return {
    name: metadata.name,
    of: spec.scaleTargetRef,
    min: spec.minReplicas ?? 1,
    max: spec.maxReplicas,
    ...(held && percent != null && { target: { at, resource: held.name, percent } }),
  };
};

/** One by its name. */
export function* autoscalerNamed({ clusterId, namespace, name }: Place): FlowRun<Autoscaler> {
  const found = yield* read('k8s_get', { clusterId, kind: 'HorizontalPodAutoscaler', namespace, name });
  return asRead(found.object);
}

/** The one that scales this workload; undefined where none does. */
export function* autoscalerOf({ clusterId, namespace, kind, name }: Place): FlowRun<Autoscaler | undefined> {
  const listed = yield* read('k8s_list', {
    clusterId,
    kind: 'HorizontalPodAutoscaler',
    namespace,
    fields: ['metadata.name', 'spec'],
  });
  const { items, complete } = z.object({ items: z.array(z.unknown()), complete: z.boolean() }).parse(listed);
  const found = items.map(asRead).find(({ of }) => of.kind === kind && of.name === name);
  if (!found && !complete)
    throw new FlowError(
      'INCOMPLETE',
      `${namespace} has more autoscalers than were read: it is not known who scales ${name}`,
    );
  return found;
}
