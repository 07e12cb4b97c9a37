import type { Translate } from '../../../src/chat/messages.ts';
import type { Language, LocalText } from '../../../src/chat/types.ts';
import type { Gate } from '../../../src/health/types.ts';

export type Words = Record<Language, Translate>;
type Params = Record<string, string | number>;

/** A text of templates/messages/…/consolidation.yaml in both languages. */
export function textOf(words: Words, key: string, params: Params = {}): LocalText {
  return { en: words.en(`consolidation.${key}`, params), zh: words.zh(`consolidation.${key}`, params) };
}

/** A gate as it was judged; its text is made once somebody shows it. */
export interface Judged {
  id: string;
  state: Gate['state'];
  key: string;
  params?: Params;
}

export const passed = (id: string, params?: Params): Judged => judged(id, 'passed', { params });
export const failed = (id: string, why: string, params?: Params): Judged => judged(id, 'failed', { why, params });
export const unknown = (id: string, why: string, params?: Params): Judged => judged(id, 'unknown', { why, params });

function judged(
  id: string,
  state: Gate['state'],
  { why = 'passed', params }: { why?: string; params?: Params | undefined },
): Judged {
  return { id, state, key: `${id}.${why}`, ...(params && { params }) };
}

export function gateOf(words: Words, { id, state, key, params }: Judged): Gate {
  return { id, state, text: textOf(words, key, params) };
}

/** Failed gates make it NOT_SAFE, unknown ones UNKNOWN; the first such gate is the one that binds. */
export function verdictOf(gates: readonly Judged[]): { verdict: 'SAFE' | 'NOT_SAFE' | 'UNKNOWN'; binding?: Judged } {
  const fails = gates.find(({ state }) => state === 'failed');
  if (fails) return { verdict: 'NOT_SAFE', binding: fails };
  const open = gates.find(({ state }) => state === 'unknown');
  return open ? { verdict: 'UNKNOWN', binding: open } : { verdict: 'SAFE' };
}

export const percentOf = (part: number, whole: number): number => (whole > 0 ? Math.round((100 * part) / whole) : 100);
export const listed = (names: readonly string[], most = 3): string =>
  [...names.slice(0, most), ...(names.length > most ? [`+${names.length - most}`] : [])].join(', ');
