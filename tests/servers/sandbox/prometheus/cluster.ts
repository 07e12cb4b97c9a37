import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ContainerRuns, PodRuns, Run } from '../../../../servers/sandbox/kubernetes/kubelet/documents.ts';
import { RESOURCES } from '../../../../servers/sandbox/kubernetes/resources.ts';
import type { ObjectStore } from '../../../../servers/sandbox/kubernetes/store.ts';
import { createObjectStore } from '../../../../servers/sandbox/kubernetes/store-memory.ts';
import { openPrometheus } from '../../../../servers/sandbox/prometheus/prometheus.ts';
import { openWorld, type World } from '../../../../servers/sandbox/world.ts';

export const BORN = Date.parse('2026-11-20T00:00:00Z');
export const CLUSTER = `c${'0'.repeat(32)}`;
export const MIB = 2 ** 20;
const GIB = 2 ** 30;
const NODES = ['node-1', 'node-2', 'node-3'];

const answerSchema = z.object({
  status: z.string(),
  errorType: z.string().optional(),
  error: z.string().optional(),
  data: z.json().optional(),
});
const vectorSchema = z.object({
  result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) })),
});
const matrixSchema = z.object({
  result: z.array(
    z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) }),
  ),
});

/** A cluster of three machines four days old, written straight into a store and the world; its clock stands still until `pass`. */
export function startCluster() {
  const dataDir = mkdtempSync(join(tmpdir(), 'prometheus-'));
  let now = BORN;
  const world = openWorld({ dataDir, speed: 1, clock: () => now });
  const store = createObjectStore({ resources: RESOURCES, now: () => world.now() });
  const prometheus = openPrometheus({ world, store: (id) => (id === CLUSTER ? store : undefined) });
  registerCluster(world);
  populate(store);
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  const call = async (path: string, parameters: Record<string, string> = {}, method = 'GET') => {
    const text = new URLSearchParams(parameters).toString();
    const reply = await prometheus.handle({
      method,
      path: `/prometheus/${CLUSTER}/api/v1/${path}`,
      query: new URLSearchParams(method === 'GET' ? text : ''),
      body: method === 'POST' ? text : '',
    });
    return { http: reply.status, ...answerSchema.parse(reply.body) };
  };
  return {
    world,
    store,
    prometheus,
    now: () => now,
    pass,
    call,
    run: (pod: RunOptions) => addRuns({ world, store }, pod),
    query: async (query: string, time?: number) => {
      const answer = await call('query', { query, ...(time !== undefined && { time: String(time / 1000) }) });
      return vectorSchema.parse(answer.data).result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    range: async (query: string, [start, end, step]: [number, number, number]) => {
      const span = { start: String(start / 1000), end: String(end / 1000), step: String(step) };
      const answer = await call('query_range', { query, ...span });
      return matrixSchema.parse(answer.data).result.map(({ metric, values }) => ({
        metric,
        points: values.map(([time, value]) => ({ time: time * 1000, value: Number(value) })),
      }));
    },
    close: () => {
      prometheus.close();
      world.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

export type TestCluster = ReturnType<typeof startCluster>;

function registerCluster(world: World): void {
  world.clusters.put({
    id: CLUSTER,
    region: 'cn-hangzhou',
    name: 'demo',
    version: '1.36.1-aliyun.1',
    upgrades: [],
    createdAt: BORN,
    updatedAt: BORN,
    createTaskId: 'T-done',
    vpcId: 'vpc-1',
    vswitchIds: [],
    podVswitchIds: [],
    deletionProtection: false,
    publicAccess: true,
    securityGroupId: 'sg-1',
    loadBalancerId: 'lb-1',
    tags: [],
    settings: {},
  });
  const id = `${CLUSTER}/arms-prometheus`;
  const addon = { clusterId: CLUSTER, name: 'arms-prometheus', version: '1', installTaskId: 'T-done', activeAfter: 0 };
  world.addons.put({ id, ...addon, upgrades: [] });
}

function populate(store: ObjectStore): void {
  for (const name of ['kube-system', 'prod']) {
    store.create('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
      status: { phase: 'Active' },
    });
  }
  for (const [n, name] of NODES.entries()) {
    const amounts = { cpu: '4', memory: '16Gi', pods: '64' };
    store.create('nodes', {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      spec: {},
      status: {
        capacity: amounts,
        allocatable: { ...amounts, cpu: '3900m', memory: '14Gi' },
        addresses: [{ type: 'InternalIP', address: `172.16.0.${n + 10}` }],
        nodeInfo: { kubeletVersion: 'v1.36.1-aliyun.1' },
        conditions: [
          { type: 'MemoryPressure', status: 'False' },
          { type: 'DiskPressure', status: 'False' },
          { type: 'Ready', status: 'True' },
        ],
      },
    });
  }
}

interface RunOptions {
  namespace?: string;
  name: string;
  node?: string;
  /** `Deployment/web`. */
  workload?: string;
  containers?: string[];
  claims?: string[];
  limit?: number;
  /** Runs of the first container; default one that goes on. */
  runs?: Partial<Run>[];
}

const aRun = (from: number, limit: number): Run => ({
  startedAt: from,
  seed: 0,
  memory: { start: 60 * MIB, warm: 120 * MIB, warmUp: 120, leak: 0, limit },
  cpu: { idle: 0.02, busy: 0.2, limit: 0.5 },
  loads: [],
  troubles: [],
  last: [],
});

/** A pod that runs on a node, with its runs. */
function addRuns({ world, store }: { world: World; store: ObjectStore }, options: RunOptions) {
  const { namespace = 'prod', name, node = 'node-1', containers = ['app'], claims = [], limit = 256 * MIB } = options;
  const { workload = `Deployment/${name}`, runs = [{}] } = options;
  const pod = store.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      nodeName: node,
      containers: containers.map((container) => ({
        name: container,
        image: `${container}:1`,
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: `${limit / MIB}Mi` } },
      })),
      volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
    },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'Ready', status: 'True' },
      ],
      containerStatuses: containers.map((container) => ({
        name: container,
        image: `${container}:1`,
        imageID: `sha256:${container}`,
        containerID: `containerd://${name}-${container}`,
        ready: true,
        started: true,
        restartCount: runs.length - 1,
        state: { running: { startedAt: new Date(world.now()).toISOString() } },
        lastState: {},
      })),
    },
  });
  const doc: PodRuns = {
    id: pod.metadata.uid,
    clusterId: CLUSTER,
    namespace,
    pod: name,
    node,
    workload,
    createdAt: world.now(),
    claims,
    containers: containers.map(
      (container): ContainerRuns => ({
        name: container,
        image: `${container}:1`,
        init: false,
        runs: runs.map((run) => ({ ...aRun(world.now(), limit), ...run })),
        forgotten: 0,
      }),
    ),
  };
  world.runs.put(doc);
  return { pod, doc };
}

export { GIB };
