import { distance } from 'fastest-levenshtein';
import { isNegated, isSlipOf, occurrences, overlap, type Span, without } from '../flow/clarify/words.ts';
import { type Argument, compact, type IndexedIntent, type Slot } from './intents.ts';

/** How well a sentence fits an intent, from 0 to 1, and the arguments it gives. */
export interface Score {
  score: number;
  args: Record<string, string>;
}

/** A normalised sentence with what every intent asks of it, worked out once. */
export interface Sentence {
  text: string;
  /** Latin words of four letters and more. */
  words: { word: string; start: number }[];
  /** Where polite and idle words are. */
  idle: Span[];
}

/** Prepares a normalised text to be compared with many intents. */
export function sentenceOf(text: string): Sentence {
  const words = [...text.matchAll(/(?<![\w-])[a-z]{4,}(?![\w-])/g)].map(({ 0: word, index: start }) => ({
    word,
    start,
  }));
  const idle = [...text.matchAll(FILLER)].map(({ 0: word, index: start }) => ({ start, end: start + word.length }));
  return { text, words: words.filter(({ word }) => word.replace(FILLER, '') !== ''), idle };
}

interface FoundArgument extends Span {
  /** Has a form of its own, like a task's id, and is no everyday word. */
  distinct: boolean;
  name: string;
  value: string;
}

const FILLER =
  /\b(?:please|pls|plz|the|a|an|my|me|you|your|i|we|our|do|does|can|bot|copilot|about|what|how|can you|could you|would you|will you|i would like to|id like to|lets|hey|so|just|now|kindly|thanks|thank you|of|for|to|is|are|there|some|that|this)\b|请问|请|麻烦|帮我|帮忙|给我|替我|我想|我要|一下|吧|吗|呢|啊|呀|了|的|把|这个|谢谢|现在|看看|查看|都|查一查|查查|查|如何|怎样|我|你|您|有/g;

/** Compares a sentence with one intent. */
export function score(sentence: Sentence, intent: IndexedIntent): Score {
  const { text } = sentence;
  const found = intent.args.flatMap((argument) => findArgument(text, argument));
  const args = Object.fromEntries(found.map(({ name, value }) => [name, value]));
  if (intent.not.some((word) => occurrences(text, word).length > 0)) return { score: 0, args };
  const bare = compact(without(text, found));
  const best = Math.max(
    0,
    ...intent.keywords.map((keyword) => keywordScore(sentence, keyword, found, intent.anywhere)),
    ...intent.examples.map((example) => exampleScore(bare, example)),
  );
  return { score: Math.min(1, best * intent.weight), args };
}

function findArgument(text: string, argument: Argument): FoundArgument[] {
  const { name } = argument;
  if ('values' in argument) {
    const hits = argument.values.flatMap(({ value, words }) =>
      words.flatMap((word) => occurrences(text, word).map((span) => ({ ...span, name, value, distinct: false }))),
    );
    return hits.slice(0, 1);
  }
  const match = argument.pattern.exec(text);
  const value = match?.[1];
  if (!match || value === undefined) return [];
  const start = match.index + match[0].indexOf(value);
  return [
    { name, value: argument.upper ? value.toUpperCase() : value, distinct: true, start, end: start + value.length },
  ];
}

/**
 * Words count as far as they are the sentence: one alone most strictly so, several less, and hardly where the intent
 * takes them anywhere or an argument of a form of its own (a task's id) is among them.
 */
function keywordScore(sentence: Sentence, keyword: Slot[], found: FoundArgument[], anywhere: boolean): number {
  const { text } = sentence;
  const spans: (Span & { distinct?: boolean; typo?: boolean })[] = [];
  for (const slot of keyword) {
    const hit =
      'argument' in slot ? found.find(({ name }) => name === slot.argument) : findWord(sentence, slot.words, spans);
    if (!hit) return 0;
    spans.push(hit);
  }
  if (spans.some((span) => isNegated(text, span))) return 0;
  const share = coverage(sentence, [...spans, ...found]);
  const certainty = spans.filter(({ typo }) => typo).reduce((product) => product * 0.92, 1);
  if (keyword.length === 1) return certainty * (spans[0]?.distinct ? 0.62 + 0.3 * share : share ** 1.5);
  const certain = anywhere || spans.some(({ distinct }) => distinct);
  return certainty * (certain ? 0.7 + 0.3 * share : 0.35 + 0.65 * share);
}

function findWord(sentence: Sentence, words: string[], taken: Span[]): (Span & { typo?: true }) | undefined {
  const { text } = sentence;
  const free = (span: Span) => !taken.some((other) => overlap(other, span));
  let longest: Span | undefined;
  for (const word of words)
    for (const span of occurrences(text, word))
      if ((!longest || span.end - span.start > longest.end - longest.start) && free(span)) longest = span;
  if (longest) return longest;
  for (const word of words) {
    const near = misspelt(sentence, word);
    if (near && free(near)) return { ...near, typo: true };
  }
  return undefined;
}

/** A Latin word with a slip in it, or a Chinese one of three characters or more with one after the first replaced. */
function misspelt({ text, words }: Sentence, word: string): Span | undefined {
  if (word.charCodeAt(0) < 0x80) {
    const slip = words.find((one) => one.word[0] === word[0] && isSlipOf(one.word, word));
    return slip && /^[a-z]{4,}$/.test(word) ? { start: slip.start, end: slip.start + slip.word.length } : undefined;
  }
  if (word.length < 2 || (word.length === 2 && text.length !== 2)) return undefined;
  for (let start = text.indexOf(word.charAt(0)); start >= 0; start = text.indexOf(word.charAt(0), start + 1)) {
    if (start + word.length > text.length) break;
    let off = 0;
    for (let at = 1; at < word.length && off < 2; at++) if (text[start + at] !== word[at]) off += 1;
    if (off === 1 && /^\p{Script=Han}+$/u.test(word)) return { start, end: start + word.length };
  }
  return undefined;
}

/** The share of the sentence, polite words aside, that the spans make up; a Han character counts as two letters. */
function coverage({ text, idle }: Sentence, spans: Span[]): number {
  let covered = 0;
  let all = 0;
  for (let at = 0; at < text.length; at++) {
    const here = { start: at, end: at + 1 };
    const weight = /[\s,]/.test(text[at] ?? '') ? 0 : text.charCodeAt(at) > 0x2e80 ? 2 : 1;
    if (spans.some((span) => overlap(span, here))) covered += weight;
    else if (idle.some((span) => overlap(span, here))) continue;
    all += weight;
  }
  return all === 0 ? 0 : covered / all;
}

function exampleScore(text: string, example: string): number {
  const longer = Math.max(text.length, example.length);
  if (longer < 4 || Math.abs(text.length - example.length) > longer * 0.25) return 0;
  const likeness = 1 - distance(text, example) / longer;
  return likeness >= 0.82 ? likeness : 0;
}
