import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogLine } from '../../../../servers/sandbox/kubernetes/cluster.ts';
import { pod, refusal, startApi, type TestApi } from './harness.ts';

const namespace = 'default';
const SECOND = 1000;
const NOW = Date.parse('2026-11-24T00:00:00Z');

let api: TestApi;
let lines: LogLine[];
beforeEach(async () => {
  lines = [1, 2, 3].map((n) => ({ time: NOW - (4 - n) * 10 * SECOND, text: `line ${n}` }));
  api = await startApi(() => ({
    stop: () => undefined,
    logs: ({ container, previous }) => (previous || container !== 'app' ? undefined : lines),
    usage: {
      nodes: () => [{ name: 'node-1', cpuCores: 0.25, memoryBytes: 2 ** 30 }],
      pods: () => [{ namespace, name: 'web', containers: [{ name: 'app', cpuCores: 0.1, memoryBytes: 2 ** 20 }] }],
    },
  }));
  await api.core.createNamespacedPod({
    namespace,
    body: pod('web', { nodeName: 'node-1' }, { labels: { app: 'web' } }),
  });
});
afterEach(() => api.close());

const running = (ready = true) =>
  api.store().updateStatus('pods', namespace, 'web', {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [{ name: 'app', ready, state: { running: {} } }],
  });
const log = (more: object = {}) => api.core.readNamespacedPodLog({ namespace, name: 'web', ...more });

describe('a log', () => {
  it('is read whole, from its end, or since a moment', async () => {
    expect(await log()).toBe('line 1\nline 2\nline 3\n');
    expect(await log({ tailLines: 1 })).toBe('line 3\n');
    expect(await log({ sinceSeconds: 25 })).toBe('line 2\nline 3\n');
    expect(await log({ tailLines: 1, timestamps: true })).toBe('2026-11-23T23:59:50.000000000Z line 3\n');
    expect(await log({ limitBytes: 6 })).toBe('line 1');
  });

  it('is refused for a container that has none, in the words of a kubelet', async () => {
    expect((await refusal(log({ previous: true }))).message).toBe(
      'previous terminated container "app" in pod "web" not found',
    );
    expect((await refusal(log({ container: 'no' }))).message).toBe('container no is not valid for pod web');
    const containers = ['a', 'b'].map((name) => ({ name, image: 'i:1' }));
    await api.core.createNamespacedPod({ namespace, body: pod('two', { containers }) });
    const unnamed = api.core.readNamespacedPodLog({ namespace, name: 'two' });
    expect((await refusal(unnamed)).message).toBe(
      'a container name must be specified for pod two, choose one of: [a b]',
    );
    const waiting = api.core.readNamespacedPodLog({ namespace, name: 'two', container: 'a' });
    expect((await refusal(waiting)).message).toBe('container "a" in pod "two" is waiting to start: ContainerCreating');
  });

  it('is followed until the container ends, without a line lost or repeated', async () => {
    running();
    const response = await api.fetch('/api/v1/namespaces/default/pods/web/log?follow=true&tailLines=1');
    const text = response.text();
    lines = [...lines.slice(1), { time: NOW, text: 'line 4' }, { time: NOW, text: 'line 5' }];
    await delay(300);
    lines = [...lines, { time: NOW, text: 'line 6' }];
    await delay(300);
    api.store().updateStatus('pods', namespace, 'web', { phase: 'Succeeded' });
    expect(await text).toBe('line 3\nline 4\nline 5\nline 6\n');
  });
});

