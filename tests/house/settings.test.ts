import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig, settingNames } from '../../src/config.ts';

describe('settings', () => {
  test('.env.example names exactly the settings there are, in their order', () => {
    const named = [...readFileSync('.env.example', 'utf8').matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(named).toEqual(settingNames);
  });

  test('nothing set is a sandbox on loopback', () => {
    expect(readConfig({}, 'no-such-file')).toMatchObject({
      ACK_BACKEND: 'sandbox',
      CONSOLE_HOST: '127.0.0.1',
      CONSOLE_PORT: 8787,
    });
  });

  test('empty values count as absent', () => {
    expect(readConfig({ CONSOLE_PORT: '', MONGODB_URL: '' }, 'no-such-file').MONGODB_URL).toBeUndefined();
  });

  test.each([
    ['CONSOLE_PORT', '70000'],
    ['MONGODB_URL', 'postgres://secret@host'],
    ['TIMEZONE', 'Mars/Olympus'],
    ['ALIBABA_CLOUD_ENDPOINTS', '{"secret":'],
    ['SANDBOX_SPEED', '-1'],
    ['ACK_BACKEND', 'aws'],
    ['SLACK_BOT_TOKEN', 'xoxp-123-a-person'],
    ['SLACK_APP_TOKEN', 'xoxb-123-the-other'],
    ['DINGTALK_API_BASE', 'ftp://api'],
    ['LLM_BASE_URL', 'localhost:11434'],
    ['LLM_PRICES', '{"qwen-plus":{"input":-1,"output":2}}'],
    ['LLM_TOKENS_PER_DAY', 'plenty'],
    ['CHART_REPOSITORIES', 'https://user:secret@charts.example.com'],
    ['CHART_REPOSITORIES', 'http://charts.example.com'],
  ])('a wrong %s is refused by name, and its value is not repeated', (name, value) => {
    const read = () => readConfig({ [name]: value }, 'no-such-file');
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(name);
    expect(read).not.toThrow(value);
  });

  test.each([
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, /SLACK_APP_TOKEN.*SLACK_SIGNING_SECRET/],
    [{ SLACK_SIGNING_SECRET: 's' }, /SLACK_BOT_TOKEN/],
    [{ DINGTALK_CLIENT_ID: 'd' }, /DINGTALK_CLIENT_SECRET/],
  ])('half of a chat is refused with the other half: %j', (environment, named) => {
    expect(() => readConfig(environment, 'no-such-file')).toThrow(named);
  });

  const model = { LLM_BASE_URL: 'http://localhost:11434/v1', LLM_MODEL: 'm' };
  test.each([
    [{ LLM_API_KEY: 'k' }, /LLM_BASE_URL and LLM_MODEL/],
    [{ LLM_MODEL: 'm' }, /LLM_BASE_URL/],
    [{ ...model, LLM_MONEY_PER_DAY: '5' }, /price of m in LLM_PRICES/],
    [
      { ...model, LLM_SMALL_MODEL: 's', LLM_MONEY_PER_DAY: '5', LLM_PRICES: '{"m":{"input":1,"output":1}}' },
      /price of s/,
    ],
  ])('half of a model is refused with what is missing: %j', (environment, named) => {
    expect(() => readConfig(environment, 'no-such-file')).toThrow(named);
  });

  test('a model needs an address and a name, no more', () => {
    expect(readConfig(model, 'no-such-file')).toMatchObject({ LLM_TIMEOUT_SECONDS: 30, LLM_CALLS_PER_DAY: 2000 });
  });

  test('the real cloud without credentials is refused with the next step', () => {
    expect(() => readConfig({ ACK_BACKEND: 'aliyun' }, 'no-such-file')).toThrow(
      /ALIBABA_CLOUD_ACCESS_KEY_ID.*ACK_BACKEND=sandbox/,
    );
  });
});
