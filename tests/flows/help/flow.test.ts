import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { help } from '../../../flows/help/flow.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import { replay } from '../../../src/flow/replay.ts';
import { createRouter } from '../../../src/routing/router.ts';

const translate = loadMessages('templates/messages');
const router = createRouter(readFileSync('templates/intents.yaml', 'utf8'));
const user = { platform: 'web' as const, tenant: 'local', id: 'u1' };

describe.each(['en', 'zh'] as const)('help in %s', (language) => {
  const context = { t: translate[language], language, user, startedAt: 0, text: 'help' };
  const position = replay(help, {}, context, []).position();
  const blocks = position.kind === 'asks' && position.command.verb === 'say' ? position.command.blocks : [];
  const buttons = blocks.flatMap((block) => (block.type === 'buttons' ? block.items : []));

  test('offers examples that say what one would type', () => {
    expect(buttons.length).toBeGreaterThanOrEqual(4);
    for (const { id, label } of buttons) expect(id).toBe(`send:${label}`);
  });

  test('every example starts something else, and none of them changes anything by one click', () => {
    for (const { label } of buttons) {
      const route = router.route(label);
      expect(route.kind === 'match' && route.intent.flow, label).toMatch(
        /^(plan-cluster|task-status|approvals|diagnose|incidents)$/,
      );
    }
  });

  test('says so when it comes because nothing was understood', () => {
    const unknown = replay(help, { unknown: 'blah' }, context, []).position();
    expect(unknown).toMatchObject({ command: { message: { key: 'help.not-understood' } } });
  });
});
