import type { Message } from '../../chat/messages.ts';
import { escapeMarkdown } from '../../chat/plain.ts';
import type { Language } from '../../chat/types.ts';
import { type Form, fieldOf, plain, type problemWith, wordsFor } from './fields.ts';
import type { Known } from './state.ts';
import type { ClarifyField, ClarifyValue } from './template.ts';

/** What a turn tells the person before the next question. The parameters are words in the person's language, safe in markdown. */

/** What one turn works on: the form, the language of its notes, and the notes so far. */
export interface Turn {
  form: Form;
  language: Language;
  notes: Message[];
}

/** Lists what these fields are now: understood, taken by default, or as it was. */
export function noteUnderstood(
  turn: Turn,
  values: Known,
  ids: string[],
  key: 'understood' | 'defaults-taken' | 'already' = 'understood',
): void {
  const items = ids.flatMap((id) => {
    const [field, held] = [fieldOf(turn.form.template, id), values[id]];
    return field && held ? [`${labelOf(turn, field)}: ${worded(turn, field, held.value, values)}`] : [];
  });
  if (items.length === 0) return;
  turn.notes.push({ key: `clarify.${key}`, params: { items: items.join(turn.language === 'zh' ? '；' : '; ') } });
}

/** Tells what a field was and is. */
export function noteCorrected(turn: Turn, id: string, before: Known, after: Known): void {
  const field = fieldOf(turn.form.template, id);
  const [old, now] = [before[id], after[id]];
  if (!field || !old || !now) return;
  const params = { from: worded(turn, field, old.value, before), to: worded(turn, field, now.value, after) };
  turn.notes.push({ key: 'clarify.corrected', params: { label: labelOf(turn, field), ...params } });
}

/** Tells that a choice went because its source no longer offers it. */
export function noteDropped(turn: Turn, field: ClarifyField, value: ClarifyValue, before: Known): void {
  const params = { label: labelOf(turn, field), value: worded(turn, field, value, before) };
  turn.notes.push({ key: 'clarify.dropped', params });
}

/** Tells why a value was not taken. */
export function noteProblem(
  turn: Turn,
  field: ClarifyField,
  problem: NonNullable<ReturnType<typeof problemWith>>,
  value: ClarifyValue,
): void {
  const bound = (problem === 'too-small' ? field.min : field.max) ?? 0;
  const params = { label: labelOf(turn, field), value: escapeMarkdown(String(value)), bound };
  turn.notes.push({ key: `clarify.${problem}`, params });
}

const labelOf = ({ language }: Turn, field: ClarifyField): string => field.label[language];

/** Only a text field holds what somebody typed; all other words are the template's or figures. */
function worded({ form, language }: Turn, field: ClarifyField, value: ClarifyValue, all: Known): string {
  const words = wordsFor(form, field, value, plain(all))[language];
  return field.type === 'text' ? escapeMarkdown(words) : words;
}
