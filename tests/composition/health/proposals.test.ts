import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Message } from '../../../src/chat/messages.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import { createHealthProposals } from '../../../src/composition/health/proposals.ts';
import type { Proposer } from '../../../src/health/ports.ts';
import type { Advice, Proposal, Report } from '../../../src/health/types.ts';
import type { JsonObject, ToolResult } from '../../../src/tools/types.ts';

const translate = loadMessages(join(import.meta.dirname, '../../../templates/messages'));
const cluster = { id: 'c1', name: 'shop', environment: 'prod' as const };
const who: Proposer = {
  user: { platform: 'web', tenant: 'console', id: 'ann' },
  conversation: { platform: 'web', tenant: 'console', id: 'x', kind: 'dm' },
  language: 'en',
};
const object = { kind: 'Deployment', namespace: 'prod', name: 'api' };
const resize: Proposal = {
  kind: 'resize',
  object,
  containers: [{ name: 'app', requests: { cpu: '200m' }, limits: {} }],
};
const ok = (data: JsonObject): ToolResult => ({ ok: true, data });
const failed = (message: string): ToolResult => ({
  ok: false,
  error: { code: 'Forbidden', message, retryable: false, ambiguous: false },
});
const workload = (container = 'app') => ({
  kind: 'Deployment',
  metadata: { name: 'api', namespace: 'prod' },
  spec: { replicas: 2, template: { spec: { containers: [{ name: container }] } } },
});

/** The tools as a healthy cluster answers them, changed by the test; what is told, and which plans are asked for. */
function rig(changed: Record<string, ToolResult> = {}, states = ['pending']) {
  const answers: Record<string, ToolResult> = {
    k8s_get: ok({ object: workload() }),
    k8s_preview: ok({
      diff: '-cpu: 500m\n+cpu: 200m\n',
      uid: 'u1',
      before: { metadata: { generation: 3 } },
      after: { metadata: { generation: 4 } },
      undoCall: { tool: 'k8s_patch', args: { clusterId: 'c1', kind: 'Deployment', name: 'api' } },
    }),
    metrics_query: ok({ series: [] }),
    ...changed,
  };
  const told: string[] = [];
  const asked: { key: string; plan: { steps: { tool: string; args: JsonObject }[]; undo: unknown[] } }[] = [];
  const propose = createHealthProposals({
    ground: { translate, clock: () => 1, onError: () => undefined, policy: { allowGitOps: false } },
    hands: {
      gateway: { read: async ({ tool }: { tool: string }) => answers[tool] ?? failed(`no ${tool}`) },
    },
    plans: {
      approvals: {
        async request(request: (typeof asked)[number]) {
          asked.push(request);
          return { approval: { id: 'a1b2', state: states[asked.length - 1] ?? 'pending' } };
        },
      },
    },
    outbox: {
      async put(_id: string, _to: unknown, { text }: { text: string }) {
        told.push(text);
        return true;
      },
    },
    clusters: async () => [cluster],
    room: { incidents: { examine: async () => ({ found: [{ id: 'I-7K3F' }], diagnosis: {} }) } },
  } as unknown as Parameters<typeof createHealthProposals>[0]);
  const report = (proposal: Proposal | undefined) =>
    ({
      id: 'H-1',
      cluster,
      findings: [{ id: 'W3:prod', remedy: { kind: 'diagnose', object } }],
      advice: [{ id: 'resize:api', title: { en: 'smaller', zh: '更小' }, gates: [], proposal } as unknown as Advice],
    }) as unknown as Report;
  return {
    told,
    asked,
    async press(
      item: string,
      proposal: Proposal | undefined = resize,
    ): Promise<{ begun: true } | { refused: Message }> {
      const begun = propose(report(proposal), item, who);
      if ('begun' in begun) await vi.waitUntil(() => told.length > 0);
      return begun;
    },
  };
}

describe('the buttons of a report', () => {
  test('a new size becomes a plan that holds on to what was rehearsed, and can be taken back', async () => {
    const { press, told, asked } = rig();
    expect(await press('resize:api')).toEqual({ begun: true });
    expect(told).toEqual(['The plan for resize:api waits for approval a1b2.']);
    expect(asked[0]?.plan.steps).toMatchObject([
      { tool: 'k8s_patch', args: { clusterId: 'c1', name: 'api', expectedUid: 'u1', expectedGeneration: 3 } },
    ]);
    expect(asked[0]?.plan.undo).toHaveLength(1);
  });

  test('after a plan that nobody wanted a new one is asked for, under a key of its own', async () => {
    const { press, asked } = rig({}, ['rejected', 'expired', 'pending']);
    await press('resize:api');
    expect(asked.map(({ key }) => key)).toEqual([1, 2, 3].map((time) => `health-H-1-resize:api-${time}`));
  });

  test.each([
    ['the container is gone', { k8s_get: ok({ object: workload('other') }) }],
    ['the server refuses the rehearsal', { k8s_preview: failed('denied') }],
    [
      'another tool owns it',
      {
        k8s_preview: ok({
          diff: 'x',
          uid: 'u1',
          before: null,
          after: null,
          ownedBy: { tool: 'Argo CD', name: 'shop' },
        }),
      },
    ],
    ['it cannot be read', { k8s_get: failed('denied') }],
  ])('no plan where %s, and that is told', async (_why, changed) => {
    const { press, told, asked } = rig(changed as Record<string, ToolResult>);
    await press('resize:api');
    expect([told.length, asked.length]).toEqual([1, 0]);
  });

  test("a server's words become no link, mention or emphasis", async () => {
    const { press, told } = rig({ k8s_get: failed('**no** [x](https://evil.example) <!channel>') });
    await press('resize:api');
    expect(told[0]).not.toMatch(/\*\*no\*\*|\]\(https/);
  });

  test('a finding is looked at again by the rules for incidents', async () => {
    const { press, told, asked } = rig();
    await press('W3:prod');
    expect(told[0]).toContain('I-7K3F');
    expect(asked).toEqual([]);
  });

  test('what has nothing to change says so at once', async () => {
    const { press, told } = rig();
    expect(await press('nothing')).toMatchObject({ refused: { key: 'health.refused.no-remedy' } });
    expect(told).toEqual([]);
  });
});
