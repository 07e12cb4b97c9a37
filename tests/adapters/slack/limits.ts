/** Block Kit's limits as Slack documents them, and the totals that issue reports tell of: what breaks them is refused. */

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const objectsIn = (value: unknown): Json[] => listOf(value).filter(isObject);
const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);

const MESSAGE_ONLY = ['table', 'plan', 'task_card', 'data_visualization'];
const ANYWHERE = ['header', 'section', 'rich_text', 'divider', 'context', 'actions'];

/** Everything about these blocks that Slack would refuse; empty when it would take them. */
export function refusals(given: readonly object[], surface: 'message' | 'view'): string[] {
  const blocks: Json[] = given.map((block) => ({ ...block }));
  const found: string[] = [];
  const most = surface === 'message' ? 50 : 100;
  if (blocks.length > most) found.push(`${blocks.length} blocks`);
  const size = JSON.stringify(blocks).length;
  if (surface === 'message' && size > 13_000) found.push(`${size} characters in all`);
  const known = surface === 'message' ? [...ANYWHERE, ...MESSAGE_ONLY] : [...ANYWHERE, 'input'];
  for (const block of blocks) {
    if (!known.includes(String(block.type))) found.push(`a ${block.type} block`);
    found.push(...blockRefusals(block));
  }
  const count = (type: string) => blocks.filter((block) => block.type === type).length;
  if (count('table') > 1) found.push('two tables');
  if (count('data_visualization') > 2) found.push('three charts');
  const ids = blocks.flatMap(({ block_id }) => (block_id === undefined ? [] : [block_id]));
  if (new Set(ids).size !== ids.length) found.push('a block_id twice');
  return found;
}

function blockRefusals(block: Json): string[] {
  const found = [...range(block.block_id, 'block_id', 255, true)];
  switch (block.type) {
    case 'header':
      return [...found, ...textRefusals(block.text, 'header', 150)];
    case 'section':
      return [...found, ...sectionRefusals(block)];
    case 'context':
      return [...found, ...counted(block.elements, 'context', [1, 10]), ...texts(block.elements, 'context', 3000)];
    case 'actions':
      return [...found, ...counted(block.elements, 'actions', [1, 25]), ...actionRefusals(block)];
    case 'rich_text':
      return [...found, ...richRefusals(block)];
    case 'table':
      return [...found, ...tableRefusals(block)];
    case 'plan':
      return [...found, ...planRefusals(block)];
    case 'data_visualization':
      return [...found, ...chartRefusals(block)];
    case 'input':
      return [...found, ...inputRefusals(block)];
    default:
      return found;
  }
}

function sectionRefusals({ text, fields }: Json): string[] {
  if (text === undefined && fields === undefined) return ['a section of nothing'];
  const few = fields === undefined ? [] : counted(fields, 'fields', [1, 10]);
  return [...few, ...texts(fields, 'field', 2000), ...(text === undefined ? [] : textRefusals(text, 'section', 3000))];
}

function actionRefusals({ elements, block_id }: Json): string[] {
  const ids = objectsIn(elements).map(({ action_id }) => action_id);
  return [
    ...(block_id === undefined ? ['actions without a block_id of ours'] : []),
    ...(new Set(ids).size === ids.length ? [] : ['an action_id twice in a block']),
    ...objectsIn(elements).flatMap(buttonRefusals),
  ];
}

function buttonRefusals({ type, text, action_id, value, url, style, confirm }: Json): string[] {
  const asked = isObject(confirm) ? confirm : undefined;
  return [
    ...(type === 'button' ? [] : [`a ${type} element`]),
    ...(style === undefined || style === 'primary' || style === 'danger' ? [] : [`the style ${style}`]),
    ...(isObject(text) && text.type === 'plain_text' ? [] : ['a button whose text is no plain_text']),
    ...textRefusals(text, 'button', 75),
    ...range(action_id, 'action_id', 255),
    ...range(value, 'value', 2000, true),
    ...range(url, 'url', 3000, true),
    ...(asked
      ? [
          ...textRefusals(asked.title, 'confirm title', 100),
          ...textRefusals(asked.text, 'confirm text', 300),
          ...textRefusals(asked.confirm, 'confirm', 30),
          ...textRefusals(asked.deny, 'deny', 30),
        ]
      : []),
  ];
}

