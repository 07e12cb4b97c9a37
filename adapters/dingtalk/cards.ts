import type { ConversationRef } from '../../src/chat/types.ts';
import { type Api, readable } from './api.ts';
import { isStaffId } from './directory.ts';
import { isFailure } from './errors.ts';
import type { Lanes } from './lanes.ts';
import { createMemory } from './memory.ts';
import { deliveredSchema } from './wire.ts';

export type Params = Record<string, string>;

/** A card as it is put into a conversation. */
interface NewCard {
  outTrackId: string;
  conversation: ConversationRef;
  params: Params;
  /** What the notification says. */
  alert: string;
  /** Who is called by it: name by staff id. */
  mention?: Record<string, string> | undefined;
}

/** Interactive cards of one template. */
export interface Cards {
  /** Puts the card there; where it is already, changes it. Throws CardRefused for a place or a template that takes none. */
  create(card: NewCard): Promise<void>;
  /** Changes what everybody sees, and takes away what single persons were told about the state before. */
  update(outTrackId: string, params: Params): Promise<void>;
  /** Notes that this person has been shown something of his own on it. */
  toldPrivately(outTrackId: string, userId: string): void;
  /** Writes into a card while it is being worked on. */
  stream(outTrackId: string, chunk: { guid: string; content: string; final: boolean }): Promise<void>;
}

export interface CardsOptions {
  api: Pick<Api, 'call'>;
  /** Absent: no card is made, but those that are there can be changed. */
  templateId: string | undefined;
  robotCode: string;
  lanes: Lanes;
  /** What a card shows to a person when there is nothing to tell him alone. */
  nothingPrivate: Params;
}

/** DingTalk takes no such card there. */
export class CardRefused extends Error {
  readonly code = 'CARD_REFUSED';
}

/** How DingTalk words these is not documented; these words were seen, or are guesses. */
const EXISTS = /exist(s|ed)\b|duplicate|已存在/i;
const MISSING = /not.?(exist|found)|不存在/i;
const BY_KEY = { updateCardDataByKey: true, updatePrivateDataByKey: true };

/** Makes the cards. */
export function createCards({ api, templateId, robotCode, lanes, nothingPrivate }: CardsOptions): Cards {
  const told = createMemory<Set<string>>(1_000);
  const there = createMemory<true>(5_000);

  async function create({ outTrackId, conversation, params, alert, mention }: NewCard): Promise<void> {
    if (templateId === undefined) throw new CardRefused('No card template is set');
    if (there.get(outTrackId)) return change(outTrackId, params);
    const body = {
      cardTemplateId: templateId,
      outTrackId,
      callbackType: 'STREAM',
      userIdType: 1,
      cardData: { cardParamMap: params },
      ...spaceOf(conversation, { robotCode, alert, mention }),
    };
    try {
      // https://open.dingtalk.com/document/orgapp/create-and-deliver-cards
      const answer = await lanes.run('card', outTrackId, () =>
        api.call('POST', 'card/instances/createAndDeliver', body),
      );
      const { result } = readable(deliveredSchema.safeParse(answer), 'card/instances/createAndDeliver');
      const refused = result.deliverResults.find(({ success }) => !success);
      if (!refused) return there.set(outTrackId, true);
      throw new CardRefused(`DingTalk did not deliver the card: ${refused.errorMsg ?? 'no reason given'}`);
    } catch (error) {
      if (!isFailure(error, 'refused', 'permission')) throw error;
      if (EXISTS.test(error.message) && !MISSING.test(error.message)) {
        there.set(outTrackId, true);
        return change(outTrackId, params);
      }
      throw new CardRefused(error.message, { cause: error });
    }
  }

  async function change(outTrackId: string, params: Params): Promise<void> {
    const viewers = [...(told.get(outTrackId) ?? [])];
    const privateData = Object.fromEntries(viewers.map((id) => [id, { cardParamMap: nothingPrivate }]));
    // https://open.dingtalk.com/document/orgapp/interactive-card-update-interface
    await lanes.run('card', `${outTrackId} change`, () =>
      api.call('PUT', 'card/instances', {
        outTrackId,
        userIdType: 1,
        cardData: { cardParamMap: params },
        ...(viewers.length > 0 && { privateData }),
        cardUpdateOptions: BY_KEY,
      }),
    );
    told.delete(outTrackId);
  }

  return {
    create,
    async update(outTrackId, params) {
      try {
        await change(outTrackId, params);
      } catch (error) {
        if (!isFailure(error, 'refused') || !MISSING.test(`${error.code} ${error.message}`)) throw error;
        there.delete(outTrackId);
        throw new CardRefused(error.message, { cause: error });
      }
    },
    toldPrivately(outTrackId, userId) {
      told.set(outTrackId, (told.get(outTrackId) ?? new Set()).add(userId));
    },
    async stream(outTrackId, { guid, content, final }) {
      // https://open.dingtalk.com/document/isvapp/api-streamingupdate
      await lanes.run('card', outTrackId, () =>
        api.call('PUT', 'card/streaming', {
          outTrackId,
          guid,
          key: 'content',
          content,
          isFull: true,
          isFinalize: final,
          isError: false,
        }),
      );
    },
  };
}

/** Where the card goes. `supportForward` is false: a card in another conversation would be asked for by strangers. */
function spaceOf(
  { id, kind }: ConversationRef,
  { robotCode, alert, mention }: { robotCode: string; alert: string; mention: NewCard['mention'] },
): object {
  const space = { supportForward: false, notification: { alertContent: alert, notificationOff: false } };
  if (kind === 'group')
    return {
      openSpaceId: `dtv1.card//IM_GROUP.${id}`,
      imGroupOpenSpaceModel: space,
      imGroupOpenDeliverModel: { robotCode, ...(mention && { atUserIds: mention }) },
    };
  if (!isStaffId(id)) throw new CardRefused('A person from outside can be sent no card');
  return {
    openSpaceId: `dtv1.card//IM_ROBOT.${id}`,
    imRobotOpenSpaceModel: space,
    imRobotOpenDeliverModel: { spaceType: 'IM_ROBOT', robotCode },
  };
}
