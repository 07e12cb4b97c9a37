/**
 * Kubernetes objects as the API writes them, with the few fields that matter to a case and the rest filled in. Times are minutes
 * before `NOW` unless they are strings.
 */

export const NOW = Date.parse('2026-11-25T12:00:00Z');

export type Raw = Record<string, unknown>;

/** ISO time, so many minutes before now. */
export const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString().replace('.000Z', 'Z');

/** `prod/app` as metadata; without a namespace for cluster-wide kinds. */
export function meta(path: string, more: Raw = {}): Raw {
  const [a = '', b] = path.split('/');
  return {
    ...(b !== undefined && { namespace: a }),
    name: b ?? a,
    uid: `uid-${path}`,
    resourceVersion: '1',
    creationTimestamp: ago(24 * 60),
    ...more,
  };
}

export interface ContainerSpec extends Raw {
  name?: string;
  image?: string;
}

export function container({
  name = 'app',
  image = 'registry.example.com/shop/app:1.4.2',
  ...more
}: ContainerSpec = {}): Raw {
  return { name, image, resources: {}, ...more };
}

export const running = (startedMinutesAgo = 60): Raw => ({ running: { startedAt: ago(startedMinutesAgo) } });
export const waiting = (reason: string, message?: string): Raw => ({
  waiting: { reason, ...(message !== undefined && { message }) },
});
/** A run that ended so many minutes ago, after so many minutes. */
export const terminated = (
  exitCode: number,
  {
    reason = exitCode === 0 ? 'Completed' : 'Error',
    endedAgo = 2,
    lasted = 1,
    ...more
  }: Raw & { reason?: string; endedAgo?: number; lasted?: number } = {},
): Raw => ({
  terminated: { exitCode, reason, startedAt: ago(endedAgo + lasted), finishedAt: ago(endedAgo), ...more },
});

export interface StatusSpec extends Raw {
  name?: string;
  state?: Raw;
  lastState?: Raw;
  restartCount?: number;
  ready?: boolean;
}

export function containerStatus({
  name = 'app',
  state = running(),
  lastState = {},
  restartCount = 0,
  ...more
}: StatusSpec = {}): Raw {
  return { name, state, lastState, restartCount, ready: 'running' in state, started: 'running' in state, ...more };
}

export interface PodSpecs {
  /** Default: the ReplicaSet `NAME-5d4f8c7b9d` of the Deployment that the pod's name begins with. `null`: nobody. */
  owner?: { kind: string; name: string } | null;
  labels?: Record<string, string>;
  containers?: Raw[];
  initContainers?: Raw[];
  statuses?: Raw[];
  initStatuses?: Raw[];
  phase?: string;
  ready?: boolean;
  node?: string | null;
  spec?: Raw;
  status?: Raw;
  metadata?: Raw;
}

export const HASH = '5d4f8c7b9d';

/** A pod, by default running and ready, of the Deployment before the last `-` of its name (`prod/app-1` -> `app`). */
export function pod(path: string, specs: PodSpecs = {}): Raw {
  const [namespace = '', name = ''] = path.split('/');
  const app = name.slice(0, name.lastIndexOf('-'));
  const { owner = { kind: 'ReplicaSet', name: `${app}-${HASH}` }, containers = [container()], statuses } = specs;
  const given = statuses ?? containers.map((one) => containerStatus({ name: String(one.name) }));
  const {
    ready = given.every((one) => one.ready === true),
    node = 'node-a',
    phase = node === null ? 'Pending' : 'Running',
  } = specs;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(`${namespace}/${name}`, {
      labels: { app, 'pod-template-hash': HASH, ...specs.labels },
      ...(owner && {
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: owner.kind,
            name: owner.name,
            uid: `uid-${namespace}/${owner.name}`,
            controller: true,
          },
        ],
      }),
      creationTimestamp: ago(120),
      ...specs.metadata,
    }),
    spec: {
      ...(node !== null && { nodeName: node }),
      containers,
      ...(specs.initContainers && { initContainers: specs.initContainers }),
      restartPolicy: 'Always',
      ...specs.spec,
    },
    status: {
      phase,
      conditions: [
        { type: 'PodScheduled', status: node === null ? 'False' : 'True', lastTransitionTime: ago(120) },
        { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: ago(ready ? 60 : 5) },
        { type: 'ContainersReady', status: ready ? 'True' : 'False', lastTransitionTime: ago(ready ? 60 : 5) },
      ],
      containerStatuses: node === null ? [] : given,
      ...(specs.initStatuses && { initContainerStatuses: specs.initStatuses }),
      ...(node !== null && { hostIP: '10.0.0.1', podIP: '10.1.0.1', startTime: ago(119) }),
      ...specs.status,
    },
  };
}

