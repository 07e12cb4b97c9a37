import { Readable } from 'node:stream';
import { fromStatus } from '../../../servers/ack/kube/failure.ts';
import { surveyFrom } from '../../../servers/ack/kube/survey/pages.ts';
import { readCluster } from '../../../servers/ack/kube/survey/read.ts';
import type { Survey } from '../../../servers/ack/kube/survey/survey.ts';
import type { KubeWire } from '../../../servers/ack/kube/wire.ts';
import type { Random } from '../../support/random.ts';
import type { Thing } from './fake-kube.ts';

export const NOW = '2026-11-25T08:00:00Z';
const plurals: Record<string, string> = { Ingress: 'ingresses', NetworkPolicy: 'networkpolicies' };
const pluralOf = (kind: string) => plurals[kind] ?? `${kind.toLowerCase()}s`;

interface Ways {
  /** However many are asked for. */
  pageSize?: number;
  /** Answers instead of a list, by the plural. */
  failing?: Record<string, { status: number; reason: string; message: string }>;
}

/** A way to an API server that has these objects and serves their custom kinds. */
export function wireOver(things: Thing[], { pageSize = 100, failing = {} }: Ways = {}): KubeWire {
  const answer = (path: string, query: Record<string, unknown>) => {
    if (path === '/version') return { gitVersion: 'v1.36.1' };
    const [, apiVersion] = /^\/apis\/([^/]+\/[^/]+)$/.exec(path) ?? [];
    if (apiVersion) return discovered(things, apiVersion);
    const plural = path.split('/').at(-1) ?? '';
    const fails = failing[plural];
    if (fails) throw fromStatus(fails.status, JSON.stringify(fails), undefined, false);
    const all = things.filter(({ kind }) => pluralOf(kind) === plural);
    const from = Number(query.continue ?? 0);
    const until = from + pageSize;
    const metadata = { resourceVersion: '7', ...(until < all.length && { continue: String(until) }) };
    return { metadata, items: all.slice(from, until).map(({ kind: _, apiVersion: __, ...item }) => item) };
  };
  return {
    send: async ({ path, query = {} }) => ({ body: answer(path, query), status: 200, serverTime: NOW }),
    stream: async () => Object.assign(Readable.from([]), {}) as never,
    retire: () => undefined,
  };
}

function discovered(things: Thing[], apiVersion: string) {
  const kinds = new Set(things.filter((thing) => thing.apiVersion === apiVersion).map(({ kind }) => kind));
  if (kinds.size === 0) throw fromStatus(404, '{"message":"the server could not find it"}', undefined, false);
  return { resources: [...kinds].map((kind) => ({ name: pluralOf(kind), kind, namespaced: true })) };
}

export async function surveyOf(things: Thing[], ways: Ways = {}): Promise<Survey> {
  return surveyFrom(await readCluster(wireOver(things, ways), new AbortController().signal));
}

/** An object with a name, in a namespace unless its kind has none. */
export function thing(kind: string, name: string, { metadata, ...fields }: Partial<Thing> = {}): Thing {
  const place = alone.has(kind) ? {} : { namespace: 'shop' };
  const uid = `${kind}-${metadata?.namespace ?? 'shop'}-${name}`;
  const about = { name, ...place, uid, creationTimestamp: '2026-11-20T08:00:00Z', ...metadata };
  return { apiVersion: versions[kind] ?? 'v1', kind, ...fields, metadata: about };
}

const alone = new Set([
  'Node',
  'CSINode',
  'Namespace',
  'PersistentVolume',
  'ClusterRole',
  'ClusterRoleBinding',
  'APIService',
]);
const versions: Record<string, string> = {
  CSINode: 'storage.k8s.io/v1',
  HTTPRoute: 'gateway.networking.k8s.io/v1',
  VerticalPodAutoscaler: 'autoscaling.k8s.io/v1',
  Certificate: 'cert-manager.io/v1',
};

export const ownedBy = (kind: string, name: string, namespace = 'shop') => ({
  ownerReferences: [{ apiVersion: 'v1', kind, name, uid: `${kind}-${namespace}-${name}`, controller: true }],
});

export const running = {
  phase: 'Running',
  conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-11-20T08:01:00Z' }],
};

export const node = (name: string, fields: Partial<Thing> = {}): Thing =>
  thing('Node', name, {
    spec: { providerID: `cn-hangzhou.i-${name}` },
    ...fields,
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      allocatable: { cpu: '3900m', memory: '14Gi', 'ephemeral-storage': '100Gi', pods: '45' },
      nodeInfo: { kubeletVersion: 'v1.36.1' },
      ...fields.status,
    },
    metadata: { name, labels: { 'kubernetes.io/hostname': name }, ...fields.metadata },
  });

