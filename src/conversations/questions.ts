import { escapeMarkdown, plainText } from '../chat/plain.ts';
import type { Block, Card, Choice } from '../chat/types.ts';
import { commandIn } from '../flow/clarify/answer.ts';
import { begin, reply as replyTo } from '../flow/clarify/engine.ts';
import { normalise } from '../flow/clarify/normalise.ts';
import { questionCard, questionTitle } from '../flow/clarify/question.ts';
import { type ClarifyInput, type ClarifyTurn, clarifyStateSchema } from '../flow/clarify/state.ts';
import type { ClarifyValues } from '../flow/clarify/template.ts';
import type { AskOptions, Command } from '../flow/kit.ts';
import type { JsonObject } from '../tools/types.ts';
import type { AdvanceOptions, Performed, Reply } from './advance.ts';
import type { Run, Waiting } from './records.ts';

/** Questions to a person: how they are shown, how a typed or clicked answer is read, and how they close. */

/** Asks a template's next question, or takes the answer to the open one. */
export async function performClarify(
  options: AdvanceOptions,
  run: Run,
  command: Extract<Command, { verb: 'clarify' }>,
  reply: Reply,
): Promise<Performed> {
  const template = options.templates.get(command.template);
  const sources = options.flows.get(run.flow)?.sources ?? {};
  if (!template)
    return { answer: { ok: false, code: 'NO_TEMPLATE', message: `There is no template ${command.template}` } };
  const open = run.waiting?.for === 'clarify' ? run.waiting : undefined;
  if (open && reply.kind === 'look') return { waiting: open, dueAt: run.dueAt };
  const turn: ClarifyTurn =
    open && reply.kind !== 'look'
      ? replyTo(template, sources, clarifyStateSchema.parse(open.state), clarifyInput(reply), run.language)
      : begin(template, sources, command.text, run.language, scalars(command.known));
  if (turn.outcome.kind === 'cancelled') {
    await closeQuestion(options, run);
    return { answer: { ok: false, code: 'ENDED', message: 'cancelled' } };
  }
  const t = options.translate[run.language];
  const blocks = questionCard(template, sources, turn.state, t, run.language);
  const notes: Block[] = turn.notes.map((note) => ({ type: 'text', markdown: t(note) }));
  if (turn.outcome.kind === 'complete') {
    await closeQuestion(options, run, { blocks: [...notes, ...blocks], tone: 'success' });
    return { answer: { ok: true, value: turn.outcome.values } };
  }
  const shown = await showQuestion(options, run, reply, {
    title: questionTitle(template, turn.state, run.language) ?? t('conversation.question'),
    blocks: [...notes, ...blocks],
  });
  const waiting = {
    for: 'clarify' as const,
    template: template.id,
    state: JSON.parse(JSON.stringify(turn.state)),
    ...shown,
  };
  return { waiting, dueAt: options.clock() + options.questionLifetimeMs };
}

function scalars(known: JsonObject): ClarifyValues {
  const entries = Object.entries(known).flatMap(([field, value]) =>
    value === null || typeof value === 'object' ? [] : [[field, value] as const],
  );
  return Object.fromEntries(entries);
}

function clarifyInput(reply: Exclude<Reply, { kind: 'look' }>): ClarifyInput {
  if (reply.kind === 'text') return { kind: 'text', text: reply.text };
  const [kind, first = '', ...rest] = reply.actionId.split(':');
  if (kind === 'choice') return { kind: 'choice', fieldId: first, choiceId: rest.join(':') };
  if (first === 'back' || first === 'defaults' || first === 'take-nearest') return { kind: 'command', command: first };
  return { kind: 'command', command: 'cancel' };
}

