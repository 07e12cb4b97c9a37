import { join } from 'node:path';
import { loadMessages } from '../chat/messages.ts';
import type { Checked } from '../chat/types.ts';
import { ROOT } from '../composition/ground.ts';
import type { Config } from '../config.ts';

/** Whether Slack and DingTalk can be used with the settings there are; says how to mend what is not so. */

interface Verdict {
  status: 'ok' | 'warn' | 'fail';
  detail: string;
  mend?: string;
}

/** Tokens, scopes and the way in. */
export async function checkSlackSettings(config: Config): Promise<string | Verdict> {
  if (!config.SLACK_BOT_TOKEN) return 'not set up; see docs/slack.md';
  const { checkSlack } = await import('../../adapters/slack/check.ts');
  return verdictOf(
    await checkSlack({
      botToken: config.SLACK_BOT_TOKEN,
      appToken: config.SLACK_APP_TOKEN,
      signingSecret: config.SLACK_SIGNING_SECRET,
      apiUrl: config.SLACK_API_URL,
    }),
  );
}

/** Credentials, the stream gateway and the card template. */
export async function checkDingTalkSettings(config: Config): Promise<string | Verdict> {
  const { DINGTALK_CLIENT_ID, DINGTALK_CLIENT_SECRET } = config;
  if (!DINGTALK_CLIENT_ID || !DINGTALK_CLIENT_SECRET) return 'not set up; see docs/dingtalk.md';
  const { checkDingTalk } = await import('../../adapters/dingtalk/check.ts');
  return verdictOf(
    await checkDingTalk({
      clientId: DINGTALK_CLIENT_ID,
      clientSecret: DINGTALK_CLIENT_SECRET,
      apiBase: config.DINGTALK_API_BASE,
      oapiBase: config.DINGTALK_OAPI_BASE,
      cardTemplateId: config.DINGTALK_CARD_TEMPLATE_ID,
      translate: loadMessages(join(ROOT, 'templates/messages')),
      clock: Date.now,
    }),
  );
}

/** What fails makes the whole fail; what merely could be better is a hint. */
function verdictOf(all: Checked[]): Verdict {
  const failed = all.filter(({ ok }) => !ok);
  const mend = [...new Set((failed.length > 0 ? failed : all).flatMap((one) => one.mend ?? []))].join('; ');
  const status = failed.length > 0 ? 'fail' : mend ? 'warn' : 'ok';
  return { status, detail: all.map(({ detail }) => detail).join('; '), ...(mend && { mend }) };
}
