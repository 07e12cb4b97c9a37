import { setImmediate } from 'node:timers/promises';
import { ExecutionError, TimeoutError } from './errors.ts';

/** How long a query may take and how much it may load; it also gives way to others in between. */
export interface Budget {
  /** Counts samples that were loaded. Throws ExecutionError when there are too many. */
  take(samples: number): void;
  /** Whether others have waited long enough. */
  due(): boolean;
  /** Lets others work. Throws TimeoutError when time is up. */
  breathe(): Promise<void>;
}

const TURN_MS = 15;

/** As `--query.max-samples` and `--query.timeout` of Prometheus. */
export function createBudget(limits: { timeoutMs: number; maxSamples?: number; clock?: () => number }): Budget {
  const { timeoutMs, maxSamples = 50_000_000, clock = () => performance.now() } = limits;
  const started = clock();
  let turn = started;
  let samples = 0;
  return {
    take: (count) => {
      samples += count;
      if (samples > maxSamples)
        throw new ExecutionError('query processing would load too many samples into memory in query execution');
    },
    due: () => clock() - turn > TURN_MS,
    breathe: async () => {
      await setImmediate();
      turn = clock();
      if (turn - started > timeoutMs) throw new TimeoutError('query timed out in expression evaluation');
    },
  };
}