const RICH = ['rich_text_section', 'rich_text_list', 'rich_text_preformatted', 'rich_text_quote'];

function richRefusals({ elements }: Json): string[] {
  const found = counted(elements, 'rich_text', [1, 1000]);
  for (const element of objectsIn(elements)) {
    if (!RICH.includes(String(element.type))) found.push(`rich text of the type ${element.type}`);
    found.push(...counted(element.elements, String(element.type), [1, 1000]));
    const inner = element.type === 'rich_text_list' ? objectsIn(element.elements) : [element];
    for (const { elements } of inner) found.push(...objectsIn(elements).flatMap(inlineRefusals));
    if (Number(element.indent ?? 0) > 8) found.push('a list too deep');
  }
  return found;
}

function inlineRefusals({ type, text, url }: Json): string[] {
  if (type === 'text') return range(text, 'rich text', 13_000);
  if (type === 'link') return [...range(url, 'link', 3000), ...range(text, 'link text', 13_000, true)];
  return [`an element of rich text of the type ${type}`];
}

function tableRefusals({ rows, column_settings }: Json): string[] {
  const cells = listOf(rows).flatMap(listOf).filter(isObject);
  const characters = cells.reduce((sum, { text }) => sum + lengthOf(text), 0);
  const widths = new Set(listOf(rows).map((row) => listOf(row).length));
  return [
    ...counted(rows, 'table rows', [1, 100]),
    ...[...widths].filter((width) => width < 1 || width > 20).map((width) => `${width} columns`),
    ...(widths.size > 1 ? ['rows of different widths'] : []),
    ...(characters > 10_000 ? [`a table of ${characters} characters`] : []),
    ...(listOf(column_settings).length > 20 ? ['21 column settings'] : []),
    ...cells.flatMap(({ type, text }) => (type === 'raw_text' ? range(text, 'cell', 2000) : [`a cell ${type}`])),
  ];
}

function planRefusals({ title, tasks }: Json): string[] {
  const ids = objectsIn(tasks).map(({ task_id }) => task_id);
  return [
    ...range(title, 'plan title', 150),
    ...counted(tasks, 'tasks', [0, 50]),
    ...(new Set(ids).size === ids.length ? [] : ['a task_id twice']),
    ...objectsIn(tasks).flatMap(({ title, task_id, status, details }) => [
      ...range(title, 'task title', 300),
      ...range(task_id, 'task_id', 255),
      ...(['pending', 'in_progress', 'complete', 'error'].includes(String(status)) ? [] : [`the status ${status}`]),
      ...(isObject(details) ? richRefusals(details) : []),
    ]),
  ];
}

function chartRefusals({ title, chart }: Json): string[] {
  if (!isObject(chart) || !isObject(chart.axis_config)) return ['a chart without axes'];
  const { categories, x_label, y_label } = chart.axis_config;
  const labels = listOf(categories);
  const series = objectsIn(chart.series);
  const names = series.map(({ name }) => name);
  return [
    ...range(title, 'chart title', 50),
    ...range(x_label, 'x label', 50, true),
    ...range(y_label, 'y label', 50, true),
    ...counted(categories, 'categories', [1, 20]),
    ...counted(chart.series, 'series', [1, 6]),
    ...(new Set(labels).size === labels.length ? [] : ['a category twice']),
    ...(new Set(names).size === names.length ? [] : ['a series twice']),
    ...labels.flatMap((label) => range(label, 'category', 20)),
    ...names.flatMap((name) => range(name, 'series name', 20)),
    ...series.flatMap(({ data }) => dataRefusals(objectsIn(data), labels)),
  ];
}

