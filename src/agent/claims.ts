import { figuresOf } from '../chat/figures.ts';
import { type RawAnswer, type RawClaim, sentencesOf } from './answer.ts';
import { type KnownNames, knownNames, mentions, namesOf, searchable } from './names.ts';
import { figuresSeen, isSeen, type SeenFigures } from './seen-figures.ts';
import type { Claim, Evidence, Investigation, NamedObject } from './types.ts';

/**
 * Whether an answer says more than what was seen. It cannot tell whether a sentence is true: it sees to it that the evidence is there,
 * names the objects, and holds the figures. Where it is in doubt, a sentence is a hypothesis.
 */

export interface AnswerToCheck {
  raw: Pick<RawAnswer, 'summary' | 'claims' | 'notChecked'>;
  evidence: readonly Evidence[];
  question: string;
  /** Objects that the rules know of, such as those of the pack's findings. */
  objects?: readonly NamedObject[];
  /** Names that need no proof: those of the cluster that the question is about. */
  given?: readonly string[];
}

export type CheckedAnswer = Pick<Investigation, 'summary' | 'claims' | 'notChecked'> & { unsupported: string[] };

/** The answer with the standing of each sentence; nothing is taken out but ids of evidence that there is not. */
export function checkAnswer({ raw, evidence, question, objects = [], given = [] }: AnswerToCheck): CheckedAnswer {
  const seen = new Map(evidence.map((one) => [one.id, lookInto(one)]));
  const names = knownNames({ evidence, objects, question }, given);
  const claims = raw.claims.map((claim) => checkClaim(claim, seen, names));
  const supported = claims.filter(({ standing }) => standing === 'supported');
  const unsupported = sentencesOf(raw.summary).filter((sentence) => !isCarried(sentence, supported, { seen, names }));
  return {
    summary: raw.summary,
    unsupported: unsupported.map((one) => one.trim()),
    claims,
    notChecked: raw.notChecked,
  };
}

interface Seen {
  text: string;
  figures: () => SeenFigures;
}

type AllSeen = ReadonlyMap<string, Seen>;

function lookInto(evidence: Evidence): Seen {
  let figures: SeenFigures | undefined;
  return {
    text: searchable(evidence),
    figures: () => {
      figures ??= figuresSeen(evidence);
      return figures;
    },
  };
}

function checkClaim({ text, cites }: RawClaim, seen: AllSeen, names: KnownNames): Claim {
  const known = cites.filter((id) => seen.has(id));
  const missing =
    cites.length === 0
      ? 'no-evidence'
      : known.length < cites.length
        ? 'unknown-evidence'
        : missingIn(text, seenOf(known, seen), names);
  return missing
    ? { text, cites: known, standing: 'hypothesis', missing }
    : { text, cites: known, standing: 'supported' };
}

const seenOf = (ids: readonly string[], seen: AllSeen): Seen[] => ids.flatMap((id) => seen.get(id) ?? []);

/** What of a sentence is not in the evidence. A figure may also count what the sentence itself lists. */
function missingIn(sentence: string, cited: readonly Seen[], known: KnownNames): Claim['missing'] | undefined {
  const { figures, rest } = figuresOf(sentence);
  const names = namesOf(rest, known);
  if (!names.every((name) => cited.some(({ text }) => mentions(text, name)))) return 'object-not-named';
  const listed = Array.from(names, (_, n) => `number:${n + 1}`);
  const isKnown = (figure: string) =>
    cited.some((one) => isSeen(figure, one.figures())) || (listed.length > 1 && listed.includes(figure));
  return figures.every(isKnown) ? undefined : 'figure-not-found';
}

/** Said in other words by claims that are supported: all its names and figures are in their evidence, and most of its words are theirs. */
function isCarried(
  sentence: string,
  supported: readonly Claim[],
  { seen, names }: { seen: AllSeen; names: KnownNames },
): boolean {
  const own = sentence.match(CITED)?.flatMap((ids) => [...ids.matchAll(/\d+/g)].map(([id]) => `E${Number(id)}`)) ?? [];
  const bare = sentence.replaceAll(CITED, '');
  if (own.length > 0 && checkClaim({ text: bare, cites: own }, seen, names).standing === 'supported') return true;
  const carrying = supported.filter((claim) => shared(bare, claim.text) > 0);
  const cited = seenOf([...new Set(carrying.flatMap(({ cites }) => cites))], seen);
  if (carrying.length === 0 || missingIn(bare, cited, names)) return false;
  return shared(bare, carrying.map(({ text }) => text).join(' ')) >= MOST_WORDS;
}

const CITED = /\[\s*E\d+[^\]]*\]/gi;
const MOST_WORDS = 0.5;

/** Which share of a sentence's words another text has. */
function shared(sentence: string, text: string): number {
  const words = wordsOf(sentence);
  const others = wordsOf(text);
  return words.size === 0 ? 0 : [...words].filter((word) => others.has(word)).length / words.size;
}

/** Words without endings, and Chinese signs two by two. */
function wordsOf(text: string): Set<string> {
  const latin = (text.toLowerCase().match(/[\p{Script=Latin}\p{N}][\p{Script=Latin}\p{N}./-]*/gu) ?? [])
    .map((word) => word.replace(/[./-]+$/, ''))
    .filter((word) => !SMALL.has(word))
    .map((word) => (word.length > 5 ? word.replace(/(?:ing|ed|es|s)$/, '') : word));
  const signs = text.match(/\p{Script=Han}+/gu) ?? [];
  const pairs = signs.flatMap((run) => [...run].slice(1).map((sign, at) => `${[...run][at]}${sign}`));
  return new Set([...latin, ...pairs]);
}

const SMALL = new Set(
  'a an and are as at be been because by for from had has have if in is it its not of on or so than that the their then there they this to was were which with'.split(
    ' ',
  ),
);
