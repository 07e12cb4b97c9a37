import { globSync } from 'node:fs';
import { join } from 'node:path';
import { Marked, type Token } from 'marked';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diagnose } from '../../flows/incidents/diagnose.ts';
import type { Diagnosis } from '../../flows/incidents/finding.ts';
import { changeOf, targetOf } from '../../flows/incidents/remedies/changes.ts';
import { healingBlocks, healingPlan } from '../../flows/incidents/remedies/plan.ts';
import type { Remedy } from '../../flows/incidents/remedies/remedy.ts';
import { diffText } from '../../servers/ack/kube/diff.ts';
import type { Approval } from '../../src/approvals/approvals.ts';
import { approvalCard } from '../../src/approvals/card.ts';
import { digestOf, planSchema } from '../../src/approvals/plan.ts';
import { plainText } from '../../src/chat/plain.ts';
import type { Block, Card } from '../../src/chat/types.ts';
import { diagnosisText } from '../../src/composition/diagnosis-text.ts';
import { incidentCard } from '../../src/incidents/card.ts';
import { opened } from '../../src/incidents/lifecycle.ts';
import { postMortem } from '../../src/incidents/post-mortem.ts';
import { diagnosisSchema, type Finding, type Incident } from '../../src/incidents/records.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import type { CauseCase } from '../flows/incidents/case.ts';
import { evidenceOf, type World } from '../flows/incidents/evidence.ts';
import { HARMLESS, injections, poisoned } from './injection-corpus.ts';
import { ANN, CHANNEL, DEMO, words } from './room.ts';

/** Text of strangers is data: it changes no finding, no plan and no button, and shows as the text it is. */

const worlds: [string, World][] = await Promise.all(
  globSync('tests/flows/incidents/cases/*.ts').map(async (file): Promise<[string, World]> => {
    const [found] = Object.values((await import(join(process.cwd(), file))) as Record<string, CauseCase>);
    if (!found) throw new Error(`${file} exports no case`);
    return [found.cause, found.firing];
  }),
);

/** Everything that a look at a world comes to, as far as people or the cluster get to see it. */
interface Outcome {
  diagnosis: Diagnosis;
  cards: Card[];
  markdown: string[];
  terminal: string[];
  plans: JsonObject[];
}

const time = (at: number) => new Date(at).toISOString();
const style = { timeZone: 'UTC', now: 2 };

async function outcomeOf(world: World): Promise<Outcome> {
  const scope = { namespace: world.namespace, focus: world.focus, alerts: world.alerts ?? [] };
  const diagnosis = await diagnose({ source: evidenceOf(world), scope, words, elapsed: () => 0 });
  const stored = diagnosisSchema.parse(JSON.parse(JSON.stringify(diagnosis)));
  const outcome: Outcome = { diagnosis, cards: [], markdown: [], terminal: [], plans: [] };
  const alertNames = (world.alerts ?? []).map(({ labels }) => `${labels.alertname} ${labels.note}`);
  const titles = [...stored.findings, undefined];
  for (const [at, finding] of titles.entries()) {
    const incident = { ...incidentOf(stored, finding, `${at}`), alertNames, alertCount: alertNames.length };
    for (const language of ['en', 'zh'] as const) {
      const t = words[language];
      outcome.cards.push(incidentCard(incident, { t, language, ...style }));
      outcome.markdown.push(postMortem(incident, t, language, time));
    }
    for (const { plan, id } of finding?.remedies ?? [])
      if (id !== 'advice') propose(plan as unknown as Remedy, incident, world, outcome);
  }
  for (const language of ['en', 'zh'] as const)
    outcome.terminal.push(diagnosisText(diagnosis, words[language], language));
  outcome.terminal.push(...outcome.cards.map(plainText));
  outcome.markdown.push(...outcome.cards.flatMap(({ blocks }) => markdownIn(blocks)));
  return outcome;
}

function incidentOf(diagnosis: ReturnType<typeof diagnosisSchema.parse>, finding: Finding | undefined, at: string) {
  const title = finding?.summary ?? { en: 'An alert', zh: '告警' };
  const severity = finding?.severity ?? 'warning';
  const opening = { key: at, cluster: DEMO, finding, title, severity, diagnosis };
  const where = { source: 'alert' as const, places: [CHANNEL], language: 'en' as const, namespace: 'prod' };
  return opened(`I-7K3${at}`, { ...opening, ...where }, 1);
}

