import { createPace, type Pace } from '../../src/chat/pace.ts';
import { NotYet } from '../../src/chat/types.ts';
import { isFailure } from './errors.ts';
import { createWindow } from './window.ts';

/** Who may call when. Cards are refused at about 40 calls/s, other APIs at about 20/s each; a conversation takes 20 replies a minute. */
export interface Lanes {
  /** Runs a call when it is its turn; throws NotYet when it is not, and when DingTalk says so. `key` keeps the turn. */
  run<T>(lane: Lane, key: string, call: () => Promise<T>): Promise<T>;
  /** Throws NotYet when this place has had its messages for now. */
  place(id: string): void;
  /** 0 when one more message may go there as a reply, and then it counts; else the milliseconds until one may. */
  reply(id: string): number;
}

type Lane = 'card' | 'group' | 'direct' | 'upload' | 'reaction' | 'contact';

/** At most 15/s, of which 4 at once: 19 in the busiest second. */
const EVERY_MS = 1000 / 15;
const BURST = 4;
/** Who somebody is can wait a little. */
const READ_EVERY_MS = 100;
/** After the refusal of a call that came too fast. */
const HOLD_MS = 2_000;
/** Longer than DingTalk's minute, since the ways there are not equally long. */
const WITHIN_MS = 62_000;
/** Of the 20 that DingTalk allows. */
const PER_PLACE = { most: 18, withinMs: WITHIN_MS };
/** One too many costs ten minutes of silence, and a process that has just begun does not know what the one before it has sent. */
const REPLIES = { most: 14, withinMs: WITHIN_MS };
const FIRST_REPLIES = { most: 2, withinMs: WITHIN_MS };

/** Makes the lanes. */
export function createLanes(clock: () => number): Lanes {
  const lane = (everyMs = EVERY_MS): Pace => createPace({ everyMs, burst: BURST, clock });
  const lanes: Record<Lane, Pace> = {
    card: lane(),
    group: lane(),
    direct: lane(),
    upload: lane(),
    reaction: lane(),
    contact: lane(READ_EVERY_MS),
  };
  const places = createWindow({ ...PER_PLACE, clock });
  const replies = createWindow({ ...REPLIES, clock });
  const firstReplies = createWindow({ ...FIRST_REPLIES, clock });
  const firstUntil = clock() + WITHIN_MS;

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
    reply: (id) => (clock() < firstUntil ? firstReplies : replies).wait(id),
  };
}
