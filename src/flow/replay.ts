import { type Answer, type Command, type Flow, type FlowContext, FlowError } from './kit.ts';

/** One line of a run's journal: which verb was asked, under which name, and what the answer was. */
export interface JournalEntry {
  key: string;
  answer: Answer;
}

/** Where a run stands. `changed`: the flow no longer asks what the journal answers, so the run must not go on. */
export type Position =
  | { kind: 'asks'; command: Command; key: string }
  | { kind: 'finished' }
  | { kind: 'ended' }
  | { kind: 'failed'; code: string; message: string; hint?: string }
  | { kind: 'changed'; at: number; expected: string; found: string };

/** A live run: `position` now, and `answer` to move it on by one journal entry. */
export interface Replay {
  position(): Position;
  answer(answer: Answer): Position;
}

/** Runs a flow over its journal to the first command that has no answer yet. */
export function replay(
  flow: Flow,
  known: Parameters<Flow['run']>[0],
  context: FlowContext,
  journal: readonly JournalEntry[],
): Replay {
  const generator = flow.run(known, context);
  let position = settle(() => generator.next());
  const answer = (given: Answer): Position => {
    position = settle(() => generator.next(given));
    return position;
  };
  for (const [at, entry] of journal.entries()) {
    if (position.kind !== 'asks' || position.key !== entry.key) {
      const found = position.kind === 'asks' ? position.key : position.kind;
      position = { kind: 'changed', at, expected: entry.key, found };
      break;
    }
    answer(entry.answer);
  }
  return { position: () => position, answer };
}

function settle(step: () => IteratorResult<Command, void>): Position {
  try {
    const { done, value } = step();
    return done || !value ? { kind: 'finished' } : { kind: 'asks', command: value, key: keyOf(value) };
  } catch (error) {
    if (!(error instanceof FlowError)) throw error;
    if (error.code === 'ENDED') return { kind: 'ended' };
    return { kind: 'failed', code: error.code, message: error.message, ...(error.hint && { hint: error.hint }) };
  }
}

/** Names a command by what it asks for, not by its wording or figures, so that better words do not break old runs. */
function keyOf(command: Command): string {
  switch (command.verb) {
    case 'clarify':
      return `clarify:${command.template}`;
    case 'ask':
      return `ask:${command.ask.key}`;
    case 'read':
      return `read:${command.tool}`;
    case 'analyse':
      return `analyse:${command.script}`;
    case 'investigate':
      return 'investigate';
    case 'propose':
      return `propose:${command.plan.action}`;
    case 'wait':
      return 'wait';
    case 'say':
      return `say:${command.message.key}`;
  }
}
