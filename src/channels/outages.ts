import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Translate } from '../chat/messages.ts';
import type { Outbox } from '../chat/outbox.ts';
import { conversationKey, type Health, type Language, type PlatformId } from '../chat/types.ts';
import type { Collection, CollectionSpec } from '../storage/store.ts';
import type { Channels, Listener } from './channels.ts';
import { timeText } from './digest-card.ts';

/** Tells people when the bot could not hear them: a platform does not bring again what was said meanwhile. */
export interface Outages {
  /** Notes which platforms are heard, and tells of a gap that has just ended. To be asked every 15 seconds. */
  tick(): Promise<void>;
}

const seenSchema = z.object({
  /** The platform. */
  id: z.string(),
  rev: z.number().int(),
  /** When it was last heard, also by an earlier process. */
  lastSeen: z.number(),
});
type Seen = z.infer<typeof seenSchema>;

export const seenSpec: CollectionSpec<Seen> = { name: 'platforms-seen', schema: seenSchema };

export interface OutageOptions {
  records: Collection<Seen>;
  /** The chat platforms that there are, with how they are. */
  health: () => { platform: PlatformId; health: Health }[];
  /** Where somebody spoke to the bot since then. */
  recent: (platform: PlatformId, since: number) => Promise<Listener[]>;
  channels: Pick<Channels, 'list'>;
  outbox: Pick<Outbox, 'put'>;
  translate: Record<Language, Translate>;
  language: Language;
  timeZone: string;
  clock: () => number;
}

/** A shorter gap loses nothing that anybody would miss. */
const GAP_MS = 60_000;
/** Whoever spoke to the bot so shortly before may have gone on. */
const BEFORE_MS = 3600_000;

export function createOutages(options: OutageOptions): Outages {
  const { records, clock, outbox, translate } = options;

  async function look(platform: PlatformId, { ok, since }: Health): Promise<void> {
    if (!ok) return;
    const now = clock();
    const stored = await records.get(platform);
    if (stored && now - stored.lastSeen > GAP_MS)
      await tell(platform, { from: stored.lastSeen, to: since > stored.lastSeen ? since : now });
    const next = { id: platform, rev: (stored?.rev ?? 0) + 1, lastSeen: now };
    // Where another process was first, what it wrote is as good.
    await (stored ? records.replace(next) : records.insert(next));
  }

  /** The ids are made of the gap and the place: told again after a crash, it is told once. */
  async function tell(platform: PlatformId, { from, to }: { from: number; to: number }): Promise<void> {
    const places = [...(await options.recent(platform, from - BEFORE_MS)), ...(await subscribed(platform))];
    for (const [key, { conversation, language }] of new Map(
      places.map((one) => [conversationKey(one.conversation), one]),
    )) {
      const look = { language, timeZone: options.timeZone };
      const params = { from: timeText(from, clock(), look), to: timeText(to, clock(), look) };
      const text = translate[language]({ key: `channels.outage.${platform}`, params });
      await outbox.put(outageId(`${platform} ${from} ${key}`), conversation, { text, language });
    }
  }

  async function subscribed(platform: PlatformId): Promise<Listener[]> {
    const all = await options.channels.list();
    return all
      .filter(({ conversation, incidents }) => incidents && conversation.platform === platform)
      .map(({ conversation, language = options.language }) => ({ conversation, language }));
  }

  return {
    async tick() {
      for (const { platform, health } of options.health()) await look(platform, health);
    },
  };
}

const outageId = (text: string): string => `outage-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
