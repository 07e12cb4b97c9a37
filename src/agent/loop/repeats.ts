import type { ToolRequest } from './calls.ts';

/** What was called before, so that a model that turns in a circle is answered from memory. */
export interface Repeats {
  /** Makes the call, unless the very same one is under way, or was the last and is fresh: then its answer comes again, with a note. */
  once(request: ToolRequest, call: () => Promise<string>): Promise<string>;
  /** Remembers the calls of a turn; true when the last three wanted exactly the same. */
  isCircle(requests: readonly ToolRequest[]): boolean;
}

interface Made {
  at: number;
  /** Which call it was, counted through. */
  serial: number;
  answer: Promise<string>;
  isDone: boolean;
}

/** After this long, looking again is a check and no repetition. */
const RECHECK_MS = 15_000;
const CIRCLE = 3;

export function createRepeats(clock: () => number): Repeats {
  const made = new Map<string, Made>();
  let serial = 0;
  let rounds: string[] = [];

  return {
    async once(request, call) {
      const key = keyOf(request);
      const before = made.get(key);
      if (before && !before.isDone) return before.answer;
      if (before && before.serial === serial && clock() - before.at < RECHECK_MS)
        return `You made this very call just now and looked at nothing else since. Its answer was:\n${await before.answer}`;
      const entry: Made = { at: clock(), serial: ++serial, answer: call(), isDone: false };
      made.set(key, entry);
      try {
        return await entry.answer;
      } finally {
        entry.isDone = true;
      }
    },
    isCircle(requests) {
      const round = requests.map(keyOf).sort().join('\n');
      rounds = [...rounds, round].slice(-CIRCLE);
      return rounds.length === CIRCLE && rounds.every((one) => one === round);
    },
  };
}

const keyOf = ({ name, args = {}, problem = '' }: ToolRequest): string =>
  `${name} ${JSON.stringify(args, sorted)} ${problem}`;

/** Objects with their keys in order. */
function sorted(_: string, value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;
}
