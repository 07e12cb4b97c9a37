import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Translate } from '../chat/messages.ts';
import type { Outbox } from '../chat/outbox.ts';
import { plainText } from '../chat/plain.ts';
import type { Block, Card, Language } from '../chat/types.ts';
import type { Collection, CollectionSpec } from '../storage/store.ts';
import { placeHash } from './card.ts';
import type { Channels } from './channels.ts';
import { type DigestLook, digestCard, timeText } from './digest-card.ts';
import { type GatherOptions, gather } from './gather.ts';
import { digestDate, isLate, lastDue, nextDigest } from './schedule.ts';
import { type ChannelSettings, type ChannelValues, valuesOf } from './settings.ts';

/** The daily post of each channel that wants one: once a day, in its zone and language, also after a crash. */
export interface Digests {
  /** Sets the alarm for a channel's next digest, or clears it where none is wanted. */
  schedule(key: string): Promise<void>;
  /** The alarm rings: posts what is due, and sets the next one. */
  ring(key: string): Promise<void>;
  /** Catches up with what an earlier process left. */
  recover(): Promise<void>;
  /** When the next one comes, epoch milliseconds. */
  next(key: string): Promise<number | undefined>;
}

const recordSchema = z.object({
  /** The place's key. */
  id: z.string(),
  rev: z.number().int(),
  dueAt: z.number(),
  /** Up to when the last one told, and for which day it was. */
  lastAt: z.number().exactOptional(),
  lastDate: z.string().exactOptional(),
});
type DigestRecord = z.infer<typeof recordSchema>;

export const digestSpec: CollectionSpec<DigestRecord> = { name: 'digests', schema: recordSchema };

export interface DigestOptions extends GatherOptions {
  channels: Pick<Channels, 'get' | 'list'>;
  records: Collection<DigestRecord>;
  outbox: Pick<Outbox, 'put'>;
  /** The alarm clock, for the name `digest`. */
  alarms: { set(key: string, at: number): Promise<void>; clear(key: string): Promise<void> };
  translate: Record<Language, Translate>;
  language: Language;
  consoleUrl?: string | undefined;
  /** How healthy the clusters of a place are, to stand at the top. Undefined where nobody can say. */
  health?(values: ChannelValues, look: DigestLook): Promise<Block[] | undefined>;
  clock: () => number;
}

const DAY_MS = 24 * 3600_000;
const HEALTH_PATIENCE_MS = 120_000;
/** A digest tells of no more than a week. */
const LONGEST_MS = 7 * DAY_MS;

export function createDigests(options: DigestOptions): Digests {
  const { channels, records, alarms, clock, timeZone } = options;

  /** Another process may have been first: what it wrote counts. */
  async function save(next: Omit<DigestRecord, 'rev'>, stored: DigestRecord | undefined): Promise<void> {
    const record = { ...next, rev: (stored?.rev ?? 0) + 1 };
    const written = stored ? await records.replace(record) : await records.insert(record);
    const current = written ? record : await records.get(next.id);
    if (current) await alarms.set(current.id, current.dueAt);
  }

  async function schedule(key: string): Promise<void> {
    const digest = (await channels.get(key))?.digest;
    const stored = await records.get(key);
    const dueAt = digest && nextDigest(digest, { after: clock(), lastDate: stored?.lastDate, timeZone });
    // The record stays: switched on again, the same day has no second digest.
    if (dueAt === undefined) return alarms.clear(key);
    await save({ ...kept(stored), id: key, dueAt }, stored);
  }

  async function ring(key: string): Promise<void> {
    const [settings, record] = [await channels.get(key), await records.get(key)];
    if (!settings?.digest || !record) return schedule(key);
    const now = clock();
    if (record.dueAt > now) return alarms.set(key, record.dueAt);
    // Where several were missed, only the last comes, late, and tells of all of them.
    const dueAt = lastDue(settings.digest, { dueAt: record.dueAt, now, timeZone });
    const date = digestDate(settings.digest, dueAt, timeZone);
    const since = Math.max(record.lastAt ?? record.dueAt - DAY_MS, dueAt - LONGEST_MS);
    await post(settings, { date, since, dueAt });
    const next = nextDigest(settings.digest, { after: now, lastDate: date, timeZone });
    if (next === undefined) return alarms.clear(key);
    await save({ lastAt: dueAt, lastDate: date, id: key, dueAt: next }, record);
  }

  /** The id is made of the place and the day: a second try finds the first one. */
  async function post(settings: ChannelSettings, { date, since, dueAt }: Due): Promise<void> {
    const { id, conversation, digest, language = options.language } = settings;
    const now = clock();
    const gathered = await gather(options, { values: valuesOf(settings), since, now });
    const zone = digest?.timeZone ?? timeZone;
    const look = { t: options.translate[language], language, timeZone: zone, consoleUrl: options.consoleUrl };
    const happened = digestCard(`digest-${placeHash(id)}-${date}`, gathered, look);
    const told = withHealth(happened, await healthOf(valuesOf(settings), look));
    const card = isLate(dueAt, now)
      ? withWord(told, look.t('channels.digest-late', { time: timeText(dueAt, now, look) }))
      : told;
    await options.outbox.put(card.id, conversation, { text: plainText(card), card, language });
  }

  /** A digest never waits for, nor fails with, what health reports have to say. */
  async function healthOf(values: ChannelValues, look: DigestLook): Promise<Block[] | undefined> {
    const late = wait(HEALTH_PATIENCE_MS, undefined, { ref: false });
    const told = options.health?.(values, look).catch((error: unknown) => {
      options.onError(error, 'digest health');
      return undefined;
    });
    return told && Promise.race([told, late]);
  }

  return {
    schedule,
    ring,
    async recover() {
      for (const { id, digest } of await channels.list()) {
        const record = digest && (await records.get(id));
        if (record && record.dueAt <= clock()) await ring(id);
        else if (record) await alarms.set(id, record.dueAt);
        else if (digest) await schedule(id);
      }
    },
    async next(key) {
      const wanted = (await channels.get(key))?.digest !== undefined;
      return wanted ? (await records.get(key))?.dueAt : undefined;
    },
  };
}

/** One of the digests of a place. */
interface Due {
  /** The day that it is for. */
  date: string;
  /** From when on it tells. */
  since: number;
  dueAt: number;
}

const withWord = (card: Card, markdown: string): Card => ({
  ...card,
  blocks: [{ type: 'text', markdown }, ...card.blocks],
});

function withHealth(card: Card, health: Block[] | undefined): Card {
  return health && health.length > 0 ? { ...card, blocks: [...health, { type: 'divider' }, ...card.blocks] } : card;
}

function kept(record: DigestRecord | undefined): Pick<DigestRecord, 'lastAt' | 'lastDate'> {
  return {
    ...(record?.lastAt !== undefined && { lastAt: record.lastAt }),
    ...(record?.lastDate !== undefined && { lastDate: record.lastDate }),
  };
}
