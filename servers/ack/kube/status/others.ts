import { z } from 'zod';
import { listSome } from '../client.ts';
import type { KubeObject } from '../objects.ts';
import { isReady, type PodView, podSchema } from '../pods.ts';
import { quantity } from '../quantity.ts';
import type { KubeWire } from '../wire.ts';
import { brokenPod, type Judgement, latest } from './report.ts';

/** Jobs, pods, nodes, volume claims and services: what healthy means for each. */

interface Found {
  judgement: Judgement;
  pods: PodView[];
}

type Look = (wire: KubeWire, object: KubeObject, signal: AbortSignal) => Promise<Found>;

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  lastTransitionTime: z.string().nullish(),
});
type Condition = z.output<typeof condition>;
const conditions = z.array(condition).nullish();
const words = ({ type, reason, message }: Condition) => `${reason ?? type}: ${message ?? ''}`.slice(0, 500);

const job = z.object({
  metadata: z.object({ uid: z.string() }),
  spec: z.object({ completions: z.number().nullish(), suspend: z.boolean().nullish() }),
  status: z.object({ conditions, succeeded: z.number().nullish(), ready: z.number().nullish() }).prefault({}),
});

/** Healthy: complete. https://kubernetes.io/docs/concepts/workloads/controllers/job/ */
const jobStatus: Look = async (wire, object, signal) => {
  const { metadata, spec, status } = job.parse(object);
  const labelSelector = `batch.kubernetes.io/controller-uid=${metadata.uid}`;
  const { items } = await listSome(
    wire,
    { kind: 'Pod', namespace: object.metadata.namespace, labelSelector },
    { most: 500, signal },
  );
  const pods = items.map((item) => podSchema.parse(item));
  const is = (type: string) => status.conditions?.find((each) => each.type === type && each.status === 'True');
  const failed = is('Failed');
  const reason = failed ? words(failed) : spec.suspend ? 'Suspended' : brokenPod(pods.slice(-1));
  const state = is('Complete') ? 'healthy' : failed ? 'failing' : 'progressing';
  const done = status.succeeded ?? 0;
  const desired = spec.completions ?? 1;
  return {
    judgement: {
      state,
      desired,
      updated: done,
      ready: status.ready ?? 0,
      available: done,
      ...(reason && { reason }),
      ...latest(is('Complete')?.lastTransitionTime),
    },
    pods,
  };
};

/** Healthy: ready, or done. */
const podStatus: Look = async (_, object) => {
  const pod = podSchema.parse(object);
  const reason = brokenPod([pod]);
  const well = isReady(pod) || pod.status.phase === 'Succeeded';
  const number = well ? 1 : 0;
  const state = reason ? 'failing' : well ? 'healthy' : 'progressing';
  return {
    judgement: { state, desired: 1, updated: 1, ready: number, available: number, ...(reason && { reason }) },
    pods: [pod],
  };
};

const node = z.object({
  spec: z.object({ unschedulable: z.boolean().nullish() }).nullish(),
  status: z.object({ conditions }).prefault({}),
});

/** Healthy: Ready and under no pressure. Whether pods may be put on it is told apart. https://kubernetes.io/docs/reference/node/node-status/ */
const nodeStatus: Look = async (_, object) => {
  const { spec, status } = node.parse(object);
  const wrong = nodeTrouble(status.conditions);
  const number = wrong ? 0 : 1;
  const schedulable = spec?.unschedulable !== true;
  const state = wrong ? 'failing' : 'healthy';
  return {
    judgement: {
      state,
      desired: 1,
      updated: 1,
      ready: number,
      available: number,
      schedulable,
      ...latest(...(status.conditions ?? []).map(({ lastTransitionTime }) => lastTransitionTime)),
      ...(wrong && { reason: words(wrong) }),
    },
    pods: [],
  };
};

