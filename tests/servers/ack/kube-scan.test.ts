import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createWatches } from '../../../servers/ack/kube/watches.ts';
import { openWorld } from '../../../servers/ack/server.ts';
import { type FakeKube, status, type Thing } from './fake-kube.ts';
import { connectKube, pod } from './kube-support.ts';
import { connectAck } from './support.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function connect(things: Thing[]) {
  const connected = await connectKube(things);
  cleanups.push(connected.close);
  return connected;
}

const waiting = (name: string, reason: string, fields: Partial<Thing> = {}): Thing =>
  pod(name, {
    ...fields,
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-11-25T07:59:50Z' }],
      containerStatuses: [{ name: 'app', ready: false, restartCount: 4, state: { waiting: { reason } } }],
    },
  });

const node = (name: string, ready = 'True', more: object[] = []): Thing => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  status: { conditions: [{ type: 'Ready', status: ready }, ...more] },
});

const deployment = (name: string, available: number): Thing => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: { replicas: 2 },
  status: { availableReplicas: available },
});

describe('a scan', () => {
  it('counts everything and gives what looks ill with why, and nothing else', async () => {
    const { done } = await connect([
      pod('well'),
      waiting('crashing', 'CrashLoopBackOff'),
      waiting('starting', 'ContainerCreating'),
      pod('done', { status: { phase: 'Succeeded', conditions: [] } }),
      pod('evicted', { status: { phase: 'Failed', reason: 'Evicted', conditions: [] } }),
      node('node-1'),
      node('node-2', 'Unknown'),
      node('node-3', 'True', [{ type: 'DiskPressure', status: 'True' }]),
      deployment('whole', 2),
      deployment('short', 1),
    ]);
    const result = await done('k8s_scan');
    expect(result).toMatchObject({
      counts: {
        pods: { total: 5, ready: 1, byPhase: { Running: 3, Succeeded: 1, Failed: 1 }, suspects: 2 },
        nodes: { total: 3, ready: 2, suspects: 2 },
        workloads: { total: 2, suspects: 1 },
      },
      complete: true,
      unknown: [],
    });
    const told = (list: { name: string; why: string }[]) => list.map(({ name, why }) => `${name}: ${why}`);
    expect(told(result.pods)).toEqual(['crashing: CrashLoopBackOff', 'evicted: Evicted']);
    expect(told(result.nodes)).toEqual(['node-2: NotReady', 'node-3: DiskPressure']);
    expect(told(result.workloads)).toEqual(['short: ReplicasUnavailable 1/2']);
    expect(result.pods[0].object).toMatchObject({ spec: { containers: [{ image: 'app:1' }] } });
  });

  it('gives the whole object of the first few that look alike, and the names of all', async () => {
    const owner = {
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs', uid: 'rs', controller: true }],
    };
    const twenty = Array.from({ length: 20 }, (_, n) =>
      waiting(`p-${n}`, 'CrashLoopBackOff', { metadata: { name: `p-${n}`, uid: `u${n}`, ...owner } }),
    );
    const { done } = await connect([...twenty, waiting('other', 'CrashLoopBackOff')]);
    const { pods } = await done('k8s_scan');
    expect(pods).toHaveLength(21);
    const whole = pods.filter(({ object }: { object?: object }) => object).map(({ name }: { name: string }) => name);
    expect(whole).toHaveLength(4);
    expect(whole).toContain('other');
  });

  it('that may not list something says so, and is not complete', async () => {
    const { done, kube } = await connect([pod('well')]);
    kube.intercept(({ path }, response) => {
      if (!path.endsWith('/nodes')) return false;
      status(response, 403, 'Forbidden', 'nodes is forbidden');
      return true;
    });
    expect(await done('k8s_scan')).toMatchObject({
      complete: false,
      unknown: [{ what: 'Node list', why: 'Forbidden: nodes is forbidden' }],
      counts: { pods: { total: 1 } },
    });
  });

  const pages = (count: number) => Array.from({ length: count }, (_, n) => pod(`p-${n}`));

  it('whose list expires in the middle begins it anew, and counts nothing twice', async () => {
    const { done, kube } = await connect(pages(600));
    let expired = false;
    kube.intercept(({ path, query }, response) => {
      if (!path.endsWith('/pods') || query.get('continue') !== '300' || expired) return false;
      expired = true;
      status(response, 410, 'Expired', 'The provided continue parameter is too old');
      return true;
    });
    expect(await done('k8s_scan')).toMatchObject({ complete: true, counts: { pods: { total: 600 } } });
    expect(expired).toBe(true);
  });

  it('whose list expires again and again is not complete', async () => {
    const { done, kube } = await connect(pages(300));
    kube.intercept(({ query }, response) => {
      if (query.get('continue') === null) return false;
      status(response, 410, 'Expired', 'too old');
      return true;
    });
    expect(await done('k8s_scan')).toMatchObject({
      complete: false,
      unknown: [{ what: 'Pod list', why: 'Gone: too old' }],
    });
  });

  it('asks for a lost page again', async () => {
    const { done, kube } = await connect(pages(200));
    let lost = 0;
    kube.intercept(({ query }, response) => {
      if (query.get('continue') === null || lost++ > 0) return false;
      response.destroy();
      return true;
    });
    expect(await done('k8s_scan')).toMatchObject({ complete: true, counts: { pods: { total: 200 } } });
    expect(lost).toBe(2);
  });
});