/** What an approver gets to see, with the text in the difference, too. */
function propose(remedy: Remedy, incident: Incident, world: World, outcome: Outcome): void {
  const target = targetOf(remedy);
  const found = world.objects.flat().find(({ kind, metadata }) => {
    const { name, namespace } = metadata as { name?: string; namespace?: string };
    return kind === target?.kind && name === target?.name && namespace === target?.namespace;
  });
  const present: JsonObject = JSON.parse(JSON.stringify(found ?? {}));
  const change = changeOf(remedy, present);
  if ('refused' in change || !incident.finding) return;
  const { summary, object } = incident.finding;
  const diff = diffText(present, { ...present, metadata: { name: target?.name ?? '' } });
  const preview = { diff, uid: 'u-1', generation: 1, undoCall: { tool: 'k8s_patch', args: {} } };
  const context = { cluster: DEMO, why: summary, title: summary, object, present, change };
  const draft = healingPlan(remedy, { ...context, preview, hasMetrics: true, words });
  const blocks = healingBlocks({ ...context, preview, hasMetrics: true, words }, 'en');
  const plan = planSchema.parse({ id: 'p1', expiresAt: 10, ...draft });
  outcome.plans.push(JSON.parse(JSON.stringify([plan.steps, plan.verify, plan.undo, plan.target].map(argsOf))));
  const approval: Approval = {
    id: 'a1b2',
    rev: 1,
    key: 'k',
    plan,
    digest: digestOf(plan),
    blocks,
    requestedBy: ANN,
    conversation: CHANNEL,
    language: 'en',
    state: 'pending',
    expiresAt: 10,
    createdAt: 0,
  };
  outcome.cards.push(approvalCard(approval, { t: words.en, language: 'en', ...style, pace: 1, selfApproval: true }));
}

const argsOf = (part: unknown): unknown =>
  Array.isArray(part) ? part.map(({ tool, args }: { tool: string; args: unknown }) => ({ tool, args })) : part;

const markdownIn = (blocks: Block[]): string[] =>
  blocks.flatMap((block) =>
    block.type === 'text' ? [block.markdown] : block.type === 'details' ? markdownIn(block.blocks) : [],
  );

/** What a world comes to, without the words: causes, objects, remedies and what they would do, buttons and blocks. */
function shapeOf({ diagnosis, cards, plans }: Outcome) {
  const findings = diagnosis.findings.map(({ cause, object, confidence, severity, symptoms, remedies }) => ({
    cause,
    object,
    confidence,
    severity,
    symptoms: symptoms.map(({ kind, namespace, name }) => ({ kind, namespace, name })),
    remedies: remedies.map(({ id, when, risk, plan }) => ({ id, when, risk, plan })),
  }));
  const unknown = diagnosis.unknown.filter(({ what }) => what.startsWith('rule '));
  return { findings, unknown, plans, cards: cards.map(({ id, blocks }) => ({ id, blocks: blocks.map(controlsOf) })) };
}

function controlsOf(block: Block): unknown {
  switch (block.type) {
    case 'buttons':
      return block.items.map(({ id, label }) => ({ id, label }));
    case 'inputs':
      return [block.submit.id, block.items.map(({ id }) => id)];
    case 'details':
      return block.blocks.map(controlsOf);
    default:
      return block.type;
  }
}

const parser = new Marked({ gfm: true, breaks: true });
const PLAIN = new Set(['text', 'escape', 'br', 'space', 'paragraph', 'strong', 'em', 'codespan', 'list', 'list_item']);

/** The structure of a markdown text, with runs of plain text taken together. */
function structureOf(tokens: readonly Token[], seen: Set<string>): string {
  let out = '';
  for (const token of tokens) {
    seen.add(token.type);
    const inner = 'items' in token ? token.items : 'tokens' in token ? (token.tokens ?? []) : [];
    if (token.type === 'escape' || token.type === 'br' || (token.type === 'text' && inner.length === 0)) {
      if (!out.endsWith('·')) out += '·';
    } else out += `${token.type}(${structureOf(inner, seen)})`;
  }
  return out;
}