export interface DeploymentSpecs {
  replicas?: number;
  ready?: number;
  containers?: Raw[];
  labels?: Record<string, string>;
  podSpec?: Raw;
  spec?: Raw;
  status?: Raw;
  metadata?: Raw;
}

/** A Deployment with its present ReplicaSet: two objects. */
export function deployment(path: string, specs: DeploymentSpecs = {}): Raw[] {
  const [namespace = '', name = ''] = path.split('/');
  const { replicas = 1, ready = replicas, containers = [container()], labels = { app: name } } = specs;
  const template = { metadata: { labels }, spec: { containers, ...specs.podSpec } };
  const counts = {
    replicas,
    updatedReplicas: replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: replicas - ready,
  };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: meta(path, {
        generation: 1,
        annotations: { 'deployment.kubernetes.io/revision': '1' },
        ...specs.metadata,
      }),
      spec: { replicas, selector: { matchLabels: labels }, template, ...specs.spec },
      status: {
        observedGeneration: 1,
        ...counts,
        conditions: [
          {
            type: 'Available',
            status: ready >= replicas ? 'True' : 'False',
            reason: ready >= replicas ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
            lastTransitionTime: ago(60),
          },
          { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', lastTransitionTime: ago(60) },
        ],
        ...specs.status,
      },
    },
    replicaSet(`${namespace}/${name}-${HASH}`, {
      deployment: name,
      revision: 1,
      replicas,
      ready,
      template: { ...template, metadata: { labels: { ...labels, 'pod-template-hash': HASH } } },
    }),
  ];
}

export function replicaSet(
  path: string,
  {
    deployment: owner,
    revision = 1,
    replicas = 1,
    ready = replicas,
    template = {},
    metadata = {},
  }: { deployment: string; revision?: number; replicas?: number; ready?: number; template?: Raw; metadata?: Raw },
): Raw {
  const [namespace = ''] = path.split('/');
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: meta(path, {
      annotations: { 'deployment.kubernetes.io/revision': `${revision}` },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: owner, uid: `uid-${namespace}/${owner}`, controller: true },
      ],
      ...metadata,
    }),
    spec: { replicas, template },
    status: { replicas, readyReplicas: ready, availableReplicas: ready },
  };
}

export interface NodeSpecs {
  labels?: Record<string, string>;
  taints?: Raw[];
  unschedulable?: boolean;
  allocatable?: Record<string, string>;
  conditions?: Raw[];
  metadata?: Raw;
}

/** A node, by default Ready, with 4 cores and 16 GiB. */
export function node(
  name: string,
  { labels, taints, unschedulable, allocatable, conditions = [], metadata }: NodeSpecs = {},
): Raw {
  const size = { cpu: '4', memory: '16Gi', pods: '110', 'ephemeral-storage': '100Gi', ...allocatable };
  const usual = [
    ['MemoryPressure', 'False', 'KubeletHasSufficientMemory'],
    ['DiskPressure', 'False', 'KubeletHasNoDiskPressure'],
    ['PIDPressure', 'False', 'KubeletHasSufficientPID'],
    ['Ready', 'True', 'KubeletReady'],
  ].map(([type, status, reason]) => ({
    type,
    status,
    reason,
    lastHeartbeatTime: ago(1),
    lastTransitionTime: ago(24 * 60),
  }));
  const given = new Set(conditions.map(({ type }) => type));
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: meta(name, {
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': 'cn-hangzhou-i',
        ...labels,
      },
      ...metadata,
    }),
    spec: { ...(taints && { taints }), ...(unschedulable && { unschedulable }) },
    status: {
      capacity: size,
      allocatable: size,
      conditions: [...usual.filter(({ type }) => !given.has(type)), ...conditions],
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
      nodeInfo: {
        architecture: 'amd64',
        kubeletVersion: 'v1.34.1-aliyun.1',
        containerRuntimeVersion: 'containerd://1.6.39',
      },
    },
  };
}