/** Quick times, so that a test need not wait. */
async function watching(things: Thing[]) {
  const connected = await connect(things);
  const clusters = openWorld({ backend: 'kubeconfig', kubeconfig: `${connected.folder}/config` }).clusters;
  const watches = createWatches({ idleMs: 60_000, backoffMs: [5, 20], lookAgainMs: 10 });
  const ack = await connectAck(undefined, { world: { clusters, watches, close: () => undefined } });
  cleanups.push(async () => {
    await ack.close();
    await watches.close();
    clusters.close();
  });
  let cursor: string | undefined;
  /** Polls until the changes hold what is waited for; gives all of them. */
  async function until(fits: (change: Change) => boolean): Promise<Change[]> {
    const seen: Change[] = [];
    for (let polls = 0; polls < 40; polls += 1) {
      const answer = await poll(0.5);
      seen.push(...answer.changes);
      if (seen.some(fits)) return seen;
    }
    throw new Error(`Never came; seen: ${JSON.stringify(seen)}`);
  }
  async function poll(waitSeconds: number): Promise<{ changes: Change[]; resynced: boolean; unknown: object[] }> {
    const { data } = await ack.call('k8s_watch', { clusterId: 'test', waitSeconds, ...(cursor && { cursor }) });
    cursor = data.cursor;
    return { changes: data.changes, resynced: data.resynced, unknown: data.unknown };
  }
  const follows = () => waitFor(connected.kube);
  return { ...connected, poll, until, follows };
}

interface Change {
  type: string;
  object: { kind?: string; name?: string; why?: string; reason?: string };
}

async function waitFor(kube: FakeKube) {
  await vi.waitUntil(() => ['pods', 'nodes', 'events'].every((plural) => kube.watching(plural).length > 0), {
    interval: 5,
  });
}

function cut(kube: FakeKube, how: (response: ServerResponse) => void) {
  for (const response of kube.watching('pods')) how(response);
}

const is = (type: string, name: string) => (change: Change) => change.type === type && change.object.name === name;

