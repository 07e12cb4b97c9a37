import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { shortLivedKubeconfig } from '../../../servers/ack/cloud/kubeconfig.ts';
import { openCloud } from '../../../servers/ack/cloud/sdk.ts';
import { clusterTools } from '../../../servers/ack/tools.ts';
import {
  SANDBOX_ACCESS_KEY_ID,
  SANDBOX_ACCESS_KEY_SECRET,
  type Sandbox,
  startSandbox,
} from '../../../servers/sandbox/sandbox.ts';
import type { JsonObject } from '../../../src/tools/types.ts';
import { clusterSpec, connectAck } from './support.ts';

/** Every tool for clusters against the simulated cloud: its kubeconfig, its API server with moving controllers, its Prometheus. */

const used = new Set<string>();
let dataDir: string;
let sandbox: Sandbox;
let ack: Awaited<ReturnType<typeof connectAck>>;
let clusterId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ack-kube-contract-'));
  sandbox = await startSandbox({ dataDir, speed: 80 });
  ack = await connectAck(sandbox.url, {
    accessKeyId: SANDBOX_ACCESS_KEY_ID,
    accessKeySecret: SANDBOX_ACCESS_KEY_SECRET,
  });
  await makeCluster();
}, 120_000);
afterAll(async () => {
  await ack.close();
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

async function result(tool: string, args: JsonObject) {
  used.add(tool);
  const { failed, data } = await ack.call(tool, args);
  expect(failed ? data : undefined, tool).toBeUndefined();
  return data;
}
const done = (tool: string, args: JsonObject = {}) => result(tool, { clusterId, ...args });
let keys = 0;
const write = (tool: string, args: JsonObject) => done(tool, { ...args, idempotencyKey: `key-${++keys}` });

async function makeCluster() {
  const region = 'cn-hangzhou';
  const vswitches = ['node', 'pod'].flatMap((role, half) =>
    ['i', 'j', 'k'].map((zone, index) => ({
      zone: `cn-hangzhou-${zone}`,
      cidr: `172.16.${half * 64 + index * 16}.0/20`,
      name: `${role}-${zone}`,
      role,
    })),
  );
  const vpc = { cidr: '172.16.0.0/12', name: 'shop' };
  const network = await result('network_create', { region, vpc, vswitches, idempotencyKey: 'net' });
  const of = (role: string) => network.vswitches.flatMap((each: JsonObject) => (each.role === role ? [each.id] : []));
  const spec = {
    ...clusterSpec,
    network: { ...clusterSpec.network, vpcId: network.vpcId, nodeVswitchIds: of('node'), podVswitchIds: of('pod') },
    nodepools: clusterSpec.nodepools.map((pool) => ({ ...pool, taints: [], vswitchIds: of('node') })),
    security: { deletionProtection: false },
  };
  const made = await result('cluster_create', { ...spec, idempotencyKey: 'cluster' });
  clusterId = made.clusterId;
  await vi.waitUntil(async () => (await result('task_get', { taskId: made.taskId })).state === 'success', {
    timeout: 60_000,
    interval: 100,
  });
  await vi.waitUntil(async () => (await done('k8s_list', { kind: 'Node' })).items.length === 3, {
    timeout: 60_000,
    interval: 100,
  });
}

/** As a person would with kubectl: the server's own address, any token. */
async function create(path: string, body: object) {
  const url = `${sandbox.url}/kubernetes/${clusterId}${path}`;
  const keys = { accessKeyId: SANDBOX_ACCESS_KEY_ID, accessKeySecret: SANDBOX_ACCESS_KEY_SECRET };
  const text = await shortLivedKubeconfig(openCloud({ ...keys, endpoints: sandbox.url }), clusterId, false);
  const token = /token: "?(\w+)/.exec(text)?.[1];
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  expect(response.status, await response.clone().text()).toBe(201);
}

const app = { kind: 'Deployment', namespace: 'default', name: 'web' };
const labels = { app: 'web' };
const container = {
  name: 'web',
  image: 'nginx:1.27',
  resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
};

const healthy = (wanted: JsonObject) =>
  vi.waitUntil(
    async () => {
      const status = await done('k8s_workload_status', wanted);
      return status.state === 'healthy' ? status : undefined;
    },
    { timeout: 60_000, interval: 100 },
  );

describe('a cluster of the cloud', () => {
  it('is found by id and by name, and its credentials stay inside', async () => {
    used.add('k8s_clusters');
    const { data } = await ack.call('k8s_clusters', {});
    expect(data).toMatchObject({ complete: true, items: [{ id: clusterId, name: 'shop-prod', environment: 'prod' }] });
    expect(data.items[0].prometheus).toEqual(expect.any(Boolean));
    const byName = await result('k8s_list', { clusterId: 'shop-prod', kind: 'Node', fields: ['metadata.name'] });
    expect(byName).toMatchObject({ complete: true, items: [{}, {}, {}] });
    const { failed, data: unknown } = await ack.call('k8s_list', { clusterId: 'nowhere', kind: 'Node' });
    expect({ failed, ...unknown }).toMatchObject({
      failed: true,
      code: 'NOT_FOUND',
      message: expect.stringContaining('shop-prod'),
    });
  });

  it('runs what it is given, and tells how it is doing', async () => {
    await create('/apis/apps/v1/namespaces/default/deployments', {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    });
    expect(await healthy(app)).toMatchObject({
      desired: 2,
      updated: 2,
      ready: 2,
      oldPods: 0,
      pods: [{ ready: true }, { ready: true }],
    });
    const pods = await done('k8s_list', { kind: 'Pod', namespace: 'default', labelSelector: 'app=web' });
    const pod = pods.items[0].metadata.name;
    expect(await done('k8s_get', { kind: 'Pod', namespace: 'default', name: pod })).toMatchObject({
      object: { kind: 'Pod' },
    });
    const described = await done('k8s_describe', { kind: 'Pod', namespace: 'default', name: pod });
    expect(described.owners.map(({ kind }: { kind: string }) => kind)).toEqual(['ReplicaSet', 'Deployment']);
    expect(described.events.length).toBeGreaterThan(0);
    expect((await done('k8s_events', { namespace: 'default' })).items.length).toBeGreaterThan(0);
    expect(await done('k8s_logs', { namespace: 'default', pod })).toMatchObject({ container: 'web' });
    expect(await done('k8s_access', { verb: 'list', resource: 'pods' })).toMatchObject({ allowed: true });
    expect((await done('k8s_top', { of: 'nodes' })).items).toHaveLength(3);
    expect((await done('k8s_top', { of: 'pods', namespace: 'default' })).items.length).toBeGreaterThan(0);
    const { version, apiVersions } = await done('k8s_versions');
    expect(version).toMatch(/^v\d+\.\d+\./);
    expect(apiVersions).toEqual(expect.arrayContaining(['v1', 'apps/v1', 'apps/v1/Deployment', 'v1/Pod']));
    expect(await done('k8s_scan')).toMatchObject({ complete: true, counts: { nodes: { total: 3, ready: 3 } } });
    const { page, cursor } = await done('k8s_survey');
    expect([page.nodes.length, page.pods.state.length > 3, cursor]).toEqual([3, true, undefined]);
  });

  it('is changed as previewed, and back', async () => {
    const patch = {
      spec: { template: { spec: { containers: [{ name: 'web', resources: { limits: { memory: '256Mi' } } }] } } },
    };
    const change = { ...app, patchType: 'strategic', patch };
    const preview = await done('k8s_preview', { change: { tool: 'k8s_patch', ...change } });
    const made = await write('k8s_patch', {
      ...change,
      expectedUid: preview.uid,
      expectedGeneration: preview.generation - 1,
    });
    expect(made.diff).toBe(preview.diff);
    expect(made.undo).toEqual(preview.undo);
    expect((await healthy(app)).generation).toBe(made.generation);
    await write(made.undoCall.tool, withoutCluster(made.undoCall.args));
    await healthy(app);
    const limits = (await done('k8s_get', app)).object.spec.template.spec.containers[0].resources.limits;
    expect(limits).toEqual({ memory: '128Mi' });
  });

  it('is scaled, restarted and rolled back', async () => {
    await write('k8s_scale', { ...app, replicas: 3 });
    expect(await healthy(app)).toMatchObject({ desired: 3, ready: 3 });
    await write('k8s_rollout', { action: 'restart', ...app });
    await healthy(app);
    await write('k8s_patch', {
      ...app,
      patchType: 'json',
      patch: [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'nginx:no-such-tag' }],
    });
    await vi.waitUntil(async () => (await done('k8s_workload_status', app)).state === 'failing', {
      timeout: 60_000,
      interval: 100,
    });
    await write('k8s_rollout', { action: 'undo', ...app });
    expect(await healthy(app)).toMatchObject({ oldPods: 0 });
    expect((await done('k8s_get', app)).object.spec.template.spec.containers[0].image).toBe('nginx:1.27');
  });

  it('takes a release that is applied, asked over HTTP, changed, put back and deleted', async () => {
    const metadata = { name: 'hello', namespace: 'default' };
    const labels = { app: 'hello' };
    const image = (tag: string) => `registry.cn-hangzhou.aliyuncs.com/demo/hello:${tag}`;
    const deployment = (tag: string): JsonObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'hello',
                image: image(tag),
                resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
                readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 2 },
              },
            ],
          },
        },
      },
    });
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { type: 'LoadBalancer', selector: labels, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    };
    const hello = { kind: 'Deployment', namespace: 'default', name: 'hello' };
    const asked = (verdict: string) =>
      vi.waitUntil(
        async () => {
          const answer = await done('http_check', { namespace: 'default', service: 'hello' });
          return answer.verdict === verdict ? answer : undefined;
        },
        { timeout: 60_000, interval: 100 },
      );
    const preview = await done('k8s_preview', { change: { tool: 'k8s_apply', object: deployment('1.0.0') } });
    const made = await write('k8s_apply', { object: deployment('1.0.0'), expectAbsent: true });
    expect(made).toMatchObject({ created: true, diff: preview.diff });
    const door = await write('k8s_apply', { object: service, expectAbsent: true });
    await healthy(hello);
    expect(await asked('ok')).toMatchObject({ status: 200, bytes: expect.any(Number) });
    const changed = await write('k8s_apply', { object: deployment('1.6.0-errors'), expectedUid: made.uid });
    await healthy(hello);
    expect(await asked('failed')).toMatchObject({ status: 500 });
    await write(changed.undoCall.tool, withoutCluster(changed.undoCall.args));
    await healthy(hello);
    await asked('ok');
    for (const { undoCall, uid } of [door, made])
      await write(undoCall.tool, { ...withoutCluster(undoCall.args), expectedUid: uid });
    await vi.waitUntil(
      async () => {
        const pods = await done('k8s_list', { kind: 'Pod', namespace: 'default', labelSelector: 'app=hello' });
        return pods.items.length === 0;
      },
      { timeout: 60_000, interval: 100 },
    );
  });

  it('is watched: what begins to look ill is told', async () => {
    const first = await done('k8s_watch', { waitSeconds: 10 });
    expect(first.resynced).toBe(true);
    await create('/api/v1/namespaces/default/pods', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'broken' },
      spec: { containers: [{ name: 'x', image: 'nginx:no-such-tag' }] },
    });
    let { cursor } = first;
    await vi.waitUntil(
      async () => {
        const answer = await done('k8s_watch', { cursor, waitSeconds: 2 });
        cursor = answer.cursor;
        return answer.changes.some(
          ({ type, object }: { type: string; object: JsonObject }) => type === 'suspect' && object.name === 'broken',
        );
      },
      { timeout: 60_000, interval: 50 },
    );
    await write('k8s_delete_pod', { namespace: 'default', name: 'broken' });
  });

  it('has a node cordoned and drained, and back', async () => {
    const { items } = await done('k8s_list', { kind: 'Pod', namespace: 'default', labelSelector: 'app=web' });
    const node = items[0].spec.nodeName;
    await write('k8s_cordon', { node, on: true });
    expect(await done('k8s_workload_status', { kind: 'Node', name: node })).toMatchObject({
      state: 'healthy',
      schedulable: false,
    });
    const { undoCall } = await write('k8s_drain', { node, timeoutSeconds: 15, deleteEmptyDirData: true });
    const left = await done('k8s_list', { kind: 'Pod', namespace: 'default', fieldSelector: `spec.nodeName=${node}` });
    expect(left.items).toEqual([]);
    await write(undoCall.tool, withoutCluster(undoCall.args));
    expect(await done('k8s_workload_status', { kind: 'Node', name: node })).toMatchObject({ schedulable: true });
  });

  it('answers queries of its Prometheus', async () => {
    const { series } = await done('metrics_query', { promql: 'kube_node_info' });
    expect(series).toHaveLength(3);
    const memory = 'container_memory_working_set_bytes{namespace="default",container="web"}';
    // On a fast machine the world is still too young for two points at this step.
    const curve = await vi.waitUntil(
      async () => {
        const now = Date.parse((await done('k8s_get', app)).serverTime);
        const range = { start: new Date(now - 300_000).toISOString(), end: new Date(now).toISOString(), step: '30s' };
        const answer = await done('metrics_query_range', { promql: memory, ...range });
        return answer.series[0]?.points.length > 1 ? answer : undefined;
      },
      { timeout: 60_000, interval: 100 },
    );
    expect(curve).toMatchObject({ resultType: 'matrix', truncated: false });
  });

  it('has no logs in SLS: the simulated cloud offers none', async () => {
    used.add('logs_query');
    const { data } = await ack.call('logs_query', { clusterId, kind: 'audit', from: 1, to: 2 });
    expect(data).toMatchObject({ code: 'NOT_CONFIGURED' });
  });

  it('every tool was used on the way', () => {
    expect(clusterTools.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
  });
});

const withoutCluster = ({ clusterId: _, ...args }: JsonObject) => args;