/** A Warning by default; `about` is `Pod prod/app-1` or `Node node-a`. */
export function event(
  about: string,
  reason: string,
  message: string,
  {
    minutesAgo = 1,
    count = 1,
    type = 'Warning',
    component = 'kubelet',
    since = minutesAgo + 10,
    ...more
  }: Raw & { minutesAgo?: number; count?: number; type?: string; component?: string; since?: number } = {},
): Raw {
  const [kind = '', path = ''] = about.split(' ');
  const [a = '', b] = path.split('/');
  const namespace = b === undefined ? 'default' : a;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: meta(`${namespace}/${b ?? a}.${reason.toLowerCase()}.${minutesAgo}.${message.length}`, {
      creationTimestamp: ago(since),
    }),
    type,
    reason,
    message,
    count,
    firstTimestamp: ago(since),
    lastTimestamp: ago(minutesAgo),
    involvedObject: { kind, ...(b !== undefined && { namespace: a }), name: b ?? a },
    source: { component },
    ...more,
  };
}

/** Any other object: `object('v1', 'Service', 'prod/app', { spec: … })`. */
export function object(
  apiVersion: string,
  kind: string,
  path: string,
  { metadata = {}, ...rest }: Raw & { metadata?: Raw } = {},
): Raw {
  return { apiVersion, kind, metadata: meta(path, metadata), ...rest };
}

/** An Ingress to `prod/app` that terminates TLS with a Secret whose certificate ends then. */
export const withTls = (notAfter: string, annotations: Record<string, string> = {}): Raw[] => [
  object('networking.k8s.io/v1', 'Ingress', 'prod/shop', {
    metadata: { creationTimestamp: ago(24 * 60) },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }],
      rules: [
        {
          host: 'shop.example.com',
          http: { paths: [{ path: '/', backend: { service: { name: 'app', port: { number: 80 } } } }] },
        },
      ],
    },
  }),
  object('networking.k8s.io/v1', 'IngressClass', 'nginx', { spec: { controller: 'k8s.io/ingress-nginx' } }),
  object('v1', 'Secret', 'prod/shop-tls', {
    metadata: { annotations },
    type: 'kubernetes.io/tls',
    dataSizes: { 'tls.crt': 1200, 'tls.key': 1700 },
    certificates: { 'tls.crt': { notBefore: '2026-01-01T00:00:00Z', notAfter } },
  }),
  service('prod/app'),
];

export const service = (
  path: string,
  specs: { selector?: Record<string, string>; ports?: Raw[]; spec?: Raw } = {},
): Raw =>
  object('v1', 'Service', path, {
    spec: {
      type: 'ClusterIP',
      clusterIP: '172.16.0.10',
      selector: specs.selector ?? { app: path.split('/')[1] },
      ports: specs.ports ?? [{ port: 80, targetPort: 8080, protocol: 'TCP' }],
      ...specs.spec,
    },
  });

/** Ready and not ready addresses, by pod name. */
export const endpoints = (path: string, ready: string[], notReady: string[] = [], port = 8080): Raw => ({
  ...object('v1', 'Endpoints', path),
  subsets:
    ready.length + notReady.length === 0
      ? []
      : [
          {
            ...(ready.length > 0 && {
              addresses: ready.map((name) => ({ ip: '10.1.0.1', targetRef: { kind: 'Pod', name } })),
            }),
            ...(notReady.length > 0 && {
              notReadyAddresses: notReady.map((name) => ({ ip: '10.1.0.2', targetRef: { kind: 'Pod', name } })),
            }),
            ports: [{ port, protocol: 'TCP' }],
          },
        ],
});
