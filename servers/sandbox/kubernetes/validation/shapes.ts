import { z } from 'zod';
import { badRequest } from '../errors.ts';
import type { Resource } from '../objects.ts';
import { parseQuantity } from '../quantity.ts';

/** What decoding insists on: not what is allowed, only of which type each field is. */

const int = z.int32();
const texts = z.record(z.string(), z.string());
const intOrText = z.union([int, z.string()]);
const quantity = z.union([z.string(), z.number()]).refine((value) => parseQuantity(value) !== undefined, {
  error: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
});
const amounts = z.record(z.string(), quantity);
const resources = z.looseObject({ requests: amounts.nullish(), limits: amounts.nullish() });
const metadata = z.looseObject({
  name: z.string().nullish(),
  generateName: z.string().nullish(),
  namespace: z.string().nullish(),
  labels: texts.nullish(),
  annotations: texts.nullish(),
  finalizers: z.array(z.string()).nullish(),
  ownerReferences: z
    .array(z.looseObject({ apiVersion: z.string(), kind: z.string(), name: z.string(), uid: z.string() }))
    .nullish(),
});
const selector = z.looseObject({
  matchLabels: texts.nullish(),
  matchExpressions: z
    .array(z.looseObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
    .nullish(),
});

const probe = z.looseObject({
  httpGet: z.looseObject({ path: z.string().nullish(), port: intOrText }).nullish(),
  tcpSocket: z.looseObject({ port: intOrText }).nullish(),
  exec: z.looseObject({ command: z.array(z.string()).nullish() }).nullish(),
  initialDelaySeconds: int.nullish(),
  periodSeconds: int.nullish(),
  timeoutSeconds: int.nullish(),
  failureThreshold: int.nullish(),
  successThreshold: int.nullish(),
});
const keyRef = z.looseObject({ name: z.string().nullish(), key: z.string(), optional: z.boolean().nullish() });
const env = z.looseObject({
  name: z.string().nullish(),
  value: z.string().nullish(),
  valueFrom: z.looseObject({ configMapKeyRef: keyRef.nullish(), secretKeyRef: keyRef.nullish() }).nullish(),
});
const container = z.looseObject({
  name: z.string().nullish(),
  image: z.string().nullish(),
  command: z.array(z.string()).nullish(),
  args: z.array(z.string()).nullish(),
  env: z.array(env).nullish(),
  ports: z
    .array(z.looseObject({ containerPort: int.nullish(), hostPort: int.nullish(), name: z.string().nullish() }))
    .nullish(),
  resources: resources.nullish(),
  livenessProbe: probe.nullish(),
  readinessProbe: probe.nullish(),
  startupProbe: probe.nullish(),
  volumeMounts: z.array(z.looseObject({ name: z.string().nullish(), mountPath: z.string().nullish() })).nullish(),
  securityContext: z.looseObject({}).nullish(),
});
const podSpec = z.looseObject({
  containers: z.array(container).nullish(),
  initContainers: z.array(container).nullish(),
  volumes: z.array(z.looseObject({ name: z.string().nullish() })).nullish(),
  nodeName: z.string().nullish(),
  nodeSelector: texts.nullish(),
  tolerations: z.array(z.looseObject({ key: z.string().nullish(), tolerationSeconds: z.int().nullish() })).nullish(),
  terminationGracePeriodSeconds: z.int().nullish(),
  serviceAccountName: z.string().nullish(),
  priorityClassName: z.string().nullish(),
  hostNetwork: z.boolean().nullish(),
});
const template = z.looseObject({ metadata: metadata.nullish(), spec: podSpec.nullish() });
const workload = z.looseObject({
  replicas: int.nullish(),
  selector: selector.nullish(),
  template: template.nullish(),
  minReadySeconds: int.nullish(),
  revisionHistoryLimit: int.nullish(),
  progressDeadlineSeconds: int.nullish(),
  paused: z.boolean().nullish(),
});
const jobSpec = z.looseObject({
  parallelism: int.nullish(),
  completions: int.nullish(),
  backoffLimit: int.nullish(),
  activeDeadlineSeconds: z.int().nullish(),
  template: template.nullish(),
  selector: selector.nullish(),
});
const withSpec = (spec: z.ZodType) => z.looseObject({ metadata: metadata.nullish(), spec: spec.nullish() });
const policyRules = z.array(z.looseObject({ verbs: z.array(z.string()) })).nullish();
const roleRef = z.looseObject({ kind: z.string(), name: z.string() });
const subjects = z.array(z.looseObject({ kind: z.string(), name: z.string() })).nullish();

const SHAPES: Record<string, z.ZodType> = {
  pods: withSpec(podSpec),
  deployments: withSpec(workload),
  replicasets: withSpec(workload),
  statefulsets: withSpec(workload),
  daemonsets: withSpec(workload),
  replicationcontrollers: withSpec(workload.extend({ selector: texts.nullish() })),
  jobs: withSpec(jobSpec),
  cronjobs: withSpec(
    z.looseObject({
      schedule: z.string().nullish(),
      suspend: z.boolean().nullish(),
      jobTemplate: z.looseObject({ spec: jobSpec.nullish() }).nullish(),
    }),
  ),
  services: withSpec(
    z.looseObject({
      selector: texts.nullish(),
      clusterIP: z.string().nullish(),
      ports: z
        .array(z.looseObject({ port: int.nullish(), targetPort: intOrText.nullish(), nodePort: int.nullish() }))
        .nullish(),
    }),
  ),
  configmaps: z.looseObject({ metadata: metadata.nullish(), data: texts.nullish(), binaryData: texts.nullish() }),
  secrets: z.looseObject({ metadata: metadata.nullish(), data: texts.nullish(), stringData: texts.nullish() }),
  nodes: withSpec(
    z.looseObject({
      unschedulable: z.boolean().nullish(),
      taints: z.array(z.looseObject({ key: z.string(), effect: z.string() })).nullish(),
    }),
  ),
  persistentvolumeclaims: withSpec(
    z.looseObject({
      accessModes: z.array(z.string()).nullish(),
      storageClassName: z.string().nullish(),
      resources: resources.nullish(),
    }),
  ),
  persistentvolumes: withSpec(
    z.looseObject({ capacity: amounts.nullish(), accessModes: z.array(z.string()).nullish() }),
  ),
  resourcequotas: withSpec(z.looseObject({ hard: amounts.nullish() })),
  limitranges: withSpec(
    z.looseObject({
      limits: z.array(
        z.looseObject({
          type: z.string(),
          max: amounts.nullish(),
          min: amounts.nullish(),
          default: amounts.nullish(),
          defaultRequest: amounts.nullish(),
        }),
      ),
    }),
  ),
  horizontalpodautoscalers: withSpec(
    z.looseObject({
      minReplicas: int.nullish(),
      maxReplicas: int.nullish(),
      scaleTargetRef: z.looseObject({ kind: z.string().nullish(), name: z.string().nullish() }).nullish(),
      metrics: z.array(z.looseObject({ type: z.string() })).nullish(),
    }),
  ),
  poddisruptionbudgets: withSpec(
    z.looseObject({
      selector: selector.nullish(),
      minAvailable: intOrText.nullish(),
      maxUnavailable: intOrText.nullish(),
    }),
  ),
  networkpolicies: withSpec(z.looseObject({ podSelector: selector.nullish() })),
  roles: z.looseObject({ metadata: metadata.nullish(), rules: policyRules }),
  clusterroles: z.looseObject({ metadata: metadata.nullish(), rules: policyRules }),
  rolebindings: z.looseObject({ metadata: metadata.nullish(), roleRef, subjects }),
  clusterrolebindings: z.looseObject({ metadata: metadata.nullish(), roleRef, subjects }),
};
const ANY = z.looseObject({ metadata: metadata.nullish() });

/** Refuses with BadRequest an object that has a field of another type than the kind has there. */
export function checkShape(resource: Resource, object: unknown): void {
  const parsed = (SHAPES[resource.plural] ?? ANY).safeParse(object);
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  const field = [resource.kind, ...(issue?.path ?? [])].map(String).join('.');
  const why =
    issue?.code === 'invalid_type'
      ? `json: cannot unmarshal into Go struct field ${field}: ${issue.message}`
      : `${field}: ${issue?.message}`;
  throw badRequest(`${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${why}`);
}
