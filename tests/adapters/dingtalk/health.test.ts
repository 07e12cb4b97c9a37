import { describe, expect, test } from 'vitest';
import { DingTalkError } from '../../../adapters/dingtalk/errors.ts';
import { createHealth } from '../../../adapters/dingtalk/health.ts';
import { translate } from './support.ts';

describe('the health of the way to DingTalk', () => {
  test('`since` moves only where it becomes well or ill', () => {
    const { health, at } = book();
    expect(at(10, () => health.connection({ open: 0, error: new Error('x') }))).toMatchObject({ ok: false, since: 0 });
    expect(at(20, () => health.connection({ open: 1 }))).toMatchObject({ ok: true, since: 20 });
    expect(at(30, () => health.connection({ open: 2 }))).toMatchObject({ ok: true, since: 20 });
    expect(at(40, () => health.connection({ open: 0 }))).toMatchObject({ ok: false, since: 40 });
    expect(at(50, () => health.stopped())).toMatchObject({ ok: false, since: 40 });
  });

  test('each trouble says how to mend it, in both languages', () => {
    for (const language of ['en', 'zh'] as const) {
      const { health } = book(language);
      health.connection({ open: 0, error: new DingTalkError('credentials', 'authFailed', 'no') });
      expect(health.now().detail).toContain('DINGTALK_CLIENT_SECRET');
      health.connection({ open: 0, error: new DingTalkError('unreachable', 'socket', 'no') });
      expect(health.now().detail).toContain('wss-open-connection.dingtalk.com');
      health.connection({ open: 2 });
      health.sending(new DingTalkError('permission', 'Forbidden', 'no'));
      expect(health.now()).toMatchObject({ ok: false, detail: expect.stringContaining('qyapi_robot_sendmsg') });
      health.sending(undefined);
      health.cards(new Error('no such template'));
      expect(health.now()).toMatchObject({ ok: true, detail: expect.stringContaining('DINGTALK_CARD_TEMPLATE_ID') });
      health.cards(undefined);
      expect(health.now().detail).not.toContain('DINGTALK_CARD_TEMPLATE_ID');
    }
  });
});

function book(language: 'en' | 'zh' = 'en') {
  let now = 0;
  const health = createHealth(() => now, translate[language]);
  const at = (time: number, change: () => void) => {
    now = time;
    change();
    return health.now();
  };
  return { health, at };
}
