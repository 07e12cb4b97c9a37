import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Chat, client, dataFolder, type Running, run, until } from './support/copilot.ts';
import { type OlderCluster, openOlderCluster } from './support/older-cluster.ts';

/** A team's changes, each from a sentence to its end, by the real bot over its HTTP API in a quick world. */

const SPEED = '240';
const PATIENCE_MS = 90_000;
/** Nobody is a keeper. */
const POLICY = `roles:
  operator: [web:console:operator]
  approver: [web:console:operator]
  keeper: []
rules:
  - { action: workload.restart, namespace: staging, requesters: [keeper], selfApproval: true }
  - { action: 'cluster.*', selfApproval: true, maxObjects: 50 }
  - { action: '*', selfApproval: true, maxObjects: 50 }
`;

interface Thing {
  metadata: { name: string; generation?: number };
  spec: Record<string, unknown> & { replicas?: number; unschedulable?: boolean };
}

let folder: Awaited<ReturnType<typeof dataFolder>>;
let sandbox: Running;
let running: Running;
let old: OlderCluster;
let demo = '';
const bot = client(() => running.url);

beforeAll(async () => {
  folder = await dataFolder();
  const policy = join(folder.path, 'policy.yaml');
  await writeFile(policy, POLICY);
  sandbox = await run(['sandbox', '--port', '0', '--speed', SPEED, '--demo'], { DATA_DIR: folder.path }, 60_000);
  const made = await fetch(`${sandbox.url}/_sandbox/demo`, { method: 'POST', body: '{}' });
  demo = String(((await made.json()) as { cluster: string }).cluster);
  old = await openOlderCluster(sandbox.url, 'older');
  running = await run(
    ['start'],
    {
      DATA_DIR: folder.path,
      CONSOLE_PORT: '0',
      SANDBOX_URL: sandbox.url,
      SANDBOX_SPEED: SPEED,
      POLICY_FILE: policy,
    },
    60_000,
  );
  await until('both clusters to be known', PATIENCE_MS, async () => {
    const answer = await bot.api('/clusters');
    return answer.ok && ((await answer.json()) as unknown[]).length === 2;
  });
  // The first answer takes everything to be loaded; there is nothing to do for it.
  await until('a first answer', 2 * PATIENCE_MS, async () =>
    told(await ask('scale app-xyz to 2'), /has 2 replicas already/).catch(() => undefined),
  );
}, 400_000);
afterAll(async () => {
  await old.close();
  await running.stop();
  await sandbox.stop();
  await folder.remove();
}, 60_000);

