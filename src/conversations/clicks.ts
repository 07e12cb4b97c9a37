import { hasControl } from '../chat/blocks.ts';
import type { Translate } from '../chat/messages.ts';
import type { Outbox, OutboxRow } from '../chat/outbox.ts';
import { type ActionOutcome, type IncomingAction, type Language, userKey } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import type { Controls } from './ports.ts';
import type { InboxRow, Run } from './records.ts';

/** A click is looked up, never remembered: the stored card says what it may do and whose it is. */

export interface ClickOptions {
  outbox: Outbox;
  runs: Collection<Run>;
  controls: Controls;
  translate: Record<Language, Translate>;
  take: (row: Pick<InboxRow, 'id' | 'conversation' | 'sender' | 'stimulus'>) => Promise<boolean>;
}

/** A button in words, as those platforms need that have none: `press CARD ACTION`. */
export function readPress(text: string): { cardId: string; actionId: string } | undefined {
  const [, cardId, actionId] = /^(?:press|按)\s+(\S+)\s+(\S.*)$/i.exec(text.trim()) ?? [];
  return cardId !== undefined && actionId !== undefined ? { cardId, actionId } : undefined;
}

/** Decides about one click and writes the decision down before it answers. The same click twice is one effect. */
export async function judgeClick(options: ClickOptions, action: IncomingAction): Promise<ActionOutcome> {
  const row = await options.outbox.get(action.cardId);
  const card = row?.message.card;
  const t = options.translate[row?.message.language ?? 'en'];
  const refuse = (code: Extract<ActionOutcome, { result: 'refused' }>['code']): ActionOutcome => ({
    result: 'refused',
    code,
    message: t(`conversation.click.${code}`),
  });
  if (!row || !card) return refuse('not-found');
  const control = options.controls.owns(action.actionId);
  if (card.closed) return refuse(control ? await options.controls.whyClosed(action.actionId) : 'decided');
  if (action.rev < row.controlsRev) return refuse('stale');
  if (action.rev > card.rev || !hasControl(card, action.actionId)) return refuse('invalid');
  if (control) {
    const at = { conversation: row.conversation, language: row.message.language };
    return options.controls.click(action.actionId, action.actor, action.inputs, at);
  }
  return takeClick(options, action, row, refuse);
}

async function takeClick(
  { runs, take }: ClickOptions,
  action: IncomingAction,
  row: OutboxRow,
  refuse: (code: 'forbidden' | 'decided') => ActionOutcome,
): Promise<ActionOutcome> {
  const { conversation } = row;
  const id = `click:${row.id}:${row.controlsRev}`;
  const [prefix, ...rest] = action.actionId.split(':');
  const words = rest.join(':');
  if (prefix === 'send' || prefix === 'intent') {
    const offered = row.owner.startsWith('offer:') ? row.owner.slice('offer:'.length) : words;
    const stimulus =
      prefix === 'send'
        ? { type: 'message' as const, text: words }
        : { type: 'message' as const, text: offered, intent: words };
    const key = prefix === 'send' ? `click:${action.deliveryId}` : id;
    return (await take({ id: key, conversation, sender: action.actor, stimulus }))
      ? { result: 'accepted' }
      : refuse('decided');
  }
  const runId = row.owner.startsWith('run:') ? row.owner.slice('run:'.length) : '';
  const run = await runs.get(runId);
  if (run?.state !== 'active') return refuse('decided');
  if (userKey(run.user) !== userKey(action.actor)) return refuse('forbidden');
  const stimulus = { type: 'click' as const, runId, actionId: action.actionId, inputs: action.inputs };
  return (await take({ id, conversation, sender: action.actor, stimulus }))
    ? { result: 'accepted' }
    : refuse('decided');
}
