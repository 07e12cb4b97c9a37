import { afterEach, describe, expect, test } from 'vitest';
import { checkDingTalkSettings, checkSlackSettings } from '../../src/commands/doctor-chats.ts';
import { readConfig } from '../../src/config.ts';
import { startFakeDingTalk } from '../fakes/dingtalk/dingtalk.ts';
import { startFakeSlack } from '../fakes/slack/slack.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function slack(more: Record<string, string> = {}) {
  const fake = await startFakeSlack();
  closing.push(() => fake.close());
  const settings = { SLACK_BOT_TOKEN: fake.botToken, SLACK_APP_TOKEN: fake.appToken, SLACK_API_URL: fake.apiUrl };
  return { fake, check: () => checkSlackSettings(readConfig({ ...settings, ...more }, 'no-such-file')) };
}

async function dingtalk(more: Record<string, string> = {}) {
  const fake = await startFakeDingTalk();
  closing.push(() => fake.close());
  const settings = {
    DINGTALK_CLIENT_ID: fake.clientId,
    DINGTALK_CLIENT_SECRET: fake.clientSecret,
    DINGTALK_API_BASE: fake.apiBase,
    DINGTALK_OAPI_BASE: fake.oapiBase,
  };
  return { fake, check: () => checkDingTalkSettings(readConfig({ ...settings, ...more }, 'no-such-file')) };
}

describe('the doctor, of Slack', () => {
  test('finds nothing where nothing is set', async () => {
    expect(await checkSlackSettings(readConfig({}, 'no-such-file'))).toMatch(/not set up/);
  });

  test('is content with tokens that work', async () => {
    const { fake, check } = await slack();
    expect(await check()).toMatchObject({ status: 'ok', detail: expect.stringContaining('all scopes') });
    expect(fake.calls.map(({ method }) => method).sort()).toEqual(['apps.connections.open', 'auth.test']);
  });

  test('says which token is refused, and where to get another', async () => {
    const bot = await slack({ SLACK_BOT_TOKEN: 'xoxb-wrong' });
    expect(await bot.check()).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('bot token: invalid_auth'),
      mend: expect.stringContaining('SLACK_BOT_TOKEN'),
    });
    const app = await slack({ SLACK_APP_TOKEN: 'xapp-wrong' });
    expect(await app.check()).toMatchObject({ status: 'fail', mend: expect.stringContaining('connections:write') });
  });

  test('names the scopes that the app lacks', async () => {
    const { fake, check } = await slack();
    fake.scopes.delete('reactions:write');
    expect(await check()).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('scopes missing: reactions:write'),
      mend: expect.stringContaining('manifest.json'),
    });
  });
});

describe('the doctor, of DingTalk', () => {
  test('says that it works without a template, and how to get cards', async () => {
    const { check } = await dingtalk();
    expect(await check()).toMatchObject({ status: 'warn', mend: expect.stringContaining('card.json') });
  });

  test('tries the template without sending anything', async () => {
    const { fake, check } = await dingtalk();
    const whole = await dingtalk({ DINGTALK_CARD_TEMPLATE_ID: fake.templateId });
    expect(await whole.check()).toMatchObject({ status: 'ok', detail: expect.stringContaining('takes our card') });
    expect(whole.fake.cards.size).toBe(0);
    const wrong = await dingtalk({ DINGTALK_CARD_TEMPLATE_ID: 'nobody.schema' });
    expect(await wrong.check()).toMatchObject({
      status: 'fail',
      mend: expect.stringContaining('DINGTALK_CARD_TEMPLATE_ID'),
    });
    await check();
  });

  test('says that the credentials are refused, and where they stand', async () => {
    const { check } = await dingtalk({ DINGTALK_CLIENT_SECRET: 'wrong' });
    expect(await check()).toMatchObject({ status: 'fail', mend: expect.stringContaining('DINGTALK_CLIENT_SECRET') });
  });

  test('tells an address that nobody answers from a wrong secret', async () => {
    const { check } = await dingtalk({ DINGTALK_API_BASE: 'http://127.0.0.1:9' });
    expect(await check()).toMatchObject({ status: 'fail', mend: expect.stringContaining('DINGTALK_API_BASE') });
  });
});
