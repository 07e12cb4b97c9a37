import { type Form, valueOfChoice } from './fields.ts';
import type { ClarifyField, ClarifyValue, ClarifyValues } from './template.ts';
import { networksIn, numbersIn } from './values.ts';
import { type Term, vocabulary } from './vocabulary.ts';
import {
  isNegated,
  isSlipOf,
  isTarget,
  linksBack,
  linksForward,
  occurrences,
  overlap,
  type Span,
  without,
} from './words.ts';

/** What a sentence says about the fields, and the sentence with what was understood blanked out. */
export interface Extract {
  values: Map<string, ClarifyValue>;
  rest: string;
}

type Hit = Span & Term;
type Candidate = Span & { field: ClarifyField; value: ClarifyValue };

/** Reads every field that a normalised sentence speaks of. A field it contradicts itself about is left out. */
export function extract(form: Form, text: string, known: ClarifyValues): Extract {
  const { fields } = form.template;
  const terms = vocabulary(form, known);
  const matched = fields.flatMap((field) => field.patterns.flatMap((pattern) => matches(pattern, field, text, terms)));
  const names = matched.filter(({ field }) => field.type === 'text');
  const spans = terms.flatMap((term) => occurrences(text, term.text).map((span) => ({ ...span, ...term })));
  const hits = longest(spans).filter((hit) => !names.some((name) => overlap(name, hit)));
  const worded = [...fromChoices(hits, text), ...fromSwitches(hits), ...fromFigures(hits, matched, text)];
  const candidates = [...matched, ...worded.filter(({ field }) => !matched.some((match) => match.field === field))];
  candidates.push(...typos(text, terms, [...hits, ...candidates]));
  const values = new Map<string, ClarifyValue>();
  for (const field of fields) {
    const value = settle(
      text,
      candidates.filter((candidate) => candidate.field === field),
    );
    if (value !== undefined) values.set(field.id, value);
  }
  return { values, rest: without(text, candidates) };
}

/** Drops words inside longer ones: "pro" in "node pro", "标准" in "标准型 SSD". */
function longest(hits: Hit[]): Hit[] {
  return hits.filter(
    (hit) =>
      !hits.some(
        (other) => other.start <= hit.start && other.end >= hit.end && other.end - other.start > hit.end - hit.start,
      ),
  );
}

function fromChoices(hits: Hit[], text: string): Candidate[] {
  return hits.flatMap(({ start, end, field, choice, ...hit }) =>
    choice !== undefined && (hit.free || standsByName({ start, end, field, choice, ...hit }, hits, text))
      ? [{ start, end, field, value: valueOfChoice(field, choice) }]
      : [],
  );
}

/** A yes-or-no field that is named is meant. */
function fromSwitches(hits: Hit[]): Candidate[] {
  return hits
    .filter(({ field, choice }) => field.type === 'yesno' && choice === undefined)
    .map(({ start, end, field }) => ({ start, end, field, value: true }));
}

/** Numbers and networks belong to the field whose name stands before them, else to the one behind, unless a pattern read them already. */
function fromFigures(hits: Hit[], matched: Candidate[], text: string): Candidate[] {
  const names = hits.filter(({ choice }) => choice === undefined);
  return [...numbersIn(text), ...networksIn(text)].flatMap(({ start, end, value }) => {
    const type = typeof value === 'number' ? ['integer', 'money'] : ['cidr'];
    const fitting = names.filter((name) => type.includes(name.field.type));
    const name =
      fitting.find((near) => near.end <= start && linksForward(text.slice(near.end, start))) ??
      fitting.find((near) => near.start >= end && linksBack(text.slice(end, near.start)));
    if (!name || matched.some((match) => overlap(match, { start, end }))) return [];
    return [{ start, end, field: name.field, value }];
  });
}

/** A weak or shared word counts for the field whose name it stands by: in English before it ("high budget"), in Chinese behind ("预算高"). */
function standsByName(hit: Hit, hits: Hit[], text: string): boolean {
  const owners = hits.filter(
    (other) => other.choice !== undefined && other.start === hit.start && other.end === hit.end,
  );
  const names = hits.filter((other) => other.choice === undefined && owners.some(({ field }) => field === other.field));
  const before = names.find(({ end }) => end <= hit.start && linksForward(text.slice(end, hit.start)));
  const after = names.find(({ start }) => start >= hit.end && linksBack(text.slice(hit.end, start)));
  const chosen = /^[a-z]/.test(hit.text) ? (after ?? before) : (before ?? after);
  return chosen?.field === hit.field;
}

function matches(pattern: string, field: ClarifyField, text: string, terms: Term[]): Candidate[] {
  return [...text.matchAll(new RegExp(pattern, 'gu'))].flatMap((match) => {
    const value = readMatch(field, (match[1] ?? match[0]).trim(), terms);
    return value === undefined ? [] : [{ start: match.index, end: match.index + match[0].length, field, value }];
  });
}

function readMatch(field: ClarifyField, word: string, terms: Term[]): ClarifyValue | undefined {
  switch (field.type) {
    case 'integer':
    case 'money':
      return numbersIn(word)[0]?.value;
    case 'cidr':
      return networksIn(word)[0]?.value;
    case 'yesno':
      return true;
    case 'text':
      return word || undefined;
    case 'choice':
      return terms.find((term) => term.field === field && term.choice !== undefined && term.text === word)?.choice;
  }
}

/** One value, or of several the one that something is changed into. A refused yes is a no; a refused choice is none. */
function settle(text: string, candidates: Candidate[]): ClarifyValue | undefined {
  const wanted = candidates.flatMap((candidate) => {
    if (typeof candidate.value !== 'boolean') return isNegated(text, candidate) ? [] : [candidate];
    return [isNegated(text, candidate, true) ? { ...candidate, value: !candidate.value } : candidate];
  });
  const only = (of: Candidate[]) => (new Set(of.map(({ value }) => value)).size === 1 ? of[0]?.value : undefined);
  return only(wanted) ?? only(wanted.filter((hit) => isTarget(text, hit)));
}

/** Latin words that are nearly, and nearly only, one choice's word: "hangzou", "terwey". */
function typos(text: string, terms: Term[], taken: Span[]): Candidate[] {
  const words = terms.filter((term) => term.free && /^[a-z][a-z0-9-]{4,}$/.test(term.text));
  return [...text.matchAll(/[a-z][a-z0-9-]{4,}/g)].flatMap(({ 0: word, index: start }) => {
    const span = { start, end: start + word.length };
    const near = words.filter((term) => isSlipOf(word, term.text));
    const [first] = near;
    if (first?.choice === undefined || taken.some((other) => overlap(other, span))) return [];
    if (near.some((term) => term.field !== first.field || term.choice !== first.choice)) return [];
    return [{ ...span, field: first.field, value: valueOfChoice(first.field, first.choice) }];
  });
}
