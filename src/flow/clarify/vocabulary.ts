import { choicesOf, type Form } from './fields.ts';
import { normalise } from './normalise.ts';
import type { ClarifyChoice, ClarifyField, ClarifyValues } from './template.ts';
import { isStrong } from './words.ts';

/** One way to name a field (no `choice`) or one of its choices, normalised. */
export interface Term {
  text: string;
  field: ClarifyField;
  choice?: string;
  /** Means its choice wherever it stands: long enough, and no other field's word too. */
  free: boolean;
}

const normalised = new Map<string, string>();

/** Templates say the same words at every turn: remembered, within bounds. */
function remembered(text: string): string {
  let known = normalised.get(text);
  if (known === undefined) {
    if (normalised.size > 20_000) normalised.clear();
    known = normalise(text);
    normalised.set(text, known);
  }
  return known;
}

/** Every word of every field, given what is known. */
export function vocabulary(form: Form, values: ClarifyValues): Term[] {
  const terms: Term[] = form.template.fields.flatMap((field) => [
    ...unique([field.label.en, field.label.zh, ...field.synonyms]).map((text) => ({ text, field, free: false })),
    ...choicesOf(form, field, values).flatMap((choice) =>
      termsOfChoice(field, choice).map((text) => ({ text, field, choice: choice.id, free: true })),
    ),
  ]);
  const owners = new Map<string, Set<string>>();
  for (const { text, field, choice } of terms)
    if (choice !== undefined) owners.set(text, (owners.get(text) ?? new Set()).add(field.id));
  return terms.map((term) => ({
    ...term,
    free: term.free && isStrong(term.text) && owners.get(term.text)?.size === 1,
  }));
}

/** The words of one choice. Those of a bare yes or no would be found everywhere, so they only count as answers. */
export function termsOfChoice(field: ClarifyField, choice: ClarifyChoice): string[] {
  const own = field.type === 'yesno' ? [] : [choice.id, choice.label.en, choice.label.zh];
  return unique([...own, ...(choice.synonyms ?? [])]);
}

function unique(texts: string[]): string[] {
  return [...new Set(texts.map(remembered))].filter(Boolean);
}
