import { z } from 'zod';

/**
 * The parts of Kubernetes objects that rules read. Lenient on purpose: a field of an unexpected shape reads as absent, so that one
 * strange object never hides the others. What is not named here is dropped.
 */

// Absent fields are the common case: none of these takes zod's way of an error for one.
const maybe = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const many = <T extends z.ZodType>(schema: T) =>
  z
    .unknown()
    .optional()
    .transform((items) => (Array.isArray(items) ? items.flatMap((item) => readOr(schema, item)) : []));
const readOr = <T extends z.ZodType>(schema: T, item: unknown): z.output<T>[] => {
  const parsed = schema.safeParse(item);
  return parsed.success ? [parsed.data] : [];
};
const text = maybe(z.string());
const number = maybe(z.number());
const flag = maybe(z.boolean());
const scalar = maybe(z.union([z.string(), z.number()]));
const map = z
  .unknown()
  .optional()
  .transform((entries): Record<string, string> => {
    const out: Record<string, string> = {};
    if (!isRecord(entries)) return out;
    for (const [key, value] of Object.entries(entries))
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        out[key] = String(value);
    return out;
  });
/** An RFC 3339 time as epoch milliseconds. */
const time = maybe(
  z
    .string()
    .transform((value) => Date.parse(value))
    .refine((value) => !Number.isNaN(value)),
);
/** An object that is read as empty where it is absent. */
const part = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const schema = z.object(shape);
  return z
    .unknown()
    .optional()
    .transform((value) => schema.parse(isRecord(value) ? value : {}));
};
const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const meta = part({
  name: z.string().catch(''),
  namespace: text,
  uid: text,
  generation: number,
  labels: map,
  annotations: map,
  creationTimestamp: time,
  deletionTimestamp: time,
  finalizers: many(z.string()),
  ownerReferences: many(z.object({ kind: z.string(), name: z.string(), uid: text, controller: flag })),
});

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: text,
  message: text,
  lastTransitionTime: time,
  lastProbeTime: time,
  lastUpdateTime: time,
  lastHeartbeatTime: time,
});
const conditions = many(condition);

const requirement = z.object({ key: z.string(), operator: z.string(), values: many(z.string()) });
const labelSelector = maybe(z.object({ matchLabels: map, matchExpressions: many(requirement) }));

