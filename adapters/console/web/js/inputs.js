import { h } from './dom.js';

/** A form of a card. Its values are read when it is sent. */
export function inputsNode({ items, submit }, actions) {
  const send = (event) => {
    event.preventDefault();
    actions.act(submit, valuesOf(form, items));
  };
  const form = h(
    'form',
    { class: 'inputs', onsubmit: send },
    items.map(inputNode),
    h(
      'div',
      { class: 'actions' },
      h(
        'button',
        { class: `button button-${submit.style ?? 'primary'}`, data: { key: submit.id } },
        h('span', { class: 'label' }, submit.label),
      ),
    ),
  );
  return form;
}

function inputNode(input) {
  if (input.kind === 'toggle') return toggle(input);
  if (input.kind === 'text') return labelled(input, textField(input));
  return input.multi || input.options.length <= 5 ? options(input) : labelled(input, select(input));
}

const labelled = (input, field) =>
  h('label', { class: 'field' }, h('span', { class: 'field-label' }, input.label), field);

function textField({ id, required, multiline, initial = '', placeholder }) {
  const props = {
    name: id,
    required,
    placeholder,
    maxlength: '4000',
    data: { input: id, key: `input-${id}` },
    value: initial,
  };
  return multiline
    ? h('textarea', { class: 'text', rows: '3', ...props })
    : h('input', { class: 'text', type: 'text', ...props });
}

function select({ id, required, options: choices, initial = [] }) {
  const props = { class: 'text', name: id, required, data: { input: id, key: `input-${id}` } };
  return h(
    'select',
    props,
    choices.map((choice) => h('option', { value: choice.id, selected: initial.includes(choice.id) }, choice.label)),
  );
}

function options({ id, label, required, options: choices, multi, initial = [] }) {
  const one = (choice) =>
    h(
      'label',
      { class: 'option' },
      h('input', {
        type: multi ? 'checkbox' : 'radio',
        name: id,
        value: choice.id,
        required: required && !multi,
        checked: initial.includes(choice.id),
        data: { input: `${id}/${choice.id}`, key: `input-${id}-${choice.id}` },
      }),
      h(
        'span',
        {},
        h('span', { class: 'label' }, choice.label),
        choice.hint && h('span', { class: 'hint' }, choice.hint),
      ),
    );
  return h('fieldset', { class: 'field' }, h('legend', { class: 'field-label' }, label), choices.map(one));
}

function toggle({ id, label, initial }) {
  const box = {
    type: 'checkbox',
    role: 'switch',
    class: 'switch',
    name: id,
    checked: initial === true,
    data: { input: id, key: `input-${id}` },
  };
  return h('label', { class: 'field-toggle' }, h('span', {}, label), h('input', box));
}

function valuesOf(form, items) {
  const data = new FormData(form);
  const value = (input) => {
    if (input.kind === 'toggle') return data.has(input.id);
    return input.kind === 'select' && input.multi ? data.getAll(input.id) : (data.get(input.id) ?? '');
  };
  return Object.fromEntries(items.map((input) => [input.id, value(input)]));
}
