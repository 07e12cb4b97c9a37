import { channelOf, messageOf, openDm } from './chat.ts';
import { postAnswer } from './responses.ts';
import type { Courier, FakeChannel, FakeSlack, Json, Saying } from './types.ts';
import { newMessage, newResponseUrl, newTrigger, Refusal, SUBSCRIPTION, type World, wireMessage } from './world.ts';

/** What people do in the workspace, and the events it makes: https://docs.slack.dev/reference/events */

type People = Pick<
  FakeSlack,
  'mention' | 'say' | 'edit' | 'remove' | 'slash' | 'openHome' | 'stopSession' | 'join' | 'event' | 'dm'
>;

type Copies = Pick<Saying, 'copies' | 'newIds' | 'spreadMs'>;
/** Spreads evenly, and the same each time. */
const GOLDEN = 0.618_033_988_75;

export function createPeople(world: World, courier: () => Courier, command: string): People {
  function wrap(event: Json): Json {
    return {
      token: 'fake-verification-token',
      team_id: world.team,
      context_team_id: world.team,
      context_enterprise_id: null,
      api_app_id: world.appId,
      event,
      type: 'event_callback',
      event_id: world.id('Ev'),
      event_time: Math.floor(world.now() / 1000),
      authorizations: [
        {
          enterprise_id: null,
          team_id: world.team,
          user_id: world.botUser,
          is_bot: true,
          is_enterprise_install: false,
        },
      ],
      is_ext_shared_channel: false,
    };
  }

  function push(subscription: string, event: Json, { copies = 1, newIds = false, spreadMs = 0 }: Copies = {}): void {
    if (!world.subscribed.has(subscription)) return;
    let payload = wrap(event);
    for (let n = 0; n < copies; n += 1) {
      courier().send({ type: 'events_api', payload, answers: false }, ((n * GOLDEN) % 1) * spreadMs);
      if (newIds) payload = wrap(event);
    }
  }
  world.tell = push;

  function place(saying: Saying): { channel: FakeChannel; event: Json; ts: string } {
    const channel = placeFor(world, saying);
    const message = newMessage({
      ts: world.ts(),
      user: saying.user,
      text: saying.text,
      blocks: saying.blocks ?? [],
      attachments: saying.attachments ?? [],
      ...(saying.threadTs && { threadTs: saying.threadTs }),
    });
    channel.messages.push(message);
    const event = { ...wireMessage(world, message), channel: channel.id, event_ts: message.ts };
    return { channel, event, ts: message.ts };
  }

  const hears = (channel: FakeChannel) => channel.members.has(world.botUser);

  return {
    dm: (user) => openDm(world, user).id,
    async event(event, copies) {
      const kind = world.channels.get(String(event.channel))?.kind ?? 'channel';
      push(event.type === 'message' ? SUBSCRIPTION[kind] : String(event.type), event, copies);
    },
    async mention(saying) {
      const name = `<@${world.botUser}>`;
      const text = saying.text.includes(name) ? saying.text : `${name} ${saying.text}`;
      const { channel, event, ts } = place({ ...saying, text });
      if (hears(channel)) {
        push('app_mention', { ...event, type: 'app_mention' }, saying);
        push(SUBSCRIPTION[channel.kind], { ...event, channel_type: channel.kind }, saying);
      }
      return { ts };
    },
    async say(saying) {
      const { channel, event, ts } = place(saying);
      if (hears(channel)) push(SUBSCRIPTION[channel.kind], { ...event, channel_type: channel.kind }, saying);
      return { ts };
    },
    async edit({ user, channel: id, ts, text }) {
      const channel = channelOf(world, id);
      const message = messageOf(channel, ts);
      Object.assign(message, { text, edits: message.edits + 1 });
      push(SUBSCRIPTION[channel.kind], {
        type: 'message',
        subtype: 'message_changed',
        channel: channel.id,
        channel_type: channel.kind,
        message: { ...wireMessage(world, message), edited: { user, ts: world.ts() } },
        ts: world.ts(),
      });
    },
    async remove({ channel: id, ts }) {
      const channel = channelOf(world, id);
      const message = messageOf(channel, ts);
      channel.messages.splice(channel.messages.indexOf(message), 1);
      push(SUBSCRIPTION[channel.kind], {
        type: 'message',
        subtype: 'message_deleted',
        channel: channel.id,
        channel_type: channel.kind,
        deleted_ts: ts,
        previous_message: wireMessage(world, message),
        ts: world.ts(),
      });
    },
    async slash(o) {
      const channel = placeFor(world, o);
      const payload = {
        token: 'fake-verification-token',
        team_id: world.team,
        team_domain: 'fake',
        channel_id: channel.id,
        channel_name: channel.kind === 'im' ? 'directmessage' : channel.name,
        user_id: o.user,
        user_name: world.users.get(o.user)?.name,
        command: o.command ?? command,
        text: o.text,
        api_app_id: world.appId,
        is_enterprise_install: 'false',
        response_url: newResponseUrl(world, { channel: channel.id, user: o.user }),
        trigger_id: newTrigger(world, o.user),
      };
      const ack = await courier().send({ type: 'slash_commands', payload, answers: true }).outcome;
      if (ack) showAck(world, { channel, user: o.user, said: `${payload.command} ${o.text}` }, ack);
      return { ack };
    },
    async openHome(user, tab = 'home') {
      const view = world.homes.get(user);
      push('app_home_opened', {
        type: 'app_home_opened',
        user,
        channel: openDm(world, user).id,
        tab,
        event_ts: world.ts(),
        ...(tab === 'home' && view && { view }),
      });
    },
    async stopSession({ user, channel, threadTs }) {
      const streams = channelOf(world, channel).messages.filter((one) => one.stream?.state === 'streaming');
      push('agent_session_stopped', {
        type: 'agent_session_stopped',
        channel,
        user,
        thread_ts: threadTs,
        streaming_message_ts: streams.filter((one) => one.threadTs === threadTs).map((one) => one.ts),
        event_ts: world.ts(),
      });
    },
    async join(id, by) {
      const channel = channelOf(world, id);
      channel.members.add(world.botUser);
      push('member_joined_channel', {
        type: 'member_joined_channel',
        user: world.botUser,
        channel: channel.id,
        channel_type: channel.kind === 'group' ? 'G' : 'C',
        team: world.team,
        inviter: by,
        event_ts: world.ts(),
      });
    },
  };
}

function placeFor(world: World, o: { user: string; channel: string }): FakeChannel {
  if (!world.users.has(o.user)) throw new Error(`There is nobody called ${o.user}`);
  return channelOf(world, o.channel);
}

/** An ack may show what was typed to all, and may carry the answer: https://docs.slack.dev/interactivity/implementing-slash-commands */
function showAck(world: World, command: { channel: FakeChannel; user: string; said: string }, ack: Json): void {
  const { channel, user, said } = command;
  if (ack.response_type === 'in_channel') channel.messages.push(newMessage({ ts: world.ts(), user, text: said }));
  if (!ack.text && !ack.blocks) return;
  try {
    postAnswer(world, { channel: channel.id, user }, ack);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    world.violations.push(`slash ack: ${error.error} ${error.details.join(';')}`);
  }
}