const httpGet = z.object({ path: text, port: scalar, scheme: text, host: text });
const probe = maybe(
  z.object({
    httpGet: maybe(httpGet),
    tcpSocket: maybe(z.object({ port: scalar, host: text })),
    grpc: maybe(z.object({ port: scalar, service: text })),
    exec: maybe(z.object({ command: many(z.string()) })),
    initialDelaySeconds: number,
    periodSeconds: number,
    timeoutSeconds: number,
    failureThreshold: number,
    successThreshold: number,
  }),
);
const keyRef = maybe(z.object({ name: z.string().catch(''), key: z.string().catch(''), optional: flag }));
const env = z.object({
  name: z.string(),
  value: text,
  valueFrom: maybe(
    z.object({
      configMapKeyRef: keyRef,
      secretKeyRef: keyRef,
      fieldRef: maybe(z.object({ fieldPath: text })),
      resourceFieldRef: maybe(z.object({ resource: text })),
    }),
  ),
});
const sourceRef = maybe(z.object({ name: z.string().catch(''), optional: flag }));
const securityContext = maybe(
  z.object({
    runAsUser: number,
    runAsGroup: number,
    fsGroup: number,
    runAsNonRoot: flag,
    privileged: flag,
    readOnlyRootFilesystem: flag,
    allowPrivilegeEscalation: flag,
  }),
);
const resources = part({ requests: map, limits: map });
const container = z.object({
  name: z.string(),
  image: z.string().catch(''),
  imagePullPolicy: text,
  command: many(z.string()),
  args: many(z.string()),
  workingDir: text,
  restartPolicy: text,
  ports: many(z.object({ name: text, containerPort: z.number(), hostPort: number, protocol: z.string().catch('TCP') })),
  env: many(env),
  envFrom: many(z.object({ prefix: text, configMapRef: sourceRef, secretRef: sourceRef })),
  resources,
  volumeMounts: many(z.object({ name: z.string(), mountPath: text, subPath: text, readOnly: flag })),
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  securityContext,
});
const items = many(z.object({ key: z.string(), path: text }));
const volume = z.object({
  name: z.string(),
  configMap: maybe(z.object({ name: z.string().catch(''), optional: flag, items })),
  secret: maybe(z.object({ secretName: z.string().catch(''), optional: flag, items })),
  persistentVolumeClaim: maybe(z.object({ claimName: z.string() })),
  hostPath: maybe(z.object({ path: text, type: text })),
  emptyDir: maybe(z.object({ sizeLimit: scalar, medium: text })),
  nfs: maybe(z.object({ server: text, path: text })),
  csi: maybe(z.object({ driver: text })),
  projected: maybe(
    z.object({
      sources: many(
        z.object({
          configMap: maybe(z.object({ name: z.string().catch(''), optional: flag, items })),
          secret: maybe(z.object({ name: z.string().catch(''), optional: flag, items })),
        }),
      ),
    }),
  ),
});
const nodeTerm = z.object({ matchExpressions: many(requirement), matchFields: many(requirement) });
const podTerm = z.object({
  labelSelector,
  namespaces: many(z.string()),
  namespaceSelector: labelSelector,
  topologyKey: z.string().catch(''),
});
const podTerms = maybe(
  z.object({
    requiredDuringSchedulingIgnoredDuringExecution: many(podTerm),
    preferredDuringSchedulingIgnoredDuringExecution: many(z.object({ weight: number, podAffinityTerm: podTerm })),
  }),
);
const podSpec = part({
  nodeName: text,
  hostNetwork: flag,
  dnsPolicy: text,
  dnsConfig: maybe(z.object({ nameservers: many(z.string()), searches: many(z.string()) })),
  schedulerName: text,
  priority: number,
  priorityClassName: text,
  serviceAccountName: text,
  runtimeClassName: text,
  restartPolicy: text,
  terminationGracePeriodSeconds: number,
  activeDeadlineSeconds: number,
  imagePullSecrets: many(z.object({ name: z.string().catch('') })),
  schedulingGates: many(z.object({ name: z.string() })),
  nodeSelector: map,
  tolerations: many(z.object({ key: text, operator: text, value: text, effect: text, tolerationSeconds: number })),
  affinity: maybe(
    z.object({
      nodeAffinity: maybe(
        z.object({
          requiredDuringSchedulingIgnoredDuringExecution: maybe(z.object({ nodeSelectorTerms: many(nodeTerm) })),
        }),
      ),
      podAffinity: podTerms,
      podAntiAffinity: podTerms,
    }),
  ),
  topologySpreadConstraints: many(
    z.object({
      maxSkew: number,
      minDomains: number,
      topologyKey: z.string(),
      whenUnsatisfiable: text,
      labelSelector,
    }),
  ),
  securityContext,
  initContainers: many(container),
  containers: many(container),
  volumes: many(volume),
});
const template = part({ metadata: part({ labels: map, annotations: map }), spec: podSpec });

const terminated = maybe(
  z.object({
    exitCode: z.number().catch(0),
    signal: number,
    reason: text,
    message: text,
    startedAt: time,
    finishedAt: time,
  }),
);
const containerState = part({
  waiting: maybe(z.object({ reason: text, message: text })),
  running: maybe(z.object({ startedAt: time })),
  terminated,
});
const containerStatus = z.object({
  name: z.string(),
  ready: z.boolean().catch(false),
  started: flag,
  restartCount: z.number().catch(0),
  image: text,
  imageID: text,
  state: containerState,
  lastState: containerState,
});

const pod = z.object({
  metadata: meta,
  spec: podSpec,
  status: part({
    phase: text,
    reason: text,
    message: text,
    podIP: text,
    hostIP: text,
    startTime: time,
    nominatedNodeName: text,
    qosClass: text,
    conditions,
    initContainerStatuses: many(containerStatus),
    containerStatuses: many(containerStatus),
  }),
});

