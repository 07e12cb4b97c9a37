import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ClustersFileError, parseClusters } from '../../../servers/ack/kube/clusters-file.ts';
import { openWorld } from '../../../servers/ack/server.ts';
import { startFakeKube } from './fake-kube.ts';
import { connectKube, kubeconfigOf, pod } from './kube-support.ts';
import { connectAck, startStub } from './support.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('clusters.yaml', () => {
  const variables = { CLUSTER_SHOP_PROD_TOKEN: 'secret-1', CLUSTER_TOOLS_PASSWORD: 'secret-2', HOME_TOKEN: 'x' };
  const parse = (text: string) => parseClusters(text, { file: '/etc/copilot/clusters.yaml', variables });

  it('the example is valid, and its secrets come from the environment', () => {
    const [prod, tools, ack] = parse(readFileSync('clusters.example.yaml', 'utf8'));
    expect(prod).toMatchObject({ name: 'shop-prod', environment: 'prod', prometheus: { bearerToken: 'secret-1' } });
    expect(tools).toMatchObject({
      inCluster: true,
      prometheus: { basic: { username: 'copilot', password: 'secret-2' } },
    });
    expect(ack).toMatchObject({ name: 'ack-shop', sls: { project: 'k8s-log-shop' } });
  });

  it('paths begin in the folder of the file', () => {
    const [entry] = parse('clusters: [{ name: a, environment: dev, kubeconfig: kube/config }]');
    expect(entry?.kubeconfig).toBe('/etc/copilot/kube/config');
  });

  it('an empty file names no cluster', () => {
    expect(parse('')).toEqual([]);
  });

  it.each([
    ['clusters:\n  - name: a\n    environment: test\n', /clusters\.yaml:3: clusters\.0\.environment/],
    ['clusters:\n  - name: a\n    environment: dev\n    kubeconf: x\n', /clusters\.yaml:2: clusters\.0: .*kubeconf/],
    [
      'clusters:\n  - name: a\n    environment: dev\n    inCluster: true\n    context: b\n',
      /:2: clusters\.0: is inCluster/,
    ],
    [
      'clusters:\n  - { name: a, environment: dev }\n  - { name: a, environment: dev }\n',
      /:3: clusters\.1\.name: a is there twice/,
    ],
    [
      'clusters:\n  - name: a\n    environment: dev\n    prometheus:\n      url: ftp://x\n',
      /:5: clusters\.0\.prometheus\.url/,
    ],
    ['clusters:\n  - name: a\n   environment: dev\n', /clusters\.yaml:3/],
    [
      'clusters:\n  - name: a\n    environment: dev\n    prometheus: { url: "http://x", bearerToken: "${HOME_TOKEN}" }\n',
      /:4: .*HOME_TOKEN.*begin with CLUSTER_/,
    ],
    [
      'clusters:\n  - name: a\n    environment: dev\n    prometheus: { url: "http://x", bearerToken: "${CLUSTER_NO}" }\n',
      /:4: .*CLUSTER_NO is not set/,
    ],
  ])('a mistake is told with its line and key: %#', (text, message) => {
    expect(() => parse(text)).toThrow(ClustersFileError);
    expect(() => parse(text)).toThrow(message);
  });

  it('a mistake never repeats what may be a secret', () => {
    const text =
      'clusters:\n  - name: a\n    environment: dev\n    prometheus: { url: "http://x", bearerToken: [hunter2] }\n';
    expect(() => parse(text)).toThrow(/bearerToken/);
    expect(() => parse(text)).not.toThrow(/hunter2/);
  });
});

