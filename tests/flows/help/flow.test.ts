import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { help } from '../../../flows/help/flow.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Block, Language } from '../../../src/chat/types.ts';
import type { Answer } from '../../../src/flow/kit.ts';
import { replay } from '../../../src/flow/replay.ts';
import { createRouter } from '../../../src/routing/router.ts';

const translate = loadMessages('templates/messages');
const router = createRouter(readFileSync('templates/intents.yaml', 'utf8'));
const user = { platform: 'slack' as const, tenant: 'T1', id: 'U1' };
const roles = (...names: string[]): Answer => ({ ok: true, value: { roles: names, account: 'slack:T1:U1' } });
const unknown: Answer = { ok: false, code: 'TIMEOUT', message: 'no answer' };

const nothingNear: Answer = { ok: true, value: { items: [], model: false } };

/** What help says to somebody with these rights. */
function said(language: Language, answer: Answer, known: Record<string, string> = {}, near: Answer = nothingNear) {
  const context = { t: translate[language], language, user, startedAt: 0, text: 'help' };
  const run = replay(help, known, context, []);
  let position = run.position();
  while (position.kind === 'asks' && position.command.verb === 'read')
    position = run.answer(position.command.tool === 'copilot_nearest' ? near : answer);
  if (position.kind !== 'asks' || position.command.verb !== 'say') throw new Error(JSON.stringify(position));
  const { blocks, message } = position.command;
  const labels = blocks.flatMap((block: Block) => (block.type === 'buttons' ? block.items : []));
  const text = blocks.flatMap((block: Block) => (block.type === 'text' ? [block.markdown] : [])).join('\n');
  return { key: message.key, labels, text };
}

describe.each(['en', 'zh'] as const)('help in %s', (language) => {
  test('offers examples that say what one would type', () => {
    const { labels } = said(language, roles('operator'));
    expect(labels.length).toBeGreaterThanOrEqual(4);
    for (const { id, label } of labels) expect(id).toBe(`send:${label}`);
  });

  test('every example starts something else, and none of them changes anything by one click', () => {
    for (const { label } of said(language, roles('operator', 'approver')).labels) {
      const route = router.route(label);
      expect(route.kind === 'match' && route.intent.flow, label).toMatch(
        /^(plan-cluster|deliver-app|release-history|health-report|task-status|approvals|diagnose|incidents|list|logs|scale|digest|settings|runbooks)$/,
      );
    }
  });

  test('says so when it comes because nothing was understood', () => {
    expect(said(language, roles('operator'), { unknown: 'blah' }).key).toBe('help.not-understood');
  });

  describe('after a sentence that was not understood', () => {
    const near = (model: boolean): Answer => ({
      ok: true,
      value: { items: [{ id: 'incidents', title: 'Incidents', example: 'show incidents' }], model },
    });
    const asked = { unknown: 'which deployments run as root' };
    const hint = translate[language]('understood.needs-model');

    test('offers what comes nearest, with an example, and the rest one click away', () => {
      const { key, labels } = said(language, roles('operator'), asked, near(true));
      expect(key).toBe('help.no-match');
      expect(labels.map(({ id }) => id)).toEqual(['intent:incidents', 'send:show incidents', 'send:help']);
    });

    test('tells an operator, and nobody else, that questions in free words need a model, where there is none', () => {
      expect(said(language, roles('operator'), asked, near(false)).text).toContain(hint);
      expect(said(language, roles('operator'), asked, near(true)).text).not.toContain(hint);
      expect(said(language, roles('approver'), asked, near(false)).text).not.toContain(hint);
      expect(said(language, unknown, asked, near(false)).text).not.toContain(hint);
    });

    test('shows all of it where what is near cannot be told', () => {
      expect(said(language, roles('operator'), asked, unknown).key).toBe('help.not-understood');
    });
  });

  test('shows nobody what takes a role that he has not', () => {
    const [reader, operator, approver] = [roles(), roles('operator'), roles('approver')].map((one) =>
      said(language, one),
    );
    const plan = translate[language]('help.examples.plan-seed');
    const decide = translate[language]('help.abilities.decide');
    expect(operator?.labels.map(({ label }) => label)).toContain(plan);
    expect(reader?.labels.map(({ label }) => label)).not.toContain(plan);
    expect(approver?.labels.map(({ label }) => label)).not.toContain(plan);
    expect(approver?.text).toContain(decide);
    expect(operator?.text).not.toContain(decide);
    expect(reader?.labels.length).toBeGreaterThanOrEqual(3);
  });

  test('says which roles one has, or who can give one, and to which account', () => {
    for (const answer of [roles(), roles('operator')]) {
      expect(said(language, answer).text).toContain('policy.yaml');
      expect(said(language, answer).text).toContain('`slack:T1:U1`');
    }
    expect(said(language, roles('operator')).text).toContain('operator');
  });

  test('shows an outsider what this is, and nothing to click', () => {
    const { labels, text } = said(language, roles('operator'), { outside: 'yes' });
    expect(labels).toEqual([]);
    expect(text).toBe(translate[language]('help.outside'));
  });

  test('shows all of it where the rights cannot be read: help is no secret', () => {
    const { labels, text } = said(language, unknown);
    expect(labels.length).toBeGreaterThanOrEqual(13);
    expect(text).not.toContain('policy.yaml');
  });

  test('an account that could be markup is not repeated', () => {
    const { text } = said(language, { ok: true, value: { roles: ['x`y'], account: 'slack:T1:`<!channel>`' } });
    expect(text).toContain('`?`');
    expect(text).not.toContain('x`y');
  });
});