const workloadStatus = part({
  observedGeneration: number,
  replicas: number,
  updatedReplicas: number,
  readyReplicas: number,
  availableReplicas: number,
  unavailableReplicas: number,
  currentRevision: text,
  updateRevision: text,
  collisionCount: number,
  conditions,
  // DaemonSet
  desiredNumberScheduled: number,
  currentNumberScheduled: number,
  numberReady: number,
  numberAvailable: number,
  numberUnavailable: number,
  updatedNumberScheduled: number,
});
const workload = z.object({
  metadata: meta,
  spec: part({
    replicas: number,
    paused: flag,
    minReadySeconds: number,
    progressDeadlineSeconds: number,
    revisionHistoryLimit: number,
    serviceName: text,
    selector: labelSelector,
    strategy: maybe(
      z.object({ type: text, rollingUpdate: maybe(z.object({ maxSurge: scalar, maxUnavailable: scalar })) }),
    ),
    updateStrategy: maybe(z.object({ type: text })),
    podManagementPolicy: text,
    volumeClaimTemplates: many(
      z.object({
        metadata: meta,
        spec: part({ storageClassName: text, accessModes: many(z.string()), resources }),
      }),
    ),
    template,
  }),
  status: workloadStatus,
});

const jobSpec = part({
  backoffLimit: number,
  activeDeadlineSeconds: number,
  completions: number,
  parallelism: number,
  suspend: flag,
  template,
});

const backend = maybe(
  z.object({
    service: maybe(z.object({ name: z.string(), port: maybe(z.object({ name: text, number })) })),
    resource: maybe(z.object({ kind: text, name: text })),
  }),
);

const port = z.object({
  name: text,
  port: z.number(),
  protocol: z.string().catch('TCP'),
  appProtocol: text,
  targetPort: scalar,
  nodePort: number,
});

const peer = z.object({
  podSelector: labelSelector,
  namespaceSelector: labelSelector,
  ipBlock: maybe(z.object({ cidr: text })),
});
const policyPort = z.object({ protocol: text, port: scalar, endPort: number });

const parentRef = z.object({ name: z.string(), namespace: text, kind: text, sectionName: text, port: number });
const backendRef = z.object({ name: z.string(), namespace: text, kind: text, port: number, weight: number });

const webhook = z.object({
  name: z.string(),
  failurePolicy: text,
  timeoutSeconds: number,
  clientConfig: part({
    url: text,
    service: maybe(z.object({ name: z.string(), namespace: z.string(), path: text, port: number })),
  }),
});

const metricValue = part({ averageUtilization: number, averageValue: scalar, value: scalar });

