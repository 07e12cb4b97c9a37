import { userKey } from '../../chat/types.ts';
import { answerFromText } from '../answer.ts';
import type { Budget } from '../budget.ts';
import type { Failure } from '../failures.ts';
import { FREE, type ModelSettings, moneyOf, spent } from '../model.ts';
import { tokensOf } from '../prompt.ts';
import type { ToolRequest } from './calls.ts';
import { FINISH } from './house-tools.ts';
import type { Records } from './records.ts';
import type { Repeats } from './repeats.ts';
import { answered, end, type Session } from './session.ts';
import { createSummary } from './summary.ts';
import type { OfferedTool, TakeTurn, Turn, TurnMessage } from './turn.ts';

/** The questions put to the model: within the bounds, on somebody's budget, and what is made of each answer. */

export interface StepsOptions {
  session: Session;
  settings: ModelSettings;
  takeTurn: TakeTurn;
  budget: Budget;
  records: Records;
  repeats: Repeats;
  tools: OfferedTool[];
  /** The only one that is left in the end. */
  finish: OfferedTool;
  clock: () => number;
}

/** What comes of a step; without calls there is no further one. */
export interface Reply {
  text: string;
  calls: ToolRequest[];
}

const MOST_OUTPUT = 4000;
/** Less than this is no answer. */
const LEAST_OUTPUT = 300;
/** From here on there is no time for another look. */
const LAST_PART = 0.75;
/** What is said is forgotten from the beginning when it gets longer. */
const LONGEST_TALK = 24_000;
const MOST_RETRIES = 2;
const LONGEST_TEXT = 4000;
const NO_TOOLS: OfferedTool[] = [];
const NOTHING: Reply = { text: '', calls: [] };

const CONCLUDE =
  'It is time to conclude: no tool but finish can be called any more. Call finish now with what the evidence shows, and say what you could not look at.';
const RETRY: Partial<Record<Failure['code'], string>> = {
  INVALID_ANSWER: 'Your last answer did not arrive. Give it again.',
  TOO_LONG: 'Your last answer was too long and was thrown away. Think less, and be brief.',
};
const EMPTY: Failure = { ok: false, code: 'INVALID_ANSWER', message: 'The model answers with nothing' };

/** Takes one step. Never rejects; once the investigation is over it says nothing any more. */
export function createSteps(options: StepsOptions): (talk: TurnMessage[]) => Promise<Reply> {
  const { session, repeats } = options;
  const bounds = createBounds(options);
  let retries = 0;

  async function step(talk: TurnMessage[], nudge?: string): Promise<Reply> {
    if (session.over) return NOTHING;
    const turn = await ask(talk, nudge);
    if (!turn || session.over) return NOTHING;
    const failure = !turn.ok ? turn : turn.text === '' && turn.calls.length === 0 ? EMPTY : undefined;
    if (!turn.ok || failure) return again(talk, failure ?? EMPTY);
    return made(turn);
  }

  /** Once more after what may have been bad luck; everything else ends it. */
  async function again(talk: TurnMessage[], failure: Failure): Promise<Reply> {
    if (session.signal.aborted) return NOTHING;
    session.emit({ type: 'reset' });
    const nudge = RETRY[failure.code];
    if (nudge && ++retries <= MOST_RETRIES) return step(talk, nudge);
    end(session, 'failed', failure);
    return NOTHING;
  }

  async function ask(talk: TurnMessage[], nudge: string | undefined): Promise<Turn | Failure | undefined> {
    const request = bounds.next(talk, nudge);
    if (!request) return undefined;
    const { who, conversation } = session.request;
    const { main: model, prices, timeoutMs } = options.settings;
    const amountsOf = (of: { input: number; output: number }) => ({
      calls: 1,
      tokens: of.input + of.output,
      money: moneyOf(of, prices?.[model]),
    });
    const taken = await options.budget.take(
      userKey(who),
      amountsOf({ input: request.input, output: request.maxTokens }),
      conversation,
    );
    if (!taken.ok) {
      end(session, 'budget', spent(taken));
      return undefined;
    }
    session.usage.steps++;
    const turn = await options.takeTurn({
      model,
      messages: request.messages,
      tools: request.tools,
      maxTokens: request.maxTokens,
      silenceMs: timeoutMs,
      signal: session.signal,
      newCallId: bounds.newCallId,
      onText: (text) => session.emit({ type: 'token', text }),
      onReset: () => session.emit({ type: 'reset' }),
      onArguments: createSummary((text) => session.emit({ type: 'token', text })),
    });
    const used = amountsOf(usedBy(turn, request));
    session.usage.tokens += used.tokens;
    session.usage.money += used.money;
    // What broke off in the middle stays as it was taken: somebody may have to pay for it.
    if (turn.ok || FREE.includes(turn.code)) await taken.settle(used);
    return turn;
  }

  function made({ text, calls }: Turn): Reply {
    const finish = calls.find(({ name }) => name === FINISH);
    if (finish) return { text: '', calls: [finish] };
    if (calls.length === 0 || session.concluding) {
      if (text !== '') answered(session, answerFromText(text));
      else end(session, session.concluding ?? 'failed', EMPTY);
      return NOTHING;
    }
    if (text !== '') session.emit({ type: 'reset' });
    if (repeats.isCircle(calls)) session.concluding = 'steps';
    return { text: text.slice(0, LONGEST_TEXT), calls };
  }

  return (talk) =>
    step(talk).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      end(session, 'failed', { ok: false, code: 'FAILED', message });
      return NOTHING;
    });
}

