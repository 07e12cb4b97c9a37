import type { Courier, Envelope, FakeSlackOptions, Json } from './types.ts';
import type { World } from './world.ts';

/** One attempt to hand something over. Undefined: nobody took it in time; `enough`: the bot wants no more attempts. */
export type Attempt = (envelope: Envelope, attempt: number, reason: string) => Promise<Json | undefined | 'enough'>;

/** Retries: https://docs.slack.dev/apis/events-api#error-handling */
export function createCourier(world: World, options: FakeSlackOptions, attempt: () => Attempt): Courier {
  const pauses = options.retryMs ?? [0, 60_000, 300_000];
  const timers = new Map<NodeJS.Timeout, () => void>();
  let stopped = false;

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, ms);
      timers.set(timer, resolve);
    });

  async function deliver(envelope: Envelope, delayMs: number): Promise<Json | undefined> {
    const tries = envelope.type === 'events_api' ? [delayMs, ...pauses] : [delayMs];
    for (const [number, ms] of tries.entries()) {
      if (number > 0 || ms > 0) await pause(ms);
      if (stopped) return undefined;
      const answer = await attempt()(envelope, number, 'timeout');
      if (answer === 'enough') break;
      if (answer !== undefined) return answer;
    }
    if (!stopped) world.lost.push(envelope);
    return undefined;
  }

  return {
    send: (envelope, delayMs = 0) => ({ outcome: deliver(envelope, delayMs) }),
    stop() {
      stopped = true;
      for (const [timer, resolve] of timers) {
        clearTimeout(timer);
        resolve();
      }
      timers.clear();
    },
  };
}
