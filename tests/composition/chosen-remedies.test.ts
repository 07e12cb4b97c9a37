import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { toolAccess } from '../../servers/ack/access.ts';
import { createAckServer } from '../../servers/ack/server.ts';
import { planSchema } from '../../src/approvals/plan.ts';
import type { Block } from '../../src/chat/types.ts';
import { createChosenRemedyViews } from '../../src/composition/chosen-remedies.ts';
import { createGateway } from '../../src/tools/gateway.ts';
import { connectInProcess } from '../../src/tools/mcp.ts';
import { createRedactor } from '../../src/tools/redaction.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { words } from '../incidents/room.ts';
import type { Thing } from '../servers/ack/fake-kube.ts';
import { connectKube } from '../servers/ack/kube-support.ts';

/** What a model chose, on its way to a plan: over the real tools, gateway and redactor. */

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const deployment = (more: object = {}): Thing => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', namespace: 'shop', uid: 'u-app', generation: 3, ...more },
  spec: {
    replicas: 2,
    template: {
      spec: {
        containers: [
          {
            name: 'app',
            image: 'app:1',
            env: [{ name: 'DB_PASSWORD', value: 'correct-horse-1' }],
            resources: { limits: { memory: '256Mi' } },
          },
        ],
      },
    },
  },
});
const app = { kind: 'Deployment', namespace: 'shop', name: 'app' };

async function open(thing = deployment()) {
  const kube = await connectKube([thing]);
  const gateway = createGateway({
    own: {
      connection: connectInProcess(createAckServer({ cloud: undefined, world: kube.world, clock: Date.now }), 'ack'),
      access: toolAccess,
    },
    extras: [],
    pins: { holds: async () => false, repin: async () => undefined },
    audit: {
      append: async () => Promise.reject(new Error('nothing is written here')),
      list: async () => [],
      head: async () => ({ count: 0, hash: '' }),
      verify: async () => ({ ok: true, count: 0, head: '' }),
    },
    approvalSecret: '',
    isStopped: async () => undefined,
    redactor: createRedactor(),
    clock: Date.now,
    log: { warn: () => undefined },
  });
  cleanups.push(async () => {
    await gateway.close();
    await kube.close();
  });
  const { copilot_remedy: view } = createChosenRemedyViews({
    gateway,
    policy: { allowGitOps: false },
    words,
    clusters: async () => [{ id: 'test', name: 'test', environment: 'prod' }],
    timeZone: 'UTC',
  });
  const user = { platform: 'web' as const, tenant: 'console', id: 'ann' };
  const conversation = { platform: 'web' as const, tenant: 'console', id: 'c', kind: 'dm' as const };
  return async (remedy: JsonObject, more: JsonObject = {}) => {
    if (!view) throw new Error('There is no view copilot_remedy');
    return view(
      { clusterId: 'test', remedy, question: 'why is it slow?', ...more },
      { user, conversation, language: 'en' },
    );
  };
}

const raise = { id: 'raise-memory-limit', target: app, container: 'app', to: '512Mi' };

test('it becomes a plan with the server’s own difference, of at least medium risk, which autopilot leaves to people', async () => {
  const choose = await open();
  const result = await choose(raise, {
    claims: [{ text: 'It is killed for its memory', cites: ['E1'], standing: 'supported' }],
    evidence: [{ id: 'E1', source: 'k8s_events shop', text: 'OOMKilled' }],
  });
  const { plan, blocks } = z
    .object({
      data: z.object({
        kind: z.literal('plan'),
        plan: planSchema.omit({ id: true, expiresAt: true }),
        blocks: z.json(),
      }),
    })
    .parse(result).data;
  expect(plan).toMatchObject({
    action: 'workload.patch',
    risk: 'medium',
    chosenBy: 'model',
    title: { en: 'Raise the memory limit of app in Deployment shop/app from 256Mi to 512Mi' },
    why: { en: 'Chosen by a model, from an investigation of: why is it slow?' },
    steps: [{ tool: 'k8s_patch', args: { clusterId: 'test', expectedUid: 'u-app', expectedGeneration: 3 } }],
  });
  expect(plan.verify.length).toBeGreaterThan(0);
  expect(plan.undo).toHaveLength(1);
  const shown = blocks as unknown as Block[];
  expect(shown[0]).toMatchObject({ type: 'text', markdown: expect.stringContaining('A model chose this change') });
  const all = JSON.stringify(shown);
  expect(all).toContain('It is killed for its memory · E1');
  expect(all).toContain('OOMKilled');
  expect(all).toContain('+              memory: 512Mi');
  expect(JSON.stringify(result)).not.toContain('correct-horse');
});

test.each([
  ['reported', 'high'],
  ['supported', 'medium'],
] as const)('where what speaks for its object is %s, its risk is %s', async (standing, risk) => {
  const choose = await open();
  const claims = [
    {
      text: 'app says that it needs 512Mi',
      cites: ['E1'],
      standing,
      ...(standing === 'reported' && { heard: ['log'] }),
    },
    { text: 'app is slow', cites: [], standing: 'hypothesis', missing: 'no-evidence' },
  ];
  expect(await choose(raise, { claims })).toMatchObject({ data: { plan: { risk, chosenBy: 'model' } } });
});

test('its limits are judged by what is there, not by what the model says is there', async () => {
  const choose = await open();
  expect(await choose({ ...raise, from: '8Gi', to: '16Gi' })).toMatchObject({
    data: { kind: 'refused', why: { key: 'incidents.refused.doubling', params: { from: '256Mi', to: '16Gi' } } },
  });
});

test('what Helm or a GitOps tool owns becomes a file for its repository', async () => {
  const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
  const annotations = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'shop' };
  const choose = await open(deployment({ labels, annotations }));
  expect(await choose(raise)).toMatchObject({ data: { kind: 'patch', owner: 'Helm shop' } });
});

test('what is not to be chosen, or not there, is refused', async () => {
  const choose = await open();
  expect(await choose({ id: 'set-image', target: app, container: 'app', image: 'evil:1' })).toMatchObject({
    ok: false,
    error: { code: 'NO_REMEDY' },
  });
  expect(await choose(raise, { clusterId: 'other' })).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  expect(await choose({ ...raise, target: { ...app, name: 'gone' } })).toMatchObject({
    data: { kind: 'refused', why: { key: 'incidents.refused.server' } },
  });
});
