import type { LocalText } from '../../chat/types.ts';
import type { Known } from './state.ts';
import type {
  ClarifyChoice,
  ClarifyField,
  ClarifySources,
  ClarifyTemplate,
  ClarifyValue,
  ClarifyValues,
} from './template.ts';

/** A template with what its flow lends it. */
export interface Form {
  template: ClarifyTemplate;
  sources: ClarifySources;
}

const YES_NO: ClarifyChoice[] = [
  { id: 'yes', label: { en: 'Yes', zh: '是' } },
  { id: 'no', label: { en: 'No', zh: '否' } },
];

/** The field of this id, if the template has it. */
export function fieldOf(template: ClarifyTemplate, id: string): ClarifyField | undefined {
  return template.fields.find((field) => field.id === id);
}

/** The bare values of what is known. */
export function plain(known: Known): ClarifyValues {
  return Object.fromEntries(Object.entries(known).map(([id, { value }]) => [id, value]));
}

/** What may be picked for a field now. Throws when the flow does not lend a source that the template names. */
export function choicesOf({ sources }: Form, field: ClarifyField, values: ClarifyValues): ClarifyChoice[] {
  if (!field.choices) return field.type === 'yesno' ? YES_NO : [];
  if (Array.isArray(field.choices)) return field.choices;
  const source = sources.choices?.[field.choices.from];
  if (!source) throw new Error(`The flow lends no choices "${field.choices.from}", which field ${field.id} names`);
  return source(values);
}

/** What the field is worth when nobody says anything. */
export function defaultOf({ sources }: Form, field: ClarifyField, values: ClarifyValues): ClarifyValue | undefined {
  if (typeof field.default !== 'object') return field.default;
  const source = sources.defaults?.[field.default.from];
  if (!source) throw new Error(`The flow lends no default "${field.default.from}", which field ${field.id} names`);
  return source(values);
}

/** Whether the field exists, given the others: its `askIf` holds, and where it needs choices there are some. */
export function applies(form: Form, field: ClarifyField, values: ClarifyValues): boolean {
  if (field.askIf && !holds(field.askIf, values)) return false;
  return field.type !== 'choice' || choicesOf(form, field, values).length > 0;
}

function holds(condition: NonNullable<ClarifyField['askIf']>, values: ClarifyValues): boolean {
  const value = values[condition.field];
  return 'in' in condition ? value !== undefined && condition.in.includes(value) : value === undefined;
}

/** The value a choice stands for. */
export function valueOfChoice(field: ClarifyField, choiceId: string): ClarifyValue {
  if (field.type === 'yesno') return choiceId === 'yes';
  return field.type === 'integer' || field.type === 'money' ? Number(choiceId) : choiceId;
}

/** What to call a value: its choice's label, or the value with its unit. */
export function wordsFor(form: Form, field: ClarifyField, value: ClarifyValue, values: ClarifyValues): LocalText {
  const choice = choicesOf(form, field, values).find(({ id }) => valueOfChoice(field, id) === value);
  if (choice) return choice.label;
  const text = field.unit ? `${value} ${field.unit}` : String(value);
  return { en: text, zh: text };
}

/** Why a value cannot be taken, as a message key's last part; undefined when it can. `choice` values are checked against the choices. */
export function problemWith(form: Form, field: ClarifyField, value: ClarifyValue, values: ClarifyValues) {
  if (field.type === 'choice')
    return choicesOf(form, field, values).some(({ id }) => id === value) ? undefined : ('not-offered' as const);
  if (field.type === 'yesno' || field.type === 'cidr') return undefined;
  const size = typeof value === 'number' ? value : String(value).length;
  if (field.type === 'integer' && !Number.isInteger(value)) return 'not-whole' as const;
  if (field.min !== undefined && size < field.min) return 'too-small' as const;
  if (field.max !== undefined && size > field.max) return 'too-large' as const;
  return undefined;
}
