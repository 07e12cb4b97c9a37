import type { Language } from '../chat/types.ts';
import { normalise } from '../flow/clarify/normalise.ts';
import { occurrences } from '../flow/clarify/words.ts';
import type { IndexedIntent } from './intents.ts';

/** What comes nearest to a sentence that no intent fits: by the words they share, rare ones more than common ones. */

export interface Near {
  intent: IndexedIntent;
  /** From 0 to 1. */
  score: number;
  /** The example that is most like the sentence. */
  example?: string;
}

/** Below it, what is nearest is not near. */
const FLOOR = 0.25;
/** And what is much further than the best is left out. */
const OF_BEST = 0.6;

interface Known {
  intent: IndexedIntent;
  tokens: ReadonlySet<string>;
  examples: Record<Language, Example[]>;
}
interface Example {
  text: string;
  tokens: ReadonlySet<string>;
}

/** Finds the nearest flows. Words to the engine are not among them: what decides something has to be said. */
export function createNearest(intents: readonly IndexedIntent[]) {
  const known: Known[] = intents
    .filter(
      ({ flow, shown }) =>
        flow !== undefined && !['ask', 'help'].includes(flow) && shown.en.length + shown.zh.length > 0,
    )
    .map((intent) => ({
      intent,
      tokens: tokensOfIntent(intent),
      examples: { en: intent.shown.en.map(exampleOf), zh: intent.shown.zh.map(exampleOf) },
    }));
  const weightOf = rarity(known.map(({ tokens }) => tokens));

  return function nearest(text: string, most: number, language: Language): Near[] {
    const words = normalise(text);
    const said = tokensIn(words);
    const whole = sum([...said].map(weightOf));
    if (whole === 0) return [];
    const scored = known.map((one) => {
      const shared = [...said].filter((token) => one.tokens.has(token));
      const isRuledOut = one.intent.not.some((word) => occurrences(words, word).length > 0);
      return { ...one, score: isRuledOut ? 0 : sum(shared.map(weightOf)) / whole };
    });
    const sorted = distinct(scored.sort((a, b) => b.score - a.score));
    const best = sorted[0]?.score ?? 0;
    return sorted
      .filter(({ score }) => score > FLOOR && score >= best * OF_BEST)
      .slice(0, most)
      .map(({ intent, score, examples }) => {
        const example = likest(examples[language], said);
        return { intent, score, ...(example !== undefined && { example }) };
      });
  };
}

/** One intent of each flow: the nearest. */
function distinct<T extends { intent: IndexedIntent }>(sorted: T[]): T[] {
  return sorted.filter(({ intent }, at) => sorted.findIndex((other) => other.intent.flow === intent.flow) === at);
}

const exampleOf = (text: string): Example => ({ text, tokens: tokensIn(normalise(text)) });

function likest(examples: readonly Example[], said: ReadonlySet<string>): string | undefined {
  const likeness = ({ tokens }: Example) =>
    [...tokens].filter((token) => said.has(token)).length / Math.max(1, tokens.size);
  return [...examples].sort((a, b) => likeness(b) - likeness(a))[0]?.text;
}

function tokensOfIntent({ title, keywords, shown, slash }: IndexedIntent): Set<string> {
  const words = keywords.flatMap((slots) => slots.flatMap((slot) => ('words' in slot ? slot.words : [])));
  const texts = [title.en, title.zh, ...shown.en, ...shown.zh].map(normalise);
  return new Set([...texts, ...words, ...slash].flatMap((text) => [...tokensIn(text)]));
}

/** Latin words without their plural, and pairs of Han characters: Chinese puts no space between words. */
function tokensIn(text: string): Set<string> {
  const latin = [...text.matchAll(/[a-z][a-z0-9]+/g)].map(([word]) =>
    word.length > 3 ? word.replace(/s$/, '') : word,
  );
  const han = [...text.matchAll(/\p{Script=Han}+/gu)].flatMap(([run]) => {
    const signs = [...run];
    return signs.slice(1).map((sign, at) => `${signs[at]}${sign}`);
  });
  return new Set([...latin, ...han].filter((token) => !IDLE.has(token)));
}

/** Says nothing about what is wanted; `checkout` and the like are what the examples are about. */
const IDLE = new Set(
  `a an and are as at be been but by can could did do does for from had has have he her him his how i if in into is it its me my no not of on
  or our out she so that the their them then there these they this those thi to too up us was we were what when where which who why will with
  would you your please pls hi hello hey thank thanks ok okay just now any some all about tell give want need let get checkout shop
  一下 请问 帮我 我想 我要 你好 谢谢 可以 怎么 什么 哪些 哪个 这个 那个 有没 没有 我们 你们 他们 现在 一个 的是`.split(
    /\s+/,
  ),
);

/** How much a word tells: what one ability is called by tells much, what many are called by little, an unknown one something. */
function rarity(all: ReadonlySet<string>[]): (token: string) => number {
  const counts = new Map<string, number>();
  for (const tokens of all) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  return (token) => Math.log(1 + all.length / (counts.get(token) ?? 2));
}

const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);
