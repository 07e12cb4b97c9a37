import { z } from 'zod';
import { ageText } from './amounts.ts';

/** Rows of what serves and stores: Services, Ingresses, autoscalers, volumes. */

const metadata = z.object({ creationTimestamp: z.string().nullish() });
const text = z.string().nullish();
const addresses = z.object({ ingress: z.array(z.object({ ip: text, hostname: text })).nullish() }).nullish();
type Made = { cells: string[]; wrong: boolean };

const addressOf = (balancer: z.infer<typeof addresses>): string | undefined =>
  balancer?.ingress?.map(({ ip, hostname }) => ip ?? hostname ?? '').find((one) => one !== '');

export function serviceRow(object: unknown, now: string): Made {
  const {
    metadata: about,
    spec,
    status,
  } = z
    .object({
      metadata,
      spec: z.object({
        type: z.string().default('ClusterIP'),
        clusterIP: text,
        externalName: text,
        ports: z
          .array(z.object({ port: z.number(), nodePort: z.number().nullish(), protocol: z.string().default('TCP') }))
          .nullish(),
      }),
      status: z.object({ loadBalancer: addresses }).prefault({}),
    })
    .parse(object);
  const outside = addressOf(status.loadBalancer);
  const ports = (spec.ports ?? []).map(
    ({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ''}/${protocol}`,
  );
  const isWaiting = spec.type === 'LoadBalancer' && outside === undefined;
  return {
    cells: [
      spec.type,
      outside ?? spec.externalName ?? (isWaiting ? '<pending>' : (spec.clusterIP ?? '–')),
      ports.join(', ') || '–',
      ageText(about.creationTimestamp ?? undefined, now),
    ],
    wrong: isWaiting,
  };
}

export function ingressRow(object: unknown, now: string): Made {
  const {
    metadata: about,
    spec,
    status,
  } = z
    .object({
      metadata,
      spec: z
        .object({
          ingressClassName: text,
          rules: z.array(z.object({ host: text })).nullish(),
          tls: z.array(z.object({ hosts: z.array(z.string()).nullish() })).nullish(),
        })
        .prefault({}),
      status: z.object({ loadBalancer: addresses }).prefault({}),
    })
    .parse(object);
  const hosts = [...new Set((spec.rules ?? []).map(({ host }) => host ?? '*'))];
  const secure = new Set((spec.tls ?? []).flatMap((one) => one.hosts ?? []));
  return {
    cells: [
      spec.ingressClassName ?? '–',
      hosts.map((host) => (secure.has(host) ? `${host} (TLS)` : host)).join(', ') || '*',
      addressOf(status.loadBalancer) ?? '–',
      ageText(about.creationTimestamp ?? undefined, now),
    ],
    wrong: addressOf(status.loadBalancer) === undefined,
  };
}

/** https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ */
export function hpaRow(object: unknown, now: string): Made {
  const {
    metadata: about,
    spec,
    status,
  } = z
    .object({
      metadata,
      spec: z.object({
        scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
        minReplicas: z.number().nullish(),
        maxReplicas: z.number(),
      }),
      status: z
        .object({
          currentReplicas: z.number().nullish(),
          desiredReplicas: z.number().nullish(),
          conditions: z.array(z.object({ type: z.string(), status: z.string(), reason: text })).nullish(),
        })
        .prefault({}),
    })
    .parse(object);
  const bad = (status.conditions ?? []).find(
    ({ type, status: is }) =>
      (type === 'ScalingLimited' ? is === 'True' : is === 'False') &&
      // At its least it is limited, too, which is as it should be.
      !(type === 'ScalingLimited' && (status.currentReplicas ?? 0) < spec.maxReplicas),
  );
  return {
    cells: [
      `${spec.scaleTargetRef.kind}/${spec.scaleTargetRef.name}`,
      `${spec.minReplicas ?? 1}–${spec.maxReplicas}`,
      `${status.currentReplicas ?? '?'}`,
      bad ? (bad.reason ?? bad.type) : 'OK',
      ageText(about.creationTimestamp ?? undefined, now),
    ],
    wrong: bad !== undefined,
  };
}

const storage = z.object({ storage: text }).nullish();

export function claimRow(object: unknown, now: string): Made {
  const {
    metadata: about,
    spec,
    status,
  } = z
    .object({
      metadata,
      spec: z.object({ storageClassName: text, resources: z.object({ requests: storage }).nullish() }).prefault({}),
      status: z.object({ phase: z.string().default('–'), capacity: storage }).prefault({}),
    })
    .parse(object);
  return {
    cells: [
      status.phase,
      status.capacity?.storage ?? spec.resources?.requests?.storage ?? '–',
      spec.storageClassName ?? '–',
      ageText(about.creationTimestamp ?? undefined, now),
    ],
    wrong: status.phase !== 'Bound',
  };
}

export function volumeRow(object: unknown, now: string): Made {
  const {
    metadata: about,
    spec,
    status,
  } = z
    .object({
      metadata,
      spec: z.object({ storageClassName: text, capacity: storage }).prefault({}),
      status: z.object({ phase: z.string().default('–') }).prefault({}),
    })
    .parse(object);
  return {
    cells: [
      status.phase,
      spec.capacity?.storage ?? '–',
      spec.storageClassName ?? '–',
      ageText(about.creationTimestamp ?? undefined, now),
    ],
    wrong: status.phase === 'Failed' || status.phase === 'Released',
  };
}
