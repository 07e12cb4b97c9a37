import { userKey } from '../../chat/types.ts';
import { answerFromText } from '../answer.ts';
import type { Budget } from '../budget.ts';
import type { Failure } from '../failures.ts';
import { FREE, type ModelSettings, moneyOf, spent } from '../model.ts';
import { tokensOf } from '../prompt.ts';
import { type BoundsOptions, createBounds, type NextQuestion } from './bounds.ts';
import type { ToolRequest } from './calls.ts';
import { FINISH } from './house-tools.ts';
import type { Repeats } from './repeats.ts';
import { answered, end } from './session.ts';
import { createSummary } from './summary.ts';
import type { TakeTurn, Turn, TurnMessage } from './turn.ts';

/** The questions put to the model: within the bounds, on somebody's budget, and what is made of each answer. */

export interface StepsOptions extends BoundsOptions {
  settings: ModelSettings;
  takeTurn: TakeTurn;
  budget: Budget;
  repeats: Repeats;
}

/** What comes of a step; without calls there is no further one. */
export interface Reply {
  text: string;
  calls: ToolRequest[];
}

const MOST_RETRIES = 2;
const LONGEST_TEXT = 4000;
const NOTHING: Reply = { text: '', calls: [] };

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
    if (!turn.ok) return again(talk, turn);
    return turn.text === '' && turn.calls.length === 0 ? again(talk, EMPTY) : made(turn);
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
