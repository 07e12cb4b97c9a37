import { channelOf, type Method, messageOf, openDm } from './chat.ts';
import type { FakeChannel, FakeUser, Json } from './types.ts';
import { Refusal, type World, wireMessage } from './world.ts';

/** People and places: https://docs.slack.dev/reference/methods/users.info and its neighbours. */

function userOf(world: World, user: FakeUser): Json {
  const mail = user.email !== undefined && world.scopes.has('users:read.email') && !user.stranger;
  return {
    id: user.id,
    team_id: user.team,
    name: user.name,
    real_name: user.name,
    deleted: user.deleted ?? false,
    is_bot: user.bot ?? false,
    is_app_user: false,
    is_restricted: user.restricted !== undefined,
    is_ultra_restricted: user.restricted === 'single-channel',
    is_email_confirmed: user.emailConfirmed,
    ...(user.stranger && { is_stranger: true }),
    tz: user.tz,
    locale: user.locale,
    profile: { real_name: user.name, display_name: user.name, ...(mail && { email: user.email }) },
  };
}

const known = (world: World, id: unknown): FakeUser => {
  const user = world.users.get(String(id));
  if (!user) throw new Refusal('user_not_found', { details: [String(id)] });
  return user;
};

function shown(world: World, channel: FakeChannel): Json {
  return {
    id: channel.id,
    name: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'group',
    is_im: channel.kind === 'im',
    is_private: channel.kind !== 'channel',
    is_archived: channel.archived,
    is_member: channel.members.has(world.botUser),
    num_members: channel.members.size,
    ...(channel.kind === 'im' && { user: [...channel.members].find((id) => id !== world.botUser) }),
  };
}

function history(world: World, body: Json, of: (channel: FakeChannel) => FakeChannel['messages']): Json {
  const channel = channelOf(world, body.channel);
  if (!channel.members.has(world.botUser)) throw new Refusal('not_in_channel');
  const inside = (ts: string) =>
    (body.oldest === undefined || ts >= String(body.oldest)) &&
    (body.latest === undefined || ts <= String(body.latest));
  const found = of(channel).filter((message) => message.ephemeralFor === undefined && inside(message.ts));
  const most = Math.min(Number(body.limit ?? 100), 999);
  const metadata = String(body.include_all_metadata) === 'true';
  return {
    messages: found
      .slice(-most)
      .reverse()
      .map((message) => ({ ...wireMessage(world, message), ...(!metadata && { metadata: undefined }) })),
    has_more: found.length > most,
  };
}

export const directoryMethods: Record<string, Method> = {
  'auth.test': (world) => ({
    url: 'https://fake.slack.com/',
    team: 'Fake',
    user: 'k8s-copilot',
    team_id: world.team,
    user_id: world.botUser,
    bot_id: world.botId,
    is_enterprise_install: false,
  }),
  'bots.info': (world) => ({
    bot: { id: world.botId, app_id: world.appId, user_id: world.botUser, name: 'k8s-copilot' },
  }),
  'team.info': (world) => ({ team: { id: world.team, name: 'Fake', domain: 'fake' } }),
  'users.info': (world, body) => ({ user: userOf(world, known(world, body.user)) }),
  'users.list': (world) => ({
    members: [...world.users.values()].map((user) => userOf(world, user)),
    response_metadata: { next_cursor: '' },
  }),
  'users.lookupByEmail'(world, body) {
    const user = [...world.users.values()].find((one) => one.email === body.email && !one.stranger);
    if (!user) throw new Refusal('users_not_found');
    return { user: userOf(world, user) };
  },
  'usergroups.list': () => ({ usergroups: [] }),
  'conversations.info': (world, body) => ({ channel: shown(world, channelOf(world, body.channel)) }),
  'conversations.list': (world) => ({
    channels: [...world.channels.values()].filter((one) => one.kind !== 'im').map((one) => shown(world, one)),
    response_metadata: { next_cursor: '' },
  }),
  'conversations.members': (world, body) => ({
    members: [...channelOf(world, body.channel).members],
    response_metadata: { next_cursor: '' },
  }),
  'conversations.open'(world, body) {
    const user = known(world, String(body.users ?? '').split(',')[0]);
    if (user.bot) throw new Refusal('cannot_dm_bot');
    if (user.deleted) throw new Refusal('user_disabled');
    return { channel: { id: openDm(world, user.id).id } };
  },
  'conversations.history': (world, body) =>
    history(world, body, (channel) => channel.messages.filter((one) => !one.threadTs || one.threadTs === one.ts)),
  'conversations.replies': (world, body) => {
    const parent = messageOf(channelOf(world, body.channel), body.ts);
    const answer = history(world, body, (channel) =>
      channel.messages.filter((one) => one.ts === parent.ts || one.threadTs === parent.ts),
    );
    return { ...answer, messages: (answer.messages as Json[]).toReversed() };
  },
};
