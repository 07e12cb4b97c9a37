import { expect, test } from 'vitest';
import type { Agent, AgentRequest, Investigation } from '../../src/agent/types.ts';
import { builtInPolicy } from '../../src/approvals/policy.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import type { Outgoing } from '../../src/chat/types.ts';
import { createAgentRoom } from '../../src/composition/agent.ts';
import { readConfig } from '../../src/config.ts';
import { Interrupted } from '../../src/conversations/investigations.ts';
import type { ToolCall } from '../../src/tools/types.ts';

const translate = loadMessages(new URL('../../templates/messages', import.meta.url).pathname);

const asker = {
  user: { platform: 'web', tenant: 'console', id: 'operator' },
  conversation: { platform: 'web', tenant: 'console', id: 'c1', kind: 'dm' },
  language: 'en',
} as const;

const FOUND: Investigation = {
  id: 'from-the-agent',
  question: 'Why?',
  ending: 'answered',
  summary: 'Pod app-1 restarts.',
  claims: [{ text: 'Pod app-1 restarts.', cites: ['E1'], standing: 'supported' }],
  notChecked: [],
  remedies: [],
  evidence: [{ id: 'E1', source: 'k8s_get Pod prod/app-1', text: 'app-1 restarts: 7' }],
  runbooks: [],
  usage: { steps: 2, toolCalls: 1, tokens: 60, seconds: 1 },
};

function scene(investigate?: Agent['investigate']) {
  const cards = new Map<string, Outgoing>();
  const reads: ToolCall[] = [];
  const room = createAgentRoom({
    ground: {
      policy: builtInPolicy(),
      translate,
      config: readConfig({}),
      onError: (error) => {
        throw error;
      },
    },
    hands: {
      gateway: {
        tools: () => [],
        describe: async () => undefined,
        write: async () => Promise.reject(new Error('nothing is written')),
        async read(call) {
          reads.push(call);
          return call.tool === 'k8s_clusters'
            ? { ok: true, data: { items: [{ id: 'c-1', name: 'shop', environment: 'prod' }], complete: true } }
            : { ok: true, data: { items: [{ metadata: { name: 'checkout' } }] } };
        },
      },
    },
    outbox: {
      put: async (id, _to, message) => cards.set(id, message) !== undefined,
      get: async () => undefined,
    },
    agent: investigate && { investigate },
  });
  return { room, cards, reads };
}

test('one card goes from the first step to the answer, and the flow gets the same', async () => {
  const { room, cards } = scene(async ({ onEvent }) => {
    onEvent?.({ type: 'step', id: 's1', source: 'k8s_get Pod prod/app-1', status: 'running' });
    onEvent?.({ type: 'step', id: 's1', source: 'k8s_get Pod prod/app-1', status: 'done' });
    return FOUND;
  });
  const steps: string[] = [];
  const turn = { signal: new AbortController().signal, onStep: ({ status }: { status: string }) => steps.push(status) };
  const answer = await room.investigate('Why?', { purpose: 'ask' }, { id: 'r-1', asker, turn });
  expect(answer).toMatchObject({ ok: true, data: { summary: 'Pod app-1 restarts.', ending: 'answered' } });
  expect([...cards.keys()]).toEqual(['agent-r-1']);
  expect(cards.get('agent-r-1')).toMatchObject({ card: { tone: 'success', closed: true } });
  expect(steps).toEqual(['running', 'done']);
});

test('without a pack the agent is told which clusters and namespaces there are, as far as the asker may see', async () => {
  const asked: AgentRequest[] = [];
  const { room, reads } = scene(async (request) => {
    asked.push(request);
    return FOUND;
  });
  await room.investigate('Why?', {}, { id: 'r-1', asker });
  expect(asked[0]?.pack?.evidence[0]?.text).toMatch(/shop.*c-1.*prod.*checkout/);
  expect(reads.map(({ actor }) => actor)).toEqual([asker.user, asker.user]);
});

test('who asked can stop it by the button, and nobody else', async () => {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const { room } = scene(async ({ signal }) => {
    resolve();
    await new Promise((done) => signal?.addEventListener('abort', done, { once: true }));
    return { ...FOUND, ending: 'stopped', claims: [] };
  });
  const running = room.investigate('Why?', {}, { id: 'r-1', asker });
  await begun;
  const stranger = { ...asker.user, id: 'eve' };
  expect(await room.controls.click('agent-stop:r-1', stranger)).toMatchObject({ code: 'forbidden' });
  expect(await room.controls.click('agent-stop:r-1', asker.user)).toEqual({ result: 'accepted' });
  expect(await running).toMatchObject({ data: { ending: 'stopped' } });
  expect(await room.controls.click('agent-stop:r-1', asker.user)).toMatchObject({ code: 'decided' });
});

test('without a model the flow is told so, and no card is shown', async () => {
  const { room, cards } = scene();
  expect(await room.investigate('Why?', {}, { id: 'r-1', asker })).toMatchObject({ error: { code: 'NO_MODEL' } });
  expect(cards.size).toBe(0);
});

test('when the process ends the card stays as it is, and what was stopped is no answer', async () => {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const { room, cards } = scene(async ({ signal }) => {
    resolve();
    await new Promise((done) => signal?.addEventListener('abort', done, { once: true }));
    return { ...FOUND, ending: 'stopped', claims: [] };
  });
  const closing = new AbortController();
  const running = room.investigate(
    'Why?',
    {},
    { id: 'r-1', asker, turn: { signal: closing.signal, onStep: () => {} } },
  );
  await begun;
  closing.abort(new Interrupted('The process ends'));
  await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect([...cards.values()].some(({ card }) => card?.closed)).toBe(false);
});

test('an investigation that no process came to the end of is closed as failed, without asking the model again', async () => {
  const asked: AgentRequest[] = [];
  const { room, cards } = scene(async (request) => {
    asked.push(request);
    return FOUND;
  });
  const answer = await room.investigate('Why?', {}, { id: 'r-1', asker, lost: true });
  expect(answer).toMatchObject({ ok: true, data: { ending: 'failed', claims: [], evidence: [], remedies: [] } });
  expect(cards.get('agent-r-1')).toMatchObject({ card: { closed: true, tone: 'danger' } });
  expect(JSON.stringify(cards.get('agent-r-1'))).toContain('ended twice');
  expect(asked).toEqual([]);
});
