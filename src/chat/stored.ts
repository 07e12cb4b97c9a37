import { z } from 'zod';
import type { Block, Card, Outgoing } from './types.ts';

/** How the vocabulary is parsed again when it comes out of a store. */

const platform = z.enum(['web', 'slack', 'dingtalk']);

export const languageSchema = z.enum(['en', 'zh']);

export const userSchema = z.object({
  platform,
  tenant: z.string(),
  id: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
});

export const conversationRefSchema = z.object({
  platform,
  tenant: z.string(),
  id: z.string(),
  kind: z.enum(['dm', 'group']),
  threadId: z.string().optional(),
  under: z.string().optional(),
});

/** A value that went into the store as JSON and came out of it: to look at each leaf again would take its time. */
export const jsonSchema = z.custom<z.core.util.JSONType>((value) => value !== undefined);

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Cards are written by our own renderers and are large: their outline is checked, not each block's inside. */
export const blockSchema = z.custom<Block>((value) => isObject(value) && 'type' in value);
export const cardSchema = z.custom<Card>((value) => isObject(value) && 'rev' in value && 'blocks' in value);
export const outgoingSchema = z.custom<Outgoing>((value) => isObject(value) && 'text' in value && 'language' in value);
