import { z } from 'zod';
import { ageText } from './amounts.ts';
import { jobRow, nodeRow, podRow, rolloutRow } from './rows-running.ts';
import { claimRow, hpaRow, ingressRow, serviceRow, volumeRow } from './rows-serving.ts';

/** Objects of the API as rows of a table: what `kubectl get` shows of each kind, and whether it is as it should be. */

export interface Row {
  namespace?: string | undefined;
  name: string;
  cells: string[];
  /** Not as it should be: these rows come first. */
  wrong: boolean;
}

/** What a kind's rows are made of: its columns, by their keys in `look.column`, and the fields that are read for them. */
interface Form {
  columns: readonly string[];
  fields: readonly string[];
  row(object: unknown, now: string): { cells: string[]; wrong: boolean };
}

const ROLLOUT: Form = {
  columns: ['ready', 'current', 'age', 'image'],
  fields: [
    'metadata.generation',
    'spec.replicas',
    'spec.template.spec.containers.image',
    'status.replicas',
    'status.readyReplicas',
    'status.updatedReplicas',
    'status.desiredNumberScheduled',
    'status.numberReady',
    'status.updatedNumberScheduled',
    'status.observedGeneration',
  ],
  row: rolloutRow,
};
const PLAIN: Form = {
  columns: ['age'],
  fields: [],
  row: (object, now) => ({ cells: [ageText(ageOf(object), now)], wrong: false }),
};
const aged = z.object({ metadata: z.object({ creationTimestamp: z.string().nullish() }) });
const ageOf = (object: unknown): string | undefined => aged.parse(object).metadata.creationTimestamp ?? undefined;

const FORMS: Readonly<Record<string, Form>> = {
  Pod: {
    columns: ['ready', 'status', 'restarts', 'age', 'node'],
    fields: [
      'metadata.deletionTimestamp',
      'spec.nodeName',
      'spec.containers.name',
      'status.phase',
      'status.reason',
      'status.containerStatuses',
      'status.initContainerStatuses',
      'status.conditions',
    ],
    row: podRow,
  },
  Deployment: ROLLOUT,
  StatefulSet: ROLLOUT,
  DaemonSet: ROLLOUT,
  ReplicaSet: ROLLOUT,
  Job: {
    columns: ['status', 'completions', 'age'],
    fields: ['spec.completions', 'spec.suspend', 'status'],
    row: jobRow,
  },
  CronJob: {
    columns: ['schedule', 'status', 'last', 'age'],
    fields: ['spec.schedule', 'spec.suspend', 'status.lastScheduleTime', 'status.active'],
    row(object, now) {
      const { spec, status } = z
        .object({
          spec: z.object({ schedule: z.string(), suspend: z.boolean().nullish() }),
          status: z
            .object({ lastScheduleTime: z.string().nullish(), active: z.array(z.unknown()).nullish() })
            .prefault({}),
        })
        .parse(object);
      const state = spec.suspend ? 'Suspended' : (status.active?.length ?? 0) > 0 ? 'Active' : 'Waiting';
      const last = status.lastScheduleTime ? ageText(status.lastScheduleTime, now) : '–';
      return { cells: [spec.schedule, state, last, ageText(ageOf(object), now)], wrong: false };
    },
  },
  Service: {
    columns: ['type', 'address', 'ports', 'age'],
    fields: ['spec.type', 'spec.clusterIP', 'spec.ports', 'spec.externalName', 'status.loadBalancer'],
    row: serviceRow,
  },
  Ingress: {
    columns: ['class', 'hosts', 'address', 'age'],
    fields: ['spec.ingressClassName', 'spec.rules.host', 'spec.tls.hosts', 'status.loadBalancer'],
    row: ingressRow,
  },
  HorizontalPodAutoscaler: {
    columns: ['target', 'bounds', 'replicas', 'status', 'age'],
    fields: ['spec.scaleTargetRef', 'spec.minReplicas', 'spec.maxReplicas', 'status'],
    row: hpaRow,
  },
  PersistentVolumeClaim: {
    columns: ['status', 'size', 'class', 'age'],
    fields: ['spec.storageClassName', 'spec.resources', 'status.phase', 'status.capacity'],
    row: claimRow,
  },
  PersistentVolume: {
    columns: ['status', 'size', 'class', 'age'],
    fields: ['spec.storageClassName', 'spec.capacity', 'status.phase'],
    row: volumeRow,
  },
  Namespace: {
    columns: ['status', 'age'],
    fields: ['status.phase'],
    row(object, now) {
      const { status } = z.object({ status: z.object({ phase: z.string().default('–') }).prefault({}) }).parse(object);
      return { cells: [status.phase, ageText(ageOf(object), now)], wrong: status.phase === 'Terminating' };
    },
  },
  Node: {
    columns: ['status', 'version', 'size', 'zone', 'age'],
    fields: [
      'metadata.labels',
      'spec.unschedulable',
      'status.conditions',
      'status.nodeInfo.kubeletVersion',
      'status.allocatable',
    ],
    row: nodeRow,
  },
  Secret: {
    columns: ['type', 'age'],
    fields: ['type'],
    row: (object, now) => ({
      cells: [z.object({ type: z.string().default('Opaque') }).parse(object).type, ageText(ageOf(object), now)],
      wrong: false,
    }),
  },
};

const formOf = (kind: string): Form => (Object.hasOwn(FORMS, kind) ? FORMS[kind] : undefined) ?? PLAIN;

export const columnsOf = (kind: string): readonly string[] => formOf(kind).columns;

/** Dotted paths, as `k8s_list` takes them. */
export const fieldsOf = (kind: string): string[] => [
  'metadata.name',
  'metadata.namespace',
  'metadata.creationTimestamp',
  ...formOf(kind).fields,
];

const named = z.object({ metadata: z.object({ name: z.string(), namespace: z.string().optional() }) });

/** One object as a row. One that is not as its kind should be says so instead of failing the whole list. */
export function rowOf(kind: string, object: unknown, now: string): Row {
  const { name, namespace } = named.parse(object).metadata;
  const form = formOf(kind);
  try {
    return { name, namespace, ...form.row(object, now) };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return { name, namespace, cells: form.columns.map((_, at) => (at === 0 ? '?' : '–')), wrong: true };
  }
}

/** What is wrong first, then by namespace and name. */
export const inOrder = (one: Row, other: Row): number =>
  Number(other.wrong) - Number(one.wrong) ||
  (one.namespace ?? '').localeCompare(other.namespace ?? '') ||
  one.name.localeCompare(other.name, 'en', { numeric: true });
