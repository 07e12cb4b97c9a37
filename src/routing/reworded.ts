import type { Routed } from '../conversations/ports.ts';
import { normalise } from '../flow/clarify/normalise.ts';
import { environmentsIn, isEverydayWord } from '../flow/understand.ts';
import type { IndexedIntent } from './intents.ts';

/**
 * A wish in plainer words, as a model puts it, so that a flow reads it as if it had been typed. It counts only where typed words of
 * that kind lead to the same ability, and where every name and every number of it stands in the sentence itself.
 */
export function rewordedFor(
  intent: IndexedIntent,
  words: string | null | undefined,
  sentence: string,
  route: (text: string) => Routed,
): string | undefined {
  if (!words || words.length > MOST || words.trim().startsWith('/')) return undefined;
  const routed = route(words);
  if (routed.kind !== 'match' || routed.intent.id !== intent.id) return undefined;
  return isGrounded(intent, words, sentence) ? words.trim() : undefined;
}

const MOST = 300;
/** Latin words, with what belongs to a name or a version; numbers stand for themselves. */
const TOKEN = /[a-z][a-z0-9]*(?:[._/:-]+[a-z0-9]+)*|\d+(?:[.:]\d+)*/g;

function isGrounded(intent: IndexedIntent, words: string, sentence: string): boolean {
  const own = new Set(tokensIn(sentence));
  const known = new Set(intent.keywords.flatMap((slots) => slots.flatMap(slotWords)).flatMap((word) => tokensIn(word)));
  const said = environmentsIn(sentence);
  return (
    tokensIn(words).every((token) => own.has(token) || known.has(token) || isEverydayWord(token)) &&
    environmentsIn(words).every((environment) => said.includes(environment))
  );
}

const slotWords = (slot: IndexedIntent['keywords'][number][number]): string[] => ('words' in slot ? slot.words : []);

const tokensIn = (text: string): string[] => normalise(text).match(TOKEN) ?? [];
