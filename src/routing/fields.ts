import type { Language } from '../chat/types.ts';
import { exactAnswer } from '../flow/clarify/answer.ts';
import { begin } from '../flow/clarify/engine.ts';
import { choicesOf, type Form, plain, problemWith, valueOfChoice, wordsFor } from '../flow/clarify/fields.ts';
import { normalise } from '../flow/clarify/normalise.ts';
import type { ClarifyField, ClarifyValue, ClarifyValues } from '../flow/clarify/template.ts';
import { termsOfChoice } from '../flow/clarify/vocabulary.ts';
import { occurrences } from '../flow/clarify/words.ts';
import type { Argument, IndexedIntent } from './intents.ts';

/** What a model says of an intent's fields, held to what typed words are held to. What does not pass is left out. */

/** Values by name, and how each is shown. */
export interface CheckedFields {
  known: Record<string, ClarifyValue>;
  items: { label: string; value: string }[];
}

/** What the sentence itself says counts before what a model says of it. */
export interface Said {
  text: string;
  /** What typed words give by the rules of the intent. */
  args: Record<string, string>;
  language: Language;
}

const MOST_SHOWN = 200;

/** Checks the arguments of an intent. A name or a number has to stand in the sentence; one that does not was made up. */
export function checkArgs(
  { args }: Pick<IndexedIntent, 'args'>,
  given: Readonly<Record<string, unknown>>,
  said: Said,
): Record<string, string> {
  const text = normalise(said.text);
  const found = args.flatMap((argument): [string, string][] => {
    const own = said.args[argument.name];
    const value = own ?? argumentOf(argument, given[argument.name], text);
    return value === undefined ? [] : [[argument.name, value]];
  });
  return Object.fromEntries(found);
}

function argumentOf(argument: Argument, given: unknown, text: string): string | undefined {
  if (typeof given !== 'string' && typeof given !== 'number') return undefined;
  const word = normalise(String(given));
  if ('values' in argument) {
    const named = argument.values.find(({ value, words }) => value === String(given) || words.includes(word));
    return named?.value;
  }
  const value = argument.pattern.exec(word)?.[1];
  if (value === undefined || occurrences(text, value).length === 0) return undefined;
  return argument.upper ? value.toUpperCase() : value;
}

/** Checks the fields of a clarification by beginning it with them, as a typed sentence begins it. */
export function checkFields(form: Form, given: Readonly<Record<string, unknown>>, said: Said): CheckedFields {
  const read: ClarifyValues = {};
  for (const field of form.template.fields) {
    const value = valueGiven(form, field, given[field.id], read);
    const held = field.type === 'text' && value !== undefined ? asSaid(String(value), said.text) : value;
    if (held !== undefined) read[field.id] = held;
  }
  const { state } = begin(form.template, form.sources, said.text, said.language, read);
  const all = plain(state.values);
  const stated = form.template.fields.filter(({ id }) => state.values[id]?.from === 'sentence');
  const kept = Object.entries(read).filter(([id, value]) => all[id] === value);
  return {
    known: Object.fromEntries(kept),
    items: stated.flatMap((field) => {
      const value = all[field.id];
      return value === undefined ? [] : [shownField(form, field, value, all, said.language)];
    }),
  };
}

/** A name as the sentence spells it; undefined where it is not there, and so was made up. */
function asSaid(value: string, text: string): string | undefined {
  if (occurrences(normalise(text), normalise(value)).length === 0) return undefined;
  const at = text.toLowerCase().indexOf(value.toLowerCase());
  return at < 0 ? value : text.slice(at, at + value.length);
}

/** The value of a field as a model may write it: an id, one of its words, a figure. */
function valueGiven(form: Form, field: ClarifyField, given: unknown, known: ClarifyValues): ClarifyValue | undefined {
  if (typeof given !== 'string' && typeof given !== 'number' && typeof given !== 'boolean') return undefined;
  const value = readAs(form, field, given, known);
  return value === undefined || problemWith(form, field, value, known) ? undefined : value;
}

function readAs(form: Form, field: ClarifyField, given: ClarifyValue, known: ClarifyValues): ClarifyValue | undefined {
  const word = normalise(String(given));
  switch (field.type) {
    case 'choice': {
      const choice = choicesOf(form, field, known).find(
        (one) => one.id === given || termsOfChoice(field, one).includes(word),
      );
      return choice && valueOfChoice(field, choice.id);
    }
    case 'integer':
    case 'money':
      return typeof given === 'number' ? given : asType('number', exactAnswer(form, field, word, known));
    case 'yesno':
      return typeof given === 'boolean' ? given : asType('boolean', exactAnswer(form, field, word, known));
    case 'cidr':
      return asType('string', exactAnswer(form, field, word, known));
    case 'text':
      return String(given).trim() || undefined;
  }
}

function asType(type: 'number' | 'boolean' | 'string', value: ClarifyValue | undefined): ClarifyValue | undefined {
  return typeof value === type ? value : undefined;
}

function shownField(form: Form, field: ClarifyField, value: ClarifyValue, all: ClarifyValues, language: Language) {
  return { label: field.label[language], value: wordsFor(form, field, value, all)[language].slice(0, MOST_SHOWN) };
}