const schemas = {
  Pod: pod,
  Node: z.object({
    metadata: meta,
    spec: part({
      unschedulable: flag,
      providerID: text,
      taints: many(z.object({ key: z.string(), value: text, effect: z.string().catch(''), timeAdded: time })),
    }),
    status: part({
      capacity: map,
      allocatable: map,
      conditions,
      addresses: many(z.object({ type: z.string(), address: z.string() })),
      nodeInfo: part({
        architecture: text,
        kubeletVersion: text,
        containerRuntimeVersion: text,
        osImage: text,
        kernelVersion: text,
      }),
      images: many(z.object({ names: many(z.string()) })),
    }),
  }),
  Event: z.object({
    metadata: meta,
    type: text,
    reason: text,
    message: text,
    note: text,
    count: number,
    firstTimestamp: time,
    lastTimestamp: time,
    eventTime: time,
    series: maybe(z.object({ count: number, lastObservedTime: time })),
    involvedObject: part({ kind: text, namespace: text, name: text, uid: text, fieldPath: text }),
    regarding: part({ kind: text, namespace: text, name: text, uid: text, fieldPath: text }),
    source: part({ component: text, host: text }),
    reportingComponent: text,
  }),
  Namespace: z.object({
    metadata: meta,
    spec: part({ finalizers: many(z.string()) }),
    status: part({ phase: text, conditions }),
  }),
  Deployment: workload,
  ReplicaSet: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  ReplicationController: workload,
  Job: z.object({
    metadata: meta,
    spec: jobSpec,
    status: part({
      active: number,
      succeeded: number,
      failed: number,
      startTime: time,
      completionTime: time,
      conditions,
    }),
  }),
  CronJob: z.object({
    metadata: meta,
    spec: part({
      schedule: text,
      timeZone: text,
      suspend: flag,
      concurrencyPolicy: text,
      startingDeadlineSeconds: number,
      jobTemplate: part({ spec: jobSpec }),
    }),
    status: part({ lastScheduleTime: time, lastSuccessfulTime: time, active: many(z.object({ name: text })) }),
  }),
  Service: z.object({
    metadata: meta,
    spec: part({
      type: text,
      clusterIP: text,
      externalName: text,
      selector: map,
      ports: many(port),
      publishNotReadyAddresses: flag,
      sessionAffinity: text,
    }),
    status: part({ loadBalancer: part({ ingress: many(z.object({ ip: text, hostname: text })) }) }),
  }),
  Endpoints: z.object({
    metadata: meta,
    subsets: many(
      z.object({
        addresses: many(z.object({ ip: text, targetRef: maybe(z.object({ kind: text, name: text })) })),
        notReadyAddresses: many(z.object({ ip: text, targetRef: maybe(z.object({ kind: text, name: text })) })),
        ports: many(z.object({ name: text, port: number, protocol: text })),
      }),
    ),
  }),
  EndpointSlice: z.object({
    metadata: meta,
    endpoints: many(
      z.object({
        addresses: many(z.string()),
        conditions: part({ ready: flag, serving: flag, terminating: flag }),
        targetRef: maybe(z.object({ kind: text, name: text, namespace: text })),
        nodeName: text,
      }),
    ),
    ports: many(z.object({ name: text, port: number, protocol: text })),
  }),
  Ingress: z.object({
    metadata: meta,
    spec: part({
      ingressClassName: text,
      defaultBackend: backend,
      tls: many(z.object({ hosts: many(z.string()), secretName: text })),
      rules: many(
        z.object({ host: text, http: part({ paths: many(z.object({ path: text, pathType: text, backend })) }) }),
      ),
    }),
    status: part({ loadBalancer: part({ ingress: many(z.object({ ip: text, hostname: text })) }) }),
  }),
  IngressClass: z.object({ metadata: meta, spec: part({ controller: text }) }),
  Gateway: z.object({
    metadata: meta,
    spec: part({
      gatewayClassName: text,
      listeners: many(
        z.object({
          name: z.string(),
          port: number,
          protocol: text,
          hostname: text,
          tls: maybe(z.object({ certificateRefs: many(z.object({ name: z.string(), kind: text, namespace: text })) })),
        }),
      ),
    }),
    status: part({ conditions, listeners: many(z.object({ name: text, conditions })) }),
  }),
  HTTPRoute: z.object({
    metadata: meta,
    spec: part({
      parentRefs: many(parentRef),
      hostnames: many(z.string()),
      rules: many(z.object({ backendRefs: many(backendRef) })),
    }),
    status: part({ parents: many(z.object({ parentRef: maybe(parentRef), conditions })) }),
  }),
  ConfigMap: z.object({ metadata: meta, data: map, binaryData: map }),
  /** Values are never read: a source gives keys at most. */
  Secret: z.object({
    metadata: meta,
    type: text,
    data: map,
    stringData: map,
    /** What a source gives instead of the data: keys with sizes, and the validity of certificates. */
    dataSizes: map,
    certificates: maybe(z.record(z.string(), part({ notBefore: time, notAfter: time }))),
  }),
  ServiceAccount: z.object({ metadata: meta, imagePullSecrets: many(z.object({ name: z.string().catch('') })) }),
  PersistentVolumeClaim: z.object({
    metadata: meta,
    spec: part({
      storageClassName: text,
      volumeName: text,
      volumeMode: text,
      accessModes: many(z.string()),
      selector: labelSelector,
      resources,
    }),
    status: part({ phase: text, capacity: map, accessModes: many(z.string()), conditions }),
  }),
  PersistentVolume: z.object({
    metadata: meta,
    spec: part({
      capacity: map,
      accessModes: many(z.string()),
      storageClassName: text,
      persistentVolumeReclaimPolicy: text,
      volumeMode: text,
      claimRef: maybe(z.object({ namespace: text, name: text, uid: text })),
      nodeAffinity: maybe(z.object({ required: maybe(z.object({ nodeSelectorTerms: many(nodeTerm) })) })),
      csi: maybe(z.object({ driver: text, volumeHandle: text })),
      hostPath: maybe(z.object({ path: text })),
      local: maybe(z.object({ path: text })),
      nfs: maybe(z.object({ server: text, path: text })),
    }),
    status: part({ phase: text, reason: text, message: text }),
  }),
  StorageClass: z.object({
    metadata: meta,
    provisioner: text,
    volumeBindingMode: text,
    allowVolumeExpansion: flag,
    reclaimPolicy: text,
  }),
  VolumeAttachment: z.object({
    metadata: meta,
    spec: part({ attacher: text, nodeName: text, source: part({ persistentVolumeName: text }) }),
    status: part({
      attached: flag,
      attachError: maybe(z.object({ message: text, time })),
      detachError: maybe(z.object({ message: text, time })),
    }),
  }),
  ResourceQuota: z.object({ metadata: meta, spec: part({ hard: map }), status: part({ hard: map, used: map }) }),
  LimitRange: z.object({
    metadata: meta,
    spec: part({
      limits: many(
        z.object({ type: text, max: map, min: map, default: map, defaultRequest: map, maxLimitRequestRatio: map }),
      ),
    }),
  }),
  HorizontalPodAutoscaler: z.object({
    metadata: meta,
    spec: part({
      minReplicas: number,
      maxReplicas: number,
      scaleTargetRef: part({ kind: text, name: text, apiVersion: text }),
      targetCPUUtilizationPercentage: number,
      metrics: many(z.object({ type: text, resource: maybe(z.object({ name: text, target: metricValue })) })),
    }),
    status: part({
      currentReplicas: number,
      desiredReplicas: number,
      lastScaleTime: time,
      currentCPUUtilizationPercentage: number,
      currentMetrics: many(z.object({ type: text, resource: maybe(z.object({ name: text, current: metricValue })) })),
      conditions,
    }),
  }),
  PodDisruptionBudget: z.object({
    metadata: meta,
    spec: part({ minAvailable: scalar, maxUnavailable: scalar, selector: labelSelector }),
    status: part({
      disruptionsAllowed: number,
      currentHealthy: number,
      desiredHealthy: number,
      expectedPods: number,
      conditions,
    }),
  }),
  NetworkPolicy: z.object({
    metadata: meta,
    spec: part({
      podSelector: labelSelector,
      policyTypes: many(z.string()),
      ingress: maybe(many(z.object({ from: many(peer), ports: many(policyPort) }))),
      egress: maybe(many(z.object({ to: many(peer), ports: many(policyPort) }))),
    }),
  }),
  Lease: z.object({
    metadata: meta,
    spec: part({ holderIdentity: text, leaseDurationSeconds: number, renewTime: time }),
  }),
  ValidatingWebhookConfiguration: z.object({ metadata: meta, webhooks: many(webhook) }),
  MutatingWebhookConfiguration: z.object({ metadata: meta, webhooks: many(webhook) }),
  PriorityClass: z.object({ metadata: meta, value: number, preemptionPolicy: text }),
  /** cert-manager's. https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.Certificate */
  Certificate: z.object({
    metadata: meta,
    spec: part({ secretName: text, dnsNames: many(z.string()) }),
    status: part({ notAfter: time, renewalTime: time, conditions }),
  }),
} as const;

