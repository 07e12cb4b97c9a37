import type { Json } from './types.ts';

/** The parts that blocks are made of, with their limits: https://docs.slack.dev/reference/block-kit/block-elements */

/** What is wrong, with where. */
export type Complain = (where: string, what: string) => void;

export const asObject = (value: unknown): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
export const asList = (value: unknown): Json[] =>
  Array.isArray(value) ? value.map((one) => asObject(one) ?? { type: 'none' }) : [];

export function limit(value: unknown, most: number, where: string, complain: Complain): void {
  if (typeof value !== 'string') complain(where, 'must be a string');
  else if (value.length > most) complain(where, `must be no more than ${most} characters (has ${value.length})`);
  else if (value.length === 0) complain(where, 'must be more than 0 characters');
}

/** A text object: https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
export function text(value: unknown, rule: { most: number; plain?: boolean }, where: string, complain: Complain): void {
  const object = asObject(value);
  if (!object) {
    complain(where, 'missing required field: text');
    return;
  }
  const types = rule.plain ? ['plain_text'] : ['plain_text', 'mrkdwn'];
  if (!types.includes(String(object.type))) complain(`${where}/type`, `unsupported type: ${object.type}`);
  if (object.type === 'mrkdwn' && 'emoji' in object) complain(where, 'emoji is for plain_text only');
  if (object.type === 'plain_text' && 'verbatim' in object) complain(where, 'verbatim is for mrkdwn only');
  limit(object.text, rule.most, `${where}/text`, complain);
}

export function image(element: Json, where: string, complain: Complain): void {
  limit(element.alt_text, 2000, `${where}/alt_text`, complain);
  const sources = ['image_url', 'slack_file'].filter((key) => key in element);
  if (sources.length !== 1) complain(where, 'must have exactly one of image_url, slack_file');
  if ('image_url' in element) limit(element.image_url, 3000, `${where}/image_url`, complain);
}

function confirm(value: unknown, where: string, complain: Complain): void {
  const object = asObject(value);
  if (!object) {
    complain(where, 'must be an object');
    return;
  }
  text(object.title, { most: 100, plain: true }, `${where}/title`, complain);
  text(object.text, { most: 300 }, `${where}/text`, complain);
  text(object.confirm, { most: 30, plain: true }, `${where}/confirm`, complain);
  text(object.deny, { most: 30, plain: true }, `${where}/deny`, complain);
}

function style(element: Json, where: string, complain: Complain): void {
  if ('style' in element && !['primary', 'danger'].includes(String(element.style)))
    complain(`${where}/style`, `unsupported style: ${element.style}`);
}

function options(value: unknown, most: number, where: string, complain: Complain): void {
  const list = asList(value);
  if (list.length < 1 || list.length > most) complain(where, `must have 1 to ${most} items (has ${list.length})`);
  const seen = new Set<unknown>();
  for (const [index, option] of list.entries()) {
    const at = `${where}/${index}`;
    text(option.text, { most: 75 }, `${at}/text`, complain);
    limit(option.value, 150, `${at}/value`, complain);
    if ('description' in option) text(option.description, { most: 75 }, `${at}/description`, complain);
    if (seen.has(option.value)) complain(`${at}/value`, 'is there twice');
    seen.add(option.value);
  }
}

/** The options that were chosen must be among those offered. */
function chosen(element: Json, where: string, complain: Complain): void {
  const offered = new Set(allOptions(element).map((option) => option.value));
  const initial = [
    ...asList(element.initial_options),
    ...(element.initial_option ? asList([element.initial_option]) : []),
  ];
  if ('initial_options' in element && initial.length === 0) complain(`${where}/initial_options`, 'must not be empty');
  if (initial.some((option) => !offered.has(option.value)))
    complain(where, 'an initial option is not among the options');
}

/** Of a select with groups as well. */
export function allOptions(element: Json): Json[] {
  return [...asList(element.options), ...asList(element.option_groups).flatMap((group) => asList(group.options))];
}

function select(element: Json, where: string, complain: Complain): void {
  if ('option_groups' in element) {
    const groups = asList(element.option_groups);
    if (groups.length > 100) complain(`${where}/option_groups`, 'must have no more than 100 items');
    for (const [index, group] of groups.entries()) {
      text(group.label, { most: 75, plain: true }, `${where}/option_groups/${index}/label`, complain);
      options(group.options, 100, `${where}/option_groups/${index}/options`, complain);
    }
  } else options(element.options, 100, `${where}/options`, complain);
  chosen(element, where, complain);
}

