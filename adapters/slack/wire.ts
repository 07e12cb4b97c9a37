import { z } from 'zod';

/** Every payload that comes in from Slack is read here; what does not fit is dropped and told. Unknown fields are ignored. */

const id = z.string().min(1).max(255);
const ts = z.string().regex(/^\d{1,12}\.\d{1,9}$/);
const text = z.string().max(100_000).default('');

/** https://docs.slack.dev/reference/events/app_mention */
const mentionEvent = z.object({
  type: z.literal('app_mention'),
  user: id.optional(),
  text,
  ts,
  thread_ts: ts.optional(),
  channel: id,
  bot_id: id.nullish(),
  edited: z.unknown().optional(),
});

/** https://docs.slack.dev/reference/events/message */
const messageEvent = z.object({
  type: z.literal('message'),
  subtype: z.string().optional(),
  channel_type: z.string().optional(),
  user: id.optional(),
  text,
  ts,
  thread_ts: ts.optional(),
  channel: id,
  bot_id: id.nullish(),
});

/** https://docs.slack.dev/reference/events/member_joined_channel */
const joinedEvent = z.object({
  type: z.literal('member_joined_channel'),
  user: id,
  channel: id,
  inviter: id.optional(),
});

/** https://docs.slack.dev/reference/events/app_home_opened */
const homeEvent = z.object({ type: z.literal('app_home_opened'), user: id, channel: id, tab: z.string().optional() });

/** https://docs.slack.dev/reference/events/agent_session_stopped */
const stoppedEvent = z.object({
  type: z.literal('agent_session_stopped'),
  user: id,
  channel: id,
  thread_ts: ts.optional(),
  streaming_message_ts: z.array(ts).max(100).default([]),
});

/** https://docs.slack.dev/apis/events-api#callback-field */
export const eventBody = z.object({
  type: z.literal('event_callback'),
  event: z.discriminatedUnion('type', [mentionEvent, messageEvent, joinedEvent, homeEvent, stoppedEvent]),
});

export type SlackEvent = z.infer<typeof eventBody>['event'];

/** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
export const slashBody = z.object({
  command: z.string(),
  text,
  user_id: id,
  channel_id: id,
  trigger_id: id,
  response_url: z.url().optional(),
});

const person = z.object({ id, name: z.string().optional(), username: z.string().optional() });
const option = z.object({ value: z.string().max(255) });

/** A control's state: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_submission */
const controlState = z.object({
  type: z.string(),
  value: z.string().max(4000).nullish(),
  selected_option: option.nullish(),
  selected_options: z.array(option).max(200).optional(),
});
const state = z.object({ values: z.record(z.string(), z.record(z.string(), controlState)).default({}) });

export type FormState = z.infer<typeof state>['values'];

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export const clickBody = z.object({
  type: z.literal('block_actions'),
  user: person,
  channel: z.object({ id }).optional(),
  container: z.object({
    type: z.string(),
    message_ts: ts.optional(),
    channel_id: id.optional(),
    thread_ts: ts.optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  message: z.object({ ts, thread_ts: ts.optional() }).optional(),
  view: z.object({ id, type: z.string() }).optional(),
  trigger_id: id,
  response_url: z.url().optional(),
  actions: z
    .array(z.object({ action_id: id, block_id: id, type: z.string(), action_ts: z.string().max(40).default('') }))
    .max(25),
});

export type Click = z.infer<typeof clickBody>;

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const submissionBody = z.object({
  type: z.literal('view_submission'),
  user: person,
  view: z.object({ id, private_metadata: z.string().max(3000).default(''), state: state.optional() }),
});

export type Submission = z.infer<typeof submissionBody>;

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload#message_actions */
export const shortcutBody = z.object({
  type: z.literal('message_action'),
  callback_id: z.string(),
  user: person,
  channel: z.object({ id }),
  trigger_id: id,
  response_url: z.url().optional(),
  message: z.object({
    ts,
    thread_ts: ts.optional(),
    text,
    attachments: z.array(z.unknown()).max(100).default([]),
    blocks: z.array(z.unknown()).max(100).default([]),
  }),
});

export type Shortcut = z.infer<typeof shortcutBody>;

/** https://docs.slack.dev/reference/methods/auth.test */
export const authAnswer = z.object({
  user_id: id,
  bot_id: id.optional(),
  team_id: id,
  team: z.string().optional(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

export type Identity = z.infer<typeof authAnswer>;

/** The answer to whatever makes a message. */
export const postedAnswer = z.object({ ts });

/** https://docs.slack.dev/reference/methods/views.open */
export const viewAnswer = z.object({ view: z.object({ id, hash: z.string().optional() }) });

/** https://docs.slack.dev/reference/objects/user-object */
export const userAnswer = z.object({
  user: z.object({
    id,
    team_id: z.string().optional(),
    name: z.string().optional(),
    real_name: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    is_email_confirmed: z.boolean().optional(),
    enterprise_user: z.object({ teams: z.array(z.string()).optional() }).optional(),
    profile: z
      .object({ display_name: z.string().optional(), real_name: z.string().optional(), email: z.string().optional() })
      .optional(),
  }),
});

/** https://docs.slack.dev/reference/methods/conversations.history: only what is needed to know a message again. */
export const historyAnswer = z.object({
  messages: z
    .array(z.object({ ts, metadata: z.object({ event_type: z.string(), event_payload: z.unknown() }).optional() }))
    .default([]),
});
