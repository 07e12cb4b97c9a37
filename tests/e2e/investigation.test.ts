import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Card } from '../../src/chat/types.ts';
import { type FakeOpenAi, type Reply, startFakeOpenAi } from '../fakes/openai/openai.ts';
import { buttonsOf, type Chat, client, dataFolder, type Running, run, until } from './support/copilot.ts';

/** The real bot, the simulated cluster and a scripted model: from "investigate …" to a plan that waits for a person. */

const PATIENCE_MS = 120_000;
let folder: Awaited<ReturnType<typeof dataFolder>>;
let world: Running;
let running: Running;
let chat: Chat;
let endpoint: FakeOpenAi;
/** What the model says, whatever it is asked: a refused remedy is asked for once more. */
let says: Reply = { status: 400, message: 'nothing to say' };
const bot = client(() => running.url);

beforeAll(async () => {
  folder = await dataFolder();
  endpoint = await startFakeOpenAi(() => says);
  world = await run(['sandbox', '--demo', '--port', '0', '--speed', '60'], { DATA_DIR: folder.path }, 60_000);
  running = await run(['start'], {
    DATA_DIR: folder.path,
    CONSOLE_PORT: '0',
    SANDBOX_URL: world.url,
    LLM_BASE_URL: endpoint.baseUrl,
    LLM_API_KEY: endpoint.apiKey,
    LLM_MODEL: 'big',
  });
  chat = await bot.chat();
});
afterAll(async () => {
  await running.stop();
  await world.kill();
  await endpoint.close();
  await folder.remove();
});

const cards = async (): Promise<Card[]> => (await chat.entries()).flatMap(({ card }) => card ?? []);
const cardWith = (what: string, test: (card: Card) => boolean) =>
  until(what, PATIENCE_MS, async () => (await cards()).find(test));

test('what a model suggests becomes a plan that a person decides, with the grounds on its card', async () => {
  const target = { kind: 'Deployment', namespace: 'prod', name: 'checkout' };
  says = {
    calls: [
      {
        name: 'finish',
        args: {
          summary: 'It may hang.',
          claims: [{ text: 'It hangs', cites: ['E99'] }],
          notChecked: ['the log'],
          remedies: [
            { id: 'set-image', target, container: 'app', image: 'evil:1', why: 'trust me' },
            { id: 'restart', target, why: 'it may hang' },
          ],
        },
      },
    ],
  };
  await chat.say('investigate checkout');
  const investigation = await cardWith('the answer', (card) => card.id.startsWith('agent-') && card.closed === true);
  const shown = JSON.stringify(investigation);
  expect(shown).toContain('Hypothesis');
  expect(shown).not.toContain('evil');
  const offer = await cardWith('the choice', (card) => buttonsOf(card).some(({ label }) => /^Restart · /.test(label)));
  expect(buttonsOf(offer).map(({ label }) => label)).toEqual(['Restart · Deployment prod/checkout', 'None of these']);
  await chat.click(offer, buttonsOf(offer)[0]?.id ?? '');
  const approval = await cardWith('the approval', (card) => JSON.stringify(card).includes('A model chose this change'));
  expect(JSON.stringify(approval)).toContain('Restart Deployment prod/checkout');
});
