import { figuresOf } from '../chat/figures.ts';
import type { JsonObject } from '../tools/types.ts';
import { type RawAnswer, type RawClaim, sentencesOf } from './answer.ts';
import { type KnownNames, knownNames, mentions, namesOf, searchable, states } from './names.ts';
import { figuresSeen, isSeen, type SeenFigures } from './seen-figures.ts';
import { type HeardEvidence, partsOf } from './testimony.ts';
import type { Claim, Investigation, NamedObject, Rests, Testimony } from './types.ts';

/**
 * Whether an answer says more than what was seen. It cannot tell whether a sentence is true: it sees to it that the evidence is there,
 * names the objects, and holds the figures, and whether a server says so or only somebody whose words it passes on. Where it is in
 * doubt, a sentence is a hypothesis.
 */

export interface AnswerToCheck {
  raw: Pick<RawAnswer, 'summary' | 'claims' | 'notChecked'>;
  evidence: readonly HeardEvidence[];
  question: string;
  /** Objects that the rules know of, such as those of the pack's findings. */
  objects?: readonly NamedObject[];
  /** Names that need no proof: those of the cluster that the question is about. */
  given?: readonly string[];
}

export type CheckedAnswer = Pick<Investigation, 'summary' | 'claims' | 'notChecked'> & {
  unsupported: string[];
  reported: string[];
};

/** The answer with the standing of each sentence; nothing is taken out but ids of evidence that there is not. */
export function checkAnswer({ raw, evidence, question, objects = [], given = [] }: AnswerToCheck): CheckedAnswer {
  const seen = new Map(evidence.map((one) => [one.id, lookInto(one)]));
  const names = knownNames({ evidence, objects, question }, given);
  const claims = raw.claims.map((claim) => checkClaim(claim, seen, names));
  const told = sentencesOf(raw.summary).map((sentence) => ({
    sentence: sentence.trim(),
    standing: standingOf(sentence, claims, { seen, names }),
  }));
  const those = (wanted: Claim['standing']) =>
    told.filter(({ standing }) => standing === wanted).map(({ sentence }) => sentence);
  return {
    summary: raw.summary,
    unsupported: those('hypothesis'),
    reported: those('reported'),
    claims,
    notChecked: raw.notChecked,
  };
}

/** What speaks for a change: a claim about the object that it is of. */
export function restsOn({ target, node }: JsonObject, claims: readonly Pick<Claim, 'text' | 'standing'>[]): Rests {
  const { name } = target !== null && typeof target === 'object' && !Array.isArray(target) ? target : { name: node };
  const about = claims.filter(({ text }) => typeof name === 'string' && mentions(text, name));
  if (about.some(({ standing }) => standing === 'supported')) return 'supported';
  return about.some(({ standing }) => standing === 'reported') ? 'reported' : 'nothing';
}

/** Some text with what is looked for in it, worked out once it is needed. */
interface Text {
  text: string;
  figures: () => SeenFigures;
  words: () => ReadonlySet<string>;
}

interface Seen {
  all: Text;
  /** What a server states of its own. */
  own: Text;
  heard: { by: Testimony; text: Text }[];
  /** A log and the like: next to nothing in it is a server's. */
  isHearsay: boolean;
}

type AllSeen = ReadonlyMap<string, Seen>;

const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

function textOf(evidence: HeardEvidence): Text {
  const text = searchable(evidence);
  return { text, figures: once(() => figuresSeen(evidence)), words: once(() => wordsOf(text)) };
}

const HEARSAY: ReadonlySet<Testimony> = new Set(['log', 'event', 'alert', 'server']);

function lookInto(evidence: HeardEvidence): Seen {
  const all = textOf(evidence);
  if (evidence.marked === undefined) return { all, own: all, heard: [], isHearsay: false };
  const { own, heard } = partsOf(evidence.marked);
  const pieces = [...heard].map(([by, text]) => ({ by, text: textOf({ id: evidence.id, source: '', text }) }));
  const foreign = pieces.filter(({ by }) => HEARSAY.has(by)).reduce((sum, { text }) => sum + text.text.length, 0);
  return { all, own: textOf({ ...evidence, text: own }), heard: pieces, isHearsay: foreign > own.trim().length };
}

function checkClaim({ text, cites }: RawClaim, seen: AllSeen, names: KnownNames): Claim {
  const known = cites.filter((id) => seen.has(id));
  const cited = seenOf(known, seen);
  const missing =
    cites.length === 0
      ? 'no-evidence'
      : known.length < cites.length
        ? 'unknown-evidence'
        : missingIn(
            text,
            cited.map(({ all }) => all),
            { names, isNamed: mentions },
          );
  if (missing) return { text, cites: known, standing: 'hypothesis', missing };
  const heard = carriedBy(text, cited, names);
  return { text, cites: known, ...(heard.length > 0 ? { standing: 'reported', heard } : { standing: 'supported' }) };
}

