import type { Language } from '../../chat/types.ts';
import { commandIn, exactAnswer, looseAnswer } from './answer.ts';
import { extract } from './extract.ts';
import { applies, choicesOf, defaultOf, type Form, fieldOf, plain, problemWith, valueOfChoice } from './fields.ts';
import { normalise } from './normalise.ts';
import { noteCorrected, noteDropped, noteProblem, noteUnderstood, type Turn } from './notes.ts';
import type { ClarifyCommand, ClarifyInput, ClarifyState, ClarifyTurn, Known } from './state.ts';
import type { ClarifyField, ClarifySources, ClarifyTemplate, ClarifyValue, ClarifyValues } from './template.ts';

/** The dialogue: pure functions from a state and an input to the next state. No clock, no I/O. */

const MAX_HISTORY = 100;

/** Starts a dialogue from a sentence (which may be empty) and from what is known before it. */
export function begin(
  template: ClarifyTemplate,
  sources: ClarifySources,
  text: string,
  language: Language,
  known: ClarifyValues = {},
): ClarifyTurn {
  const turn: Turn = { form: { template, sources }, language, notes: [] };
  const empty: ClarifyState = { values: {}, history: [] };
  const said = extract(turn.form, normalise(text), known).values;
  const values = take(turn, empty, new Map([...Object.entries(known), ...said]), 'sentence');
  noteUnderstood(turn, values, [...said.keys()]);
  return proceed(turn, { ...empty, values });
}

/** Goes on with what the person typed or clicked. Any field may be corrected at any turn, also when nothing is open any more. */
export function reply(
  template: ClarifyTemplate,
  sources: ClarifySources,
  state: ClarifyState,
  input: ClarifyInput,
  language: Language,
): ClarifyTurn {
  const turn: Turn = { form: { template, sources }, language, notes: [] };
  switch (input.kind) {
    case 'command':
      return command(turn, state, input.command);
    case 'choice': {
      const field = fieldOf(template, input.fieldId);
      const offered = field && choicesOf(turn.form, field, plain(state.values)).some(({ id }) => id === input.choiceId);
      if (!field || !offered) return notUnderstood(turn, state);
      return change(turn, state, new Map([[field.id, valueOfChoice(field, input.choiceId)]]));
    }
    case 'text':
      return typed(turn, state, input.text);
  }
}

function typed(turn: Turn, state: ClarifyState, raw: string): ClarifyTurn {
  const text = normalise(raw);
  const asked = state.asking === undefined ? undefined : fieldOf(turn.form.template, state.asking);
  const named = commandIn(text);
  if (named && (named !== 'take-nearest' || state.refused)) return command(turn, state, named);
  const values = plain(state.values);
  const direct = asked && exactAnswer(turn.form, asked, text, values);
  if (asked && direct !== undefined) return change(turn, state, new Map([[asked.id, direct]]));
  const said = extract(turn.form, text, values);
  const own = asked && ownWords(asked, raw, said.values, values);
  if (asked && own !== undefined) return change(turn, state, new Map([[asked.id, own]]));
  const around = asked && !said.values.has(asked.id) ? looseAnswer(turn.form, asked, said.rest, values) : undefined;
  if (asked && around !== undefined) said.values.set(asked.id, around);
  return said.values.size > 0 ? change(turn, state, said.values) : notUnderstood(turn, state);
}

/** The answer to a text question is the text itself, unless it corrects another field. One bare word never does. */
function ownWords(
  asked: ClarifyField,
  raw: string,
  said: Map<string, ClarifyValue>,
  known: ClarifyValues,
): string | undefined {
  const words = raw.trim();
  const corrects = [...said].some(([id, value]) => known[id] !== value) && !/^[\w.-]+$/.test(words);
  return asked.type === 'text' && words && !corrects ? words : undefined;
}

function notUnderstood(turn: Turn, state: ClarifyState): ClarifyTurn {
  turn.notes.push({ key: 'clarify.not-understood' });
  return proceed(turn, state);
}

function command(turn: Turn, state: ClarifyState, name: ClarifyCommand): ClarifyTurn {
  switch (name) {
    case 'cancel':
      return { state, outcome: { kind: 'cancelled' }, notes: [] };
    case 'back': {
      const previous = state.history.at(-1);
      if (!previous) turn.notes.push({ key: 'clarify.nothing-to-undo' });
      return proceed(turn, previous ? { values: previous, history: state.history.slice(0, -1) } : state);
    }
    case 'defaults': {
      const values = withDefaults(turn.form, state.values, () => true);
      const filled = Object.keys(values).filter((id) => !(id in state.values));
      noteUnderstood(turn, values, filled, 'defaults-taken');
      return proceed(turn, moved(state, values));
    }
    case 'take-nearest':
      if (!state.refused) return notUnderstood(turn, state);
      return change(turn, state, new Map(Object.entries(state.refused.nearest)));
  }
}

