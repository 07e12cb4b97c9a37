import type { Message, Translate } from '../../chat/messages.ts';
import type { Block, Button, Language } from '../../chat/types.ts';
import { applies, choicesOf, defaultOf, type Form, fieldOf, plain, valueOfChoice, wordsFor } from './fields.ts';
import type { ClarifyState } from './state.ts';
import type { ClarifyChoice, ClarifyField, ClarifySources, ClarifyTemplate, ClarifyValues } from './template.ts';

/** The open question in words, for the title of its card. */
export function questionTitle(
  template: ClarifyTemplate,
  { asking }: ClarifyState,
  language: Language,
): string | undefined {
  return asking === undefined ? undefined : fieldOf(template, asking)?.question[language];
}

/**
 * The open question as blocks: what is understood so far, how to answer, the choices as buttons
 * (`choice:FIELD:CHOICE`) with their pros and cons, and `command:back|defaults|cancel|take-nearest`. Without an open
 * question only what is understood.
 */
export function questionCard(
  template: ClarifyTemplate,
  sources: ClarifySources,
  state: ClarifyState,
  t: Translate,
  language: Language,
): Block[] {
  const form = { template, sources };
  const values = plain(state.values);
  const asked = state.asking === undefined ? undefined : fieldOf(template, state.asking);
  const known = knownBlock(form, state, t, language);
  if (!asked) return known;
  const choices = choicesOf(form, asked, values);
  const wayTo = asked.type === 'choice' || asked.type === 'yesno' ? undefined : t(freeForm(asked));
  return [
    ...known,
    ...(wayTo ? [{ type: 'text' as const, markdown: wayTo }] : []),
    ...(choices.length > 0 ? [choiceButtons(form, asked, choices, values, language)] : []),
    commandButtons(form, state, t, language),
  ];
}

function knownBlock(form: Form, { values }: ClarifyState, t: Translate, language: Language): Block[] {
  const all = plain(values);
  const items = form.template.fields.flatMap((field) => {
    const held = values[field.id];
    if (!held || !applies(form, field, all)) return [];
    const words = wordsFor(form, field, held.value, all)[language];
    const value = held.from === 'default' ? t('clarify.by-default', { value: words }) : words;
    return [{ label: field.label[language], value }];
  });
  return items.length > 0 ? [{ type: 'fields', items }] : [];
}

/** How to type the answer to a question without a closed list. */
function freeForm({ type, min, max, unit = 'none' }: ClarifyField): Message {
  if (type === 'cidr') return { key: 'clarify.type-network' };
  if (type === 'text') return { key: 'clarify.type-text' };
  if (min !== undefined && max !== undefined) return { key: 'clarify.type-number-between', params: { min, max, unit } };
  return { key: 'clarify.type-number', params: { unit } };
}

function choiceButtons(
  form: Form,
  field: ClarifyField,
  choices: ClarifyChoice[],
  values: ClarifyValues,
  language: Language,
): Block {
  const preset = defaultOf(form, field, values);
  const items = choices.map((choice): Button => {
    const hint = hintOf(choice, language);
    const isPreset = preset !== undefined && valueOfChoice(field, choice.id) === preset;
    return {
      id: `choice:${field.id}:${choice.id}`,
      label: choice.label[language],
      ...(hint && { hint }),
      ...(isPreset && { style: 'primary' as const }),
    };
  });
  return { type: 'buttons', items };
}

function hintOf({ pros, cons }: ClarifyChoice, language: Language): string {
  return [pros && `+ ${pros[language]}`, cons && `− ${cons[language]}`].filter(Boolean).join('\n');
}

function commandButtons(form: Form, state: ClarifyState, t: Translate, language: Language): Block {
  const values = plain(state.values);
  const hasDefaults = form.template.fields.some(
    (field) => !(field.id in values) && applies(form, field, values) && defaultOf(form, field, values) !== undefined,
  );
  const items: Button[] = [];
  if (state.refused) {
    const change = wordsOf(form, state.refused.nearest, values, language);
    items.push({ id: 'command:take-nearest', label: t('clarify.take-nearest', { change }), style: 'primary' });
  }
  if (state.history.length > 0) items.push({ id: 'command:back', label: t('clarify.back') });
  if (hasDefaults) items.push({ id: 'command:defaults', label: t('clarify.use-defaults') });
  items.push({ id: 'command:cancel', label: t('clarify.cancel') });
  return { type: 'buttons', items };
}

function wordsOf(form: Form, changes: ClarifyValues, values: ClarifyValues, language: Language): string {
  const after = { ...values, ...changes };
  return Object.entries(changes)
    .flatMap(([id, value]) => {
      const field = fieldOf(form.template, id);
      return field ? [`${field.label[language]} ${wordsFor(form, field, value, after)[language]}`] : [];
    })
    .join(language === 'zh' ? '，' : ', ');
}