/** The condition of a node that is not as it should be. */
export function nodeTrouble(list: Condition[] | null | undefined): Condition | undefined {
  const ready = list?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') return ready ?? { type: 'Ready', status: 'Unknown', reason: 'NeverReported' };
  const pressures = /^(MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable)$/;
  return list?.find(({ type, status }) => pressures.test(type) && status === 'True');
}

const claim = z.object({
  spec: z.object({
    resources: z.object({ requests: z.object({ storage: z.string().optional() }).optional() }).optional(),
  }),
  status: z
    .object({
      phase: z.string().default('Pending'),
      capacity: z.object({ storage: z.string().optional() }).nullish(),
      conditions,
    })
    .prefault({}),
});

/** Healthy: bound, and as large as it was asked to be. */
const claimStatus: Look = async (_, object) => {
  const { spec, status } = claim.parse(object);
  const wanted = quantity(spec.resources?.requests?.storage) ?? 0;
  const has = quantity(status.capacity?.storage) ?? 0;
  const open = status.conditions?.find(({ status: is }) => is === 'True');
  const bound = status.phase === 'Bound';
  const whole = bound && has >= wanted;
  const state = status.phase === 'Lost' ? 'failing' : whole ? 'healthy' : 'progressing';
  const reason = whole ? undefined : open ? words(open) : status.phase;
  return {
    judgement: {
      state,
      desired: 1,
      updated: whole ? 1 : 0,
      ready: bound ? 1 : 0,
      available: bound ? 1 : 0,
      // A claim does not say when it grew: this is as far back as its story goes.
      ...latest(
        object.metadata.creationTimestamp,
        ...(status.conditions ?? []).map(({ lastTransitionTime }) => lastTransitionTime),
      ),
      ...(reason && { reason }),
    },
    pods: [],
  };
};

const service = z.object({
  spec: z.object({ type: z.string().nullish(), selector: z.record(z.string(), z.string()).nullish() }),
});
const slice = z.object({
  endpoints: z
    .array(
      z.object({ addresses: z.array(z.string()), conditions: z.object({ ready: z.boolean().nullish() }).nullish() }),
    )
    .nullish(),
});

/** Healthy: at least one endpoint, and all of them ready. https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/ */
const serviceStatus: Look = async (wire, object, signal) => {
  const { spec } = service.parse(object);
  const { name, namespace } = object.metadata;
  if (spec.type === 'ExternalName')
    return { judgement: { state: 'healthy', desired: 0, updated: 0, ready: 0, available: 0 }, pods: [] };
  const slices = { kind: 'EndpointSlice', namespace, labelSelector: `kubernetes.io/service-name=${name}` };
  const endpoints = (await listSome(wire, slices, { most: 500, signal })).items
    .flatMap((item) => slice.parse(item).endpoints ?? [])
    .filter(({ addresses }) => addresses.length > 0);
  const ready = endpoints.filter((endpoint) => endpoint.conditions?.ready !== false).length;
  const labelSelector = Object.entries(spec.selector ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const pods = labelSelector
    ? (await listSome(wire, { kind: 'Pod', namespace, labelSelector }, { most: 500, signal })).items.map((item) =>
        podSchema.parse(item),
      )
    : [];
  const desired = endpoints.length;
  // Pods that are selected become endpoints a moment later.
  const isEmpty = desired === 0 && pods.length === 0;
  const state = isEmpty ? 'failing' : desired > 0 && ready === desired ? 'healthy' : 'progressing';
  const reason =
    desired === 0 ? 'No endpoints' : ready < desired ? `${desired - ready} endpoints are not ready` : undefined;
  return { judgement: { state, desired, updated: desired, ready, available: ready, ...(reason && { reason }) }, pods };
};

export const looks: Record<'Job' | 'Pod' | 'Node' | 'PersistentVolumeClaim' | 'Service', Look> = {
  Job: jobStatus,
  Pod: podStatus,
  Node: nodeStatus,
  PersistentVolumeClaim: claimStatus,
  Service: serviceStatus,
};
