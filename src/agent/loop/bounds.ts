import { tokensOf } from '../prompt.ts';
import type { Records } from './records.ts';
import { end, type Session } from './session.ts';
import type { OfferedTool, TurnMessage } from './turn.ts';

/** What may still be asked: within the steps, the calls, the tokens and the time, and in a talk of a bearable length. */

export interface BoundsOptions {
  session: Session;
  records: Records;
  tools: OfferedTool[];
  /** The only one that is left in the end. */
  finish: OfferedTool;
  clock: () => number;
}

const MOST_OUTPUT = 4000;
/** Less than this is no answer. */
const LEAST_OUTPUT = 300;
/** From here on there is no time for another look. */
const LAST_PART = 0.75;
/** What is said is forgotten from the beginning when it gets longer. */
const LONGEST_TALK = 24_000;
const NO_TOOLS: OfferedTool[] = [];
const CONCLUDE =
  'It is time to conclude: no tool but finish can be called any more. Call finish now with what the evidence shows, and say what you could not look at.';

export interface NextQuestion {
  messages: TurnMessage[];
  tools: OfferedTool[];
  /** Estimated. */
  input: number;
  maxTokens: number;
}

/** The bounds of one investigation. */
export function createBounds({ session, tools, finish, records, clock }: BoundsOptions) {
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
