import type { RawAnswer } from '../answer.ts';
import type { Failure } from '../failures.ts';
import type { AgentEvent, AgentLimits, AgentRequest, Ending, Investigation } from '../types.ts';

/** Where one investigation stands. */
export interface Session {
  readonly request: AgentRequest;
  readonly limits: AgentLimits;
  /** Fires when the time is up or somebody stops it. */
  readonly signal: AbortSignal;
  readonly usage: Omit<Investigation['usage'], 'seconds' | 'money'> & { money: number };
  /** A bound is near: the next answer is the last, whatever it is. */
  concluding?: Bound | undefined;
  answer?: RawAnswer;
  over?: { ending: Ending; failure?: Failure };
  /** Tells what happens; nothing after the end, and a listener that fails changes nothing. */
  emit(event: AgentEvent): void;
}

type Bound = 'steps' | 'tokens' | 'time';

export const defaultLimits: AgentLimits = { steps: 12, toolCalls: 40, tokens: 120_000, seconds: 120 };

export function openSession(request: AgentRequest, limits: AgentLimits, signal: AbortSignal): Session {
  const session: Session = {
    request,
    limits,
    signal,
    usage: { steps: 0, toolCalls: 0, tokens: 0, money: 0 },
    emit(event) {
      if (session.over) return;
      try {
        request.onEvent?.(event);
      } catch {
        // Whoever listens has to see to that.
      }
    },
  };
  return session;
}

/** Ends it, unless it has ended. */
export function end(session: Session, ending: Ending, failure?: Failure): void {
  session.over ??= { ending, ...(failure && { failure }) };
}

/** An answer ends it; of one that was hurried, the bound is told. */
export function answered(session: Session, answer: RawAnswer): void {
  if (session.over) return;
  session.answer = answer;
  end(session, session.concluding ?? 'answered');
}
