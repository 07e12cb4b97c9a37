import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A generated API server with as many pods as one likes: objects of a realistic size, managedFields included, are made as
 * they are asked for, and none is kept. Run with the number of pods and, if one likes, of nodes; prints its address.
 */

const podCount = Number(process.argv[2] ?? 50_000);
const nodeCount = Number(process.argv[3] ?? Math.max(1, Math.round(podCount / 100)));
const perOwner = 10;
/** One in so many pods is ill. */
const illEvery = 500;
const resourceVersion = '8123456';

const uid = (kind: number, n: number) =>
  `${n.toString(16).padStart(8, '0')}-${kind.toString(16).padStart(4, '0')}-4000-8000-000000000000`;

/** Field ownership of the size that a pod of a Deployment with two containers has on a real cluster. */
const managedFields = [
  {
    manager: 'kube-controller-manager',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-11-20T08:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: Object.fromEntries(
      ['metadata', 'spec'].map((part) => [
        `f:${part}`,
        Object.fromEntries(
          Array.from({ length: 28 }, (_, n) => [
            `f:field-${n}`,
            { '.': {}, 'f:name': {}, 'f:value': {}, 'f:valueFrom': { 'f:fieldRef': {} } },
          ]),
        ),
      ]),
    ),
  },
  {
    manager: 'kubelet',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-11-20T08:00:30Z',
    subresource: 'status',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:status': Object.fromEntries(
        Array.from({ length: 14 }, (_, n) => [
          `k:{"type":"Condition-${n}"}`,
          { '.': {}, 'f:status': {}, 'f:type': {} },
        ]),
      ),
    },
  },
];

const env = Array.from({ length: 14 }, (_, n) => ({ name: `SETTING_${n}`, value: `value-of-setting-${n}` }));

function container(name: string) {
  return {
    name,
    image: `registry.example/shop/${name}:1.4.2`,
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    env,
    resources: { limits: { cpu: '1', memory: '512Mi' }, requests: { cpu: '100m', memory: '256Mi' } },
    livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10 },
    readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 5 },
    volumeMounts: [{ name: 'config', mountPath: '/etc/app', readOnly: true }],
    terminationMessagePath: '/dev/termination-log',
  };
}

function status(name: string, ill: boolean) {
  const running = { running: { startedAt: '2026-11-20T08:00:20Z' } };
  return {
    name,
    ready: !ill,
    restartCount: ill ? 12 : 0,
    image: `registry.example/shop/${name}:1.4.2`,
    imageID: `registry.example/shop/${name}@sha256:${'a'.repeat(64)}`,
    containerID: `containerd://${'b'.repeat(64)}`,
    state: ill
      ? { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container' } }
      : running,
    lastState: ill ? { terminated: { exitCode: 137, reason: 'OOMKilled', finishedAt: '2026-11-25T07:59:00Z' } } : {},
  };
}

const spec = {
  serviceAccountName: 'default',
  containers: [container('app'), container('proxy')],
  volumes: [{ name: 'config', configMap: { name: 'app', defaultMode: 420 } }],
  tolerations: [
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
  ],
};
const podStatus = (ill: boolean) => ({
  phase: 'Running',
  hostIP: '10.0.0.1',
  podIP: '10.1.0.1',
  conditions: ['Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
    type,
    status: ill && type.endsWith('Ready') ? 'False' : 'True',
    lastTransitionTime: '2026-11-20T08:00:30Z',
  })),
  containerStatuses: [status('app', ill), status('proxy', false)],
});

// What all pods have in common is made into text once: the bench is to measure the reader.
const common = {
  managedFields: JSON.stringify(managedFields),
  spec: JSON.stringify(spec).slice(1),
  well: JSON.stringify(podStatus(false)),
  ill: JSON.stringify(podStatus(true)),
  workload: JSON.stringify({ replicas: perOwner, template: { spec } }),
  allocatable: { cpu: '15900m', memory: '61Gi', 'ephemeral-storage': '200Gi', pods: '110' },
};

function pod(n: number): string {
  const owner = Math.floor(n / perOwner);
  const metadata = {
    name: `app-${owner}-7d9c6b5f4-${n}`,
    namespace: `team-${owner % 50}`,
    uid: uid(1, n),
    resourceVersion: String(8_000_000 + n),
    creationTimestamp: '2026-11-20T08:00:00Z',
    labels: { app: `app-${owner}`, 'pod-template-hash': '7d9c6b5f4', 'app.kubernetes.io/part-of': 'shop', tier: 'web' },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: `app-${owner}-7d9c6b5f4`,
        uid: uid(2, owner),
        controller: true,
      },
    ],
  };
  const status = n % illEvery === 0 ? common.ill : common.well;
  return `{"metadata":${withFields(metadata)},"spec":{"nodeName":"node-${n % nodeCount}",${common.spec},"status":${status}}`;
}

const withFields = (metadata: object) =>
  `${JSON.stringify(metadata).slice(0, -1)},"managedFields":${common.managedFields}}`;