describe('the kubeconfig backend', () => {
  it('offers no tools of the cloud', async () => {
    const { ack, close } = await connectKube();
    cleanups.push(close);
    const names = (await ack.client.listTools()).tools.map(({ name }) => name);
    expect(names).toContain('k8s_get');
    expect(names).not.toContain('cluster_create');
  });

  it('each context is a cluster by its name; the address of a Prometheus is that of the current one', async () => {
    const other = await startFakeKube([pod('other')]);
    cleanups.push(other.stop);
    const { kube, folder, close } = await connectKube([pod('mine')]);
    cleanups.push(close);
    const kubeconfig = join(folder, 'two');
    await writeFile(kubeconfig, kubeconfigOf({ one: kube.url, two: other.url }));
    const world = openWorld({ backend: 'kubeconfig', kubeconfig, prometheusUrl: 'http://127.0.0.1:1' });
    const ack = await connectAck(undefined, { world });
    cleanups.push(ack.close);
    expect((await ack.call('k8s_clusters')).data.items).toEqual([
      { id: 'one', name: 'one', backend: 'kubeconfig', prometheus: true },
      { id: 'two', name: 'two', backend: 'kubeconfig', prometheus: false },
    ]);
    const { data } = await ack.call('k8s_list', { clusterId: 'two', kind: 'Pod' });
    expect(data.items).toMatchObject([{ metadata: { name: 'other' } }]);
    expect((await ack.call('metrics_query', { clusterId: 'two', promql: 'up' })).data).toMatchObject({
      code: 'NOT_CONFIGURED',
    });
    expect((await ack.call('metrics_query', { clusterId: 'one', promql: 'up' })).data).toMatchObject({
      code: 'Unreachable',
    });
  });

  it('with clusters.yaml only the clusters named there are', async () => {
    const { folder, kube, close } = await connectKube();
    cleanups.push(close);
    await writeFile(join(folder, 'two'), kubeconfigOf({ one: kube.url, two: kube.url }));
    const entries = [{ name: 'shop', environment: 'prod' as const, kubeconfig: join(folder, 'two'), context: 'two' }];
    const ack = await connectAck(undefined, { world: openWorld({ backend: 'kubeconfig', entries }) });
    cleanups.push(ack.close);
    expect((await ack.call('k8s_clusters')).data.items).toMatchObject([{ name: 'shop', environment: 'prod' }]);
    expect((await ack.call('k8s_list', { clusterId: 'one', kind: 'Pod' })).data).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('Known: shop'),
    });
  });

  it('a kubeconfig that cannot be read is told by its name, never by what is in it', async () => {
    const { folder, close } = await connectKube();
    cleanups.push(close);
    const kubeconfig = join(folder, 'broken');
    await writeFile(kubeconfig, 'users: [{ token: hunter2');
    const ack = await connectAck(undefined, { world: openWorld({ backend: 'kubeconfig', kubeconfig }) });
    cleanups.push(ack.close);
    const { data } = await ack.call('k8s_clusters');
    expect(data).toMatchObject({ code: 'NOT_CONFIGURED', message: expect.stringContaining(kubeconfig) });
    expect(JSON.stringify(data)).not.toContain('hunter2');
  });
});

describe('the clusters of the cloud', () => {
  const id = (letter: string) => `c${letter.repeat(32)}`;
  const cluster = (cluster_id: string, name: string, tags: object[] = []) => ({
    cluster_id,
    name,
    state: 'running',
    region_id: 'cn-hangzhou',
    tags,
  });

  async function cloudOf(clusters: object[], kubeUrl: string, more: Parameters<typeof startStub>[0] = {}) {
    const stub = await startStub({
      DescribeRegions: () => ({ body: { regions: [{ regionId: 'cn-hangzhou' }] } }),
      DescribeClustersForRegion: () => ({ body: { clusters } }),
      DescribeClusterDetail: ({ path }) => ({
        body: clusters.find((each) => path.endsWith((each as { cluster_id: string }).cluster_id)) ?? {},
      }),
      DescribeClusterUserKubeconfig: () => ({ body: { config: kubeconfigOf({ ack: kubeUrl }) } }),
      GetPrometheusInstance: () => ({ status: 404, body: { Code: 'InstanceNotFound', Message: 'none' } }),
      ...more,
    });
    cleanups.push(stub.stop);
    const ack = await connectAck(stub.url);
    cleanups.push(ack.close);
    return { stub, ack };
  }

  it('are reached with a kubeconfig that is fetched once, and shown to nobody', async () => {
    const kube = await startFakeKube([pod('a')]);
    cleanups.push(kube.stop);
    const { stub, ack } = await cloudOf([cluster(id('a'), 'shop-prod')], kube.url);
    for (const clusterId of [id('a'), 'shop-prod', id('a')]) {
      const { data } = await ack.call('k8s_list', { clusterId, kind: 'Pod' });
      expect(data.items).toHaveLength(1);
      expect(JSON.stringify(data)).not.toMatch(/test-token/);
    }
    expect(stub.sent('DescribeClusterUserKubeconfig')).toHaveLength(1);
  });

  it('say what they are for: by tag, else by name', async () => {
    const { ack } = await cloudOf(
      [
        cluster(id('a'), 'one', [{ key: 'environment', value: 'staging' }]),
        cluster(id('b'), 'shop-prod'),
        cluster(id('c'), 'product'),
      ],
      'http://127.0.0.1:1',
    );
    const { items } = (await ack.call('k8s_clusters')).data;
    expect(items.map(({ environment }: { environment?: string }) => environment)).toEqual([
      'staging',
      'prod',
      undefined,
    ]);
  });

  it('of the same name are told apart by their ids', async () => {
    const { ack } = await cloudOf([cluster(id('a'), 'shop'), cluster(id('b'), 'shop')], 'http://127.0.0.1:1');
    const { data } = await ack.call('k8s_list', { clusterId: 'shop', kind: 'Pod' });
    expect(data).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(id('b')) });
  });

  it('of a region that does not answer may be missing, and that is said', async () => {
    const { ack } = await cloudOf([], '', {
      DescribeClustersForRegion: () => ({ status: 403, body: { code: 'Forbidden.RAM', message: 'no' } }),
    });
    expect((await ack.call('k8s_clusters')).data).toEqual({ items: [], complete: false });
  });
});
