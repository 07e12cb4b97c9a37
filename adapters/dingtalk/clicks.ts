import type { Translate } from '../../src/chat/messages.ts';
import type { ActionOutcome, IncomingAction, Intake, Language, Outgoing, UserRef } from '../../src/chat/types.ts';
import type { Cards, Params } from './cards.ts';
import { type Directory, isStaffId } from './directory.ts';
import { plainWords } from './markdown.ts';
import { digest, isCardOf } from './refs.ts';
import { renderConfirm, renderNote } from './render-card.ts';
import type { Shown, ShownCard } from './shown.ts';
import type { Texts } from './texts.ts';
import { type CardCallback, cardCallbackSchema, clickSchema, jsonOf, read } from './wire.ts';

export interface ClicksOptions {
  intake: Pick<Intake, 'action' | 'card'>;
  directory: Directory;
  cards: Pick<Cards, 'toldPrivately'>;
  texts: Texts;
  shown: Shown;
  translate: Record<Language, Translate>;
  language: Language;
  onError(error: unknown, where: string): void;
}

/** Judges one click and returns what goes into its ack: the card's next state, and what the person is told alone. */
export type TakeClick = (data: unknown) => Promise<object>;

/** DingTalk waits about two seconds for the ack. */
const ACK_MS = 1_500;
/** Of them, how long the card may take to change after the click was accepted. */
const CHANGE_MS = 400;
const BY_KEY = { updateCardDataByKey: true, updatePrivateDataByKey: true };

interface Click {
  outTrackId: string;
  action: IncomingAction;
  confirm: 'ask' | 'yes' | 'no' | undefined;
}

/** Makes the judge of clicks. What comes too late for the ack is still done, and told by message or by the card itself. */
export function createClicks({ intake, directory, cards, texts, shown, ...options }: ClicksOptions): TakeClick {
  const { translate, language, onError } = options;

  function answer(click: Click, note: Params, card?: ShownCard): object {
    if (note.note !== '') cards.toldPrivately(click.outTrackId, click.action.actor.id);
    return {
      cardUpdateOptions: BY_KEY,
      ...(card && { cardData: { cardParamMap: card.params } }),
      userPrivateData: { cardParamMap: note },
    };
  }

  async function judge(click: Click): Promise<object> {
    const { outTrackId, action, confirm } = click;
    if (confirm === 'no') return answer(click, renderNote());
    const card = await intake.card(action.cardId, action.actor);
    const question = confirm === 'ask' && card && questionOf(card, action);
    if (question) return answer(click, question);
    const outcome = await intake.action(action);
    if (outcome.result === 'refused') {
      void tell(action.actor, outcome, card?.language ?? language);
      return answer(click, renderNote(outcome.message), await shown.after(outTrackId, action.rev, 0));
    }
    const changed = await shown.after(outTrackId, action.rev, CHANGE_MS);
    if (changed) return answer(click, renderNote(), changed);
    return answer(click, renderNote(translate[card?.language ?? language]('dingtalk.recorded')));
  }

  /** On the card only he sees it, and only as long as the card stays as it is: so he is written to as well. */
  async function tell(actor: UserRef, { message }: ActionOutcome & { result: 'refused' }, spoken: Language) {
    if (!isStaffId(actor.id)) return;
    const to = { platform: 'dingtalk', tenant: actor.tenant, id: actor.id, kind: 'dm' } as const;
    const title = translate[spoken]('dingtalk.refused');
    try {
      await texts.markdown(to, { title, text: plainWords(message) }, `refused ${digest(`${actor.id} ${message}`)}`);
    } catch (error) {
      onError(error, 'click');
    }
  }

  return async (data) => {
    const click = readClick(read(cardCallbackSchema, data), directory);
    const judged = judge(click);
    const late = Symbol('late');
    const { promise, resolve } = Promise.withResolvers<typeof late>();
    const timer = setTimeout(() => resolve(late), ACK_MS);
    const first = await Promise.race([judged, promise]).finally(() => clearTimeout(timer));
    if (first !== late) return first;
    judged.catch((error: unknown) => onError(error, 'click'));
    return {};
  };
}

/** The question names the revision that the person saw: a card that has changed since then is refused, not answered by surprise. */
function questionOf(message: Outgoing, { actionId, rev }: IncomingAction): Params | undefined {
  return message.card && renderConfirm({ ...message, card: { ...message.card, rev } }, actionId);
}

/** What was clicked stands in `value`, in `content`, or beside them: all three have been seen. */
function readClick(callback: CardCallback, directory: Directory): Click {
  const { outTrackId, corpId, value, content } = callback;
  const places = [jsonOf(value), jsonOf(content), callback].map((place) => clickSchema.safeParse(place));
  const found = places.find((place) => place.success)?.data;
  const { actionIds, params } = (found ?? read(clickSchema, callback)).cardPrivateData;
  const { cardId, rev, confirm, ...inputs } = params;
  // After a restart nothing else may have named the robot's organisation: its own cards do.
  if (corpId && directory.home() === undefined && isCardOf(outTrackId, corpId)) directory.learnHome(corpId);
  const actor = directory.clicker(callback);
  const actionId = actionIds[0] ?? '';
  return {
    outTrackId,
    confirm: confirm === 'ask' || confirm === 'yes' || confirm === 'no' ? confirm : undefined,
    action: {
      type: 'action',
      deliveryId: digest([outTrackId, actionId, actor.id, rev].join(' ')),
      cardId,
      rev,
      actor,
      actionId,
      inputs,
    },
  };
}
