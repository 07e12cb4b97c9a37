import { escapeMarkdown, plainText } from '../chat/plain.ts';
import type { Block, Card } from '../chat/types.ts';
import { normalise } from '../flow/clarify/normalise.ts';
import type { AdvanceOptions, Reply } from './advance.ts';
import type { Understanding } from './ports.ts';
import { closeQuestion } from './questions.ts';
import type { Run } from './records.ts';

/** What a model understood is shown back, and begins only when the person says so. */

const YES =
  /^(?:1|y|yes|yep|yeah|ok|okay|sure|right|correct|exactly|go on|go ahead|do it|please|是|是的|对|对的|好|好的|没错|可以|行|继续|就是这样|嗯)(?: please|的|吧)?$/;
const NO =
  /^(?:2|n|no|nope|wrong|cancel|never ?mind|forget it|something else|not that|不|不是|不是这个|不对|不要|取消|算了|别的|不行|错了)(?:的|了|吧)?$/;

/** Whether typed words say yes or no; undefined where they say something else. */
export function consentIn(text: string): 'yes' | 'no' | undefined {
  const parts = normalise(text).split(' , ');
  if (parts.every((part) => YES.test(part))) return 'yes';
  return parts.every((part) => NO.test(part)) ? 'no' : undefined;
}

/** A run that waits to be begun, from one that was only made. */
export function awaitingConsent(run: Run): Run {
  return { ...run, asked: 1, waiting: { for: 'consent', cardId: `${run.id}-q1`, cardRev: 1 } };
}

/** Shows what was understood, with a button to go on and one to stop. */
export async function askConsent(
  { outbox, translate }: Pick<AdvanceOptions, 'outbox' | 'translate'>,
  run: Run,
  { intent, items }: Extract<Understanding, { kind: 'intent' }>,
): Promise<void> {
  if (run.waiting?.for !== 'consent') return;
  const { language } = run;
  const t = translate[language];
  const title = t('understood.title', { what: intent.title[language] });
  const buttons: Block = {
    type: 'buttons',
    items: [
      { id: 'ask:yes', label: t('understood.yes'), style: 'primary' },
      { id: 'ask:no', label: t('understood.no') },
    ],
  };
  const { cardId, cardRev } = run.waiting;
  const known: Block[] = items.length > 0 ? [{ type: 'fields', items }] : [];
  const card: Card = { id: cardId, rev: cardRev, title, tone: 'info', blocks: [...known, buttons] };
  await outbox.put(cardId, run.conversation, { text: plainText(card), card, language }, `run:${run.id}`);
}

/** What the person answers to it; undefined while there is no answer. */
export async function takeConsent(options: AdvanceOptions, run: Run, reply: Reply): Promise<'yes' | 'no' | undefined> {
  const said = reply.kind === 'click' ? reply.actionId.split(':')[1] : reply.kind === 'text' && consentIn(reply.text);
  if (said !== 'yes' && said !== 'no') return undefined;
  await closeConsent(options, run, options.translate[run.language](`understood.${said}`));
  return said;
}

/** Drops the buttons and leaves what was understood, with what was said to it. */
export async function closeConsent(options: AdvanceOptions, run: Run, said: string): Promise<void> {
  if (run.waiting?.for !== 'consent') return;
  const shown = (await options.outbox.get(run.waiting.cardId))?.message.card;
  const known = shown?.blocks.filter(({ type }) => type === 'fields') ?? [];
  const blocks: Block[] = [...known, { type: 'text', markdown: `✓ ${escapeMarkdown(said)}` }];
  await closeQuestion(options, run, { blocks, tone: 'neutral' });
}
