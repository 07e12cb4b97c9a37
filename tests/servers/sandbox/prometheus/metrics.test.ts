import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { groundSchema } from '../../../../servers/sandbox/kubernetes/kubelet/documents.ts';
import { BORN, CLUSTER, GIB, MIB, startCluster, type TestCluster } from './cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = startCluster();
  cluster.prometheus.follow(CLUSTER, cluster.store);
});
afterEach(() => cluster.close());

const minutes = (count: number): number => count * 60;

const deployment = (available: number) => ({
  replicas: available,
  availableReplicas: available,
  updatedReplicas: 2,
  observedGeneration: 1,
});

function createDeployment(name: string, available: number): void {
  cluster.store.create('deployments', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'prod' },
    spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: { spec: { containers: [] } } },
    status: deployment(available),
  });
}

describe('the metrics of a cluster', () => {
  test('there are none from before the cluster was there, and none from the future', async () => {
    cluster.pass(minutes(60));
    const [up] = await cluster.range('count(up)', [BORN - 3_600_000, BORN + 7_200_000, 60]);
    expect(up?.points[0]?.time).toBeGreaterThanOrEqual(BORN);
    expect(up?.points.at(-1)?.time).toBeLessThan(cluster.now() + 6 * 60_000);
  });

  test('memory climbs to the limit before a container is killed for it, and starts anew', async () => {
    const limit = 256 * MIB;
    const memory = { start: 80 * MIB, warm: 100 * MIB, warmUp: 60, leak: MIB / 2, limit };
    const killed = BORN + 372_000;
    cluster.run({
      name: 'app-xyz',
      limit,
      runs: [
        { startedAt: BORN, endedAt: killed, exitCode: 137, reason: 'OOMKilled', memory },
        { startedAt: killed + 10_000, memory },
      ],
    });
    cluster.pass(minutes(8));
    const query = 'max by (pod) (container_memory_working_set_bytes{pod="app-xyz"})';
    const [series] = await cluster.range(query, [BORN, cluster.now(), 15]);
    const before = series?.points.filter(({ time }) => time < killed).map(({ value }) => value) ?? [];
    const after = series?.points.filter(({ time }) => time > killed + 20_000).map(({ value }) => value) ?? [];
    expect(before[0]).toBeLessThan(90 * MIB);
    expect(before.at(-1)).toBeGreaterThan(limit * 0.95);
    expect(Math.max(...before)).toBeLessThanOrEqual(limit);
    expect(after[0]).toBeLessThan(110 * MIB);
    expect(await cluster.query('kube_pod_container_resource_limits{pod="app-xyz",resource="memory"}')).toMatchObject([
      { value: limit, metric: { container: 'app', unit: 'byte' } },
    ]);
  });

  test('restarts are counted by the runs of the container, also those from before anyone looked', async () => {
    const runs = [0, 1, 2, 3].map((n) => ({
      startedAt: BORN + n * 600_000,
      ...(n < 3 && { endedAt: BORN + n * 600_000 + 300_000 }),
    }));
    cluster.run({ name: 'crashing', runs });
    cluster.pass(minutes(120));
    const [restarts] = await cluster.query('increase(kube_pod_container_status_restarts_total{pod="crashing"}[2h])');
    expect(restarts?.value).toBeCloseTo(3, 1);
  });

  test('the processor time of a container never falls, and grows by what it uses', async () => {
    cluster.run({ name: 'steady' });
    cluster.pass(3 * 86_400);
    const [resets] = await cluster.query('resets(container_cpu_usage_seconds_total{pod="steady"}[1d])');
    const [rate] = await cluster.query('rate(container_cpu_usage_seconds_total{pod="steady"}[1h])');
    expect(resets?.value).toBe(0);
    expect(rate?.value).toBeGreaterThan(0.05);
    expect(rate?.value).toBeLessThan(0.5);
  });

  test('a container that wants more than its limit is throttled, others are not', async () => {
    cluster.run({ name: 'idle', runs: [{ cpu: { idle: 0.01, busy: 0.02, limit: 0.5 } }] });
    cluster.run({ name: 'hungry', runs: [{ cpu: { idle: 0.5, busy: 2, limit: 0.5 } }] });
    cluster.pass(minutes(90));
    const throttled = await cluster.query(
      'sum by (pod) (increase(container_cpu_cfs_throttled_periods_total[1h])) / sum by (pod) (increase(container_cpu_cfs_periods_total[1h]))',
    );
    const share = (pod: string) => throttled.find(({ metric }) => metric.pod === pod)?.value;
    expect(share('idle')).toBe(0);
    expect(share('hungry')).toBeGreaterThan(0.5);
    expect(share('hungry')).toBeLessThanOrEqual(1);
  });

  test('what objects were is remembered: a dip of a deployment is seen afterwards', async () => {
    createDeployment('web', 2);
    cluster.pass(minutes(10));
    cluster.store.updateStatus('deployments', 'prod', 'web', deployment(1));
    cluster.pass(minutes(10));
    cluster.store.updateStatus('deployments', 'prod', 'web', deployment(2));
    cluster.pass(minutes(10));
    const [low] = await cluster.query(
      'min_over_time(kube_deployment_status_replicas_available{deployment="web"}[30m])',
    );
    const [changes] = await cluster.query('changes(kube_deployment_status_replicas_available{deployment="web"}[30m])');
    expect([low?.value, changes?.value]).toEqual([1, 2]);
  });

  test('what is deleted is gone at once, and its past is not', async () => {
    createDeployment('web', 2);
    cluster.pass(minutes(10));
    cluster.store.remove('deployments', 'prod', 'web');
    cluster.pass(30);
    expect(await cluster.query('kube_deployment_spec_replicas{deployment="web"}')).toEqual([]);
    expect(await cluster.query('max_over_time(kube_deployment_spec_replicas{deployment="web"}[10m])')).toHaveLength(1);
  });

  test('an object that nobody followed is known since its last transition only', async () => {
    const late = startCluster();
    late.pass(minutes(60));
    const lastTransitionTime = new Date(late.now()).toISOString();
    late.store.updateStatus('nodes', undefined, 'node-1', {
      ...Object(late.store.get('nodes', undefined, 'node-1')?.status),
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime }],
    });
    late.pass(minutes(60));
    const query = 'kube_node_status_condition{node="node-1",condition="Ready",status="true"}';
    const [series] = await late.range(query, [BORN, late.now(), 60]);
    expect(series?.points[0]?.time).toBeGreaterThanOrEqual(BORN + 3_600_000);
    expect(series?.points.every(({ value }) => value === 0)).toBe(true);
    late.close();
  });

  test('a kubelet that is down answers no scrape, and what it served ends', async () => {
    cluster.run({ name: 'web', node: 'node-2' });
    cluster.pass(minutes(30));
    cluster.world.grounds.put(
      groundSchema.parse({ id: CLUSTER, nodes: { 'node-2': { kubelet: 'down', since: cluster.now() } }, volumes: {} }),
    );
    cluster.pass(minutes(2));
    expect(await cluster.query('count by (job) (up == 0)')).toEqual([{ metric: { job: 'kubelet' }, value: 2 }]);
    expect(await cluster.query('container_memory_working_set_bytes{node="node-2"}')).toEqual([]);
    expect(await cluster.query('max_over_time(container_memory_working_set_bytes{node="node-2"}[10m])')).toHaveLength(
      1,
    );
    expect(await cluster.query('node_memory_MemTotal_bytes{node="node-2"}')).toMatchObject([{ value: 16 * GIB }]);
  });

  test('a volume that fills is seen filling, and a forecast says when it is full', async () => {
    cluster.store.create('persistentvolumeclaims', {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'prod' },
      spec: { resources: { requests: { storage: '20Gi' } } },
      status: { phase: 'Bound', capacity: { storage: '20Gi' } },
    });
    cluster.run({ name: 'db', claims: ['data'] });
    cluster.world.grounds.put(
      groundSchema.parse({
        id: CLUSTER,
        nodes: {},
        volumes: { 'prod/data': { used: 10 * GIB, growth: GIB / 3600, since: BORN } },
      }),
    );
    cluster.pass(minutes(7 * 60 + 30));
    const [free] = await cluster.query('kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes');
    expect(free?.value).toBeCloseTo(0.125, 2);
    expect(await cluster.query('predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 3600) < 0')).toHaveLength(
      1,
    );
    expect(await cluster.query('predict_linear(kubelet_volume_stats_available_bytes[6h], 1 * 3600) < 0')).toEqual([]);
  });

  test('the ingress answers 503 while the service behind it has no ready address', async () => {
    const addresses = [{ ip: '10.0.0.1' }];
    cluster.run({ namespace: 'kube-system', name: 'nginx', workload: 'Deployment/nginx-ingress-controller' });
    cluster.store.create('ingresses', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'web', namespace: 'prod' },
      spec: {
        rules: [{ host: 'shop.example', http: { paths: [{ path: '/', backend: { service: { name: 'web' } } }] } }],
      },
    });
    const web = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'web', namespace: 'prod' } };
    const endpoints = cluster.store.create('endpoints', { ...web, subsets: [{ addresses, ports: [{ port: 80 }] }] });
    cluster.pass(minutes(60));
    const ratio =
      'sum by (ingress) (rate(nginx_ingress_controller_requests{status=~"5.."}[5m])) / sum by (ingress) (rate(nginx_ingress_controller_requests[5m]))';
    expect(await cluster.query(ratio)).toMatchObject([{ metric: { ingress: 'web' }, value: 0 }]);
    cluster.store.update('endpoints', {
      ...endpoints,
      subsets: [{ notReadyAddresses: addresses, ports: [{ port: 80 }] }],
    });
    cluster.pass(minutes(20));
    const [broken] = await cluster.query(ratio);
    expect(broken?.value).toBeGreaterThan(0.9);
  });
});