/** A Deployment with its ReplicaSet and its pods. */
export function deployment(
  name: string,
  { nodes, spec = {}, namespace = 'shop' }: { nodes: string[]; spec?: object; namespace?: string },
): Thing[] {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: `${name}:1` }], ...spec } };
  const hash = { ...labels, 'pod-template-hash': '7d9c6b5f4' };
  const replicas = nodes.length;
  const rs = `${name}-7d9c6b5f4`;
  return [
    thing('Deployment', name, {
      metadata: { name, namespace, generation: 1, labels, annotations: { 'deployment.kubernetes.io/revision': '1' } },
      spec: { replicas, template },
      status: {
        observedGeneration: 1,
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
      },
    }),
    thing('ReplicaSet', rs, {
      metadata: {
        name: rs,
        namespace,
        annotations: { 'deployment.kubernetes.io/revision': '1' },
        ...ownedBy('Deployment', name, namespace),
      },
      spec: { replicas, template },
    }),
    ...nodes.map((nodeName, n) =>
      thing('Pod', `${rs}-${n}`, {
        metadata: { name: `${rs}-${n}`, namespace, labels: hash, ...ownedBy('ReplicaSet', rs, namespace) },
        spec: { ...template.spec, nodeName },
        status: running,
      }),
    ),
  ];
}

/** A cluster of many kinds. */
export function randomCluster(random: Random): Thing[] {
  const nodes = Array.from({ length: random.int(1, 5) }, (_, n) => `node-${n}`);
  const place = () => random.pick(['shop', 'prod', 'kube-system']);
  const somewhere = () => (random.chance(0.9) ? random.pick(nodes as [string, ...string[]]) : 'node-gone');
  const apps = Array.from({ length: random.int(1, 12) }, (_, n) => ({ name: `app-${n}`, namespace: place() }));
  const when = () => `2026-11-25T07:${String(random.int(10, 59))}:00Z`;
  const some = <Item>(most: number, make: (n: number) => Item) =>
    Array.from({ length: random.int(0, most) }, (_, n) => make(n));
  const ill = (pod: Thing): Thing =>
    random.chance(0.7)
      ? pod
      : {
          ...pod,
          status: {
            phase: random.pick(['Running', 'Pending', 'Failed']),
            reason: random.pick([undefined, 'Evicted']),
            conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: when() }],
            containerStatuses: [
              {
                name: 'app',
                restartCount: random.int(0, 20),
                state: {
                  waiting: { reason: random.pick(['CrashLoopBackOff', 'ImagePullBackOff', 'ContainerCreating']) },
                },
                lastState: {
                  terminated: { reason: random.pick(['OOMKilled', 'Error']), exitCode: 137, finishedAt: when() },
                },
              },
            ],
          },
        };
  const spec = () => ({
    containers: [
      { name: 'app', image: 'a:1', resources: { requests: { cpu: random.pick(['100m', '1']), memory: '1Gi' } } },
    ],
    nodeSelector: random.pick([{}, { disk: 'ssd', arch: 'amd64' }]),
  });
  return [
    ...nodes.map((name) => node(name)),
    ...apps.flatMap(({ name, namespace }) =>
      deployment(name, { namespace, nodes: some(6, somewhere), spec: spec() }).map((one) =>
        one.kind === 'Pod' ? ill(one) : one,
      ),
    ),
    ...some(4, (n) => thing('Pod', `bare-${n}`, { spec: spec(), status: running })),
    ...apps.map(({ name, namespace }) =>
      thing('Service', name, { metadata: { name, namespace }, spec: { selector: { app: name } } }),
    ),
    ...apps.map(({ name, namespace }) =>
      thing('PodDisruptionBudget', name, {
        metadata: { name, namespace },
        spec: { minAvailable: 1, selector: { matchExpressions: [{ key: 'app', operator: 'In', values: [name] }] } },
      }),
    ),
    ...some(5, (n) => thing('PersistentVolumeClaim', `data-${n}`, { status: { phase: 'Bound' } })),
    ...some(30, (n) =>
      thing('Event', `e-${n}`, {
        type: 'Warning',
        reason: random.pick(['BackOff', 'Failed', 'Unhealthy']),
        message: `said ${random.int(1, 5)}`,
        count: random.int(1, 9),
        lastTimestamp: when(),
        involvedObject: { kind: 'Pod', namespace: 'shop', name: `p-${random.int(1, 5)}` },
      }),
    ),
    ...some(4, (n) => thing('ConfigMap', `c-${n}`, { data: { DB_PASSWORD: 'hunter2-hunter2', color: 'red' } })),
    ...some(4, (n) =>
      thing('ClusterRoleBinding', `b-${n}`, {
        roleRef: { kind: 'ClusterRole', name: random.pick(['cluster-admin', 'debug']) },
        subjects: random.shuffle([
          { kind: 'User', name: 'ann' },
          { kind: 'Group', name: 'ops' },
        ]),
      }),
    ),
    thing('ClusterRole', 'debug', { rules: [{ apiGroups: [''], resources: ['pods/exec'], verbs: ['create'] }] }),
  ];
}