describe('an eviction', () => {
  const evict = (dryRun?: string) =>
    api.core.createNamespacedPodEviction({
      namespace,
      name: 'web',
      body: { metadata: { name: 'web' } },
      ...(dryRun && { dryRun }),
    });
  const budget = async (disruptionsAllowed: number) => {
    await api.policy.createNamespacedPodDisruptionBudget({
      namespace,
      body: { metadata: { name: 'keep' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } },
    });
    api.store().updateStatus('poddisruptionbudgets', namespace, 'keep', {
      disruptionsAllowed,
      currentHealthy: 1,
      desiredHealthy: 1,
    });
  };
  const deleted = () => api.store().get('pods', namespace, 'web')?.metadata.deletionTimestamp !== undefined;

  it('is refused by a budget that allows none', async () => {
    running();
    await budget(0);
    const { code, message, details } = await refusal(evict());
    expect([code, message]).toEqual([429, "Cannot evict pod as it would violate the pod's disruption budget."]);
    expect(details?.causes?.[0]).toMatchObject({
      reason: 'DisruptionBudget',
      message: 'The disruption budget keep needs 1 healthy pods and has 1 currently',
    });
    expect(deleted()).toBe(false);
  });

  it('uses up what a budget allows, and marks the pod', async () => {
    running();
    await budget(1);
    await evict('All');
    expect(deleted()).toBe(false);
    await evict();
    expect(deleted()).toBe(true);
    expect(api.store().get('poddisruptionbudgets', namespace, 'keep')?.status).toMatchObject({ disruptionsAllowed: 0 });
  });

  it('of a pod that is not ready does not count when enough others are', async () => {
    running(false);
    await budget(0);
    await evict();
    expect(deleted()).toBe(true);
  });
});

describe('a binding', () => {
  it('puts a pod on a node, once', async () => {
    await api.core.createNamespacedPod({ namespace, body: pod('free') });
    const bind = () =>
      api.fetch('/api/v1/namespaces/default/pods/free/binding', {
        method: 'POST',
        body: JSON.stringify({ target: { kind: 'Node', name: 'node-2' } }),
      });
    expect((await bind()).status).toBe(201);
    expect(api.store().get('pods', namespace, 'free')?.spec).toMatchObject({ nodeName: 'node-2' });
    expect((await bind()).status).toBe(409);
  });
});

describe('a deletion', () => {
  it('leaves a pod that runs the time it is given', async () => {
    running();
    await api.core.deleteNamespacedPod({ namespace, name: 'web', gracePeriodSeconds: 5 });
    expect(api.store().get('pods', namespace, 'web')?.metadata).toMatchObject({
      deletionTimestamp: '2026-11-24T00:00:05Z',
      deletionGracePeriodSeconds: 5,
    });
    await api.core.deleteNamespacedPod({ namespace, name: 'web', gracePeriodSeconds: 0 });
    expect(api.store().get('pods', namespace, 'web')).toBeUndefined();
  });
});

it('metrics tell what nodes and pods use', async () => {
  const get = async (path: string): Promise<unknown> =>
    (await api.fetch(`/apis/metrics.k8s.io/v1beta1/${path}`)).json();
  expect(await get('nodes/node-1')).toMatchObject({
    kind: 'NodeMetrics',
    usage: { cpu: '250000000n', memory: '1048576Ki' },
    window: '15s',
  });
  expect(await get('namespaces/default/pods?labelSelector=app%3Dweb')).toMatchObject({
    kind: 'PodMetricsList',
    items: [
      { metadata: { name: 'web' }, containers: [{ name: 'app', usage: { cpu: '100000000n', memory: '1024Ki' } }] },
    ],
  });
  expect(await get('namespaces/default/pods?labelSelector=app%3Dother')).toMatchObject({ items: [] });
});

describe('versions of one kind', () => {
  it('are the same object', async () => {
    const path = (version: string) => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
    const spec = {
      maxReplicas: 5,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      targetCPUUtilizationPercentage: 60,
    };
    await api.fetch(path('v1'), { method: 'POST', body: JSON.stringify({ metadata: { name: 'web' }, spec }) });
    const read = async (version: string): Promise<unknown> => (await api.fetch(`${path(version)}/web`)).json();
    expect(await read('v2')).toMatchObject({
      apiVersion: 'autoscaling/v2',
      spec: {
        minReplicas: 1,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
        ],
      },
    });
    expect(await read('v1')).toMatchObject({
      apiVersion: 'autoscaling/v1',
      spec: { targetCPUUtilizationPercentage: 60, maxReplicas: 5 },
    });
  });
});
