import { Refusal } from './world.ts';

/**
 * Slack's rates as token buckets. Per minute: https://docs.slack.dev/apis/web-api/rate-limits (Tier 1: 1+, 2: 20+, 3: 50+, 4: 100+).
 * How large a burst Slack lets through is not documented ("sporadic bursts"); the sizes here are a guess.
 */
const TIERS = { 1: [1, 2], 2: [20, 8], 3: [50, 12], 4: [100, 30] } as const;

const METHODS: Record<string, keyof typeof TIERS> = {
  'chat.update': 3,
  'chat.delete': 3,
  'chat.startStream': 2,
  'chat.appendStream': 4,
  'chat.stopStream': 2,
  'chat.postEphemeral': 4,
  'views.open': 4,
  'views.push': 4,
  'views.update': 4,
  'views.publish': 4,
  'users.info': 4,
  'users.list': 2,
  'users.lookupByEmail': 3,
  'usergroups.list': 2,
  'usergroups.users.list': 2,
  'conversations.info': 3,
  'conversations.open': 3,
  'conversations.list': 2,
  'conversations.members': 4,
  'conversations.history': 3,
  'conversations.replies': 3,
  'reactions.add': 3,
  'reactions.remove': 2,
  'files.getUploadURLExternal': 4,
  'files.completeUploadExternal': 4,
  'files.info': 4,
  'files.delete': 3,
  'agents.sessions.setStatus': 3,
  'agents.sessions.rename': 3,
};
/** One message a second and channel, "short bursts" allowed: https://docs.slack.dev/apis/web-api/rate-limits#rate-limits__posting */
const POSTING = { perMs: 1 / 1000, burst: 6 };
/** Documented as Tier 1, yet every refresh needs one: a storm is refused, a handful is not (a guess). */
const CONNECTING = { perMs: 20 / 60_000, burst: 20 };

interface Bucket {
  left: number;
  at: number;
}

/** Throws the refusal when a call comes too soon. `channel` counts for posting only. */
export function createRates(now: () => number): (method: string, channel: string) => void {
  const buckets = new Map<string, Bucket>();

  function take(key: string, rate: { perMs: number; burst: number }): number {
    const at = now();
    const bucket = buckets.get(key) ?? { left: rate.burst, at };
    bucket.left = Math.min(rate.burst, bucket.left + (at - bucket.at) * rate.perMs);
    bucket.at = at;
    buckets.set(key, bucket);
    if (bucket.left < 1) return (1 - bucket.left) / rate.perMs;
    bucket.left -= 1;
    return 0;
  }

  return (method, channel) => {
    const posting = method === 'chat.postMessage';
    const tier = METHODS[method];
    const rate = posting
      ? POSTING
      : method === 'apps.connections.open'
        ? CONNECTING
        : tier && { perMs: TIERS[tier][0] / 60_000, burst: TIERS[tier][1] };
    const waitMs = rate ? take(posting ? `${method} ${channel}` : method, rate) : 0;
    if (waitMs <= 0) return;
    throw new Refusal(posting ? 'rate_limited' : 'ratelimited', {
      retryAfter: Math.ceil(waitMs / 1000),
      details: [`too fast${posting ? ` in ${channel}` : ''}`],
    });
  };
}
