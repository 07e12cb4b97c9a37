import { type Answer, type Call, ok, problem, type Routes, refuse } from './http.ts';
import { LIMITS } from './limits.ts';
import type { FakeButton, FakeCard, Json } from './types.ts';
import { direct, hear, isMember, isObject, object, parsed, strings, text, type World } from './world.ts';

/** Interactive cards. https://open.dingtalk.com/document/orgapp/create-and-deliver-cards and its neighbours. */
export const cardRoutes: Routes = {
  'POST /v1.0/card/instances/createAndDeliver': { token: 'header', handle: createAndDeliver },
  'POST /v1.0/card/instances': { token: 'header', handle: create },
  'PUT /v1.0/card/instances': { token: 'header', handle: update },
  'PUT /v1.0/card/streaming': { token: 'header', handle: stream },
};

type Params = Record<string, string>;

/** A `cardParamMap`; a string is why not: every value has to be a string. */
function paramsOf(holder: unknown): Params | string {
  const map = object(holder).cardParamMap ?? {};
  if (!isObject(map)) return 'cardParamMap is no object';
  const wrong = Object.entries(map).find(([, value]) => typeof value !== 'string');
  if (wrong) return `cardParamMap.${wrong[0]} is no string`;
  return map as Params;
}

function privateOf(holder: unknown): Record<string, Params> | string {
  const all: Record<string, Params> = {};
  for (const [user, data] of Object.entries(object(holder))) {
    const params = paramsOf(data);
    if (typeof params === 'string') return params;
    all[user] = params;
  }
  return all;
}

function createAndDeliver(world: World, { body }: Call): Answer {
  const wrong = wrongWithCreation(world, body);
  if (wrong) return refuse(world, 'param.error', wrong);
  const params = paramsOf(body.cardData);
  const privateData = privateOf(body.privateData);
  if (typeof params === 'string' || typeof privateData === 'string')
    return refuse(world, 'param.error', String(typeof params === 'string' ? params : privateData));
  const outTrackId = text(body.outTrackId);
  // How DingTalk words it is not known.
  if (world.cards.has(outTrackId)) return problem(400, 'param.error', `outTrackId ${outTrackId} already exists`);
  const space = text(body.openSpaceId);
  const place = placeOf(world, space);
  if (place) {
    const recipients = strings(object(body.imGroupOpenDeliverModel).recipients);
    const template = text(body.cardTemplateId);
    const card: FakeCard = {
      outTrackId,
      template,
      params,
      privateData,
      space,
      conversation: place,
      recipients,
      updates: [],
      streams: [],
    };
    world.cards.set(outTrackId, card);
    hear(world, place, { id: outTrackId, msgKey: 'card', title: '', text: '', at: [], by: 'card' });
  }
  return ok({ success: true, result: { outTrackId, deliverResults: [deliverResult(space, place)] } });
}

/** A card that nobody sees before it is delivered, which this fake does not offer. */
function create(world: World, { body }: Call): Answer {
  const wrong = wrongWithInstance(world, body);
  if (wrong) return problem(400, 'param.error', wrong);
  const params = paramsOf(body.cardData);
  return typeof params === 'string' ? refuse(world, 'param.error', params) : ok({ result: text(body.outTrackId) });
}

const deliverResult = (space: string, place: string | undefined): Json => ({
  spaceType: space.includes('IM_GROUP') ? 'IM_GROUP' : 'IM_ROBOT',
  spaceId: space,
  success: place !== undefined,
  ...(place ? { carrierId: 'fake-carrier' } : { errorMsg: 'the space does not exist' }),
});

function wrongWithCreation(world: World, body: Json): string | undefined {
  return wrongWithInstance(world, body) ?? wrongWithSpace(world, body);
}

function wrongWithInstance(world: World, body: Json): string | undefined {
  if (body.cardTemplateId !== world.templateId) return `template ${String(body.cardTemplateId)} does not exist`;
  if (!text(body.outTrackId)) return 'no outTrackId';
  if (text(body.outTrackId).length > 128) return 'an outTrackId of more than 128 characters';
  if (body.callbackType !== 'STREAM') return 'callbackType is not STREAM: clicks would go nowhere';
  if (body.userIdType !== 1) return 'userIdType is not 1: clicks would not name the staff id';
  return tooLong(body.cardData) ? 'more card data than a card takes' : undefined;
}

