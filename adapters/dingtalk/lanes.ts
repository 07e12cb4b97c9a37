import { createPace, type Pace } from '../../src/chat/pace.ts';
import { NotYet } from '../../src/chat/types.ts';
import { isFailure } from './errors.ts';
import { createWindow } from './window.ts';

/** Who may write when. Cards are refused at about 40 calls/s, other APIs at about 20/s each; a conversation takes 20 replies a minute. */
export interface Lanes {
  /** Runs a call when it is its turn; throws NotYet when it is not, and when DingTalk says so. `key` keeps the turn. */
  run<T>(lane: Lane, key: string, call: () => Promise<T>): Promise<T>;
  /** Throws NotYet when this place has had its messages for now. */
  place(id: string): void;
}

type Lane = 'card' | 'group' | 'direct' | 'upload' | 'reaction';

/** At most 15/s, of which 4 at once: 19 in the busiest second. */
const EVERY_MS = 1000 / 15;
const BURST = 4;
/** After the refusal of a call that came too fast. */
const HOLD_MS = 2_000;
/** Of the 20 that DingTalk allows; the span is longer than its minute since the ways there are not equally long. */
const PER_PLACE = { most: 18, withinMs: 62_000 };

/** Makes the lanes. */
export function createLanes(clock: () => number): Lanes {
  const lane = (): Pace => createPace({ everyMs: EVERY_MS, burst: BURST, clock });
  const lanes: Record<Lane, Pace> = {
    card: lane(),
    group: lane(),
    direct: lane(),
    upload: lane(),
    reaction: lane(),
  };
  const places = createWindow({ ...PER_PLACE, clock });

  return {
    async run(name, key, call) {
      const waitMs = lanes[name].wait(key);
      if (waitMs > 0) throw new NotYet(waitMs);
      try {
        return await call();
      } catch (error) {
        if (!isFailure(error, 'rate')) throw error;
        lanes[name].hold(HOLD_MS);
        throw new NotYet(HOLD_MS);
      }
    },
    place(id) {
      const waitMs = places.wait(id);
      if (waitMs > 0) throw new NotYet(waitMs);
    },
  };
}
