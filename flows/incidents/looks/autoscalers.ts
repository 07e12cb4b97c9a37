import { z } from 'zod';
import type { ObjectRef } from '../finding.ts';
import type { Condition, Objects } from '../kinds.ts';
import { refOf } from '../lines.ts';
import { oncePerScene } from '../once.ts';
import type { Workload } from '../owners.ts';
import type { Scene } from '../scene.ts';

/** A HorizontalPodAutoscaler and what it scales. */
export interface Scaler {
  hpa: Objects['HorizontalPodAutoscaler'];
  ref: ObjectRef;
  target: ObjectRef;
  workload: Workload | undefined;
  conditions: readonly Condition[];
}

/** The autoscalers of a scene: one question for all rules together. */
export const scalersOf = oncePerScene(async (scene: Scene): Promise<Scaler[]> => {
  const { items } = await scene.list('HorizontalPodAutoscaler');
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map((hpa) => {
      const { kind = '', name = '' } = hpa.spec.scaleTargetRef;
      const ref = refOf('HorizontalPodAutoscaler', hpa);
      const target = { ...ref, kind, name };
      return { hpa, ref, target, workload: scene.workload(target), conditions: conditionsOf(hpa) };
    });
});

const stored = z.array(
  z.object({
    type: z.string(),
    status: z.string(),
    reason: z.string().optional(),
    message: z.string().optional(),
    lastTransitionTime: z.string().transform(Date.parse).optional(),
  }),
);

/** The conditions; `autoscaling/v1` keeps them in an annotation. */
function conditionsOf({ metadata, status }: Objects['HorizontalPodAutoscaler']): readonly Condition[] {
  const text = metadata.annotations['autoscaling.alpha.kubernetes.io/conditions'];
  if (status.conditions.length > 0 || !text) return status.conditions;
  try {
    const parsed = stored.safeParse(JSON.parse(text));
    return (parsed.data ?? []).map((one) => ({
      reason: undefined,
      message: undefined,
      lastTransitionTime: undefined,
      lastProbeTime: undefined,
      lastUpdateTime: undefined,
      lastHeartbeatTime: undefined,
      ...one,
    }));
  } catch {
    return [];
  }
}

/** A condition by its type. */
export function conditionOf({ conditions }: Scaler, type: string): Condition | undefined {
  return conditions.find((one) => one.type === type);
}

/** `Condition=Status Reason: message`, as evidence writes it. */
export function conditionText({ type, status, reason = '', message = '' }: Condition): string {
  return `${type}=${status} ${reason}: ${message}`;
}

/** How far use is above its target: 1.5 is half as much again; undefined where it is not known. */
export function loadOf({ hpa: { spec, status } }: Scaler): number | undefined {
  const shares = spec.metrics.flatMap(({ resource }) => {
    const current = status.currentMetrics.find((one) => one.resource?.name === resource?.name)?.resource?.current;
    const [wanted, used] = [resource?.target.averageUtilization, current?.averageUtilization];
    return wanted && used !== undefined ? [used / wanted] : [];
  });
  const { targetCPUUtilizationPercentage: wanted } = spec;
  const { currentCPUUtilizationPercentage: used } = status;
  if (wanted && used !== undefined) shares.push(used / wanted);
  return shares.length > 0 ? Math.max(...shares) : undefined;
}