function wrongWithSpace(world: World, body: Json): string | undefined {
  const space = text(body.openSpaceId);
  const group = space.startsWith('dtv1.card//IM_GROUP.');
  if (!group && !space.startsWith('dtv1.card//IM_ROBOT.')) return `no openSpaceId: ${space}`;
  const model = object(group ? body.imGroupOpenSpaceModel : body.imRobotOpenSpaceModel);
  if (model.supportForward !== false) return 'the card may be forwarded';
  if (group) {
    return object(body.imGroupOpenDeliverModel).robotCode === world.robotCode
      ? undefined
      : 'no robotCode to deliver with';
  }
  const deliver = object(body.imRobotOpenDeliverModel);
  if (deliver.spaceType !== 'IM_ROBOT') return 'imRobotOpenDeliverModel.spaceType is not IM_ROBOT';
  return deliver.robotCode === undefined || deliver.robotCode === world.robotCode ? undefined : 'another robotCode';
}

function placeOf(world: World, space: string): string | undefined {
  const id = space.slice('dtv1.card//IM_GROUP.'.length);
  if (space.startsWith('dtv1.card//IM_GROUP.')) return world.groups.has(id) ? id : undefined;
  return isMember(world, id) ? direct(id) : undefined;
}

const tooLong = (cardData: unknown): boolean => JSON.stringify(cardData ?? {}).length > LIMITS.cardData;

function update(world: World, { body }: Call): Answer {
  const card = world.cards.get(text(body.outTrackId));
  if (!card) return refuse(world, 'param.cardNotExist', `no card ${String(body.outTrackId)}`);
  const wrong = applyChange(world, card, {
    options: object(body.cardUpdateOptions),
    data: body.cardData,
    privateData: object(body.privateData),
    by: 'put',
  });
  return wrong ? refuse(world, 'param.error', wrong) : ok({ success: true, result: true });
}

interface Change {
  options: Json;
  data: unknown;
  privateData: Json;
  by: 'put' | 'ack';
}

/** Without `update…ByKey` the new data replaces the old as a whole. Gives what is wrong with it. */
export function applyChange(world: World, card: FakeCard, change: Change): string | undefined {
  const params = paramsOf(change.data);
  const privateData = privateOf(change.privateData);
  if (typeof params === 'string') return params;
  if (typeof privateData === 'string') return privateData;
  if (tooLong(change.data)) return 'more card data than a card takes';
  if (change.data !== undefined)
    card.params = change.options.updateCardDataByKey === true ? { ...card.params, ...params } : params;
  for (const [user, mine] of Object.entries(privateData))
    card.privateData[user] =
      change.options.updatePrivateDataByKey === true ? { ...card.privateData[user], ...mine } : mine;
  card.updates.push({ time: world.options.now(), by: change.by, params });
  return undefined;
}

/** https://open.dingtalk.com/document/isvapp/api-streamingupdate */
function stream(world: World, { body }: Call): Answer {
  const card = world.cards.get(text(body.outTrackId));
  if (!card) return refuse(world, 'param.cardNotExist', `no card ${String(body.outTrackId)}`);
  if (!text(body.guid) || !text(body.key) || typeof body.content !== 'string')
    return refuse(world, 'param.error', 'streaming without guid, key or content');
  const [key, content] = [text(body.key), body.content];
  if (card.streams.some((one) => one.key === key && one.final))
    return refuse(world, 'param.error', `streaming of ${key} is over`);
  card.params[key] = body.isFull === true ? content : (card.params[key] ?? '') + content;
  const [final, failed] = [body.isFinalize === true, body.isError === true];
  card.streams.push({ time: world.options.now(), key, content: card.params[key] ?? '', final, failed });
  return ok({ success: true, result: true });
}

/** The buttons that a card shows this person now, wherever in its variables they stand. */
export function buttonsOf(card: FakeCard, viewer: string): FakeButton[] {
  const shown = { ...card.params, ...card.privateData[viewer] };
  return Object.values(shown).flatMap((value) => buttonsIn(parsed(value)));
}

function buttonsIn(value: unknown): FakeButton[] {
  if (Array.isArray(value)) return value.flatMap(buttonsIn);
  if (!isObject(value)) return [];
  const event = object(value.event);
  if (event.type !== 'sendCardRequest') return Object.values(value).flatMap(buttonsIn);
  if (value.status === 'disabled') return [];
  const request = object(event.params);
  return [{ text: text(value.text), actionId: text(request.actionId), params: object(request.params) }];
}
