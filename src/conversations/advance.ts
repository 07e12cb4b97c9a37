import type { Translate } from '../chat/messages.ts';
import type { Outbox } from '../chat/outbox.ts';
import { unescapeMarkdown } from '../chat/plain.ts';
import type { Language } from '../chat/types.ts';
import type { ClarifyTemplate } from '../flow/clarify/template.ts';
import type { Answer, Command, Flow } from '../flow/kit.ts';
import { type Position, replay } from '../flow/replay.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';
import { toAnswer } from './answers.ts';
import { takeConsent } from './consent.ts';
import type { Investigations } from './investigations.ts';
import type { Asker, Proposals, Views } from './ports.ts';
import { closeQuestion, performAsk, performClarify } from './questions.ts';
import type { Run, Waiting } from './records.ts';
import type { Turn } from './turns.ts';

/** What moves a run on: a person's words or click, or just another look at what it waits for. */
export type Reply =
  | { kind: 'text'; text: string }
  | { kind: 'click'; actionId: string; inputs: Record<string, string | string[] | boolean> }
  | { kind: 'look' };

export interface AdvanceOptions {
  flows: ReadonlyMap<string, Flow>;
  templates: ReadonlyMap<string, ClarifyTemplate>;
  translate: Record<Language, Translate>;
  outbox: Outbox;
  gateway: ToolGateway;
  views: Views;
  analyse: (script: string, input: JsonObject) => Promise<ToolResult>;
  investigations: Pick<Investigations, 'answer'>;
  proposals: Proposals;
  clock: () => number;
  /** How long a question stays open. */
  questionLifetimeMs: number;
}

/** Either the verb is answered and the run goes on, or it waits for something that is written down. */
export type Performed = { answer: Answer } | { waiting: Waiting; dueAt: number };

/** Looks again in case a waking was lost. */
const LOOK_AGAIN_MS = 60_000;
/** An investigation whose process was lost is to be begun again soon. */
const LOOK_AGAIN_SOON_MS = 15_000;

/**
 * Moves a run on as far as it goes and returns it as it is to be stored. What it says or asks on the way has ids made of
 * the run's id and place, so a turn that is repeated after a crash says it once.
 */
export async function advance(options: AdvanceOptions, before: Run, reply: Reply, turn?: Turn): Promise<Run> {
  const run: Run = { ...before, rev: before.rev + 1, journal: [...before.journal] };
  const flow = options.flows.get(run.flow);
  if (!flow || flow.version !== run.version) return end(options, run, 'failed', 'conversation.flow-changed');
  const context = {
    t: options.translate[run.language],
    language: run.language,
    user: run.user,
    startedAt: run.startedAt,
    text: run.text,
  };
  let pending: Reply = reply;
  if (run.waiting?.for === 'consent') {
    const said = await takeConsent(options, run, reply);
    if (said === undefined) return run;
    delete run.waiting;
    if (said === 'no') return { ...run, state: 'cancelled' };
    pending = { kind: 'look' };
  }
  const live = replay(flow, run.known, context, run.journal);
  let position = live.position();
  while (position.kind === 'asks') {
    turn?.signal.throwIfAborted();
    const performed = await perform(options, run, { command: position.command, reply: pending, turn });
    if ('waiting' in performed) return { ...run, waiting: performed.waiting, dueAt: performed.dueAt };
    run.journal.push({ key: position.key, answer: performed.answer });
    delete run.waiting;
    pending = { kind: 'look' };
    position = live.answer(performed.answer);
  }
  return conclude(options, run, position);
}

async function conclude(
  options: AdvanceOptions,
  run: Run,
  position: Exclude<Position, { kind: 'asks' }>,
): Promise<Run> {
  switch (position.kind) {
    case 'finished':
      return { ...run, state: 'finished' };
    case 'ended':
      return end(options, run, 'cancelled', 'conversation.cancelled');
    case 'changed':
      return end(options, run, 'failed', 'conversation.flow-changed');
    case 'failed':
      return end(options, run, 'failed', 'conversation.failed', {
        reason: position.message,
        hint: position.hint ?? '',
      });
  }
}

