import { expect, test } from 'vitest';
import { runbooks } from '../../../flows/runbooks/flow.ts';
import { pageIn, readRunbooks } from '../../../src/agent/runbooks.ts';
import type { Runbook } from '../../../src/agent/types.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Block, Language } from '../../../src/chat/types.ts';
import { replay } from '../../../src/flow/replay.ts';

const words = loadMessages('templates/messages');
const { causes } = await import('../../../flows/incidents/causes.ts');
const house = readRunbooks(['runbooks'], new Set(Object.keys(causes)));
const pageOf = (language: Language) => (one: Runbook) => ({
  name: one.name,
  title: one.title[language],
  ...pageIn(one, language),
});
const pages = house.map(pageOf('en'));
const chinese = house.map(pageOf('zh'));

function say(matches: typeof pages, language: Language = 'en'): { key: string; blocks: Block[] } {
  const user = { platform: 'web' as const, tenant: 'console', id: 'ann' };
  const context = { t: words[language], language, user, startedAt: 0, text: 'runbook' };
  const run = replay(runbooks, {}, context, []);
  expect(run.position()).toMatchObject({
    command: { verb: 'read', tool: 'copilot_runbooks', args: { text: 'runbook' } },
  });
  const all = pages.map(({ body: _, language: __, ...page }) => page);
  const position = run.answer({ ok: true, value: { matches, all } });
  if (position.kind !== 'asks' || position.command.verb !== 'say') throw new Error('Nothing is said');
  expect(run.answer({ ok: true, value: null })).toEqual({ kind: 'finished' });
  return { key: position.command.message.key, blocks: position.command.blocks };
}

test('where none fits, all are listed', () => {
  const { key, blocks } = say([]);
  expect(key).toBe('runbooks.list');
  expect(blocks).toMatchObject([
    { type: 'table', rows: expect.arrayContaining([expect.arrayContaining(['oom'])]) },
    { type: 'buttons', items: expect.arrayContaining([expect.objectContaining({ id: 'send:runbook oom' })]) },
  ]);
});

test('other pages that fit are a click away', () => {
  const [first, second, third] = pages;
  if (!first || !second || !third) throw new Error('Three pages are needed');
  expect(say([first, second, third]).blocks.at(-1)).toEqual({
    type: 'buttons',
    items: [second, third].map(({ name, title }) => ({ id: `send:runbook ${name}`, label: title })),
  });
});

test.each(pages.map((page) => [page.name, page] as const))(
  '%s is shown whole, its beginning in sight',
  (_name, page) => {
    const { key, blocks } = say([page, ...pages.filter(({ name }) => name === 'dns')]);
    expect(key).toBe('runbooks.one');
    const folded = blocks.flatMap((block) => (block.type === 'details' ? block.blocks : []));
    const open = blocks.filter(({ type }) => type !== 'details');
    const textOf = (some: Block[]) =>
      some
        .map((block) => (block.type === 'text' ? block.markdown : block.type === 'code' ? block.text : ''))
        .join('\n');
    expect(textOf(open).length).toBeLessThan(1200);
    // No heading ends what is in sight while what belongs to it is folded.
    const before = blocks.slice(
      0,
      blocks.findIndex(({ type }) => type === 'details'),
    );
    if (folded.length > 0) expect(textOf(before.slice(-1))).not.toMatch(/(?:^|\n)\*\*[^\n]*\*\*$/);
    const shown = textOf([...open, ...folded]);
    expect(shown).not.toMatch(/^#|^```|^\|/m);
    // A list needs no heads of columns.
    const body = page.body.replaceAll(/^\|.*\|\n(?=\|[-|]+\|$)/gm, '');
    for (const word of body.match(/[A-Za-z]{6,}/g) ?? []) expect(shown).toContain(word);
  },
);

test('who reads Chinese gets the Chinese page, and is told where there is none', () => {
  const first = chinese.find(({ name }) => name === 'oom');
  const english = pages.find(({ name }) => name === 'oom');
  if (!first || !english) throw new Error('There are no runbooks');
  const shown = JSON.stringify(say([first], 'zh').blocks);
  expect(shown).toContain(first.when);
  expect(shown).not.toContain(words.zh('runbooks.only-en'));
  expect(JSON.stringify(say([english], 'zh').blocks)).toContain(words.zh('runbooks.only-en'));
  expect(JSON.stringify(say([first], 'en').blocks)).toContain(words.en('runbooks.only-zh'));
});