/** Texts that are the product's own: a heading of the post-mortem is a heading. */
function looksOf(markdown: string): { structure: string; strange: string[] } {
  const seen = new Set<string>();
  const structure = structureOf(parser.lexer(markdown), seen);
  return { structure, strange: [...seen].filter((type) => !PLAIN.has(type)) };
}

/** What acts on a terminal, turns the direction of writing or cannot be seen. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ACTING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/;

const plainOutcomes = new Map<string, Outcome>();
let fetched = 0;
const { fetch } = globalThis;
beforeAll(async () => {
  globalThis.fetch = async () => {
    fetched++;
    throw new Error('nothing is fetched here');
  };
  for (const [cause, world] of worlds) plainOutcomes.set(cause, await outcomeOf(poisoned(world, HARMLESS)));
});
afterAll(() => {
  globalThis.fetch = fetch;
});

test('what is looked for would be seen', () => {
  const seen = (markdown: string) => looksOf(markdown).strange;
  expect(seen('[x](http://a.example)')).toContain('link');
  expect(seen('http://a.example')).toContain('link');
  expect(seen('![x](http://a.example)')).toContain('image');
  expect(seen('<b>x</b>')).toContain('html');
  expect(seen('```\nx\n```')).toContain('code');
  expect(looksOf('- `a` [x](b)').structure).not.toBe(looksOf('- `a` x').structure);
});

test('the words of strangers do reach cards, post-mortems and differences', () => {
  const reached = [...plainOutcomes.values()].map(({ cards, markdown, diagnosis }) => ({
    evidence: JSON.stringify(diagnosis.findings).includes(HARMLESS),
    card: JSON.stringify(cards.filter(({ id }) => id.startsWith('incident-'))).includes(HARMLESS),
    postMortem: markdown.some((one) => one.includes(HARMLESS)),
    difference: JSON.stringify(cards.filter(({ id }) => id.startsWith('approval-'))).includes(HARMLESS),
  }));
  for (const place of ['evidence', 'card', 'postMortem', 'difference'] as const)
    expect(reached.filter((one) => one[place]).length, place).toBeGreaterThan(10);
});

describe('1,000 strings of strangers, in every place where they can be written', () => {
  test('there are as many', () => {
    expect(new Set(injections).size).toBeGreaterThanOrEqual(1000);
  });

  test.each(worlds)('%s', async (cause, world) => {
    const plain = plainOutcomes.get(cause);
    const structures = plain?.markdown.map((one) => looksOf(one).structure);
    const mine = injections.filter((_, at) => at % worlds.length === worlds.findIndex(([one]) => one === cause));
    for (const text of mine) {
      const outcome = await outcomeOf(poisoned(world, text));
      expect(shapeOf(outcome), JSON.stringify(text)).toEqual(plain && shapeOf(plain));
      for (const markdown of outcome.markdown)
        expect(looksOf(markdown).strange.filter((type) => type !== 'heading')).toEqual([]);
      expect(
        outcome.markdown.map((one) => looksOf(one).structure),
        JSON.stringify(text),
      ).toEqual(structures);
      for (const shown of [...outcome.terminal, ...outcome.markdown]) expect(shown).not.toMatch(ACTING);
    }
    expect(fetched).toBe(0);
  });
});

test('every button of a card is one of its own, with the incident’s id and a remedy that is offered', async () => {
  for (const { cards, diagnosis } of plainOutcomes.values()) {
    const offered = diagnosis.findings.flatMap(({ remedies }) => remedies.map(({ id }) => id));
    const ids = cards.filter(({ id }) => id.startsWith('incident-')).flatMap(({ blocks }) => buttonsIn(blocks));
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) {
      const [, , remedy] = /^(heal|look|close|mute):I-7K3\d(?::([a-z-]+))?$/.exec(id) ?? [undefined, id, 'strange'];
      if (remedy !== undefined) expect(offered).toContain(remedy);
    }
  }
});

const buttonsIn = (blocks: Block[]): string[] =>
  blocks.flatMap((block) => {
    if (block.type === 'buttons') return block.items.map(({ id }) => id);
    if (block.type === 'inputs') return [block.submit.id];
    return block.type === 'details' ? buttonsIn(block.blocks) : [];
  });
