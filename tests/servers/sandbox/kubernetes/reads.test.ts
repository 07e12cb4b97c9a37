import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configMap, deployment, pod, refusal, startApi, type TestApi } from './harness.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const createMaps = async (names: string[]) => {
  for (const name of names) await api.core.createNamespacedConfigMap({ namespace: 'default', body: configMap(name) });
};
const names = (list: { items: { metadata?: { name?: string } }[] }) => list.items.map(({ metadata }) => metadata?.name);
const LETTERS = ['a', 'b', 'c', 'd', 'e'];

describe('discovery', () => {
  it('names groups, their preferred versions and what can be done', async () => {
    const groups = await (await api.fetch('/apis')).json();
    const autoscaling = z.object({
      groups: z.array(z.looseObject({ name: z.string(), preferredVersion: z.object({ version: z.string() }) })),
    });
    const found = autoscaling.parse(groups).groups.find(({ name }) => name === 'autoscaling');
    expect(found?.preferredVersion.version).toBe('v2');
    const core = await api.core.getAPIResources();
    const pods = core.resources.find(({ name }) => name === 'pods');
    expect(pods).toMatchObject({ shortNames: ['po'], namespaced: true, kind: 'Pod' });
    expect(core.resources.map(({ name }) => name)).toEqual(expect.arrayContaining(['pods/log', 'pods/eviction']));
  });

  it('is told in protobuf which kinds can be dry-run', async () => {
    const response = await api.fetch('/openapi/v2', {
      headers: { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' },
    });
    expect(response.headers.get('content-type')).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
    expect(text.startsWith('\n\u00032.0')).toBe(true);
    expect(text).toContain('{"group":"apps","version":"v1","kind":"Deployment"}');
    expect(text).toContain('dryRun');
  });

  it('answers 404 with a Status for what is not served', async () => {
    const response = await api.fetch('/apis/example.com/v1/things');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ kind: 'Status', reason: 'NotFound' });
  });

  it('tells the time of the world', async () => {
    api.pass(86_400);
    expect((await api.fetch('/readyz')).headers.get('date')).toBe('Wed, 25 Nov 2026 00:00:00 GMT');
  });
});

