import { randomUUID } from 'node:crypto';
import { applyChange, buttonsOf } from './card-api.ts';
import { type Stream, TOPIC_CARD, TOPIC_ROBOT } from './stream.ts';
import type { ClickOptions, FakeButton, FakeUser, Json, PressOptions, SayOptions } from './types.ts';
import { conversationOf, isObject, object, WEBHOOK_MS, type World } from './world.ts';

/** What people do with the bot. */
export interface People {
  say(options: SayOptions): Promise<{ msgId: string }>;
  click(options: ClickOptions): Promise<{ ack: unknown }>;
  press(options: PressOptions): Promise<{ msgId: string; text: string }>;
  buttons(outTrackId: string, user: string): FakeButton[];
}

export function createPeople(world: World, stream: Stream): People {
  const people: People = {
    async say(options) {
      const data = messageOf(world, options);
      const { copies = 1, newIds = false } = options;
      const { sent } = stream.deliver({ topic: TOPIC_ROBOT, data, again: true, copies, newIds });
      if (!sent) world.lost.push(String(data.msgId));
      return { msgId: String(data.msgId) };
    },

    buttons: (outTrackId, user) => {
      const card = world.cards.get(outTrackId);
      return card ? buttonsOf(card, idOf(userOf(world, user))) : [];
    },

    async click(options) {
      const button = wanted(people.buttons(options.outTrackId, options.user), options);
      const data = clickOf(world, options, button);
      const { sent, answer } = stream.deliver({ topic: TOPIC_CARD, data, again: false });
      if (!sent) return { ack: undefined };
      const ack = await withinTime(answer, world.options.clickMs);
      if (isObject(ack)) change(world, options, ack);
      return { ack };
    },

    /** In a group the client puts the mention of the robot before it; a guess, but without it no link could work there. */
    async press({ user, conversation, link }) {
      const place = conversationOf(world, conversation ?? user);
      const shown = (world.said.get(place) ?? []).some((one) => !one.recalled && one.text.includes(`(${link})`));
      if (!shown) throw new Error(`No message in ${place} has the link ${link}`);
      const url = new URL(link);
      if (url.protocol !== 'dtmd:' || url.pathname !== '/sendMessage')
        throw new Error(`Not a link that says something: ${link}`);
      const text = url.searchParams.get('content') ?? '';
      const { msgId } = await people.say({ user, text, ...(conversation ? { conversation } : {}) });
      return { msgId, text };
    },
  };
  return people;
}

export const userOf = (world: World, name: string): FakeUser => {
  const user = world.users.get(name) ?? [...world.users.values()].find((one) => one.staffId === name);
  if (!user) throw new Error(`No user ${name}`);
  return user;
};

const idOf = (user: FakeUser): string => user.staffId ?? user.senderId;

/** https://open.dingtalk.com/document/orgapp/receive-message */
function messageOf(world: World, options: SayOptions): Json {
  const user = userOf(world, options.user);
  const group = options.conversation === undefined ? undefined : world.groups.get(options.conversation);
  if (options.conversation !== undefined && !group) throw new Error(`No group ${options.conversation}`);
  const place = conversationOf(world, options.conversation ?? options.user);
  const now = world.options.now();
  const until = options.webhookExpired === true ? now - 1 : now + WEBHOOK_MS;
  const session = randomUUID().replaceAll('-', '');
  world.sessions.set(session, { conversation: place, until: options.webhookExpired ? 0 : until });
  return {
    conversationId: options.conversation ?? `cidDirect${Buffer.from(idOf(user)).toString('base64url')}==`,
    conversationType: group ? '2' : '1',
    ...(group ? { conversationTitle: group.title, isInAtList: true } : {}),
    atUsers: group ? [{ dingtalkId: '$:LWCP_v1:$robot' }] : undefined,
    chatbotCorpId: world.corpId,
    chatbotUserId: '$:LWCP_v1:$robot',
    msgId: options.msgId ?? `msg${randomUUID().replaceAll('-', '')}`,
    senderNick: user.nick,
    isAdmin: false,
    ...(user.staffId && !user.external ? { senderStaffId: user.staffId } : {}),
    senderId: user.senderId,
    senderCorpId: user.external ? 'ding0other0corp' : world.corpId,
    robotCode: world.robotCode,
    sessionWebhook: `${world.bases.oapi}/robot/sendBySession?session=${session}`,
    sessionWebhookExpiredTime: until,
    createAt: now,
    ...bodyOf(options, group !== undefined),
  };
}