export type Kind = keyof typeof schemas;
export type Objects = { [K in Kind]: z.output<(typeof schemas)[K]> };
export type Pod = Objects['Pod'];
export type Node = Objects['Node'];
export type Service = Objects['Service'];
export type Job = Objects['Job'];
export type WorkloadObject = Objects['Deployment'];
export type PodSpec = Pod['spec'];
export type Container = PodSpec['containers'][number];
export type ContainerStatus = Pod['status']['containerStatuses'][number];
export type Probe = NonNullable<Container['livenessProbe']>;
export type LabelSelector = NonNullable<WorkloadObject['spec']['selector']>;
export type Condition = Pod['status']['conditions'][number];
export type Termination = NonNullable<ContainerStatus['state']['terminated']>;

export const kinds = Object.keys(schemas) as Kind[];

/** Kinds that belong to no namespace. */
export const clusterScoped: ReadonlySet<Kind> = new Set<Kind>([
  'Node',
  'Namespace',
  'PersistentVolume',
  'StorageClass',
  'VolumeAttachment',
  'IngressClass',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'PriorityClass',
]);

/** Reads an object of a kind; undefined where it is none, or has no name. */
export function readObject<K extends Kind>(kind: K, raw: unknown): Objects[K] | undefined {
  const parsed = schemas[kind].safeParse(raw);
  return parsed.success && parsed.data.metadata.name !== '' ? (parsed.data as Objects[K]) : undefined;
}