/** Asks one question of a flow, or takes the answer to it. */
export async function performAsk(options: AdvanceOptions, run: Run, ask: AskOptions, reply: Reply): Promise<Performed> {
  const t = options.translate[run.language];
  const open = run.waiting?.for === 'choice' ? run.waiting : undefined;
  const title = t(ask.title);
  const blocks = ask.blocks ?? [];
  if (open && reply.kind === 'look') return { waiting: open, dueAt: run.dueAt };
  if (open && reply.kind !== 'look') {
    const chosen =
      reply.kind === 'click'
        ? ask.choices.find(({ id }) => `ask:${id}` === reply.actionId)
        : typedChoice(reply.text, ask.choices);
    if (chosen || (ask.freeText && reply.kind === 'text' && !isCancel(reply.text))) {
      const said = chosen?.label ?? (reply.kind === 'text' ? reply.text : '');
      await closeQuestion(options, run, {
        title,
        blocks: [...blocks, { type: 'text', markdown: `✓ ${escapeMarkdown(said)}` }],
        tone: 'neutral',
      });
      return { answer: { ok: true, value: chosen ? { choice: chosen.id } : { text: said } } };
    }
    if (reply.kind === 'text' && isCancel(reply.text)) {
      await closeQuestion(options, run);
      return { answer: { ok: false, code: 'ENDED', message: 'cancelled' } };
    }
  }
  const notUnderstood: Block[] = open ? [{ type: 'text', markdown: t('conversation.not-understood') }] : [];
  const buttons: Block = {
    type: 'buttons',
    items: ask.choices.map(({ id, label, hint }, index) => ({
      id: `ask:${id}`,
      label,
      ...(hint && { hint }),
      ...(index === 0 && { style: 'primary' as const }),
    })),
  };
  const shown = await showQuestion(options, run, reply, { title, blocks: [...notUnderstood, ...blocks, buttons] });
  const waiting = {
    for: 'choice' as const,
    choices: ask.choices,
    freeText: ask.freeText ?? false,
    ...(ask.template && { template: ask.template }),
    ...(ask.amount && { amount: ask.amount }),
    ...shown,
  };
  return { waiting, dueAt: options.clock() + options.questionLifetimeMs };
}

/** Whether typed words can be the answer to a question with choices; anything is where it takes free text. */
export function canAnswer(text: string, { choices, freeText }: Extract<Waiting, { for: 'choice' }>): boolean {
  return freeText || isChoice(text, { choices });
}

/** Whether typed words are one of the choices, or end the question. */
export function isChoice(text: string, { choices }: Pick<Extract<Waiting, { for: 'choice' }>, 'choices'>): boolean {
  return isCancel(text) || typedChoice(text, choices) !== undefined;
}

/** Whether typed words end what is being asked. */
export const isCancel = (text: string): boolean => commandIn(normalise(text)) === 'cancel';

/** An answer by number, by label, or by the only label it is part of. */
function typedChoice<T extends Pick<Choice, 'id' | 'label'>>(text: string, choices: T[]): T | undefined {
  const typed = normalise(text);
  const byNumber = /^\d+$/.test(typed) ? choices[Number(typed) - 1] : undefined;
  if (byNumber) return byNumber;
  const exact = choices.find(({ id, label }) => normalise(label) === typed || normalise(id) === typed);
  if (exact) return exact;
  const partial = typed.length < 2 ? [] : choices.filter(({ label }) => normalise(label).includes(typed));
  return partial.length === 1 ? partial[0] : undefined;
}

/** A clicked question is edited in place; after typed words the next one stands below them, and the old one closes. */
async function showQuestion(
  options: AdvanceOptions,
  run: Run,
  reply: Reply,
  { title, blocks }: { title: string; blocks: Block[] },
): Promise<{ cardId: string; cardRev: number }> {
  const open = run.waiting && 'cardId' in run.waiting ? run.waiting : undefined;
  if (open && reply.kind === 'click')
    return put(options, run, { id: open.cardId, rev: open.cardRev + 1, title, tone: 'info', blocks });
  if (open) await closeQuestion(options, run);
  run.asked += 1;
  return put(options, run, { id: `${run.id}-q${run.asked}`, rev: 1, title, tone: 'info', blocks });
}

/** Drops the open question's controls; `last` is what it shows from then on. */
export async function closeQuestion(
  options: AdvanceOptions,
  run: Run,
  last?: Pick<Card, 'blocks' | 'tone'> & { title?: string },
): Promise<void> {
  if (!run.waiting || !('cardId' in run.waiting)) return;
  const { cardId, cardRev } = run.waiting;
  const shown = (await options.outbox.get(cardId))?.message.card;
  if (!shown) return;
  await put(options, run, { ...shown, ...last, rev: cardRev + 1, closed: true });
}

async function put(options: AdvanceOptions, run: Run, card: Card): Promise<{ cardId: string; cardRev: number }> {
  await options.outbox.put(
    card.id,
    run.conversation,
    { text: plainText(card), card, language: run.language },
    `run:${run.id}`,
  );
  return { cardId: card.id, cardRev: card.rev };
}
