import { z } from 'zod';
import { type Collector, rowsOf } from './collector.ts';
import { keyOf } from './owners.ts';
import { type Shapes, templateSchema } from './shapes.ts';
import type { SurveyWorkload } from './survey.ts';
import { brief, type Condition, conditions, metadata, millis, number, since, sorted } from './values.ts';

/** Deployments, StatefulSets and DaemonSets, as they tell of themselves. */

export interface WorkloadRow extends Omit<SurveyWorkload, 'shape'> {
  key: string;
  /** Of its own template; undefined where the pods that it has show theirs. */
  template?: number;
}

/** What a workload's collector is told of what was read before. */
export interface Before {
  shapes: Shapes;
  /** Whether any pod of it was seen. */
  hasPods(key: string): boolean;
}

/** Fields that a kind does not have. */
export const plainRow = { failures: [], surge: 0, suspended: false, failed: 0, finished: false, rolling: false };

const surgeText = z.union([z.number(), z.string()]).nullish();
const schema = z.object({
  metadata,
  spec: z.object({
    replicas: z.number().nullish(),
    template: templateSchema.prefault({}),
    strategy: z
      .object({ type: z.string().nullish(), rollingUpdate: z.object({ maxSurge: surgeText }).nullish() })
      .nullish(),
    updateStrategy: z
      .object({
        type: z.string().nullish(),
        rollingUpdate: z.object({ maxSurge: surgeText, partition: z.number().nullish() }).nullish(),
      })
      .nullish(),
  }),
  status: z
    .object({
      observedGeneration: z.number().nullish(),
      replicas: number,
      updatedReplicas: number,
      readyReplicas: number,
      availableReplicas: number,
      currentRevision: z.string().nullish(),
      updateRevision: z.string().nullish(),
      desiredNumberScheduled: number,
      updatedNumberScheduled: number,
      numberReady: number,
      numberAvailable: number,
      conditions,
    })
    .prefault({}),
});
type Raw = z.output<typeof schema>;
type Kind = 'Deployment' | 'StatefulSet' | 'DaemonSet';
type Counts = Pick<SurveyWorkload, 'desired' | 'updated' | 'ready' | 'available' | 'rolling' | 'surge'>;

export function createWorkloads(kind: Kind, { shapes, hasPods }: Before): Collector & { rows: WorkloadRow[] } {
  return rowsOf(kind, { schema }, (raw): WorkloadRow => {
    const { namespace, name, labels, creationTimestamp } = raw.metadata;
    const key = keyOf(namespace, { kind, name });
    const counts = countsOf(kind, raw);
    const needsTemplate = counts.rolling || counts.updated < counts.desired || !hasPods(key);
    const changedAt = kind === 'Deployment' ? progressedAt(raw.status.conditions) : undefined;
    return {
      ...plainRow,
      ...{ key, kind, namespace, name, ...counts },
      labels: sorted(labels),
      createdAt: millis(creationTimestamp) ?? 0,
      ...(changedAt !== undefined && { changedAt }),
      failures: failuresOf(raw.status.conditions),
      ...shortOf(raw.status.conditions),
      ...(needsTemplate && { template: internTemplate(shapes, raw.spec.template, { namespace, kind }) }),
    };
  });
}

/** The id of a template's shape. */
export function internTemplate(
  shapes: Shapes,
  { metadata: about, spec }: z.output<typeof templateSchema>,
  { namespace, kind }: { namespace: string; kind: string },
): number {
  return shapes.intern(spec, { namespace, kind, labels: about.labels, annotations: about.annotations }).id;
}

function countsOf(kind: Kind, { metadata: about, spec, status }: Raw): Counts {
  const unseen = (status.observedGeneration ?? about.generation ?? 0) < (about.generation ?? 0);
  const rolls = spec.updateStrategy?.type !== 'OnDelete';
  const surge = (desired: number) => percentOf(spec.updateStrategy?.rollingUpdate?.maxSurge ?? 0, desired);
  switch (kind) {
    case 'Deployment': {
      const desired = spec.replicas ?? 1;
      const { updatedReplicas: updated, readyReplicas: ready, availableReplicas: available, replicas } = status;
      const surges = spec.strategy?.type !== 'Recreate';
      return {
        ...{ desired, updated, ready, available },
        rolling: unseen || updated < Math.min(desired, replicas) || replicas > updated,
        surge: surges ? percentOf(spec.strategy?.rollingUpdate?.maxSurge ?? '25%', desired) : 0,
      };
    }
    case 'StatefulSet': {
      const desired = spec.replicas ?? 1;
      const { updatedReplicas: updated, readyReplicas: ready, currentRevision, updateRevision } = status;
      // Held back by a partition, it rests.
      const isHeld = !rolls || (spec.updateStrategy?.rollingUpdate?.partition ?? 0) > 0;
      const differs = Boolean(updateRevision) && currentRevision !== updateRevision;
      const rolling = unseen || (differs && !isHeld);
      return {
        desired,
        updated: differs ? updated : Math.min(desired, status.replicas),
        ready,
        available: status.availableReplicas || ready,
        rolling,
        surge: 0,
      };
    }
    case 'DaemonSet': {
      const { desiredNumberScheduled: desired, updatedNumberScheduled: updated, numberReady: ready } = status;
      const rolling = unseen || (rolls && updated < desired);
      return { desired, updated, ready, available: status.numberAvailable, rolling, surge: surge(desired) };
    }
  }
}

/** Shares are rounded up. https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-surge */
function percentOf(value: number | string, desired: number): number {
  const share = /^(\d{1,6})%$/.exec(String(value))?.[1];
  return share === undefined ? Math.max(0, Number(value) || 0) : Math.ceil((Number(share) * desired) / 100);
}

const isWrong = ({ type, status }: Condition) =>
  (type === 'Progressing' && status === 'False') ||
  ((type === 'ReplicaFailure' || type === 'Failed') && status === 'True');

export const failuresOf = (list: Condition[]): SurveyWorkload['failures'] =>
  list
    .filter(isWrong)
    .map(({ type, reason, message, lastTransitionTime }) => ({
      ...{ type, reason: reason ?? type, message: brief(message) },
      ...since(lastTransitionTime),
    }))
    .sort((one, other) => (one.type < other.type ? -1 : 1));

function shortOf(list: Condition[]): { shortSince?: number } {
  const at = millis(list.find(({ type, status }) => type === 'Available' && status === 'False')?.lastTransitionTime);
  return at === undefined ? {} : { shortSince: at };
}

/** When the Deployment last made progress with a template: no earlier change hides behind it. */
const progressedAt = (list: Condition[]): number | undefined =>
  millis(list.find(({ type }) => type === 'Progressing')?.lastUpdateTime);
