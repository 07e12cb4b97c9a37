/**
 * What this adapter asks of Slack: every method it calls and every event it hears, with the bot scopes each needs. The
 * adapter can call and hear nothing else; a test holds deploy/slack/manifest.json to exactly this.
 * Scopes: https://docs.slack.dev/reference/methods and https://docs.slack.dev/reference/events, as of November 2026.
 */

const places = ['channels:history', 'groups:history', 'im:history'] as const;

/** Every Web API method that is called, and the bot scopes it needs. */
export const methods = {
  'auth.test': [],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.startStream': ['chat:write'],
  'chat.appendStream': ['chat:write'],
  'chat.stopStream': ['chat:write'],
  'agents.sessions.setStatus': ['chat:write'],
  'conversations.history': places,
  'conversations.replies': places,
  'files.getUploadURLExternal': ['files:write'],
  'files.completeUploadExternal': ['files:write'],
  'reactions.add': ['reactions:write'],
  'users.info': ['users:read', 'users:read.email'],
  'views.open': [],
  'views.update': [],
  'views.publish': [],
} as const satisfies Record<string, readonly string[]>;

export type Method = keyof typeof methods;

/** Every event that is heard, as the manifest names it, and the bot scopes it needs. */
export const events = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  agent_session_stopped: [],
  member_joined_channel: ['channels:read', 'groups:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
} as const satisfies Record<string, readonly string[]>;

/** The slash command that people type. */
export const COMMAND = '/k8s';
/** The shortcut in a message's menu. */
export const DIAGNOSE_SHORTCUT = 'diagnose_message';

/** Without these the bot hears or answers nobody. */
export const vitalScopes: readonly string[] = ['app_mentions:read', 'chat:write', 'im:history'];

/** Every bot scope that is needed. `assistant:write` comes with the agent view, `commands` with the slash command and the shortcut. */
export function neededScopes(): string[] {
  const lists: readonly (readonly string[])[] = [...Object.values(methods), ...Object.values(events)];
  return [...new Set(['assistant:write', 'commands', ...lists.flat()])].sort();
}
