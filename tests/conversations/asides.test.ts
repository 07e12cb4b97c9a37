import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { createFlows } from '../../flows/registry.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { isAside } from '../../src/conversations/asides.ts';
import { canAnswer } from '../../src/conversations/questions.ts';
import type { Run, Waiting } from '../../src/conversations/records.ts';
import { begin } from '../../src/flow/clarify/engine.ts';
import { parseClarifyTemplate } from '../../src/flow/clarify/template.ts';
import { createRouter } from '../../src/routing/router.ts';

/** What is said while a question is open that takes words of one's own: an answer, or something else. */

const words = z.array(z.string());
const said = { answer: words, aside: words };
const clarify = z.strictObject({
  template: z.string(),
  flow: z.string(),
  text: z.string(),
  known: z.record(z.string(), z.string()).default({}),
  asking: z.string(),
});
const ask = z.strictObject({
  flow: z.string(),
  template: z.string().optional(),
  amount: z.literal(true).optional(),
  choices: words,
});
const corpus = z
  .array(z.union([z.strictObject({ clarify, ...said }), z.strictObject({ ask, ...said })]))
  .parse(parse(readFileSync('tests/conversations/asides.yaml', 'utf8')));

const flows = new Map(createFlows(loadMessages('templates/messages')).map((flow) => [flow.id, flow]));
const templates = new Map(
  readdirSync('templates/clarify').map((file) => {
    const template = parseClarifyTemplate(readFileSync(`templates/clarify/${file}`, 'utf8'), file);
    return [template.id, template] as const;
  }),
);
const router = createRouter(readFileSync('templates/intents.yaml', 'utf8'));

const card = { cardId: 'q', cardRev: 1 };
function waitingOf(question: (typeof corpus)[number]): { flow: string; title: string; waiting: Waiting } {
  if ('ask' in question) {
    const { flow, choices, template, amount } = question.ask;
    const offered = choices.map((label, at) => ({ id: `choice-${at}`, label }));
    const title = `${flow}: ${choices.join(' | ') || 'anything'}`;
    const waiting = {
      for: 'choice' as const,
      choices: offered,
      freeText: true,
      ...(template && { template }),
      ...(amount && { amount }),
      ...card,
    };
    return { flow, title, waiting };
  }
  const { flow, text, known, asking, ...clarified } = question.clarify;
  const template = templates.get(clarified.template);
  const sources = flows.get(flow)?.sources;
  if (!template || !sources) throw new Error(`There is no ${clarified.template}`);
  const { state } = begin(template, sources, text, 'en', known);
  if (state.asking !== asking) throw new Error(`"${text}" is asked for ${state.asking}, not for ${asking}`);
  return {
    flow,
    title: `${clarified.template}: ${asking}?`,
    waiting: { for: 'clarify', template: template.id, state: JSON.parse(JSON.stringify(state)), ...card },
  };
}

const runWith = (flow: string, waiting: Waiting): Run => ({
  ...{ id: 'r', rev: 1, flow, version: 1, known: {}, text: '', journal: [], state: 'active', asked: 1 },
  user: { platform: 'web', tenant: 't', id: 'alice' },
  conversation: { platform: 'web', tenant: 't', id: 'c', kind: 'dm' },
  ...{ language: 'en', waiting, lastDelivery: '', dueAt: 0, startedAt: 0 },
});

function takenAs(text: string, run: Run): 'answer' | 'aside' {
  const routed = router.route(text);
  return routed.kind === 'match' && isAside({ flows, templates, router }, routed, text, run) ? 'aside' : 'answer';
}

test('the corpus is large enough to mean something, in both languages', () => {
  const all = corpus.flatMap(({ answer, aside }) => [...answer, ...aside]);
  expect(all.length).toBeGreaterThanOrEqual(60);
  expect(all.filter((text) => /\p{Script=Han}/u.test(text)).length).toBeGreaterThanOrEqual(30);
});

describe.each(corpus.map((question) => ({ question, ...waitingOf(question) })))(
  '$title',
  ({ question, flow, waiting }) => {
    const run = runWith(flow, waiting);
    test.each(question.answer)('"%s" answers it', (text) => {
      expect(takenAs(text, run)).toBe('answer');
      expect(waiting.for !== 'choice' || canAnswer(text, waiting)).toBe(true);
    });
    test.each(question.aside)('"%s" is followed, and leaves it open', (text) => {
      expect(takenAs(text, run)).toBe('aside');
    });
  },
);
