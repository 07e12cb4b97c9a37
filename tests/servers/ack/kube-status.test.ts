import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/tools/types.ts';
import type { Thing } from './fake-kube.ts';
import { connectKube, pod } from './kube-support.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function statusOf(things: Thing[], args: JsonObject = {}) {
  const { done, close } = await connectKube(things);
  cleanups.push(close);
  return done('k8s_workload_status', { kind: 'Deployment', namespace: 'shop', name: 'app', ...args });
}

const owner = (kind: string, uid: string) => [{ apiVersion: 'apps/v1', kind, name: uid, uid, controller: true }];
const labels = { app: 'app' };
const selector = { matchLabels: labels };

const deployment = (status: object, metadata: object = {}): Thing => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', namespace: 'shop', uid: 'd', generation: 4, ...metadata },
  spec: { replicas: 2, selector },
  status: { observedGeneration: 4, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, ...status },
});
const replicaSet = (name: string, revision: string): Thing => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name,
    namespace: 'shop',
    uid: name,
    labels,
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: owner('Deployment', 'd'),
  },
});
const podOf = (name: string, set: string, fields: Partial<Thing> = {}): Thing =>
  pod(name, { ...fields, metadata: { name, labels, ownerReferences: owner('ReplicaSet', set), ...fields.metadata } });

const running = (startedAt: string, more: object = {}) => ({
  containerStatuses: [{ name: 'app', ready: true, restartCount: 1, state: { running: { startedAt } }, ...more }],
});
/** A deployment with two revisions, the tenth being the present one. */
const rolled = (status: object, ...pods: Thing[]) => [
  deployment(status),
  replicaSet('old', '9'),
  replicaSet('new', '10'),
  ...pods,
];

describe('a Deployment', () => {
  it('is healthy when all is there and of the present revision, stable since the last of it came up', async () => {
    const report = await statusOf(
      rolled({}, podOf('a', 'new'), podOf('b', 'new', { status: running('2026-11-25T07:30:00Z') })),
    );
    expect(report).toMatchObject({
      state: 'healthy',
      desired: 2,
      updated: 2,
      ready: 2,
      available: 2,
      oldPods: 0,
      restartsSince: 1,
      stableSeconds: 1800,
      generation: 4,
      observedGeneration: 4,
    });
  });

  it('says that its roll-out is paused, and nothing of it otherwise', async () => {
    const pods = [replicaSet('new', '10'), podOf('a', 'new'), podOf('b', 'new')];
    const held = deployment({});
    const report = await statusOf([{ ...held, spec: { ...held.spec, paused: true } }, ...pods]);
    expect(report).toMatchObject({ paused: true });
    expect(await statusOf([held, ...pods])).not.toHaveProperty('paused');
  });

  it.each<[string, Thing[]]>([
    [
      'the controller has not seen the change yet',
      [deployment({ observedGeneration: 3 }), replicaSet('new', '10'), podOf('a', 'new'), podOf('b', 'new')],
    ],
    ['pods of the old revision are still there', rolled({}, podOf('a', 'new'), podOf('b', 'new'), podOf('c', 'old'))],
    ['a pod more than wanted is there', rolled({ replicas: 3 }, podOf('a', 'new'), podOf('b', 'new'))],
    ['one is not available', rolled({ availableReplicas: 1 }, podOf('a', 'new'), podOf('b', 'new'))],
  ])('is on its way while %s', async (_, things) => {
    expect(await statusOf(things)).toMatchObject({ state: 'progressing' });
  });

  const crash = {
    containerStatuses: [{ name: 'app', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
    conditions: [],
  };
  it.each<[string, Thing[], string]>([
    [
      'a pod of the present revision does not come up',
      rolled({ readyReplicas: 1 }, podOf('a', 'new', { status: crash })),
      'a: CrashLoopBackOff',
    ],
    [
      'its controller has given up',
      rolled(
        {
          conditions: [
            { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' },
          ],
        },
        podOf('a', 'new'),
      ),
      'ProgressDeadlineExceeded: timed out',
    ],
    [
      'no pod may be made',
      rolled({
        replicas: 1,
        updatedReplicas: 1,
        conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }],
      }),
      'FailedCreate: exceeded quota',
    ],
  ])('is failing when %s', async (_, things, reason) => {
    expect(await statusOf(things)).toMatchObject({ state: 'failing', reason });
  });

  it('is not failing for pods of the old revision that crash while the new ones come', async () => {
    const things = rolled({ updatedReplicas: 1 }, podOf('a', 'new'), podOf('b', 'old', { status: crash }));
    expect(await statusOf(things)).toMatchObject({ state: 'progressing', oldPods: 1 });
  });

  it('is not failing for what its controller said, and its pods did, before it has seen the change', async () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: '' }];
    const things = rolled({ observedGeneration: 3, conditions }, podOf('a', 'new', { status: crash }));
    expect(await statusOf(things)).toMatchObject({ state: 'progressing' });
  });

  it('is not failing for a refusal that is still told when all its pods are there', async () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' }];
    expect(await statusOf(rolled({ conditions }, podOf('a', 'new'), podOf('b', 'new')))).toMatchObject({
      state: 'healthy',
    });
  });

  it('counts restarts and OOM kills since a time only', async () => {
    const killed = (finishedAt: string) =>
      running('2026-11-25T07:40:00Z', {
        lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt } },
      });
    const old = { creationTimestamp: '2026-11-20T00:00:00Z' };
    const things = rolled(
      {},
      podOf('a', 'new', { metadata: { name: 'a', ...old }, status: killed('2026-11-25T07:39:00Z') }),
      podOf('b', 'new', { metadata: { name: 'b', ...old }, status: killed('2026-11-25T06:00:00Z') }),
    );
    expect(await statusOf(things)).toMatchObject({ restartsSince: 2, oomKilledSince: 2 });
    expect(await statusOf(things, { since: '2026-11-25T07:00:00Z' })).toMatchObject({
      restartsSince: 1,
      oomKilledSince: 1,
    });
    expect(await statusOf(things, { since: '2026-11-25T07:50:00Z' })).toMatchObject({
      restartsSince: 0,
      oomKilledSince: 0,
    });
  });

  it('scaled to nothing is healthy with nothing', async () => {
    const none = {
      ...deployment({ replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 }),
      spec: { replicas: 0, selector },
    };
    none.metadata.creationTimestamp = '2026-11-25T07:00:00Z';
    expect(await statusOf([none])).toMatchObject({ state: 'healthy', desired: 0, stableSeconds: 3600 });
  });
});