/** Takes values over, tells what that changed, and goes on. */
function change(turn: Turn, state: ClarifyState, said: Map<string, ClarifyValue>): ClarifyTurn {
  const values = take(turn, state, said, 'correction');
  const before = plain(state.values);
  const fresh: string[] = [];
  for (const [id, value] of said) {
    if (before[id] === undefined && id !== state.asking) fresh.push(id);
    if (before[id] !== undefined && values[id] && before[id] !== values[id].value)
      noteCorrected(turn, id, state.values, values);
    if (before[id] === value && said.size === 1) noteUnderstood(turn, values, [id], 'already');
  }
  noteUnderstood(turn, values, fresh);
  return proceed(turn, moved(state, values));
}

/** The state after values changed: the old ones go into the history, unless nothing moved. */
function moved(state: ClarifyState, values: Known): ClarifyState {
  if (JSON.stringify(values) === JSON.stringify(state.values)) return state;
  return { ...state, values, history: [...state.history, state.values].slice(-MAX_HISTORY) };
}

/** The values with what was said, less what cannot be: out of range, or no longer offered; followed defaults are followed again. */
function take(
  turn: Turn,
  state: ClarifyState,
  said: Map<string, ClarifyValue>,
  from: 'sentence' | 'correction',
): Known {
  let values: Known = { ...state.values };
  for (const field of turn.form.template.fields) {
    const value = said.get(field.id);
    if (value === undefined) continue;
    const problem = problemWith(turn.form, field, value, plain(values));
    if (problem) noteProblem(turn, field, problem, value);
    else if (values[field.id]?.value !== value || values[field.id]?.from === 'default')
      values = { ...values, [field.id]: { value, from: originOf(state, field.id, from) } };
  }
  for (const field of turn.form.template.fields) values = settleDependent(turn, field, values, state.values);
  return values;
}

function originOf(
  state: ClarifyState,
  id: string,
  from: 'sentence' | 'correction',
): 'sentence' | 'correction' | 'answer' {
  if (state.asking === id && state.values[id] === undefined) return 'answer';
  return state.values[id] === undefined ? 'sentence' : from;
}

/** A default is worked out anew; a choice that its source no longer offers is dropped, and the person told. */
function settleDependent(turn: Turn, field: ClarifyField, values: Known, before: Known): Known {
  const held = values[field.id];
  if (!held) return values;
  const { [field.id]: _, ...others } = values;
  if (held.from === 'default') {
    const fresh = defaultOf(turn.form, field, plain(others));
    return fresh === undefined ? others : { ...values, [field.id]: { value: fresh, from: 'default' } };
  }
  if (problemWith(turn.form, field, held.value, plain(others)) !== 'not-offered') return values;
  noteDropped(turn, field, held.value, before);
  return others;
}

/** Fills what has no value and a default, in the template's order, since later defaults may look at earlier values. */
function withDefaults(form: Form, values: Known, wanted: (field: ClarifyField) => boolean): Known {
  let filled = values;
  for (const field of form.template.fields) {
    if (filled[field.id] || !wanted(field) || !applies(form, field, plain(filled))) continue;
    const value = defaultOf(form, field, plain(filled));
    if (value !== undefined) filled = { ...filled, [field.id]: { value, from: 'default' } };
  }
  return filled;
}

/** Decides what comes next: a refusal to settle, a question, or the end. */
function proceed(turn: Turn, state: ClarifyState): ClarifyTurn {
  const { form, notes } = turn;
  const { asking: _, refused: __, ...rest } = state;
  const missing = form.template.fields.find((field) => {
    const known = plain(rest.values);
    return field.required && !(field.id in known) && applies(form, field, known);
  });
  const values = missing ? rest.values : withDefaults(form, rest.values, ({ required }) => !required);
  const known = plain(values);
  const refused = form.sources.check?.(existing(form, known));
  if (refused) {
    const field = form.template.fields.find(({ id }) => id in refused.nearest);
    if (!field) throw new Error(`A refusal of ${form.template.id} must name the fields to change in "nearest"`);
    notes.push(refused.reason);
    return { state: { ...rest, values, asking: field.id, refused }, outcome: { kind: 'ask', field: field.id }, notes };
  }
  if (missing) return { state: { ...rest, asking: missing.id }, outcome: { kind: 'ask', field: missing.id }, notes };
  return { state: { ...rest, values }, outcome: { kind: 'complete', values: existing(form, known) }, notes };
}

/** The values of the fields that exist. */
function existing(form: Form, known: ClarifyValues): ClarifyValues {
  const fields = form.template.fields.filter((field) => applies(form, field, known));
  return Object.fromEntries(fields.flatMap(({ id }) => (known[id] === undefined ? [] : [[id, known[id]]])));
}