const kinds: Record<string, (element: Json, where: string, complain: Complain) => void> = {
  button(element, where, complain) {
    text(element.text, { most: 75, plain: true }, `${where}/text`, complain);
    if ('value' in element) limit(element.value, 2000, `${where}/value`, complain);
    if ('url' in element) limit(element.url, 3000, `${where}/url`, complain);
    if ('accessibility_label' in element)
      limit(element.accessibility_label, 75, `${where}/accessibility_label`, complain);
    style(element, where, complain);
  },
  static_select: select,
  multi_static_select: select,
  overflow: (element, where, complain) => options(element.options, 5, `${where}/options`, complain),
  checkboxes(element, where, complain) {
    options(element.options, 10, `${where}/options`, complain);
    chosen(element, where, complain);
  },
  radio_buttons(element, where, complain) {
    options(element.options, 10, `${where}/options`, complain);
    chosen(element, where, complain);
  },
  plain_text_input(element, where, complain) {
    const most = typeof element.max_length === 'number' ? element.max_length : 3000;
    if (most > 3000) complain(`${where}/max_length`, 'must be no more than 3000');
    if ('initial_value' in element && String(element.initial_value).length > most)
      complain(`${where}/initial_value`, `must be no more than ${most} characters`);
  },
  number_input: (element, where, complain) =>
    typeof element.is_decimal_allowed === 'boolean' || complain(where, 'missing required field: is_decimal_allowed'),
  feedback_buttons(element, where, complain) {
    for (const side of ['positive_button', 'negative_button']) {
      const one = asObject(element[side]) ?? {};
      text(one.text, { most: 75, plain: true }, `${where}/${side}/text`, complain);
      limit(one.value, 2000, `${where}/${side}/value`, complain);
    }
  },
  icon_button(element, where, complain) {
    if (element.icon !== 'trash') complain(`${where}/icon`, `unsupported icon: ${element.icon}`);
    text(element.text, { most: 75, plain: true }, `${where}/text`, complain);
  },
  datepicker: () => {},
  timepicker: () => {},
  datetimepicker: () => {},
  users_select: () => {},
  conversations_select: () => {},
  channels_select: () => {},
  multi_users_select: () => {},
  multi_conversations_select: () => {},
  multi_channels_select: () => {},
  email_text_input: () => {},
  url_text_input: () => {},
  rich_text_input: () => {},
  file_input: () => {},
};

const INPUTS =
  /^(plain_text_input|number_input|email_text_input|url_text_input|rich_text_input|file_input|checkboxes|radio_buttons|datepicker|timepicker|datetimepicker|(multi_)?(static|users|conversations|channels)_select)$/;
const ACTIONS =
  /^(button|overflow|checkboxes|radio_buttons|datepicker|timepicker|datetimepicker|rich_text_input|(multi_)?(static|users|conversations|channels)_select)$/;
const ACCESSORIES =
  /^(image|button|overflow|checkboxes|radio_buttons|datepicker|timepicker|(multi_)?(static|users|conversations|channels)_select)$/;
/** Which elements each place takes. */
export const PLACES = {
  input: INPUTS,
  actions: ACTIONS,
  accessory: ACCESSORIES,
  context_actions: /^(feedback_buttons|icon_button)$/,
};

export function element(value: Json, place: keyof typeof PLACES, where: string, complain: Complain): void {
  const type = String(value.type);
  if (!PLACES[place].test(type)) {
    complain(where, `unsupported type: ${type}`);
    return;
  }
  if (type === 'image') {
    image(value, where, complain);
    return;
  }
  if ('action_id' in value) limit(value.action_id, 255, `${where}/action_id`, complain);
  if ('confirm' in value) confirm(value.confirm, `${where}/confirm`, complain);
  if ('placeholder' in value) text(value.placeholder, { most: 150, plain: true }, `${where}/placeholder`, complain);
  kinds[type]?.(value, where, complain);
}

const INLINE = ['text', 'link', 'emoji', 'user', 'channel', 'usergroup', 'broadcast', 'date', 'color', 'team'];

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export function richText(block: Json, where: string, complain: Complain): void {
  if (!Array.isArray(block.elements)) {
    complain(where, 'missing required field: elements');
    return;
  }
  for (const [index, part] of asList(block.elements).entries()) {
    const at = `${where}/elements/${index}`;
    if (part.type === 'rich_text_list') {
      if (!['bullet', 'ordered'].includes(String(part.style)))
        complain(`${at}/style`, `unsupported style: ${part.style}`);
      for (const [n, item] of asList(part.elements).entries()) inline(item, `${at}/elements/${n}`, complain);
    } else if (/^rich_text_(section|quote|preformatted)$/.test(String(part.type))) inline(part, at, complain);
    else complain(at, `unsupported type: ${part.type}`);
  }
}

function inline(section: Json, where: string, complain: Complain): void {
  for (const [index, part] of asList(section.elements).entries()) {
    const at = `${where}/elements/${index}`;
    if (!INLINE.includes(String(part.type))) complain(at, `unsupported type: ${part.type}`);
    if (part.type === 'text' && (typeof part.text !== 'string' || part.text === ''))
      complain(`${at}/text`, 'must be more than 0 characters');
    if (part.type === 'link' && !/^(https?|mailto|slack|tel):/.test(String(part.url)))
      complain(`${at}/url`, 'invalid url');
  }
}