it('a StatefulSet whose pods are of two revisions is on its way', async () => {
  const set: Thing = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'app', namespace: 'shop', uid: 's' },
    spec: { replicas: 2, selector },
    status: {
      observedGeneration: 1,
      replicas: 2,
      readyReplicas: 2,
      updatedReplicas: 1,
      availableReplicas: 2,
      updateRevision: 'app-2',
    },
  };
  const podIn = (name: string, hash: string) =>
    pod(name, {
      metadata: {
        name,
        labels: { ...labels, 'controller-revision-hash': hash },
        ownerReferences: owner('StatefulSet', 's'),
      },
    });
  const things = [set, podIn('app-0', 'app-1'), podIn('app-1', 'app-2')];
  expect(await statusOf(things, { kind: 'StatefulSet' })).toMatchObject({
    state: 'progressing',
    oldPods: 1,
    pods: [{ name: 'app-1' }],
  });
});

it('a DaemonSet is healthy when every node that should has its pod of the newest revision', async () => {
  const set: Thing = {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'app', namespace: 'shop', uid: 's' },
    spec: { selector },
    status: {
      observedGeneration: 1,
      desiredNumberScheduled: 1,
      updatedNumberScheduled: 1,
      numberReady: 1,
      numberAvailable: 1,
    },
  };
  const revision = (name: string, number: number): Thing => ({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      namespace: 'shop',
      labels: { ...labels, 'controller-revision-hash': name },
      ownerReferences: owner('DaemonSet', 's'),
    },
    revision: number,
  });
  const mine = pod('a', {
    metadata: {
      name: 'a',
      labels: { ...labels, 'controller-revision-hash': 'h10' },
      ownerReferences: owner('DaemonSet', 's'),
    },
  });
  const things = [set, revision('h9', 9), revision('h10', 10), mine];
  expect(await statusOf(things, { kind: 'DaemonSet' })).toMatchObject({ state: 'healthy', oldPods: 0, desired: 1 });
});