const seenOf = (ids: readonly string[], seen: AllSeen): Seen[] => ids.flatMap((id) => seen.get(id) ?? []);

interface Looking {
  names: KnownNames;
  isNamed: (text: string, name: string) => boolean;
}

/** What of a sentence is not in the evidence. A figure may also count what the sentence itself lists. */
function missingIn(
  sentence: string,
  cited: readonly Text[],
  { names, isNamed }: Looking,
): Claim['missing'] | undefined {
  const { figures, rest } = figuresOf(sentence);
  const named = namesOf(rest, names);
  if (!named.every((name) => cited.some(({ text }) => isNamed(text, name)))) return 'object-not-named';
  const listed = Array.from(named, (_, n) => `number:${n + 1}`);
  const isKnown = (figure: string) =>
    cited.some((one) => isSeen(figure, one.figures())) || (listed.length > 1 && listed.includes(figure));
  return figures.every(isKnown) ? undefined : 'figure-not-found';
}

/**
 * The strangers whose words carry a sentence; none where what servers state carries it: its names and figures stand there, and of its
 * other words not most are only theirs.
 */
function carriedBy(sentence: string, cited: readonly Seen[], names: KnownNames): Testimony[] {
  const heard = cited.flatMap((one) => one.heard);
  if (heard.length === 0) return [];
  const texts = { own: cited.map(({ own }) => own), heard: heard.map(({ text }) => text) };
  const isOwn = missingIn(sentence, texts.own, { names, isNamed: states }) === undefined;
  const isIn = (some: readonly Text[], word: string) => some.some((one) => one.words().has(word));
  const words = wordsBeside(sentence, names);
  const stated = words.filter((word) => isIn(texts.own, word));
  const foreign = words.filter((word) => !stated.includes(word) && isIn(texts.heard, word));
  if (isOwn && foreign.length <= stated.length && !cited.every(({ isHearsay }) => isHearsay)) return [];
  const parts = [...namesOf(figuresOf(sentence).rest, names), ...foreign];
  const speaking = heard.filter(({ text }) =>
    parts.some((part) => text.words().has(part) || mentions(text.text, part)),
  );
  return [...new Set((speaking.length > 0 ? speaking : heard).map(({ by }) => by))];
}

/** The words of a sentence that are neither names nor figures. */
function wordsBeside(sentence: string, names: KnownNames): string[] {
  const { rest } = figuresOf(sentence);
  const named = new Set(namesOf(rest, names).map((name) => name.toLowerCase()));
  return [...wordsOf(rest)].filter((word) => !named.has(word));
}

interface Checking {
  seen: AllSeen;
  names: KnownNames;
}

/** A sentence of the summary stands as the claims do that carry it. */
function standingOf(sentence: string, claims: readonly Claim[], checking: Checking): Claim['standing'] {
  const own = sentence.match(CITED)?.flatMap((ids) => [...ids.matchAll(/\d+/g)].map(([id]) => `E${Number(id)}`)) ?? [];
  const bare = sentence.replaceAll(CITED, '');
  const cited =
    own.length > 0 ? checkClaim({ text: bare, cites: own }, checking.seen, checking.names).standing : undefined;
  const supported = claims.filter(({ standing }) => standing === 'supported');
  if (cited === 'supported' || isCarried(bare, supported, checking)) return 'supported';
  const reported = claims.filter(({ standing }) => standing !== 'hypothesis');
  return cited === 'reported' || isCarried(bare, reported, checking) ? 'reported' : 'hypothesis';
}

/** Said in other words by these claims: all its names and figures are in their evidence, and most of its words are theirs. */
function isCarried(sentence: string, claims: readonly Claim[], { seen, names }: Checking): boolean {
  const carrying = claims.filter((claim) => shared(sentence, claim.text) > 0);
  const cited = seenOf([...new Set(carrying.flatMap(({ cites }) => cites))], seen).map(({ all }) => all);
  if (carrying.length === 0 || missingIn(sentence, cited, { names, isNamed: mentions })) return false;
  return shared(sentence, carrying.map(({ text }) => text).join(' ')) >= MOST_WORDS;
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
  const parted = text.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
  const latin = (`${text} ${parted}`.toLowerCase().match(/[\p{Script=Latin}\p{N}][\p{Script=Latin}\p{N}./-]*/gu) ?? [])
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