function usedBy(turn: Turn | Failure, { input, maxTokens }: NextQuestion): { input: number; output: number } {
  if (!turn.ok) return FREE.includes(turn.code) ? { input: 0, output: 0 } : { input, output: maxTokens };
  const said = turn.text + JSON.stringify(turn.calls);
  return turn.usage ?? { input, output: tokensOf([{ role: 'assistant', content: said }]) };
}

interface NextQuestion {
  messages: TurnMessage[];
  tools: OfferedTool[];
  /** Estimated. */
  input: number;
  maxTokens: number;
}

function createBounds({ session, tools, finish, records, clock }: StepsOptions) {
  const { limits, usage } = session;
  const startedAt = clock();
  const inTheEnd = [finish];
  let calls = 0;

  function near(input: number): Session['concluding'] {
    if (usage.steps >= limits.steps - 1 || usage.toolCalls >= limits.toolCalls) return 'steps';
    if (clock() - startedAt >= limits.seconds * 1000 * LAST_PART) return 'time';
    return usage.tokens + 2 * input + MOST_OUTPUT > limits.tokens ? 'tokens' : undefined;
  }

  return {
    newCallId: () => `call${String(++calls).padStart(5, '0')}`,

    /** The next question, or nothing where a bound is reached. */
    next(talk: TurnMessage[], nudge: string | undefined): NextQuestion | undefined {
      const shortened = fitting(talk, records);
      const all = sizeOf(shortened, tools);
      session.concluding ??= near(all);
      const offered = session.concluding ? inTheEnd : tools;
      const hints = [session.concluding && CONCLUDE, nudge].filter((hint) => hint !== undefined);
      const messages = withHints(shortened, hints);
      const input = sizeOf(messages, offered);
      const maxTokens = Math.min(MOST_OUTPUT, limits.tokens - usage.tokens - input);
      if (usage.steps >= limits.steps) end(session, session.concluding ?? 'steps');
      else if (maxTokens < LEAST_OUTPUT) end(session, 'tokens');
      return session.over ? undefined : { messages, tools: offered, input, maxTokens };
    },
  };
}

function sizeOf(messages: TurnMessage[], tools: OfferedTool[]): number {
  const said = messages.map((message) => ({
    role: 'user' as const,
    content: 'calls' in message ? message.content + JSON.stringify(message.calls) : message.content,
  }));
  return tokensOf(said) + toolsSize(tools);
}

const toolsSizes = new WeakMap<OfferedTool[], number>();

/** The same tools are offered again and again. */
function toolsSize(tools: OfferedTool[]): number {
  const known = toolsSizes.get(tools);
  if (known !== undefined) return known;
  const size = tools.length === 0 ? 0 : tokensOf([{ role: 'user', content: JSON.stringify(tools) }]);
  toolsSizes.set(tools, size);
  return size;
}

/** The last message says it as well: in between, templates of models want the roles to take turns. */
function withHints(messages: TurnMessage[], hints: string[]): TurnMessage[] {
  const last = messages.at(-1);
  if (!last || hints.length === 0) return messages;
  return [...messages.slice(0, -1), { ...last, content: [last.content, ...hints].join('\n\n') }];
}

/** Without the oldest answers of tools where the talk gets too long; those of the last two rounds stay. */
function fitting(talk: TurnMessage[], records: Records): TurnMessage[] {
  let over = sizeOf(talk, NO_TOOLS) - LONGEST_TALK;
  if (over <= 0) return talk;
  const rounds = talk.flatMap((message, at) => ('calls' in message ? [at] : []));
  const kept = rounds.at(-2) ?? 0;
  return talk.map((message, at) => {
    if (over <= 0 || at >= kept || message.role !== 'tool') return message;
    const [id = ''] = /^E\d+/.exec(message.content) ?? [];
    const evidence = records.find(id);
    if (!evidence) return message;
    const content = `${id} ${evidence.source}\n(Left out here for length; evidence_page reads it again.)`;
    over -= sizeOf([message], NO_TOOLS) - sizeOf([{ ...message, content }], NO_TOOLS);
    return { ...message, content };
  });
}