function node(n: number): string {
  const labels = { 'kubernetes.io/hostname': `node-${n}`, 'topology.kubernetes.io/zone': `zone-${n % 3}` };
  const metadata = { name: `node-${n}`, uid: uid(3, n), labels };
  const conditions = [{ type: 'Ready', status: n % 250 === 7 ? 'Unknown' : 'True' }];
  const status = { conditions, allocatable: common.allocatable, nodeInfo: { kubeletVersion: 'v1.36.1' } };
  return `{"metadata":${withFields(metadata)},"status":${JSON.stringify(status)}}`;
}

function deployment(n: number): string {
  const metadata = { name: `app-${n}`, namespace: `team-${n % 50}`, uid: uid(4, n), generation: 3 };
  const status = { observedGeneration: 3, availableReplicas: n % 50 === 0 ? perOwner - 1 : perOwner };
  return `{"metadata":${withFields(metadata)},"spec":${common.workload},"status":${JSON.stringify(status)}}`;
}

const placeOf = (n: number, kind: number) => ({ name: `app-${n}`, namespace: `team-${n % 50}`, uid: uid(kind, n) });

/** Three of each Deployment, of which one has pods. */
function replicaSet(n: number): string {
  const owner = Math.floor(n / 3);
  const isNew = n % 3 === 2;
  const place = placeOf(owner, 4);
  const above = { apiVersion: 'apps/v1', kind: 'Deployment', name: place.name, uid: place.uid, controller: true };
  const metadata = {
    ...place,
    name: isNew ? `app-${owner}-7d9c6b5f4` : `app-${owner}-${n % 3}`,
    uid: isNew ? uid(2, owner) : uid(5, n),
    creationTimestamp: `2026-11-${18 + (n % 3)}T08:00:00Z`,
    annotations: { 'deployment.kubernetes.io/revision': String((n % 3) + 1) },
    ownerReferences: [above],
  };
  return `{"metadata":${withFields(metadata)},"spec":${common.workload},"status":{}}`;
}

function service(n: number): string {
  const spec = { type: 'ClusterIP', selector: { app: `app-${n}` }, ports: [{ port: 80, targetPort: 8080 }] };
  return `{"metadata":${withFields(placeOf(n, 6))},"spec":${JSON.stringify(spec)}}`;
}

function endpointSlice(n: number): string {
  const { namespace } = placeOf(n, 7);
  const labels = { 'kubernetes.io/service-name': `app-${n}` };
  const metadata = { name: `app-${n}-x`, namespace, uid: uid(7, n), labels };
  const endpoints = Array.from({ length: perOwner }, () => ({ addresses: ['10.1.0.1'], conditions: { ready: true } }));
  return `{"metadata":${withFields(metadata)},"addressType":"IPv4","endpoints":${JSON.stringify(endpoints)}}`;
}

function configMap(n: number): string {
  return `{"metadata":${withFields(placeOf(n, 8))},"data":${JSON.stringify({ 'app.yaml': 'setting: value\n'.repeat(300) })}}`;
}

function event(n: number): string {
  const about = { kind: 'Pod', namespace: `team-${n % 50}`, name: `app-${n}` };
  const times = { firstTimestamp: '2026-11-25T07:00:00Z', lastTimestamp: '2026-11-25T07:30:00Z' };
  const body = { type: 'Warning', reason: n % 2 ? 'BackOff' : 'Unhealthy', message: 'words', count: 3, ...times };
  return `{"metadata":${withFields(placeOf(n, 9))},${JSON.stringify({ ...body, involvedObject: about }).slice(1)}`;
}

const owners = Math.ceil(podCount / perOwner);
const collections: Record<string, { count: number; make: (n: number) => string }> = {
  '/api/v1/pods': { count: podCount, make: pod },
  '/api/v1/nodes': { count: nodeCount, make: node },
  '/apis/apps/v1/deployments': { count: owners, make: deployment },
  '/apis/apps/v1/replicasets': { count: owners * 3, make: replicaSet },
  '/api/v1/services': { count: owners, make: service },
  '/apis/discovery.k8s.io/v1/endpointslices': { count: owners, make: endpointSlice },
  '/api/v1/configmaps': { count: owners, make: configMap },
  '/api/v1/events': { count: Math.ceil(podCount / 5), make: event },
};

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://fake');
  const { count, make } = collections[url.pathname] ?? { count: 0, make: () => '{}' };
  const limit = Number(url.searchParams.get('limit') ?? count);
  const from = Number(url.searchParams.get('continue') ?? 0);
  const until = Math.min(count, from + limit);
  const items = Array.from({ length: until - from }, (_, n) => make(from + n));
  const more = until < count && { continue: String(until), remainingItemCount: count - until };
  response.setHeader('content-type', 'application/json');
  response.setHeader('date', new Date('2026-11-25T08:00:00Z').toUTCString());
  const metadata = JSON.stringify({ resourceVersion, ...more });
  response.end(`{"kind":"List","apiVersion":"v1","metadata":${metadata},"items":[${items.join(',')}]}`);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`http://127.0.0.1:${port}`);
});
