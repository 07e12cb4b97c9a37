import type { World } from './world.ts';

/**
 * DingTalk's limits as far as its documents and its users' issues tell them. Nobody has measured them here.
 * Cards: refused with 403 QpsLimit at about 40 calls/s (DingTalk-Real-AI/dingtalk-openclaw-connector#444, #461).
 * Other APIs: about 20/s per app and API in the standard edition. Webhooks: 20 messages/min, then 10 minutes of silence.
 */
export const LIMITS = {
  cardsPerSecond: 40,
  apiPerSecond: 20,
  webhookPerMinute: 20,
  webhookBanMs: 600_000,
  /** Of one markdown message. About 3,800 are safe; where exactly it ends is a guess. */
  markdown: 4_000,
  usersPerSend: 20,
  /** Of one card's data. A guess: what is known is only that it grows slow above some 20,000. */
  cardData: 60_000,
  mediaBytes: 20 * 1024 * 1024,
};

/** Which calls are counted together, and how many of them one second allows. */
export function rateOf(name: string): { key: string; perSecond: number } | undefined {
  if (name.includes('/v1.0/card/')) return { key: 'cards', perSecond: LIMITS.cardsPerSecond };
  if (name.includes('/v1.0/gateway/') || name.startsWith('GET /files/')) return undefined;
  return { key: name, perSecond: LIMITS.apiPerSecond };
}

/** Counts one more; true where it is one too many within the second. */
export function overRate(world: World, key: string, perSecond: number): boolean {
  return !counted(world, key, { limit: perSecond, withinMs: 1_000 });
}

/** A message by webhook: false while the conversation is silenced, and for the one that silences it. */
export function webhookAllowed(world: World, conversation: string): boolean {
  const now = world.options.now();
  if ((world.banned.get(conversation) ?? 0) > now) return false;
  if (counted(world, `webhook ${conversation}`, { limit: LIMITS.webhookPerMinute, withinMs: 60_000 })) return true;
  world.banned.set(conversation, now + LIMITS.webhookBanMs);
  world.bans.push(conversation);
  return false;
}

function counted(world: World, key: string, { limit, withinMs }: { limit: number; withinMs: number }): boolean {
  const now = world.options.now();
  const recent = (world.rates.get(key) ?? []).filter((at) => at > now - withinMs);
  const fits = recent.length < limit;
  if (fits) recent.push(now);
  world.rates.set(key, recent);
  return fits;
}