async function kube<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(`${sandbox.url}/kubernetes/${demo}/${path}`, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
const deployment = (name: string) => kube<Thing>(`apis/apps/v1/namespaces/prod/deployments/${name}`);
/** A node without a pod that a disk binds to its zone: such a pod would find no other node. */
async function freeNode(): Promise<string> {
  const { items: pods } = await kube<{ items: { spec: { nodeName?: string; volumes?: object[] } }[] }>('api/v1/pods');
  const bound = pods.filter(({ spec }) => spec.volumes?.some((volume) => 'persistentVolumeClaim' in volume));
  const taken = new Set(bound.map(({ spec }) => spec.nodeName));
  const { items } = await kube<{ items: Thing[] }>('api/v1/nodes');
  return items.find(({ metadata }) => !taken.has(metadata.name))?.metadata.name ?? '';
}
const nodeNamed = (name: string) => kube<Thing>(`api/v1/nodes/${name}`);

async function ask(text: string): Promise<Chat> {
  const chat = await bot.chat();
  await chat.say(text);
  return chat;
}

const plain = (text: string) => text.replaceAll('\\', '');
const told = (chat: Chat, pattern: RegExp) =>
  until(`${pattern} to be told`, PATIENCE_MS, async () =>
    (await chat.entries())
      .map(({ from, text }) => (from === 'bot' ? plain(text) : ''))
      .find((text) => pattern.test(text)),
  );

describe('a change in chat', () => {
  test('scales a workload, and takes it back when its task is undone', async () => {
    const chat = await ask('scale checkout to 3');
    await chat.press('approve:', PATIENCE_MS);
    const done = await told(chat, /runs with 3 replicas now \(2 before\)/);
    expect((await deployment('checkout')).spec.replicas).toBe(3);
    await chat.say(/undo T-\w+/.exec(done)?.[0] ?? '');
    await chat.press('approve:', PATIENCE_MS);
    await until('two replicas', PATIENCE_MS, async () => (await deployment('checkout')).spec.replicas === 2);
  });

  test('restarts a workload by its own roll-out', async () => {
    const { metadata } = await deployment('web');
    const chat = await ask('把 prod 的 web 重启一下');
    await chat.press('approve:', PATIENCE_MS);
    await told(chat, /prod\/web 已重启/);
    expect((await deployment('web')).metadata.generation).toBeGreaterThan(metadata.generation ?? 0);
  });

  test('holds a roll-out, shows it, and lets it go on', async () => {
    const chat = await ask('pause the rollout of web in prod');
    await chat.press('approve:', PATIENCE_MS);
    await told(chat, /web is paused: none of its pods is replaced/);
    expect((await deployment('web')).spec.paused).toBe(true);
    const annotations = { note: 'another revision' };
    await kube('apis/apps/v1/namespaces/prod/deployments/web', {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { template: { metadata: { annotations } } } }),
    });
    await chat.say('rollout status of web in prod');
    await told(chat, /is paused: changes of its pods wait/);
    await chat.say('restart web in prod');
    await told(chat, /is paused: a restart would not begin/);
    await chat.say('resume the rollout of web in prod');
    await chat.press('approve:', PATIENCE_MS);
    await told(chat, /web went on and is done/);
    expect((await deployment('web')).spec.paused ?? false).toBe(false);
  });

  test('moves the limits of the autoscaler that owns a number of replicas', async () => {
    const path = 'apis/autoscaling/v2/namespaces/prod/horizontalpodautoscalers';
    await kube(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'payments', namespace: 'prod' },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'payments' },
          minReplicas: 2,
          maxReplicas: 4,
          metrics: [
            { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
          ],
        },
      }),
    });
    const chat = await ask('scale payments to 3');
    await chat.press('ask:offered', PATIENCE_MS);
    await chat.press('approve:', PATIENCE_MS);
    await told(chat, /payments scales between 3 and 4 replicas now/);
    const { spec } = await kube<Thing>(`${path}/payments`);
    expect(spec).toMatchObject({ minReplicas: 3, maxReplicas: 4 });
  });

  test('drains a node and lets pods come to it again', async () => {
    const node = await freeNode();
    const chat = await ask(`drain node ${node}`);
    await chat.press('approve:', PATIENCE_MS);
    await told(chat, /is drained and stays cordoned/);
    expect((await nodeNamed(node)).spec.unschedulable).toBe(true);
    await chat.say(`uncordon ${node}`);
    await chat.press('approve:', PATIENCE_MS);
    await told(chat, /takes new pods again/);
    expect((await nodeNamed(node)).spec.unschedulable ?? false).toBe(false);
  });

  test('adds a node to a pool, with what it costs', async () => {
    // The first price takes the whole SDK to be loaded: on a busy machine it comes too late for the first card.
    const chat = await until('a plan with its price', 2 * PATIENCE_MS, async () => {
      const asked = await ask('add a node to the node pool default-nodepool');
      const { card } = await asked.waitForButton('approve:', PATIENCE_MS);
      if (/CNY a month/.test(JSON.stringify(card))) return asked;
      await asked.press('reject:', PATIENCE_MS);
      return undefined;
    });
    await chat.press('approve:', PATIENCE_MS);
    await told(chat, /default-nodepool has 4 nodes now \(3 before\)/);
    expect((await kube<{ items: Thing[] }>('api/v1/nodes')).items).toHaveLength(4);
  });

  test('goes up one minor version at a time: control plane, nodes, then add-ons', async () => {
    const far = await ask('upgrade cluster older to 1.37');
    await far.press('ask:leave', PATIENCE_MS);
    await told(far, /Nothing was changed/);
    const chat = await ask('can we upgrade the cluster older?');
    await chat.press('ask:plan', PATIENCE_MS);
    await chat.press('approve:', PATIENCE_MS);
    await told(chat, /control plane of older runs 1\.36/);
    await chat.press('ask:np', PATIENCE_MS);
    await chat.press('approve:', PATIENCE_MS);
    await told(chat, /All nodes of workers run 1\.36/);
    const { nodepools } = (await old.call('cluster_get', { clusterId: old.id })) as {
      nodepools: { version?: string }[];
    };
    expect(nodepools[0]?.version).toMatch(/^1\.36/);
    const addons = await ask('upgrade all add-ons of cluster older');
    await addons.press('approve:', PATIENCE_MS);
    await told(addons, /add-ons were upgraded/);
    const { items } = (await old.call('addon_list', { clusterId: old.id })) as { items: { nextVersion?: string }[] };
    expect(items.filter(({ nextVersion }) => nextVersion !== undefined)).toEqual([]);
  });
});

describe('what is refused', () => {
  test('is a change in a protected namespace', async () => {
    const chat = await ask('scale coredns in kube-system of demo to 4');
    await told(chat, /Not possible: .*kube-system/);
  });

  test('is a change that the asker’s roles may not ask for', async () => {
    const chat = await ask('restart web in staging');
    await told(chat, /Not possible: .*keeper/);
  });

  test('is a size that an autoscaler would take back: its limits are offered', async () => {
    const { nodepools } = (await old.call('cluster_get', { clusterId: old.id })) as {
      nodepools: { nodepoolId: string }[];
    };
    await old.call('nodepool_modify', {
      clusterId: old.id,
      nodepoolId: nodepools[0]?.nodepoolId ?? '',
      patch: { autoscaling: { enabled: true, min: 1, max: 4 } },
      idempotencyKey: 'autoscaled',
    });
    const chat = await ask('scale the node pool workers to 3');
    await told(chat, /An autoscaler sizes workers/);
    await chat.press('ask:offered', PATIENCE_MS);
    await chat.press('approve:', PATIENCE_MS);
    await told(chat, /keeps workers between 3 and 4 nodes now/);
  });

  test('is a downgrade', async () => {
    const chat = await ask('upgrade cluster demo to 1.30');
    await told(chat, /cannot be downgraded/);
  });
});
