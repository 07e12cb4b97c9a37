import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { COMMAND, DIAGNOSE_SHORTCUT, events, methods, neededScopes } from '../../../adapters/slack/access.ts';

const root = join(import.meta.dirname, '../../..');
const adapter = join(root, 'adapters/slack');
const code = readdirSync(adapter)
  .filter((file) => file.endsWith('.ts') && file !== 'access.ts')
  .map((file) => readFileSync(join(adapter, file), 'utf8'))
  .join('\n');

/** What Slack takes: https://docs.slack.dev/reference/app-manifest */
const manifest = z
  .object({
    display_information: z.object({ name: z.string().max(35), description: z.string().max(140) }),
    features: z.object({
      app_home: z.object({ home_tab_enabled: z.literal(true), messages_tab_enabled: z.literal(true) }),
      agent_view: z.object({
        agent_description: z.string().max(300),
        suggested_prompts: z.array(z.object({ title: z.string(), message: z.string() })).max(4),
      }),
      slash_commands: z.array(z.object({ command: z.string(), description: z.string(), usage_hint: z.string() })),
      shortcuts: z.array(
        z.object({
          name: z.string().max(24),
          type: z.literal('message'),
          callback_id: z.string(),
          description: z.string().max(150),
        }),
      ),
    }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
    settings: z.object({
      socket_mode_enabled: z.literal(true),
      interactivity: z.object({ is_enabled: z.literal(true) }),
      event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
    }),
  })
  .parse(JSON.parse(readFileSync(join(root, 'deploy/slack/manifest.json'), 'utf8')));

describe('the manifest of the Slack app', () => {
  test('asks for the scopes that the adapter’s calls and events need, and for no other', () => {
    expect(manifest.oauth_config.scopes.bot).toEqual(neededScopes());
  });

  test('subscribes to the events that the adapter hears, and to no other', () => {
    expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual(Object.keys(events).toSorted());
  });

  test('names the command and the shortcut that the adapter answers', () => {
    expect(manifest.features.slash_commands.map(({ command }) => command)).toEqual([COMMAND]);
    expect(manifest.features.shortcuts.map(({ callback_id }) => callback_id)).toEqual([DIAGNOSE_SHORTCUT]);
  });

  test('every method in the table is called, and no other one', () => {
    const called = new Set([...code.matchAll(/\.call\(\s*'([a-zA-Z.]+)'/g)].map(([, method = '']) => method));
    // Made by files.uploadV2.
    for (const method of ['files.getUploadURLExternal', 'files.completeUploadExternal']) called.add(method);
    expect([...called].toSorted()).toEqual(Object.keys(methods).toSorted());
  });

  test('every event in the table is read', () => {
    for (const event of Object.keys(events)) expect(code).toContain(`z.literal('${event.split('.')[0]}')`);
  });
});
