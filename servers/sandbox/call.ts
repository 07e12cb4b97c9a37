import { createHash } from 'node:crypto';
import { z } from 'zod';
import { findRegion } from './catalogue.ts';
import { notFound, parseInput, refusal } from './errors.ts';
import type { World } from './world.ts';

/** One API call, its signature checked. */
export interface Call {
  world: World;
  /** Where this world is served, without a slash at the end. */
  baseUrl: string;
  action: string;
  /** The variable parts of a CS path. */
  path: Record<string, string>;
  /** The query, and for RPC products the form body too. */
  query: Record<string, string>;
  body: unknown;
}

/** Answers a call with a JSON value, or throws a CloudError. Runs inside one transaction of the world. */
export type Handler = (call: Call) => unknown;

/** The values of a repeated RPC parameter: `Name.1`, `Name.2`, … */
export function numbered(query: Record<string, string>, name: string): string[] {
  const values: string[] = [];
  for (let n = 1; query[`${name}.${n}`] !== undefined; n++) values.push(query[`${name}.${n}`] ?? '');
  return values;
}

/** The tags of an RPC call: `Tag.1.Key`, `Tag.1.Value`, … */
export function tagsOf(query: Record<string, string>): { key: string; value: string }[] {
  const tags: { key: string; value: string }[] = [];
  for (let n = 1; query[`Tag.${n}.Key`] !== undefined; n++) {
    tags.push({ key: query[`Tag.${n}.Key`] ?? '', value: query[`Tag.${n}.Value`] ?? '' });
  }
  return tags;
}

/** A required RPC parameter, or MissingParameter. */
export function required(query: Record<string, string>, name: string): string {
  const value = query[name];
  if (!value)
    throw refusal(
      `Missing${name}`,
      `The input parameter ${name} that is mandatory for processing this request is not supplied.`,
    );
  return value;
}

/** The region of an RPC call, known to the catalogue. */
export function regionOf(query: Record<string, string>) {
  const region = findRegion(required(query, 'RegionId'));
  if (!region) throw notFound('InvalidRegionId.NotFound', 'The RegionId provided does not exist in our records.');
  return region;
}

const pageSchema = z.object({ number: z.coerce.number().int().min(1), size: z.coerce.number().int().min(1).max(100) });

/** One page of a list. */
export function pageOf<T>(items: T[], number = '1', size = '10') {
  const page = parseInput(pageSchema, { number, size });
  const start = (page.number - 1) * page.size;
  return { ...page, total: items.length, items: items.slice(start, start + page.size) };
}

/**
 * Client-token idempotency and dry run of the VPC create calls: the same token with the same request gets the first answer again,
 * with another request IdempotentParameterMismatch; a dry run that would succeed is answered with DryRunOperation.
 */
export function once(call: Call, create: () => Record<string, string>): Record<string, z.core.util.JSONType> {
  const { ClientToken: token, DryRun: dryRun, ...request } = call.query;
  const digest = createHash('sha256')
    .update(JSON.stringify(Object.entries(request).sort()))
    .digest('hex');
  const id = `${call.action}/${token}`;
  const used = token ? call.world.tokens.get(id) : undefined;
  if (used && used.request !== digest) {
    throw refusal(
      'IdempotentParameterMismatch',
      'The request uses the same client token as a previous, but non-identical request.',
    );
  }
  if (used) return used.answer;
  const answer = create();
  if (dryRun === 'true') throw refusal('DryRunOperation', 'Request validation has been passed with DryRun flag set.');
  if (token) call.world.tokens.put({ id, request: digest, answer });
  call.world.countAccepted(call.action);
  return answer;
}

/** `2026-11-24T21:00:00+08:00`, as CS writes times. */
export const chinaTime = (ms: number): string =>
  new Date(ms + 8 * 3_600_000).toISOString().replace(/\.\d+Z$/, '+08:00');

/** `2026-11-24T13:00:00Z`, as the RPC products write times. */
export const utcTime = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
