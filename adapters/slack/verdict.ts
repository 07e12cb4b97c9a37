import { NotYet, Undeliverable } from '../../src/chat/types.ts';
import { SlackCallError } from './errors.ts';

const invite = 'Invite the bot there with /invite @k8s-copilot, and ask again.';
const admin = 'Ask an administrator of the workspace to let the app post there.';

/** Slack's reasons why a message can never arrive, and the next step: https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const never: Record<string, string> = {
  channel_not_found: `Slack knows no such channel, or the bot is not in it. ${invite}`,
  not_in_channel: `The bot is not in the channel. ${invite}`,
  is_archived: 'The channel is archived. Unarchive it, or use another one.',
  user_not_found: 'Slack knows no such person any more.',
  cannot_dm_bot: 'A bot cannot be written to.',
  messages_tab_disabled: 'The app has no Messages tab. Create it from deploy/slack/manifest.json.',
  cant_update_message: 'The message belongs to somebody else.',
  cannot_reply_to_message: 'Nothing can be said below that message.',
  thread_not_found: 'The message under which it belongs is gone.',
  restricted_action: admin,
  restricted_action_read_only_channel: admin,
  restricted_action_thread_only_channel: admin,
  restricted_action_non_threadable_channel: admin,
  restricted_action_thread_locked: admin,
  team_access_not_granted: admin,
  no_permission: admin,
  access_denied: admin,
};

/** Slack's words for a message whose contents it does not take. */
const badContents = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_arguments',
  'msg_blocks_too_long',
  'msg_too_long',
  'markdown_text_conflict',
  'block_mismatch',
]);

/** Whether Slack may take the same message in a plainer form. */
export function isBadContents(error: unknown): boolean {
  return error instanceof SlackCallError && badContents.has(error.reason);
}

/** Whether the message that was to be edited cannot be: then it is posted anew. */
export function isGone(error: unknown): boolean {
  return error instanceof SlackCallError && ['message_not_found', 'edit_window_closed'].includes(error.reason);
}

/** Whether the bot is not where it was asked. */
export function isElsewhere(error: unknown): boolean {
  return error instanceof SlackCallError && ['not_in_channel', 'channel_not_found'].includes(error.reason);
}

/** A refused delivery in the words of the port: NotYet, Undeliverable, or the error itself, to be tried again. */
export function verdictOf(error: unknown): unknown {
  if (!(error instanceof SlackCallError)) return error;
  if (error.retryAfterMs !== undefined) return new NotYet(error.retryAfterMs);
  const next = never[error.reason];
  return next ? new Undeliverable(`${error.reason}: ${next}`, { cause: error }) : error;
}
