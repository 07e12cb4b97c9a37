import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Checked } from '../../src/chat/types.ts';
import { neededScopes } from './access.ts';
import { libraryLog } from './log.ts';
import type { SlackOptions } from './options.ts';

/** Whether the tokens work and the app has what the code uses. Asks Slack, sends nothing, and opens no socket that could take an event. */

const TIMEOUT_MS = 10_000;
const silent = libraryLog({ info() {}, warn() {} });
const identity = z.object({
  team: z.string(),
  user: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).default([]) }).default({ scopes: [] }),
});

/** Looks at everything that a set-up can get wrong, one finding each. */
export async function checkSlack(
  options: Pick<SlackOptions, 'botToken' | 'appToken' | 'signingSecret' | 'apiUrl'>,
): Promise<Checked[]> {
  const { appToken, signingSecret } = options;
  const bot = await checkBot(options);
  if (appToken) return [...bot, await checkSocket(options, appToken)];
  const detail = signingSecret ? 'events come by HTTP; whether Slack reaches it cannot be seen from here' : 'no way in';
  const way = { ok: signingSecret !== undefined, detail };
  return [...bot, way.ok ? way : { ...way, mend: 'Set SLACK_APP_TOKEN; see docs/slack.md' }];
}

function client(token: string, apiUrl: string | undefined): WebClient {
  const limits = { timeout: TIMEOUT_MS, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
  return new WebClient(token, { ...limits, logger: silent, ...(apiUrl && { slackApiUrl: apiUrl }) });
}

// https://docs.slack.dev/reference/methods/auth.test
async function checkBot({ botToken, apiUrl }: Pick<SlackOptions, 'botToken' | 'apiUrl'>): Promise<Checked[]> {
  const mend = 'Install the app to the workspace again and copy its bot token to SLACK_BOT_TOKEN; see docs/slack.md';
  try {
    const { team, user, response_metadata } = identity.parse(await client(botToken, apiUrl).auth.test());
    const missing = neededScopes().filter((scope) => !response_metadata.scopes.includes(scope));
    const scopes = missing.length === 0 ? 'all scopes' : `scopes missing: ${missing.join(', ')}`;
    const install = 'Take deploy/slack/manifest.json as the app’s manifest, and install the app again';
    return [
      { ok: true, detail: `${user} in ${team}` },
      { ok: missing.length === 0, detail: scopes, ...(missing.length > 0 && { mend: install }) },
    ];
  } catch (error) {
    return [{ ok: false, detail: `bot token: ${reason(error)}`, mend }];
  }
}

// https://docs.slack.dev/reference/methods/apps.connections.open
async function checkSocket({ apiUrl }: Pick<SlackOptions, 'apiUrl'>, appToken: string): Promise<Checked> {
  try {
    await client(appToken, apiUrl).apps.connections.open({});
    return { ok: true, detail: 'socket mode answers' };
  } catch (error) {
    return {
      ok: false,
      detail: `app-level token: ${reason(error)}`,
      mend: 'Make an app-level token with connections:write, set SLACK_APP_TOKEN, and switch socket mode on; see docs/slack.md',
    };
  }
}

const platformError = z.object({ data: z.object({ error: z.string() }) });

function reason(error: unknown): string {
  const told = platformError.safeParse(error);
  return told.success ? told.data.data.error : error instanceof Error ? error.message : 'unknown';
}
