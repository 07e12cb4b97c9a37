import { z } from 'zod';
import { conversationRefSchema, languageSchema } from '../chat/stored.ts';
import type { ConversationRef } from '../chat/types.ts';
import type { CollectionSpec } from '../storage/store.ts';

/** What a place wants to hear, when, and in which language. */

export const SEVERITIES = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const timeZone = z.string().refine((name) => zoneNamed(name) === name);
/** Names as people type them, `*` for any run of characters; nothing in it can become markup on a platform. */
const pattern = z.string().regex(/^[\p{L}\p{N}*][\p{L}\p{N}._*/-]{0,127}$/u);

const channelValuesSchema = z.object({
  name: z.string().max(80).exactOptional(),
  /** Whether incidents are told here that nobody asked for. */
  incidents: z.boolean(),
  /** Names, ids or environments; empty means all. */
  clusters: z.array(pattern).max(50),
  namespaces: z.array(pattern).max(50),
  severities: z.array(z.enum(SEVERITIES)).min(1),
  /** Only what is critical is told then; the rest waits for the digest. */
  quietHours: z.object({ from: timeOfDay, to: timeOfDay, timeZone: timeZone.exactOptional() }).exactOptional(),
  digest: z
    .object({ at: timeOfDay, days: z.array(z.enum(DAYS)).min(1).exactOptional(), timeZone: timeZone.exactOptional() })
    .exactOptional(),
  language: languageSchema.exactOptional(),
});
export type ChannelValues = z.infer<typeof channelValuesSchema>;

const settingsSchema = channelValuesSchema.extend({
  /** The place's key. */
  id: z.string(),
  rev: z.number().int(),
  conversation: conversationRefSchema,
  /** What held before the last change, for taking it back. */
  previous: channelValuesSchema.exactOptional(),
  updatedBy: z.string(),
  updatedAt: z.number(),
});
export type ChannelSettings = z.infer<typeof settingsSchema>;

export const channelSpec: CollectionSpec<ChannelSettings> = { name: 'channels', schema: settingsSchema };

/** What holds where nobody has said anything: nothing is told unasked. */
export const UNSET: ChannelValues = { incidents: false, clusters: [], namespaces: [], severities: [...SEVERITIES] };

/** Some values with new ones; null takes a value away. */
export type ChannelChange = { [Key in keyof ChannelValues]?: ChannelValues[Key] | null };

/** The values after a change, or undefined where they would not be valid. */
export function applied(before: ChannelValues, change: ChannelChange): ChannelValues | undefined {
  const merged = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null && value !== undefined);
  const parsed = channelValuesSchema.safeParse(Object.fromEntries(merged));
  return parsed.success ? parsed.data : undefined;
}

/** A record's values alone. */
export function valuesOf(settings: ChannelValues | undefined): ChannelValues {
  return settings ? channelValuesSchema.parse(settings) : UNSET;
}

/** Without the part of it that somebody spoke in. */
export function wholePlace({ platform, tenant, id, kind }: ConversationRef): ConversationRef {
  return { platform, tenant, id, kind };
}

/** The zone as its database spells it; undefined where there is none of that name. */
export function zoneNamed(name: string): string | undefined {
  if (!/^[A-Za-z]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
