import { distance } from 'fastest-levenshtein';
import type { Form } from './fields.ts';
import { valueOfChoice } from './fields.ts';
import type { ClarifyField, ClarifyValue, ClarifyValues } from './template.ts';
import { networksIn, numbersIn } from './values.ts';
import { type Term, vocabulary } from './vocabulary.ts';
import { isNegated, isTarget, linksBack, linksForward, occurrences, type Span, without } from './words.ts';

/** What a sentence says about the fields, and the sentence with what was understood blanked out. */
export interface Extract {
  values: Map<string, ClarifyValue>;
  rest: string;
}

type Hit = Span & Term;
type Candidate = Span & { value: ClarifyValue };

/** Reads every field that a normalised sentence speaks of. A field it contradicts itself about is left out. */
export function extract(form: Form, text: string, known: ClarifyValues): Extract {
  const terms = vocabulary(form, known);
  const hits = longest(terms.flatMap((term) => occurrences(text, term.text).map((span) => ({ ...span, ...term }))));
  const values = new Map<string, ClarifyValue>();
  const used: Span[] = [];
  for (const field of form.template.fields) {
    const candidates = candidatesFor(field, text, hits, terms);
    const value = settle(text, candidates);
    if (value !== undefined) values.set(field.id, value);
    used.push(...candidates);
  }
  for (const typo of typos(text, terms, [...hits, ...used]))
    if (!values.has(typo.field.id)) {
      values.set(typo.field.id, valueOfChoice(typo.field, typo.choice));
      used.push(typo);
    }
  return { values, rest: without(text, used) };
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

function candidatesFor(field: ClarifyField, text: string, hits: Hit[], terms: Term[]): Candidate[] {
  const names = hits.filter((hit) => hit.field === field && hit.choice === undefined);
  const fromPatterns = field.patterns.flatMap((pattern) => matches(pattern, field, text, terms));
  const fromWords = hits
    .filter((hit) => hit.field === field && hit.choice !== undefined && (hit.free || standsByName(hit, hits, text)))
    .map(({ start, end, choice }) => ({ start, end, value: valueOfChoice(field, choice ?? '') }));
  switch (field.type) {
    case 'choice':
    case 'text':
      return [...fromPatterns, ...fromWords];
    case 'yesno':
      return [...fromPatterns, ...fromWords, ...names.map(({ start, end }) => ({ start, end, value: true }))].map(
        (hit) => (isNegated(text, hit, true) ? { ...hit, value: !hit.value } : hit),
      );
    case 'integer':
    case 'money':
      return [...fromPatterns, ...beside(names, numbersIn(text), text)];
    case 'cidr':
      return [...fromPatterns, ...beside(names, networksIn(text), text)];
  }
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

function beside<Value extends ClarifyValue>(
  names: Span[],
  found: (Span & { value: Value })[],
  text: string,
): Candidate[] {
  return found.filter((item) =>
    names.some(
      (name) =>
        (name.end <= item.start && linksForward(text.slice(name.end, item.start))) ||
        (item.end <= name.start && linksBack(text.slice(item.end, name.start))),
    ),
  );
}

function matches(pattern: string, field: ClarifyField, text: string, terms: Term[]): Candidate[] {
  return [...text.matchAll(new RegExp(pattern, 'gu'))].flatMap((match) => {
    const value = readMatch(field, (match[1] ?? match[0]).trim(), terms);
    return value === undefined ? [] : [{ start: match.index, end: match.index + match[0].length, value }];
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

/** One value, or of several the one that something is changed into. */
function settle(text: string, candidates: Candidate[]): ClarifyValue | undefined {
  const wanted = candidates.filter((hit) => typeof hit.value === 'boolean' || !isNegated(text, hit));
  const only = (of: Candidate[]) => (new Set(of.map(({ value }) => value)).size === 1 ? of[0]?.value : undefined);
  return only(wanted) ?? only(wanted.filter((hit) => isTarget(text, hit)));
}

/** Latin words that are nearly, and nearly only, one choice's word: "hangzou", "terwey". */
function typos(text: string, terms: Term[], taken: Span[]): (Span & { field: ClarifyField; choice: string })[] {
  const candidates = terms.filter(
    (term) => term.choice !== undefined && term.free && /^[a-z][a-z0-9-]{4,}$/.test(term.text),
  );
  return [...text.matchAll(/[a-z][a-z0-9-]{4,}/g)].flatMap(({ 0: word, index: start }) => {
    const end = start + word.length;
    if (taken.some((span) => span.start < end && start < span.end)) return [];
    const near = candidates.filter(
      (term) => term.text[0] === word[0] && distance(term.text, word) <= (word.length >= 8 ? 2 : 1),
    );
    const [first] = near;
    if (first?.choice === undefined || near.some((term) => term.field !== first.field || term.choice !== first.choice))
      return [];
    return [{ start, end, field: first.field, choice: first.choice }];
  });
}
