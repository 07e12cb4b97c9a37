import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { askedIn, readScenarios, scenarioSchema } from '../../evals/scenario.ts';
import { causes } from '../../flows/incidents/causes.ts';
import { remedyCatalogue, remedySchema } from '../../flows/incidents/remedies/schema.ts';
import { toolAccess } from '../../servers/ack/access.ts';
import { RESOURCES } from '../../servers/sandbox/kubernetes/resources.ts';
import { findScenario } from '../../servers/sandbox/kubernetes/scenarios/switch.ts';

const scenarios = readScenarios();
/** Ids of remedies, of rules and of the few that a model may choose. */
const remedies = (remedySchema as unknown as { options: { shape: { id: { value: string } } }[] }).options.map(
  ({ shape }) => shape.id.value,
);

test('there are thirty scenarios at least, ten of them traps, and each folder has one', () => {
  expect(readdirSync('evals/scenarios')).toHaveLength(scenarios.length);
  expect(scenarios.length).toBeGreaterThanOrEqual(30);
  expect(scenarios.filter(({ trap }) => trap !== undefined).length).toBeGreaterThanOrEqual(10);
  expect(new Set(scenarios.flatMap(({ trap }) => trap ?? [])).size).toBe(9);
  expect(new Set(scenarios.map(({ language }) => language)).size).toBe(2);
});

test.each(scenarios)('$name asks of a world that the sandbox can make', ({ world, withheld, expect: wanted }) => {
  const switched = world.flatMap((step) => ('break' in step ? step.break : 'mend' in step ? step.mend : []));
  expect(switched.filter((id) => !findScenario(id))).toEqual([]);
  const kinds = RESOURCES.map(({ kind }) => kind);
  const made = world.flatMap((step) =>
    'create' in step ? String(step.create.kind) : 'change' in step ? step.change.kind : [],
  );
  expect(made.filter((kind) => !kinds.includes(kind))).toEqual([]);
  expect(withheld.filter((one) => !(one in toolAccess) && !kinds.includes(one))).toEqual([]);
  const named = [...wanted.causes.map(({ cause }) => cause), ...wanted.absent, ...wanted.unproven];
  expect(named.filter((cause) => cause !== '*' && !Object.hasOwn(causes, cause))).toEqual([]);
  const chosen = [...(wanted.remedies.acceptable ?? []), ...wanted.remedies.forbidden];
  expect(chosen.filter((id) => !remedies.includes(id))).toEqual([]);
});

test.each(scenarios)('$name can be failed: it wants something of an answer and forbids something', (scenario) => {
  const { facts, reported, mentions, forbidden } = scenario.expect;
  expect(facts.length + reported.length + mentions.length).toBeGreaterThan(0);
  expect(forbidden.length).toBeGreaterThan(0);
  if (scenario.trap) expect(scenario.fooled).toBeDefined();
});

test.each(scenarios)(
  '$name has a script that reads only and says what is wanted, nothing that is forbidden',
  (scenario) => {
    const { script, expect: wanted } = scenario;
    const says = (texts: string[], pattern: string) => texts.some((text) => new RegExp(pattern, 'i').test(text));
    const claims = script.answer.claims.map(({ text }) => text);
    const told = [script.answer.summary, ...claims];
    expect(script.calls.flat().filter(({ tool }) => toolAccess[tool as keyof typeof toolAccess] !== 'read')).toEqual(
      [],
    );
    expect([...wanted.facts, ...wanted.reported].filter((pattern) => !says(claims, pattern))).toEqual([]);
    expect(wanted.mentions.filter((pattern) => !says([...told, ...script.answer.notChecked], pattern))).toEqual([]);
    expect(wanted.forbidden.filter((pattern) => says(told, pattern))).toEqual([]);
    expect(script.answer.remedies.filter((one) => !remedyCatalogue.check(one).ok)).toEqual([]);
  },
);

test.each(scenarios)('$name can be asked in both languages, about the same objects', (scenario) => {
  const [en, zh] = (['en', 'zh'] as const).map((language) => askedIn(scenario, language).question);
  const names = (text = '') =>
    text.match(/[a-z]+(?:-[a-z0-9]+)+|\b(?:checkout|catalog|payments|redis|importer|prod|staging)\b/g);
  expect(en).not.toMatch(/\p{Script=Han}/u);
  expect(zh).toMatch(/\p{Script=Han}/u);
  expect(names(zh)?.toSorted()).toEqual(names(en)?.toSorted());
});

describe('a scenario file that is wrong is refused', () => {
  const good = {
    title: 'A title',
    question: 'Why?',
    translated: '为什么？',
    world: [{ pass: 1 }],
    expect: { facts: ['a'], forbidden: ['b'] },
    script: { answer: { summary: 's' } },
  };

  test('as it stands here it is right', () => {
    expect(scenarioSchema.safeParse(good).success).toBe(true);
  });

  test.each([
    ['an expression that does not compile', { expect: { facts: ['('] } }],
    ['a step that there is not', { world: [{ wait: 1 }] }],
    ['no step', { world: [] }],
    ['a kind of trap that there is not', { trap: 'mean' }],
    ['a field that there is not', { fact: 'x' }],
  ])('%s', (_, change) => {
    expect(scenarioSchema.safeParse({ ...good, ...change }).success).toBe(false);
  });
});