describe('a watch', () => {
  it('begins with all that looks ill, then tells of changes as they come', async () => {
    const { poll, until, kube, follows } = await watching([
      pod('well'),
      waiting('ill', 'CrashLoopBackOff'),
      node('node-1'),
    ]);
    expect(await poll(5)).toMatchObject({
      resynced: true,
      changes: [{ type: 'suspect', object: { name: 'ill', why: 'CrashLoopBackOff' } }],
    });
    await follows();
    kube.put(waiting('well', 'ImagePullBackOff'));
    expect(await until(is('suspect', 'well'))).toHaveLength(1);
    kube.put(pod('ill'));
    await until(is('recovered', 'ill'));
    kube.remove('pods', 'shop', 'well');
    await until(is('gone', 'well'));
    kube.put(node('node-1', 'Unknown'));
    expect((await until(is('node', 'node-1')))[0]?.object).toMatchObject({ ready: false, why: 'NotReady' });
    kube.put({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'shop' },
      type: 'Warning',
      reason: 'BackOff',
      involvedObject: { kind: 'Pod', name: 'x' },
    });
    await until(({ type, object }) => type === 'warning' && object.reason === 'BackOff');
  });

  it('says nothing of healthy pods that come and go', async () => {
    const { poll, until, kube, follows } = await watching([]);
    await poll(5);
    await follows();
    kube.put(pod('a'));
    kube.remove('pods', 'shop', 'a');
    kube.put(waiting('mark', 'CrashLoopBackOff'));
    expect(await until(is('suspect', 'mark'))).toHaveLength(1);
  });

  it('sees a pod that does not get ready, though nothing of it changes', async () => {
    const slow = pod('slow', {
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-11-25T07:59:50Z' }],
      },
    });
    const { poll, until, kube } = await watching([slow]);
    expect((await poll(5)).changes).toEqual([]);
    kube.advance(120_000);
    const [change] = await until(is('suspect', 'slow'));
    expect(change?.object.why).toBe('NotReady');
  });

  it.each<[string, (kube: FakeKube) => void]>([
    ['its connections are cut', (kube) => cut(kube, (response) => response.destroy())],
    ['the server ends it', (kube) => cut(kube, (response) => response.end())],
    [
      'it is told in the stream that it is too old',
      (kube) =>
        cut(kube, (response) => {
          response.end(`${JSON.stringify({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })}\n`);
        }),
    ],
    [
      'the server is away for a while and then knows nothing of its version',
      (kube) => {
        let calls = 0;
        kube.intercept((call, response) => {
          if (!call.path.endsWith('/pods') || calls++ >= 4) return false;
          if (calls < 3) response.destroy();
          else
            status(
              response,
              call.query.get('watch') ? 410 : 500,
              call.query.get('watch') ? 'Expired' : 'InternalError',
              'x',
            );
          return true;
        });
        cut(kube, (response) => response.destroy());
      },
    ],
  ])('goes on when %s, and misses nothing of what looks ill', async (_, disturb) => {
    const { poll, until, kube, follows } = await watching([
      waiting('stays', 'CrashLoopBackOff'),
      waiting('goes', 'CrashLoopBackOff'),
    ]);
    await poll(5);
    await follows();
    disturb(kube);
    kube.put(waiting('new', 'ImagePullBackOff'));
    kube.remove('pods', 'shop', 'goes');
    const seen = await until(is('suspect', 'new'));
    seen.push(...(seen.some(is('gone', 'goes')) ? [] : await until(is('gone', 'goes'))));
    expect(seen.filter(is('recovered', 'stays'))).toEqual([]);
    expect(seen.filter(is('gone', 'stays'))).toEqual([]);
  });

  it('that cannot read something says so instead of calling it healthy', async () => {
    const { poll, kube } = await watching([]);
    kube.intercept(({ path }, response) => {
      if (!path.endsWith('/pods')) return false;
      status(response, 403, 'Forbidden', 'pods is forbidden');
      return true;
    });
    const { unknown } = await poll(5);
    expect(unknown).toContainEqual({ what: 'pods', why: expect.stringContaining('Forbidden') });
  });

  it('with a cursor of another life gives all that looks ill again', async () => {
    const { ack, world } = await connect([waiting('ill', 'CrashLoopBackOff')]);
    cleanups.push(async () => world.close());
    const { data } = await ack.call('k8s_watch', { clusterId: 'test', cursor: 'abc.7', waitSeconds: 5 });
    expect(data).toMatchObject({ resynced: true, changes: [{ type: 'suspect' }] });
  });
});
