import type { Card, IncomingAction, Outgoing, UserRef } from '../../src/chat/types.ts';
import type { ControlRef } from './control-ref.ts';
import { drawingOf } from './options.ts';
import { renderFold, renderForm } from './render.ts';
import { formOf, readForm } from './render-views.ts';
import { privately } from './reply-urls.ts';
import type { Session } from './session.ts';
import { type FormState, viewAnswer } from './wire.ts';

/** Which form a modal holds: the card as it was when the form was filled, and the action it submits. */
export interface FormRef extends ControlRef {
  actionId: string;
}

/** Reads a form's `private_metadata`; undefined for modals without a form. */
export function parseFormRef(metadata: string): FormRef | undefined {
  const [, cardId, rev, actionId] = /^([^#]+)#(\d{1,15})#(.+)$/s.exec(metadata) ?? [];
  return cardId && rev && actionId ? { cardId, rev: Number(rev), actionId } : undefined;
}

/** What was put into a form of a card, by the ids of its inputs. */
export async function inputsOf(
  session: Session,
  { ref, viewer, values }: { ref: FormRef; viewer: UserRef; values: FormState },
): Promise<IncomingAction['inputs']> {
  const message = await session.intake.card(ref.cardId, viewer);
  const form = message?.card && formOf(message.card, ref.actionId);
  return form ? readForm(values, form.items) : {};
}

/** What a button of the adapter's own opens: the form of an action, or a folded part. */
export type Opening = { kind: 'form'; actionId: string } | { kind: 'fold'; n: number };

/** The adapter's own buttons begin with `~`: `~form:ACTION`, `~fold:N`. Undefined for those that open nothing. */
export function openingOf(actionId: string): Opening | undefined {
  if (actionId.startsWith('~form:')) return { kind: 'form', actionId: actionId.slice('~form:'.length) };
  const [, n] = /^~fold:(\d{1,4})$/.exec(actionId) ?? [];
  return n === undefined ? undefined : { kind: 'fold', n: Number(n) };
}

/** Shows a form or a folded part of a card as it is now. A trigger lives three seconds, so an empty modal opens first. */
export async function openView(
  session: Session,
  click: { cardId: string; triggerId: string; viewer: UserRef },
  opening: Opening,
): Promise<void> {
  const { api, intake, options } = session;
  const t = options.translate[options.language];
  // https://docs.slack.dev/reference/methods/views.open
  const opened = viewAnswer.parse(
    await api.call('views.open', { trigger_id: click.triggerId, view: noticeView(session, t('slack.loading')) }),
  );
  const message = await intake.card(click.cardId, click.viewer).catch((error: unknown) => {
    options.onError(error, click.cardId);
    return undefined;
  });
  const view = message?.card && filledView(session, message, message.card, opening);
  await api.call('views.update', {
    view_id: opened.view.id,
    view: view ?? noticeView(session, t('slack.moved-on')),
  });
}

function filledView({ options }: Session, message: Outgoing, card: Card, opening: Opening): object | undefined {
  const shown = { card, language: message.language };
  const drawing = drawingOf(options);
  return opening.kind === 'fold' ? renderFold(shown, opening.n, drawing) : renderForm(shown, opening.actionId, drawing);
}

/** A modal that only says something. */
export function noticeView({ options }: Pick<Session, 'options'>, text: string): object {
  const t = options.translate[options.language];
  return {
    type: 'modal',
    title: { type: 'plain_text', text: t('slack.modal-title'), emoji: false },
    close: { type: 'plain_text', text: t('slack.render-close'), emoji: false },
    blocks: privately(text).blocks,
  };
}
