import { describe, expect, test } from 'vitest';
import { askQuestion } from '../../../flows/ask/flow.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { Block } from '../../../src/chat/types.ts';
import type { Answer, Command } from '../../../src/flow/kit.ts';
import { replay } from '../../../src/flow/replay.ts';

const translate = loadMessages('templates/messages');
const user = { platform: 'slack' as const, tenant: 'T1', id: 'U1' };
const failed = (code: string): Answer => ({ ok: false, code, message: 'no' });
const ok = (value: Extract<Answer, { ok: true }>['value']): Answer => ({ ok: true, value });

const usual: Record<string, Answer> = {
  copilot_history: ok({ turns: [] }),
  copilot_find: ok({ kind: 'several', targets: [] }),
  copilot_nearest: ok({ items: [{ id: 'list', title: 'List what runs', example: 'list deployments' }], model: false }),
  copilot_rights: ok({ roles: ['operator'], account: 'a' }),
  investigate: ok({ ending: 'answered', summary: 'These.', claims: [] }),
};

/** What the flow asks for and says, with these answers. */
function run(text: string, answers: Record<string, Answer> = {}): Command[] {
  const context = { t: translate.en, language: 'en' as const, user, startedAt: 0, text };
  const live = replay(askQuestion, {}, context, []);
  const commands: Command[] = [];
  let position = live.position();
  while (position.kind === 'asks') {
    const { command } = position;
    commands.push(command);
    const name = command.verb === 'read' ? command.tool : command.verb;
    position = live.answer({ ...usual, ...answers }[name] ?? ok(null));
  }
  if (position.kind !== 'finished') throw new Error(JSON.stringify(position));
  return commands;
}

const asked = (commands: Command[]) => commands.find(({ verb }) => verb === 'investigate');
const said = (commands: Command[]) => commands.flatMap((command) => (command.verb === 'say' ? [command] : []));
const buttons = (blocks: Block[] = []) => blocks.flatMap((block) => (block.type === 'buttons' ? block.items : []));

describe('a question in free words', () => {
  test('is investigated as it was asked, and the answer speaks for itself', () => {
    const commands = run('which deployments run as root');
    expect(asked(commands)).toMatchObject({
      question: 'which deployments run as root',
      evidence: { purpose: 'ask' },
    });
    expect(said(commands)).toEqual([]);
  });

  test.each([
    '/k8s ask which run as root',
    '<@U9> which run as root',
    '@bot /k8s-copilot 问 which run as root',
    'question: which run as root',
  ])('is what is left of "%s"', (text) => {
    expect(asked(run(text))).toMatchObject({ question: 'which run as root' });
  });

  test('that is none is asked back', () => {
    const commands = run('/k8s ask');
    expect(commands.map(({ verb }) => verb)).toEqual(['say']);
  });

  test('is asked of the cluster that is named or the only one, and where several could be meant of none in particular', () => {
    const target = { clusterId: 'c1', cluster: 'shop-prod' };
    expect(asked(run('in prod', { copilot_find: ok({ kind: 'one', target }) }))).toMatchObject({
      evidence: { cluster: { id: 'c1', name: 'shop-prod' } },
    });
    for (const answer of [usual.copilot_find, ok({ kind: 'none', word: 'x', nearest: [] }), failed('TIMEOUT')])
      expect(asked(run('in prod', answer && { copilot_find: answer }))).toMatchObject({
        evidence: { purpose: 'ask' },
      });
  });

  test('goes on about what was asked before', () => {
    const turns = [{ question: 'which run as root', answer: 'checkout does' }];
    expect(asked(run('and in staging', { copilot_history: ok({ turns }) }))).toMatchObject({
      evidence: { history: turns },
    });
    expect(asked(run('and in staging', { copilot_history: failed('DOWN') }))).toMatchObject({
      evidence: { purpose: 'ask' },
    });
  });

  test.each([
    ['NO_MODEL', 'ask.no-model'],
    ['BUDGET_SPENT', 'ask.budget-spent'],
    ['UNREACHABLE', 'ask.failed'],
  ])('that fails with %s is answered by what comes nearest', (code, key) => {
    for (const answer of [failed(code), ok({ ending: 'failed', failure: { code, message: 'no' } })]) {
      const [word] = said(run('which run as root', { investigate: answer }));
      expect(word?.message.key).toBe(key);
      expect(buttons(word?.blocks).map(({ id }) => id)).toEqual(['intent:list', 'send:list deployments']);
      expect(translate.zh.has(key)).toBe(true);
    }
  });

  test('that found the budget spent before it found anything is answered so as well', () => {
    const [word] = said(run('which run as root', { investigate: ok({ ending: 'budget', claims: [] }) }));
    expect(word?.message.key).toBe('ask.budget-spent');
  });

  test.each(['stopped', 'steps', 'tokens', 'time'])('that ended by "%s" is told by its own card', (ending) => {
    expect(said(run('which run as root', { investigate: ok({ ending, claims: [] }) }))).toEqual([]);
  });
});
