import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { channelSettings, digestNow } from '../../../flows/settings/flow.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import { replay } from '../../../src/flow/replay.ts';
import { createRouter } from '../../../src/routing/router.ts';

const router = createRouter(readFileSync('templates/intents.yaml', 'utf8'));
const t = loadMessages('templates/messages').en;
const user = { platform: 'web' as const, tenant: 'console', id: 'u1' };
const context = { t, language: 'en' as const, user, startedAt: 0, text: '' };

describe.each([
  [channelSettings, 'copilot_channel', 'channels.title'],
  [digestNow, 'copilot_digest', 'channels.report'],
])('%j', (flow, tool, key) => {
  test('says what the view shows', () => {
    const run = replay(flow, {}, context, []);
    expect(run.position()).toMatchObject({ command: { verb: 'read', tool } });
    const blocks = [{ type: 'text', markdown: 'as it is' }];
    expect(run.answer({ ok: true, value: { blocks } })).toMatchObject({ command: { message: { key }, blocks } });
  });

  test('ends with the reason where it cannot be read', () => {
    const run = replay(flow, {}, context, []);
    expect(run.answer({ ok: false, code: 'TIMEOUT', message: 'no answer' })).toMatchObject({ code: 'TIMEOUT' });
  });
});

describe('typed words about a channel', () => {
  test.each([
    ['settings', 'settings', {}],
    ['/k8s settings', 'settings', {}],
    ['频道设置', 'settings', {}],
    ['digest', 'digest', {}],
    ['日报', 'digest', {}],
    ['/k8s digest', 'digest', {}],
    ['subscribe', 'channel-subscribe', {}],
    ['subscribe this channel to prod critical', 'channel-subscribe', { what: 'this channel to prod critical' }],
    ['/k8s 订阅 生产', 'channel-subscribe', { what: '生产' }],
    ['unsubscribe', 'channel-unsubscribe', {}],
    ['取消订阅', 'channel-unsubscribe', {}],
    ['quiet hours 22:00-08:00', 'channel-quiet', { what: 'quiet hours 22:00-08:00' }],
    ['/k8s quiet 22:00-08:00', 'channel-quiet', { what: 'quiet 22:00-08:00' }],
    ['关闭免打扰', 'channel-quiet', { what: '关闭免打扰' }],
    ['digest at 09:00', 'channel-digest', { what: 'digest at 09:00' }],
    ['/k8s digest 09:00', 'channel-digest', { what: 'digest 09:00' }],
    ['每天 9点 发日报', 'channel-digest', { what: '每天 9点 发日报' }],
    ['digest off', 'channel-digest', { what: 'digest off' }],
    ['关闭日报', 'channel-digest', { what: '关闭日报' }],
  ])('"%s" is %s', (text, intent, args) => {
    expect(router.route(text)).toMatchObject({ kind: 'match', intent: { id: intent }, args });
  });

  test.each([
    'quarterly report',
    'bug report',
    'the report is due at 5',
    'a quiet evening',
    'we subscribe to the magazine',
    'settings of nginx',
    '查看日志',
    '系统设置在哪',
  ])('"%s" is none of them', (text) => {
    const route = router.route(text);
    const id = route.kind === 'match' ? route.intent.id : route.kind;
    expect([
      'settings',
      'digest',
      'channel-subscribe',
      'channel-unsubscribe',
      'channel-quiet',
      'channel-digest',
    ]).not.toContain(id);
  });
});