/** Ends a run with a word to the person, closing its open question. */
export async function end(
  options: AdvanceOptions,
  run: Run,
  state: Exclude<Run['state'], 'active'>,
  key: string,
  params: Record<string, string> = {},
): Promise<Run> {
  await closeQuestion(options, run);
  const text = options.translate[run.language]({ key, params });
  await options.outbox.put(`${run.id}-end`, run.conversation, { text, language: run.language });
  const { waiting: _, ...rest } = run;
  return { ...rest, state };
}

async function perform(
  options: AdvanceOptions,
  run: Run,
  { command, reply, turn }: { command: Command; reply: Reply; turn: Turn | undefined },
): Promise<Performed> {
  switch (command.verb) {
    case 'clarify':
      return performClarify(options, run, command, reply);
    case 'ask':
      return performAsk(options, run, command.ask, reply);
    case 'read':
      return { answer: toAnswer(await readTool(options, run, command, turn)) };
    case 'analyse':
      return { answer: toAnswer(await options.analyse(command.script, command.input)) };
    case 'investigate':
      return performInvestigate(options, run, command);
    case 'propose':
      return performPropose(options, run, command);
    case 'wait':
      return performWait(options, run, command.ms);
    case 'say':
      return performSay(options, run, command);
  }
}

async function readTool(
  options: AdvanceOptions,
  run: Run,
  { tool, args }: { tool: string; args: JsonObject },
  turn: Turn | undefined,
): Promise<ToolResult> {
  const t = options.translate[run.language];
  const key = `reading.${tool}`;
  const step = { id: `${run.journal.length}`, title: t(t.has(key) ? key : 'reading.other', { tool }) };
  turn?.onStep({ ...step, status: 'running' });
  const view = options.views[tool];
  const result = view
    ? await view(args, askerOf(run), turn?.signal)
    : await options.gateway.read({ tool, args, actor: run.user, ...(turn && { signal: turn.signal }) });
  turn?.onStep({ ...step, status: result.ok ? 'done' : 'failed' });
  return result;
}

async function performInvestigate(
  { investigations, clock }: AdvanceOptions,
  run: Run,
  { question, evidence }: Extract<Command, { verb: 'investigate' }>,
): Promise<Performed> {
  const id = `${run.id}-${run.journal.length}`;
  const answer = await investigations.answer({ id, runId: run.id, question, evidence, asker: askerOf(run) });
  return answer ? { answer } : { waiting: { for: 'investigation', id }, dueAt: clock() + LOOK_AGAIN_SOON_MS };
}

async function performPropose(
  { proposals, translate, clock }: AdvanceOptions,
  run: Run,
  command: Extract<Command, { verb: 'propose' }>,
): Promise<Performed> {
  let approvalId = run.waiting?.for === 'proposal' ? run.waiting.approvalId : undefined;
  if (!approvalId) {
    const requested = await proposals.request(
      `${run.id}.${run.journal.length}`,
      command.plan,
      command.blocks,
      askerOf(run),
    );
    if ('refused' in requested) {
      return {
        answer: { ok: true, value: { kind: 'not-allowed', reason: translate[run.language](requested.refused) } },
      };
    }
    approvalId = requested.approvalId;
  }
  const outcome = await proposals.outcome(approvalId);
  if (outcome) return { answer: { ok: true, value: JSON.parse(JSON.stringify(outcome)) } };
  return { waiting: { for: 'proposal', approvalId }, dueAt: clock() + LOOK_AGAIN_MS };
}

function performWait({ clock }: AdvanceOptions, run: Run, ms: number): Performed {
  const at = run.waiting?.for === 'timer' ? run.waiting.at : clock() + ms;
  return clock() >= at ? { answer: { ok: true, value: null } } : { waiting: { for: 'timer', at }, dueAt: at };
}

async function performSay(
  { outbox, translate }: AdvanceOptions,
  run: Run,
  { message: worded, blocks }: Extract<Command, { verb: 'say' }>,
): Promise<Performed> {
  const id = `${run.id}-${run.journal.length}`;
  const text = translate[run.language](worded);
  const card = { id, rev: 1, title: unescapeMarkdown(text), tone: 'neutral' as const, blocks };
  const message = { text, language: run.language, ...(blocks.length > 0 && { card }) };
  // Abilities that it offers take the sentence along.
  await outbox.put(id, run.conversation, message, `offer:${run.text}`);
  return { answer: { ok: true, value: null } };
}

function askerOf(run: Run): Asker {
  return { user: run.user, conversation: run.conversation, language: run.language };
}