function dataRefusals(data: Json[], labels: unknown[]): string[] {
  const fit = data.length === labels.length && data.every(({ label }, at) => label === labels[at]);
  const finite = data.every(({ value }) => typeof value === 'number' && Number.isFinite(value));
  return [...(fit ? [] : ['data that does not fit the categories']), ...(finite ? [] : ['a value that is no number'])];
}

function inputRefusals({ block_id, label, hint, element }: Json): string[] {
  if (!isObject(element)) return ['an input without an element'];
  const groups = objectsIn(element.option_groups);
  const lists = groups.length > 0 ? groups.map(({ options }) => options) : element.options ? [element.options] : [];
  return [
    ...range(block_id, 'block_id of an input', 255),
    ...textRefusals(label, 'label', 2000),
    ...(hint === undefined ? [] : textRefusals(hint, 'hint', 2000)),
    ...range(element.action_id, 'action_id', 255),
    ...(element.placeholder === undefined ? [] : textRefusals(element.placeholder, 'placeholder', 150)),
    ...range(element.initial_value, 'initial value', 3000, true),
    ...(groups.length > 100 ? [`${groups.length} option groups`] : []),
    ...groups.flatMap(({ label }) => textRefusals(label, 'group label', 75)),
    ...lists.flatMap((options) => counted(options, 'options', [1, element.type === 'checkboxes' ? 10 : 100])),
    ...optionRefusals(lists.flatMap(objectsIn), element),
  ];
}

function optionRefusals(options: Json[], element: Json): string[] {
  const initial = [...listOf(element.initial_options), ...(element.initial_option ? [element.initial_option] : [])];
  const same = (one: unknown) => options.some((option) => JSON.stringify(option) === JSON.stringify(one));
  return [
    ...options.flatMap(({ text, value, description }) => [
      ...textRefusals(text, 'option', 75),
      ...range(value, 'option value', 150),
      ...(description === undefined ? [] : textRefusals(description, 'description', 75)),
    ]),
    ...(initial.every(same) ? [] : ['an initial option that is none of the options']),
    ...(new Set(options.map(({ value }) => value)).size === options.length ? [] : ['an option value twice']),
  ];
}

/** Everything about a window that Slack would refuse. */
export function modalRefusals(view: object): string[] {
  const { blocks, title, submit, close, private_metadata, callback_id }: Json = { ...view };
  const hasInput = objectsIn(blocks).some(({ type }) => type === 'input');
  return [
    ...refusals(objectsIn(blocks), 'view'),
    ...textRefusals(title, 'title', 24),
    ...(submit === undefined ? [] : textRefusals(submit, 'submit', 24)),
    ...(close === undefined ? [] : textRefusals(close, 'close', 24)),
    ...(hasInput && submit === undefined ? ['inputs without submit'] : []),
    ...range(private_metadata, 'private_metadata', 3000, true),
    ...range(callback_id, 'callback_id', 255, true),
    ...counted(blocks, 'view', [1, 100]),
  ];
}

const texts = (list: unknown, what: string, most: number) =>
  objectsIn(list).flatMap((text) => textRefusals(text, what, most));

function textRefusals(text: unknown, what: string, most: number): string[] {
  if (!isObject(text)) return [`${what} without a text`];
  const kind = text.type === 'plain_text' || text.type === 'mrkdwn' ? [] : [`${what} of the type ${text.type}`];
  return [...kind, ...range(text.text, what, most)];
}

function range(value: unknown, what: string, most: number, mayMiss = false): string[] {
  if (value === undefined) return mayMiss ? [] : [`${what} is missing`];
  if (typeof value !== 'string') return [`${what} is no string`];
  return value.length >= 1 && value.length <= most ? [] : [`${what} of ${value.length} characters`];
}

function counted(list: unknown, what: string, [least, most]: [number, number]): string[] {
  const count = listOf(list).length;
  return count >= least && count <= most ? [] : [`${count} × ${what}`];
}
