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
  ])('a wrong %s is refused by name, and its value is not repeated', (name, value) => {
    const read = () => readConfig({ [name]: value }, 'no-such-file');
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(name);
    expect(read).not.toThrow(value);
  });

  test('the real cloud without credentials is refused with the next step', () => {
    expect(() => readConfig({ ACK_BACKEND: 'aliyun' }, 'no-such-file')).toThrow(
      /ALIBABA_CLOUD_ACCESS_KEY_ID.*ACK_BACKEND=sandbox/,
    );
  });
});