/** In groups the mention was cut, and left its space behind. */
function bodyOf({ msgtype = 'text', text }: SayOptions, inGroup: boolean): Json {
  const code = `code-${text.length}`;
  switch (msgtype) {
    case 'text':
      return { msgtype, text: { content: inGroup ? ` ${text}` : text } };
    case 'richText':
      return {
        msgtype,
        content: { richText: [{ text }, { type: 'picture', downloadCode: code, pictureDownloadCode: code }] },
      };
    case 'audio':
      return { msgtype, content: { duration: 3_000, downloadCode: code, recognition: text } };
    case 'picture':
      return { msgtype, content: { downloadCode: code, pictureDownloadCode: code } };
    case 'file':
      return { msgtype, content: { downloadCode: code, fileName: text, fileId: '1', spaceId: '1' } };
    case 'video':
      return { msgtype, content: { duration: 3, downloadCode: code, videoType: 'mp4' } };
    default:
      return { msgtype, content: { unknownMsgType: text } };
  }
}

function wanted(buttons: FakeButton[], { actionId, params = {}, outTrackId }: ClickOptions): FakeButton {
  const found = buttons.find(
    (one) =>
      [one.actionId, one.params.actionId].includes(actionId) &&
      Object.entries(params).every(([key, value]) => one.params[key] === value),
  );
  if (found) return found;
  const shown = buttons.map((one) => `${one.actionId} ${JSON.stringify(one.params)}`).join('; ');
  throw new Error(`Card ${outTrackId} shows no button ${actionId}, but: ${shown || 'none'}`);
}

/** https://open.dingtalk.com/document/orgapp/event-callback-card */
function clickOf(
  world: World,
  { user, outTrackId, inputs = {}, where = 'value' }: ClickOptions,
  button: FakeButton,
): Json {
  const card = world.cards.get(outTrackId);
  const cardPrivateData = { actionIds: [button.actionId], params: { ...button.params, ...inputs } };
  const inside = JSON.stringify({ cardPrivateData });
  return {
    type: 'actionCallback',
    outTrackId,
    userId: idOf(userOf(world, user)),
    userIdType: 1,
    corpId: world.corpId,
    spaceId: card?.space,
    spaceType: card?.space.includes('IM_GROUP') ? 'IM_GROUP' : 'IM_ROBOT',
    extension: '{}',
    value: where === 'value' ? inside : '{}',
    content: where === 'content' ? inside : '{}',
    ...(where === 'root' ? { cardPrivateData } : {}),
  };
}

/** The answer in the ack changes the card in place, with `userPrivateData` for who clicked. */
function change(world: World, { user, outTrackId }: ClickOptions, ack: Json): void {
  const card = world.cards.get(outTrackId);
  if (!card || (ack.cardData === undefined && ack.userPrivateData === undefined)) return;
  const mine = ack.userPrivateData === undefined ? {} : { [idOf(userOf(world, user))]: ack.userPrivateData };
  const options = object(ack.cardUpdateOptions);
  const wrong = applyChange(world, card, { options, data: ack.cardData, privateData: mine, by: 'ack' });
  if (wrong) world.violations.push(`in an ack: ${wrong}`);
}

async function withinTime(answer: Promise<unknown>, ms: number): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  return Promise.race([answer, promise]).finally(() => clearTimeout(timer));
}
