import type { Translate } from '../../../src/chat/messages.ts';
import type { Language, LocalText } from '../../../src/chat/types.ts';
import type { ObjectRef } from '../../../src/health/types.ts';

const LONGEST_WORD = 200;
/** Control characters, and those that change the direction of text. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]+/gu;

/** A message in both languages. */
export function say(
  words: Record<Language, Translate>,
  key: string,
  params: Record<string, string | number> = {},
): LocalText {
  return { en: words.en(key, params), zh: words.zh(key, params) };
}

/** Strangers' words on one line, and not too many. */
export function plain(text: string): string {
  const line = text.replace(UNSEEN, ' ').trim();
  return line.length > LONGEST_WORD ? `${line.slice(0, LONGEST_WORD)}…` : line;
}

/** `prod/api` or `node-1`. */
export function nameOf({ namespace, name }: ObjectRef): string {
  return plain(namespace ? `${namespace}/${name}` : name);
}

/** `kind/namespace/name`: the same text for the same object. */
export function keyOf({ kind, namespace = '', name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

/** ISO 8601, or `an unknown time` where a clock went mad. */
export function timeText(at: number | undefined): string {
  return at !== undefined && Math.abs(at) < 8.64e15 ? new Date(at).toISOString() : 'an unknown time';
}

/** The same order everywhere, whatever the locale. */
export const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
