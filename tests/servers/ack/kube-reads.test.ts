import { afterEach, describe, expect, it } from 'vitest';
import { status, type Thing } from './fake-kube.ts';
import { connectKube, pod, TOKEN } from './kube-support.ts';

type Kube = Awaited<ReturnType<typeof connectKube>>;
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function connect(...[things, sources]: Parameters<typeof connectKube>): Promise<Kube> {
  const connected = await connectKube(things, sources);
  cleanups.push(connected.close);
  return connected;
}

const secret: Thing = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'db',
    namespace: 'shop',
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":"hunter2"}', team: 'shop' },
    managedFields: [{ manager: 'kubectl' }],
  },
  type: 'Opaque',
  data: { password: Buffer.from('hunter2').toString('base64') },
};

describe('objects', () => {
  it('are listed page by page, and only the last page is complete', async () => {
    const { done, kube } = await connect([pod('a'), pod('b'), pod('c')]);
    const first = await done('k8s_list', { kind: 'Pod', namespace: 'shop', limit: 2 });
    expect(first).toMatchObject({ complete: false, remaining: 1, serverTime: '2026-11-25T08:00:00.000Z' });
    const second = await done('k8s_list', { kind: 'Pod', namespace: 'shop', limit: 2, continue: first.continue });
    expect(second).toMatchObject({ complete: true, items: [{ metadata: { name: 'c' } }] });
    expect(kube.received.map(({ path, authorization }) => ({ path, authorization }))).toEqual(
      Array(2).fill({ path: '/api/v1/namespaces/shop/pods', authorization: `Bearer ${TOKEN}` }),
    );
  });

  it('are cut down to the fields that were asked for, inside lists and under keys with dots, too', async () => {
    const labelled = pod('a', { metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'x', other: 'y' } } });
    const { done } = await connect([labelled]);
    const fields = [
      'metadata.name',
      'metadata.labels.app.kubernetes.io/name',
      'spec.containers.image',
      'spec.containers.name',
    ];
    expect((await done('k8s_list', { kind: 'Pod', fields })).items).toEqual([
      {
        metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'x' } },
        spec: { containers: [{ name: 'app', image: 'app:1' }] },
      },
    ]);
  });

  it('that are too large for one answer come in smaller pages', async () => {
    const filler = 'x'.repeat(600_000);
    const { done } = await connect(['a', 'b', 'c', 'd'].map((name) => pod(name, { filler })));
    const page = await done('k8s_list', { kind: 'Pod' });
    expect(page.items.length).toBeLessThan(4);
    expect(page).toMatchObject({ complete: false, continue: String(page.items.length) });
  });

  it('never carry the data of a Secret, nor the noise of managers', async () => {
    const { done } = await connect([secret]);
    const got = await done('k8s_get', { kind: 'Secret', namespace: 'shop', name: 'db' });
    const listed = await done('k8s_list', { kind: 'Secret' });
    const described = await done('k8s_describe', { kind: 'Secret', namespace: 'shop', name: 'db' });
    expect(got.object).toMatchObject({ dataSizes: { password: 7 }, metadata: { annotations: { team: 'shop' } } });
    expect(listed.items[0]).toMatchObject({ dataSizes: { password: 7 } });
    for (const answer of [got, listed, described]) {
      expect(JSON.stringify(answer)).not.toMatch(/hunter2|aHVudGVyMg|managedFields|last-applied/);
    }
  });

  it('of custom kinds are found by asking the server what it calls them', async () => {
    const { done, kube, refused } = await connect([
      { apiVersion: 'shop.example/v1', kind: 'Basket', metadata: { name: 'one', namespace: 'shop' } },
    ]);
    kube.intercept(({ path }, response) => {
      if (path !== '/apis/shop.example/v1') return false;
      response.end(JSON.stringify({ resources: [{ name: 'baskets', kind: 'Basket', namespaced: true }] }));
      return true;
    });
    const custom = { apiVersion: 'shop.example/v1', kind: 'Basket', namespace: 'shop', name: 'one' };
    expect((await done('k8s_get', custom)).object.metadata.name).toBe('one');
    expect(await refused('k8s_get', { kind: 'Basket', name: 'one' })).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('are described with their owners and what happened to them', async () => {
    const owner = (kind: string, name: string) => [
      { apiVersion: 'apps/v1', kind, name, uid: `u-${name}`, controller: true },
    ];
    const { done } = await connect([
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'app', namespace: 'shop', uid: 'u-app' } },
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: { name: 'app-1', namespace: 'shop', uid: 'u-app-1', ownerReferences: owner('Deployment', 'app') },
      },
      pod('app-1-x', { metadata: { name: 'app-1-x', uid: 'u-pod', ownerReferences: owner('ReplicaSet', 'app-1') } }),
      event('e1', 'u-pod', { reason: 'BackOff', lastTimestamp: '2026-11-25T07:59:00Z' }),
      event('e2', 'u-app-1', { reason: 'SuccessfulCreate', lastTimestamp: '2026-11-25T07:50:00Z' }),
      event('e3', 'someone-else', { reason: 'Pulled' }),
    ]);
    expect(await done('k8s_describe', { kind: 'Pod', namespace: 'shop', name: 'app-1-x' })).toMatchObject({
      object: { metadata: { name: 'app-1-x' } },
      owners: [{ metadata: { name: 'app-1' } }, { metadata: { name: 'app' } }],
      events: [{ reason: 'BackOff' }, { reason: 'SuccessfulCreate' }],
      unknown: [],
    });
  });
});

