import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { refusal, ToolFailure } from '../errors.ts';

/** Small readings shared by the tools: times, tags, task states, pages. */

/** ISO-8601 in UTC from a time with a zone or from epoch milliseconds as a string; a time without a zone stays local. */
export function isoTime(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^\d{12,}$/.test(text)) return new Date(Number(text)).toISOString();
  const local = text.replace(' ', 'T');
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(local);
  const time = Date.parse(local);
  return zoned && !Number.isNaN(time) ? new Date(time).toISOString() : local;
}

/** A record of a list of keys and values. */
export function tagRecord(tags: { key?: string; value?: string }[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).flatMap(({ key, value }) => (key === undefined ? [] : [[key, value ?? '']])));
}

export const taskStates = z.enum(['running', 'success', 'failed', 'paused', 'canceled']);

/** The vendor's words for a task's state in five: `fail` and `failed` are one, and what is on its way counts as running. */
export function taskState(state: string | undefined): z.infer<typeof taskStates> {
  switch (state?.toLowerCase()) {
    case 'success':
    case 'succeeded':
      return 'success';
    case 'fail':
    case 'failed':
      return 'failed';
    case 'paused':
    case 'pausing':
      return 'paused';
    case 'canceled':
    case 'cancelled':
      return 'canceled';
    default:
      return 'running';
  }
}

/** Reads pages until one is not full; stops after twenty pages. */
export async function everyPage<Item>(read: (pageNumber: number) => Promise<Item[]>, size = pageSize): Promise<Item[]> {
  const items: Item[] = [];
  for (let pageNumber = 1; pageNumber <= 20; pageNumber += 1) {
    const page = await read(pageNumber);
    items.push(...page);
    if (page.length < size) break;
  }
  return items;
}

export const pageSize = 100;

/** Items and, when there are more, the token of the next page: here the next page's number. */
export function page<Item>(items: Item[], pageNumber: number, total: number | undefined, size = pageSize) {
  const more = total === undefined ? items.length === size : pageNumber * size < total;
  return { items, ...(more && { nextToken: String(pageNumber + 1) }) };
}

/** The input field for a page: what an earlier answer gave as `nextToken`. */
export const nextToken = z
  .string()
  .regex(/^\d{1,4}$/)
  .optional();

/** The thing, or undefined where the cloud answers that there is none. */
export async function orGone<Thing>(read: Promise<Thing>): Promise<Thing | undefined> {
  try {
    return await read;
  } catch (thrown) {
    if (thrown instanceof ToolFailure && /NotFound/.test(thrown.error.code)) return undefined;
    throw thrown;
  }
}

const settleMs = 60_000;
const pollMs = 400;

/** Reads until there is something, for at most a minute; refuses with TIMEOUT. `what` names it in the message. */
export async function settled<Thing>(
  read: () => Promise<Thing | undefined>,
  what: string,
  signal: AbortSignal,
): Promise<Thing> {
  for (let waited = 0; waited < settleMs; waited += pollMs) {
    const found = await read();
    if (found !== undefined) return found;
    await setTimeout(pollMs, undefined, { signal });
  }
  throw refusal('TIMEOUT', `${what} is still being made; call again with the same idempotency key`);
}