describe('a list', () => {
  it('comes in pages', async () => {
    await createMaps(LETTERS);
    const first = await api.core.listNamespacedConfigMap({ namespace: 'default', limit: 2 });
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.metadata?.remainingItemCount).toBe(3);
    const token = first.metadata?._continue ?? '';
    const second = await api.core.listNamespacedConfigMap({ namespace: 'default', limit: 2, _continue: token });
    expect(names(second)).toEqual(['c', 'd']);
    const last = await api.core.listNamespacedConfigMap({
      namespace: 'default',
      limit: 2,
      _continue: second.metadata?._continue ?? '',
    });
    expect(names(last)).toEqual(['e']);
    expect(last.metadata?._continue).toBeUndefined();
  });

  it('stays as it was when its first page was read', async () => {
    await createMaps(LETTERS);
    const first = await api.core.listNamespacedConfigMap({ namespace: 'default', limit: 1 });
    await api.core.deleteNamespacedConfigMap({ namespace: 'default', name: 'd' });
    await api.core.patchNamespacedConfigMap({
      namespace: 'default',
      name: 'c',
      body: [{ op: 'add', path: '/data', value: { k: 'v' } }],
    });
    await createMaps(['bb']);
    const rest = await api.core.listNamespacedConfigMap({
      namespace: 'default',
      _continue: first.metadata?._continue ?? '',
    });
    expect(names(rest)).toEqual(['b', 'c', 'd', 'e']);
    expect(rest.items[1]?.data).toEqual({});
    expect(rest.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
    expect(names(await api.core.listNamespacedConfigMap({ namespace: 'default' }))).toEqual(['a', 'b', 'bb', 'c', 'e']);
  });

  it('cannot go on after the history was forgotten', async () => {
    await createMaps(LETTERS);
    const first = await api.core.listNamespacedConfigMap({ namespace: 'default', limit: 1 });
    await api.restart();
    const next = api.core.listNamespacedConfigMap({ namespace: 'default', _continue: first.metadata?._continue ?? '' });
    expect(await refusal(next)).toMatchObject({ code: 410, reason: 'Expired' });
  });

  it.each([
    ['tier=web', ['a']],
    ['tier==web', ['a']],
    ['tier!=web', ['b', 'c', 'd']],
    ['tier in (web, db)', ['a', 'b']],
    ['tier notin (web,db),size', ['c']],
    ['!tier', ['d']],
    ['tier,size>5', ['c']],
    ['example.com/team=x', ['d']],
    ['', ['a', 'b', 'c', 'd']],
  ])('selects by labels: %s', async (labelSelector, expected) => {
    const labels = {
      a: { tier: 'web' },
      b: { tier: 'db' },
      c: { tier: 'cache', size: '10' },
      d: { 'example.com/team': 'x' },
    };
    for (const [name, own] of Object.entries(labels)) {
      await api.core.createNamespacedConfigMap({ namespace: 'default', body: configMap(name, { labels: own }) });
    }
    expect(names(await api.core.listNamespacedConfigMap({ namespace: 'default', labelSelector }))).toEqual(expected);
  });

  it('selects by fields, and refuses those it does not know', async () => {
    await api.core.createNamespacedPod({ namespace: 'default', body: pod('here', { nodeName: 'node-1' }) });
    await api.core.createNamespacedPod({ namespace: 'default', body: pod('there') });
    const on = (fieldSelector: string) => api.core.listPodForAllNamespaces({ fieldSelector });
    expect(names(await on('spec.nodeName=node-1'))).toEqual(['here']);
    expect(names(await on('spec.nodeName!=node-1,status.phase=Pending'))).toEqual(['there']);
    expect(await refusal(on('spec.priority=1'))).toMatchObject({
      code: 400,
      message: 'field label not supported: spec.priority',
    });
    expect(await refusal(api.core.listPodForAllNamespaces({ labelSelector: 'a b' }))).toMatchObject({ code: 400 });
  });

  it('is refused for a version that is still to come', async () => {
    const list = api.core.listNamespacedConfigMap({ namespace: 'default', resourceVersion: '99999999999' });
    expect(await refusal(list)).toMatchObject({ code: 504, reason: 'Timeout' });
  });

  it('of a namespace that is not there is empty, and its object is not found', async () => {
    expect((await api.core.listNamespacedPod({ namespace: 'none' })).items).toEqual([]);
    const read = api.core.readNamespacedPod({ namespace: 'default', name: 'x' });
    expect(await refusal(read)).toMatchObject({ code: 404, message: 'pods "x" not found' });
  });
});

describe('a table', () => {
  const tableSchema = z.object({
    kind: z.literal('Table'),
    columnDefinitions: z.array(z.looseObject({ name: z.string(), priority: z.number() })),
    rows: z.array(
      z.object({
        cells: z.array(z.union([z.string(), z.number(), z.boolean()])),
        object: z.looseObject({ kind: z.string() }),
      }),
    ),
  });
  const table = async (path: string) =>
    tableSchema.parse(
      await (
        await api.fetch(path, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' } })
      ).json(),
    );

  it('shows pods as kubectl prints them', async () => {
    await api.core.createNamespacedPod({ namespace: 'default', body: pod('web') });
    const waiting = {
      name: 'app',
      restartCount: 7,
      ready: false,
      image: 'a',
      imageID: '',
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, finishedAt: '2026-11-23T23:58:00Z' } },
    };
    api.store().updateStatus('pods', 'default', 'web', { phase: 'Running', containerStatuses: [waiting] });
    api.pass(65);
    const { columnDefinitions, rows } = await table('/api/v1/namespaces/default/pods');
    expect(columnDefinitions.filter(({ priority }) => priority === 0).map(({ name }) => name)).toEqual([
      'Name',
      'Ready',
      'Status',
      'Restarts',
      'Age',
    ]);
    expect(rows[0]?.cells.slice(0, 5)).toEqual(['web', '0/1', 'CrashLoopBackOff', '7 (3m5s ago)', '65s']);
    expect(rows[0]?.object.kind).toBe('PartialObjectMetadata');
  });

  it('shows deployments', async () => {
    await api.apps.createNamespacedDeployment({ namespace: 'default', body: deployment('web') });
    const { rows } = await table('/apis/apps/v1/namespaces/default/deployments');
    expect(rows[0]?.cells).toEqual(['web', '0/2', 0, 0, '0s', 'app', 'shop/app:1', 'app=web']);
  });
});