const event = (name: string, uid: string, fields: object): Thing => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name, namespace: 'shop' },
  type: 'Warning',
  message: 'text',
  count: 3,
  involvedObject: { kind: 'Pod', namespace: 'shop', name: 'app', uid },
  ...fields,
});

describe('events', () => {
  it('come newest first, whichever way their time is written, and within the time asked for by the server clock', async () => {
    const { done } = await connect([
      event('old', 'u', { reason: 'Old', lastTimestamp: '2026-11-25T06:00:00Z' }),
      event('series', 'u', {
        reason: 'Series',
        eventTime: '2026-11-25T06:00:00Z',
        series: { count: 9, lastObservedTime: '2026-11-25T07:58:00Z' },
      }),
      event('new', 'u', { reason: 'New', lastTimestamp: '2026-11-25T07:59:00Z' }),
    ]);
    const { items, complete } = await done('k8s_events', { namespace: 'shop', sinceMinutes: 30 });
    expect(items).toMatchObject([
      { reason: 'New', count: 3 },
      { reason: 'Series', count: 9 },
    ]);
    expect(complete).toBe(true);
    expect(await done('k8s_events', { limit: 1 })).toMatchObject({ items: [{ reason: 'New' }], complete: false });
  });
});

describe('logs', () => {
  it('are read from the default container, present or previous, and say when they were cut', async () => {
    const { done, kube, refused } = await connect([
      pod('a', {
        spec: { containers: [{ name: 'proxy' }, { name: 'app' }] },
        metadata: { name: 'a', annotations: { 'kubectl.kubernetes.io/default-container': 'app' } },
      }),
    ]);
    kube.logs.set('shop/a/app', 'one\ntwo\nthree');
    kube.logs.set('shop/a/proxy/previous', 'crash');
    const at = { namespace: 'shop', pod: 'a' };
    expect(await done('k8s_logs', at)).toMatchObject({ container: 'app', text: 'one\ntwo\nthree', truncated: false });
    expect(await done('k8s_logs', { ...at, tailLines: 2 })).toMatchObject({ text: 'two\nthree', truncated: true });
    expect(await done('k8s_logs', { ...at, container: 'proxy', previous: true })).toMatchObject({ text: 'crash' });
    expect(await refused('k8s_logs', { ...at, container: 'nope' })).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('proxy, app'),
    });
  });
});

describe('what the API server refuses', () => {
  it.each([
    [403, 'Forbidden', 'Forbidden', false],
    [404, 'NotFound', 'NotFound', false],
    [410, 'Expired', 'Gone', true],
    [429, 'TooManyRequests', 'TooManyRequests', true],
    [500, 'InternalError', 'InternalError', true],
  ])("%i %s is told as %s, with the server's words and a next step", async (code, reason, told, retryable) => {
    const { refused, kube } = await connect();
    kube.intercept((_, response) => {
      status(response, code, reason, 'the words of the server');
      return true;
    });
    expect(await refused('k8s_list', { kind: 'Pod' })).toMatchObject({
      code: told,
      message: 'the words of the server',
      retryable,
      ambiguous: false,
      hint: expect.stringMatching(/\.$/),
    });
  });

  it('a server that is not there is Unreachable', async () => {
    const { refused, kube } = await connect();
    await kube.stop();
    cleanups.length = 0;
    expect(await refused('k8s_list', { kind: 'Pod' })).toMatchObject({ code: 'Unreachable', retryable: true });
  });

  it.each(['../secrets', 'a/b', 'a?watch=true', 'A', 'a%2Fb', ' a', 'a..', '-a'])(
    'the name %s never becomes a path',
    async (name) => {
      const { refused, kube } = await connect();
      for (const args of [
        { kind: 'Pod', namespace: 'shop', name },
        { kind: 'Pod', namespace: name, name: 'a' },
      ])
        expect(await refused('k8s_get', args)).toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(kube.received).toEqual([]);
    },
  );
});
