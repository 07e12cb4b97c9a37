import type { CauseCase } from '../case.ts';
import {
  ago,
  container,
  containerStatus,
  deployment,
  event,
  meta,
  object,
  pod,
  replicaSet,
  waiting,
} from '../objects.ts';

const env = [{ name: 'DB_HOST', valueFrom: { configMapKeyRef: { name: 'app-config', key: 'DB_HOST' } } }];
const wanting = container({ env });
const mounting = container({ volumeMounts: [{ name: 'files', mountPath: '/etc/app' }] });
const volumes = [{ name: 'files', configMap: { name: 'app-config', items: [{ key: 'DB_HOST', path: 'db' }] } }];
const whole = object('v1', 'ConfigMap', 'prod/app-config', { data: { OTHER: 'x', DB_HOST: 'db' } });
const app = { kind: 'Deployment', namespace: 'prod', name: 'app' };

const refused = (path: string, message: string) =>
  pod(path, {
    containers: [wanting],
    phase: 'Pending',
    statuses: [containerStatus({ state: waiting('CreateContainerConfigError', message) })],
  });
const mountsIt = (path: string) =>
  pod(path, {
    containers: [mounting],
    spec: { volumes },
    phase: 'Pending',
    statuses: [containerStatus({ state: waiting('ContainerCreating') })],
  });

export const configMapMissingCase: CauseCase = {
  cause: 'ConfigMapMissing',
  firing: {
    objects: [
      deployment('prod/app', { replicas: 2, ready: 0, containers: [wanting] }),
      refused('prod/app-1', 'configmap "app-config" not found'),
      refused('prod/app-2', 'configmap "app-config" not found'),

      event('Pod prod/app-1', 'Failed', 'Error: configmap "app-config" not found', { count: 12 }),
    ],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: {
    objects: [deployment('prod/app', { containers: [wanting] }), pod('prod/app-1', { containers: [wanting] }), whole],
  },
  recovered: {
    objects: [
      deployment('prod/app', { containers: [wanting] }),
      pod('prod/app-1', { containers: [wanting] }),
      event('Pod prod/app-1', 'Failed', 'Error: configmap "app-config" not found', { minutesAgo: 30, count: 12 }),
    ],
    unknown: ['ConfigMap'],
  },
  nearest: {
    objects: [
      deployment('prod/app', { ready: 0, containers: [wanting] }),
      refused('prod/app-1', "couldn't find key DB_HOST in ConfigMap prod/app-config"),
      object('v1', 'ConfigMap', 'prod/app-config', { data: { OTHER: 'x' } }),
    ],
    expect: { cause: 'ConfigMapKeyMissing', object: app },
  },
  more: {
    'is told by the kubelet alone where nothing can be listed': {
      objects: [
        deployment('prod/app', { ready: 0, containers: [wanting] }),
        refused('prod/app-1', 'configmap "app-config" not found'),
      ],
      unknown: ['ConfigMap'],
      expect: { cause: 'ConfigMapMissing', object: app, confidence: 'proven' },
    },
    'is told by an event about a volume': {
      objects: [
        deployment('prod/app', { ready: 0, containers: [mounting], podSpec: { volumes } }),
        mountsIt('prod/app-1'),
        event(
          'Pod prod/app-1',
          'FailedMount',
          'MountVolume.SetUp failed for volume "files" : configmap "app-config" not found',
          { minutesAgo: 50 },
        ),
        event(
          'Pod prod/app-1',
          'FailedMount',
          'Unable to attach or mount volumes: unmounted volumes=[files], unattached volumes=[files]: timed out waiting for the condition',
        ),
      ],
      unknown: ['ConfigMap'],
      expect: { cause: 'ConfigMapMissing', object: app, confidence: 'proven' },
    },
    'is told by the list alone, of a StatefulSet': {
      objects: [
        {
          ...object('apps/v1', 'StatefulSet', 'prod/db', {
            spec: {
              replicas: 1,
              template: { metadata: { labels: { app: 'db' } }, spec: { containers: [mounting], volumes } },
            },
          }),
        },
        pod('prod/db-0', {
          owner: { kind: 'StatefulSet', name: 'db' },
          containers: [mounting],
          spec: { volumes },
          phase: 'Pending',
          statuses: [containerStatus({ state: waiting('ContainerCreating') })],
        }),
      ],
      expect: {
        cause: 'ConfigMapMissing',
        object: { kind: 'StatefulSet', namespace: 'prod', name: 'db' },
        confidence: 'proven',
      },
    },
    'is not the certificate that every namespace has, where only a list lacks it': {
      objects: [
        deployment('prod/app', { ready: 0, containers: [mounting] }),
        pod('prod/app-1', {
          containers: [mounting],
          spec: {
            volumes: [
              { name: 'kube-api-access', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } },
            ],
          },
          phase: 'Pending',
          statuses: [containerStatus({ state: waiting('ContainerCreating') })],
        }),
      ],
      expect: undefined,
    },
    'is over when it has been made since': {
      objects: [
        deployment('prod/app', { ready: 0, containers: [wanting] }),
        refused('prod/app-1', 'configmap "app-config" not found'),
        whole,
      ],
      expect: undefined,
    },
    'is no fault of a pod that was made just now': {
      objects: [
        deployment('prod/app', { ready: 0, containers: [mounting], podSpec: { volumes } }),
        {
          ...mountsIt('prod/app-1'),
          metadata: meta('prod/app-1', { creationTimestamp: ago(0.5) }),
          status: { phase: 'Pending', startTime: ago(0.5) },
        },
      ],
      unknown: ['ConfigMap'],
      expect: undefined,
    },
    'is undone by going back where the revision before runs': {
      objects: [
        deployment('prod/app', { replicas: 1, ready: 1, containers: [wanting] }),
        replicaSet('prod/app-1111', {
          deployment: 'app',
          revision: 0,
          template: { spec: { containers: [container()] } },
        }),
        pod('prod/app-0', { owner: { kind: 'ReplicaSet', name: 'app-1111' } }),
        refused('prod/app-1', 'configmap "app-config" not found'),
      ],
      expect: { cause: 'ConfigMapMissing', object: app, confidence: 'proven', remedies: ['roll-back'] },
    },
  },
};
