import { z } from 'zod';
import type { JsonObject } from '../../src/tools/types.ts';

/** Objects as manifests have them, read as far as a release has to know them. */

const text = z.string().optional().catch(undefined);
const record = z.record(z.string(), z.string()).catch({});
const list = <Of extends z.ZodType>(of: Of) => z.array(of).catch([]);
const amounts = z.record(z.string(), z.union([z.string(), z.number()])).catch({});
const port = z.union([z.string(), z.number()]);
const probe = z
  .looseObject({
    httpGet: z.looseObject({ port }).optional(),
    tcpSocket: z.looseObject({ port }).optional(),
  })
  .optional()
  .catch(undefined);
const security = z
  .looseObject({
    privileged: z.boolean().optional(),
    allowPrivilegeEscalation: z.boolean().optional(),
    runAsNonRoot: z.boolean().optional(),
    runAsUser: z.number().optional(),
    seccompProfile: z.looseObject({ type: z.string() }).optional(),
    capabilities: z.looseObject({ add: list(z.string()), drop: list(z.string()) }).optional(),
  })
  .catch({});
const reference = z.looseObject({ name: text, key: text, optional: z.boolean().optional() }).optional();

const container = z.looseObject({
  name: z.string().catch('?'),
  image: z.string().catch(''),
  ports: list(z.looseObject({ name: text, containerPort: z.number(), hostPort: z.number().optional() })),
  env: list(
    z.looseObject({
      name: z.string(),
      value: text,
      valueFrom: z.looseObject({ secretKeyRef: reference, configMapKeyRef: reference }).optional(),
    }),
  ),
  envFrom: list(z.looseObject({ secretRef: reference, configMapRef: reference })),
  resources: z.looseObject({ requests: amounts, limits: amounts }).catch({ requests: {}, limits: {} }),
  securityContext: security.default({}),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
});
export type Container = z.output<typeof container>;

const podSpec = z.looseObject({
  containers: list(container),
  initContainers: list(container),
  serviceAccountName: text,
  imagePullSecrets: list(z.looseObject({ name: text })),
  nodeSelector: record,
  hostNetwork: z.boolean().optional(),
  hostPID: z.boolean().optional(),
  hostIPC: z.boolean().optional(),
  securityContext: security.default({}),
  volumes: list(
    z.looseObject({
      hostPath: z.unknown().optional(),
      configMap: reference,
      secret: z.looseObject({ secretName: text, optional: z.boolean().optional() }).optional(),
      persistentVolumeClaim: z.looseObject({ claimName: text }).optional(),
    }),
  ),
});
export type PodSpec = z.output<typeof podSpec>;

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: text, labels: record, annotations: record }),
});
export type Manifest = z.output<typeof manifest>;

export const manifestSchema = manifest;

/** Kinds that run pods from a template. */
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob'];
/** Those whose state the cluster can tell while they roll out. */
export const ROLLING = ['Deployment', 'StatefulSet', 'DaemonSet'];

export const asObject = (value: unknown): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};

/** The pods' template of a workload. */
export function templateOf(object: JsonObject): { labels: Record<string, string>; spec: PodSpec } | undefined {
  if (!WORKLOADS.includes(String(object.kind))) return undefined;
  const spec = asObject(object.spec);
  const holder = object.kind === 'CronJob' ? asObject(asObject(spec.jobTemplate).spec) : spec;
  const template = asObject(holder.template);
  const parsed = podSpec.safeParse(asObject(template.spec));
  if (!parsed.success) return undefined;
  return { labels: record.parse(asObject(template.metadata).labels ?? {}), spec: parsed.data };
}

/** Every container that runs all the time. */
export const containersOf = ({ containers }: PodSpec): Container[] => containers;
export const everyContainer = ({ containers, initContainers }: PodSpec): Container[] => [
  ...initContainers,
  ...containers,
];

/** How many pods a workload keeps; a DaemonSet's number is the cluster's. */
export function replicasOf({ kind, spec }: JsonObject): number | undefined {
  if (kind === 'DaemonSet') return undefined;
  const { replicas, parallelism } = asObject(spec);
  const said = kind === 'Job' ? parallelism : replicas;
  return typeof said === 'number' ? said : 1;
}

/** Whether its roll-outs are held: what is written then is not carried out. */
export const isHeld = ({ spec }: JsonObject): boolean => asObject(spec).paused === true;

/** `Deployment shop/web`, for people. */
export function objectText({ kind, metadata: { name, namespace } }: Manifest): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
