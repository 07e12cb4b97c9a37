import { refused } from './outcome.ts';
import type { Json, JsonObject, ToolResult } from './types.ts';

/** What the judging of reading calls is made of. */

/** The code of a refusal because something is not for the person who asks. */
export const NOT_YOURS = 'NOT_YOURS_TO_READ';

/** Says that something is not for this person, and what to do about it. */
export const notYours = (what: string, hint = 'Name a namespace that you may read.'): ToolResult =>
  refused(NOT_YOURS, `${what}: not among what you may read.`, `${hint} Who may read what: docs/policy.md, readers.`);

/** What somebody may see of one cluster only in part. */
export interface Limits {
  /** Whether the namespace is among those. */
  sees(namespace: string): boolean;
  /** Names of its namespaces that are, sorted. */
  namespaces(): Promise<string[]>;
  /** The same as the policy's patterns, `*` for any run of characters. */
  patterns: readonly string[];
  /** Makes a call of the same person, unjudged. */
  call(args: JsonObject): Promise<ToolResult>;
}

/** The objects of a list. */
export function itemsOf({ items }: JsonObject): JsonObject[] {
  return Array.isArray(items) ? items.filter(isObject) : [];
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function textIn(value: Json | undefined, key: string): string | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}
