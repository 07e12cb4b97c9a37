import { z } from 'zod';
import { defineFlow, type FlowContext, type FlowRun, read, say, wait } from '../../../src/flow/kit.ts';
import type { Target } from '../../../src/flow/target.ts';
import { saying, sends } from './parts.ts';
import type { FoundPod } from './pods.ts';
import type { LogWish } from './wish.ts';

/** New lines of a log as they come, for a while: durable, sparing with messages, ended by time or by a word. */

const followed = z.object({
  stopped: z.boolean(),
  lines: z.array(z.string()),
  /** Lines that came since the last look and are not shown. */
  skipped: z.number(),
  /** The time of the newest line that was seen. */
  last: z.string(),
});

const EVERY_MS = 8000;
const LONGEST_SECONDS = 600;
/** More messages nobody reads. */
const MOST_MESSAGES = 20;

interface Following {
  target: Target;
  wish: LogWish;
  pod: FoundPod;
}

export function* follow(context: FlowContext, { target, wish, pod }: Following): FlowRun {
  const { t, startedAt } = context;
  const seconds = Math.min(wish.followSeconds ?? LONGEST_SECONDS, LONGEST_SECONDS);
  const what = `${target.namespace ?? ''}/${pod.name}`;
  const about = { name: pod.name, namespace: target.namespace };
  yield* say('look.follow.begin', { what, seconds }, sends(t('look.say.stop-following')));
  const { clusterId, namespace = '' } = target;
  const args = { clusterId, namespace, pod: pod.name, startedAt };
  let last = '';
  let total = 0;
  let messages = 0;
  for (let look = 0; look * EVERY_MS <= seconds * 1000; look += 1) {
    if (look > 0) yield* wait(EVERY_MS);
    const found = followed.parse(
      yield* read('copilot_follow', {
        ...args,
        after: last,
        ...(wish.container !== undefined && { container: wish.container }),
        ...(wish.word !== undefined && { word: wish.word }),
      }),
    );
    if (found.stopped) return yield* say('look.follow.stopped', { what, count: total });
    last = found.last;
    total += found.lines.length + found.skipped;
    if (found.lines.length === 0) continue;
    messages += 1;
    const key = found.skipped > 0 ? 'look.follow.some-lines' : 'look.follow.lines';
    yield* say(key, { what, count: found.lines.length, skipped: found.skipped }, [
      { type: 'code', text: found.lines.join('\n') },
    ]);
    if (messages >= MOST_MESSAGES) break;
  }
  yield* say(
    'look.follow.end',
    { what, count: total },
    sends(saying(context, 'follow', about), saying(context, 'logs', about)),
  );
}

/** "Stop following": every log that is followed in this conversation ends at its next look. */
export const stopFollowing = defineFlow({
  id: 'stop-following',
  version: 1,
  input: z.object({}),
  *run() {
    yield* read('copilot_stop_following', {});
    yield* say('look.follow.stopping');
  },
});
