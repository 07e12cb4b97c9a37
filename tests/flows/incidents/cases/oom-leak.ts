import type { CauseCase } from '../case.ts';
import {
  ago,
  container,
  containerStatus,
  deployment,
  NOW,
  node,
  pod,
  replicaSet,
  running,
  terminated,
  waiting,
} from '../objects.ts';

const MIB = 2 ** 20;
const limited = (limit = '256Mi') => container({ resources: { limits: { memory: limit } } });
const app = (ready = 0) => deployment('prod/app', { ready, containers: [limited()] });
const killed = pod('prod/app-1', {
  containers: [limited()],
  statuses: [
    containerStatus({
      state: waiting('CrashLoopBackOff'),
      lastState: terminated(137, { reason: 'OOMKilled', lasted: 50 }),
      restartCount: 7,
    }),
  ],
});

/** Points a minute, the last one now, from a function of the minute. */
const curve = (minutes: number, value: (minute: number) => number) => [
  {
    metric: { pod: 'app-1', container: 'app' },
    points: Array.from({ length: minutes }, (_, at): [number, number] => [
      NOW / 1000 - (minutes - at) * 60,
      value(at) * MIB,
    ]),
  },
];
/** Points every twenty seconds, for an hour and a half. */
const close = (value: (second: number) => number) => [
  {
    metric: { pod: 'app-1', container: 'app' },
    points: Array.from({ length: 270 }, (_, at): [number, number] => [
      NOW / 1000 - (270 - at) * 20,
      value(at * 20) * MIB,
    ]),
  },
];
/** From 60 to 250 MiB in fifty minutes, three times. */
const sawtooth = curve(150, (minute) => 60 + ((minute % 50) / 49) * 190);
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };
const revision = (number: number, limit: string) =>
  replicaSet(`prod/app-${number}`, {
    deployment: 'app',
    revision: number,
    replicas: 0,
    template: { spec: { containers: [limited(limit)] } },
    metadata: {
      annotations: { 'deployment.kubernetes.io/revision': `${number}` },
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app', uid: 'uid-prod/app', controller: true },
      ],
      creationTimestamp: ago(5000 - number * 1000),
    },
  });

export const oomLeakCase: CauseCase = {
  cause: 'OOMLeak',
  firing: {
    objects: [node('node-a'), app(), killed],
    metrics: () => sawtooth,
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: {
    objects: [node('node-a'), app(1), pod('prod/app-1', { containers: [limited()] })],
    metrics: () => curve(150, () => 90),
  },
  recovered: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', {
        containers: [limited()],
        statuses: [
          containerStatus({
            state: running(600),
            lastState: terminated(137, { reason: 'OOMKilled', endedAgo: 601, lasted: 50 }),
            restartCount: 3,
          }),
        ],
      }),
    ],
    metrics: () => sawtooth,
  },
  // It leaps to the limit at once: what it needs at its peak is more than it may have.
  nearest: {
    objects: [node('node-a'), app(), killed],
    metrics: () => curve(150, (minute) => (minute % 50 < 46 ? 110 : 250)),
    expect: { cause: 'OOMKilled', ...expect, remedies: ['raise-memory-limit'] },
  },
  more: {
    'without metrics, a limit that was raised twice and is reached again is likely a leak': {
      objects: [
        node('node-a'),
        ...deployment('prod/app', { ready: 0, containers: [limited('1Gi')] }).slice(0, 1),
        revision(3, '1Gi'),
        revision(2, '512Mi'),
        revision(1, '256Mi'),
        pod('prod/app-1', {
          owner: { kind: 'ReplicaSet', name: 'app-3' },
          containers: [limited('1Gi')],
          statuses: [
            containerStatus({
              state: waiting('CrashLoopBackOff'),
              lastState: terminated(137, { reason: 'OOMKilled', lasted: 300 }),
              restartCount: 4,
            }),
          ],
        }),
      ],
      expect: { cause: 'OOMLeak', ...expect, confidence: 'likely' },
    },
    'it leaks so fast that it is killed every quarter of an hour': {
      objects: [node('node-a'), app(), killed],
      metrics: () => close((second) => 60 + ((second % 900) / 900) * 190),
      expect: { cause: 'OOMLeak', ...expect, confidence: 'likely' },
    },
    'it climbs to the limit while it starts, and never gets further': {
      objects: [node('node-a'), app(), killed],
      metrics: () => close((second) => (second % 300 < 60 ? 60 + ((second % 300) / 60) * 190 : 0)),
      expect: { cause: 'OOMKilled', ...expect },
    },
    'without metrics and history it is the limit': {
      objects: [node('node-a'), app(), killed],
      expect: { cause: 'OOMKilled', ...expect },
    },
  },
};