const made = (kind: string, body: object): Thing => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'app', namespace: 'shop', uid: 'u' },
  ...body,
});
const ready = { type: 'Ready', status: 'True', lastTransitionTime: '2026-11-25T07:59:00Z' };

it.each<[string, Thing, string, object]>([
  [
    'a Job that is done',
    made('Job', {
      spec: {},
      status: {
        succeeded: 1,
        conditions: [{ type: 'Complete', status: 'True', lastTransitionTime: '2026-11-25T07:59:00Z' }],
      },
    }),
    'healthy',
    { stableSeconds: 60 },
  ],
  [
    'a Job that gave up',
    made('Job', {
      spec: {},
      status: { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message: 'm' }] },
    }),
    'failing',
    { reason: 'BackoffLimitExceeded: m' },
  ],
  ['a Job that runs', made('Job', { spec: {}, status: {} }), 'progressing', {}],
  ['a ready Pod', pod('app'), 'healthy', { stableSeconds: 3600 }],
  [
    'a Pod without its image',
    pod('app', {
      status: {
        phase: 'Pending',
        conditions: [],
        containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ErrImagePull' } } }],
      },
    }),
    'failing',
    { reason: 'app: ErrImagePull' },
  ],
  [
    'a ready Node',
    { ...made('Node', { status: { conditions: [ready] } }), metadata: { name: 'app' } },
    'healthy',
    { schedulable: true, stableSeconds: 60 },
  ],
  [
    'a cordoned Node',
    { ...made('Node', { spec: { unschedulable: true }, status: { conditions: [ready] } }), metadata: { name: 'app' } },
    'healthy',
    { schedulable: false },
  ],
  [
    'a Node under pressure',
    {
      ...made('Node', { status: { conditions: [ready, { type: 'MemoryPressure', status: 'True' }] } }),
      metadata: { name: 'app' },
    },
    'failing',
    { reason: 'MemoryPressure: ' },
  ],
  ['a Node that nobody hears of', { ...made('Node', { status: {} }), metadata: { name: 'app' } }, 'failing', {}],
  [
    'a claim that is bound',
    made('PersistentVolumeClaim', {
      spec: { resources: { requests: { storage: '1Gi' } } },
      status: { phase: 'Bound', capacity: { storage: '1Gi' } },
    }),
    'healthy',
    {},
  ],
  [
    'a claim that has yet to grow',
    made('PersistentVolumeClaim', {
      spec: { resources: { requests: { storage: '2Gi' } } },
      status: { phase: 'Bound', capacity: { storage: '1Gi' } },
    }),
    'progressing',
    {},
  ],
  [
    'a claim that waits',
    made('PersistentVolumeClaim', { spec: {}, status: { phase: 'Pending' } }),
    'progressing',
    { reason: 'Pending' },
  ],
  [
    'a claim whose volume is lost',
    made('PersistentVolumeClaim', { spec: {}, status: { phase: 'Lost' } }),
    'failing',
    {},
  ],
])('%s is told so', async (_, thing, state, more) => {
  expect(await statusOf([thing], { kind: thing.kind })).toMatchObject({ state, ...more });
});

describe('a Service', () => {
  const service = made('Service', { spec: { selector: labels } });
  const slice = (...states: boolean[]): Thing => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'app-x', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'app' } },
    endpoints: states.map((is) => ({ addresses: ['10.0.0.1'], conditions: { ready: is } })),
  });
  it.each<[string, boolean[], string, object]>([
    ['healthy when all its endpoints are ready', [true, true], 'healthy', { desired: 2, ready: 2 }],
    ['on its way while one is not', [true, false], 'progressing', { desired: 2, ready: 1 }],
    ['on its way while its pods are no endpoints yet', [], 'progressing', { reason: 'No endpoints' }],
  ])('is %s', async (_, states, state, more) => {
    const things = [service, slice(...states), podOf('a', 'x')];
    expect(await statusOf(things, { kind: 'Service' })).toMatchObject({ state, pods: [{ name: 'a' }], ...more });
  });

  it('is failing when it selects nothing', async () => {
    expect(await statusOf([service], { kind: 'Service' })).toMatchObject({ state: 'failing', reason: 'No endpoints' });
  });
});
