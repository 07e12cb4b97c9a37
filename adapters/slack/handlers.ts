import { takeClick, takeSubmission } from './clicks.ts';
import type { Handlers } from './door.ts';
import { createHome } from './home.ts';
import { conversationRef, messageOf, shortcutMessage, slashMessage, userRef } from './inbound.ts';
import type { Session } from './session.ts';
import { clickBody, eventBody, type SlackEvent, shortcutBody, slashBody, submissionBody } from './wire.ts';

/** A payload of Slack that has not the shape it should have. */
class UnreadablePayload extends Error {
  readonly code = 'UNREADABLE_PAYLOAD';
}

/** What is done with what comes in: whatever a person said is stored before Slack is told that it arrived. */
export function createHandlers(session: Session): Handlers {
  const { asked, intake, options, replyUrls } = session;
  const home = createHome(session);

  /** Undefined, and told, where a payload cannot be read: asking Slack for it again would not help. */
  function read<T>(schema: { safeParse(body: unknown): { success: boolean; data?: T } }, body: unknown): T | undefined {
    const { success, data } = schema.safeParse(body);
    if (success) return data;
    options.onError(new UnreadablePayload('A payload of Slack could not be read'), kindOf(body));
    return undefined;
  }

  return {
    async event(body, ack) {
      const event = read(eventBody, body)?.event;
      const message = event && messageOf(event, session);
      if (message) await intake.message(message);
      if (event?.type === 'member_joined_channel' && event.user === session.me.user_id)
        await intake.joined(conversationRef(event.channel, undefined, session), inviter(event));
      await ack();
      if (message && message.addressed !== 'thread' && 'ts' in event) asked.taken(message.conversation, event.ts);
      if (event?.type === 'app_home_opened') await opened(event);
      if (event?.type === 'agent_session_stopped') await stopped(event);
    },
    async slash(body, ack) {
      const command = read(slashBody, body);
      if (!command) return ack();
      replyUrls.keep(command.channel_id, command.response_url);
      // What was asked is shown to the channel by the core, and answered below that.
      await intake.message(slashMessage(command, session));
      await ack();
    },
    async shortcut(body, ack) {
      const shortcut = read(shortcutBody, body);
      if (!shortcut) return ack();
      replyUrls.keep(shortcut.channel.id, shortcut.response_url);
      await intake.message(shortcutMessage(shortcut, session, options.translate[options.language]));
      await ack();
    },
    async click(body, ack) {
      const click = read(clickBody, body);
      if (!click) return ack();
      await takeClick(session, click, { ack, refreshHome: home });
    },
    async submission(body, ack) {
      const submission = read(submissionBody, body);
      await ack(submission && (await takeSubmission(session, submission)));
    },
  };

  function inviter(event: Extract<SlackEvent, { type: 'member_joined_channel' }>) {
    return event.inviter === undefined ? undefined : userRef(event.inviter, session);
  }

  /** The Home tab is drawn anew; who opens the Messages tab for the first time is greeted there, once. */
  async function opened(event: Extract<SlackEvent, { type: 'app_home_opened' }>): Promise<void> {
    if (event.tab === 'home') await home(event.user);
    if (event.tab === 'messages')
      await intake.joined(conversationRef(event.channel, undefined, session), userRef(event.user, session));
  }

  /** Ends what is being worked on there. In direct conversations a stream may hang below a message that began no thread. */
  async function stopped(event: Extract<SlackEvent, { type: 'agent_session_stopped' }>): Promise<void> {
    const { channel, thread_ts, user } = event;
    const actor = userRef(user, session);
    const inThread = conversationRef(channel, thread_ts, session);
    if (!(await intake.stop(inThread, actor)) && inThread.kind === 'dm' && thread_ts)
      await intake.stop(conversationRef(channel, undefined, session), actor);
    if (!thread_ts) return;
    // Slack leaves the status to the app: https://docs.slack.dev/reference/events/agent_session_stopped
    await session.api.call('agents.sessions.setStatus', { channel_id: channel, thread_ts, status: 'active' });
  }
}

function kindOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'type' in body && typeof body.type === 'string'
    ? body.type.slice(0, 40)
    : 'unknown';
}
