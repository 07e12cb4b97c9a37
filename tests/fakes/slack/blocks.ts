import { chart, dataTable, table } from './block-data.ts';
import { asList, asObject, type Complain, element, image, limit, richText, text } from './block-elements.ts';
import type { Json } from './types.ts';

/** Block Kit as Slack checks it: https://docs.slack.dev/reference/block-kit/blocks */

export type Surface = 'message' | 'modal' | 'home';

const everywhere: Surface[] = ['message', 'modal', 'home'];
interface Kind {
  surfaces: Surface[];
  check(block: Json, where: string, complain: Complain): void;
}

const STEP = ['pending', 'in_progress', 'complete', 'error'];

/** https://docs.slack.dev/reference/block-kit/blocks/task-card-block */
function taskCard(block: Json, where: string, complain: Complain): void {
  limit(block.task_id, 255, `${where}/task_id`, complain);
  limit(block.title, 255, `${where}/title`, complain);
  if (!STEP.includes(String(block.status))) complain(`${where}/status`, `unsupported status: ${block.status}`);
  for (const key of ['details', 'output']) {
    const part = asObject(block[key]);
    if (!(key in block)) continue;
    if (part?.type !== 'rich_text') complain(`${where}/${key}`, 'must be a rich_text block');
    else richText(part, `${where}/${key}`, complain);
  }
}

function plan(block: Json, where: string, complain: Complain): void {
  limit(block.title, 255, `${where}/title`, complain);
  const tasks = asList(block.tasks);
  if (tasks.length > 50) complain(`${where}/tasks`, 'no more than 50 items allowed');
  const ids = new Set(tasks.map((task) => task.task_id));
  if (ids.size < tasks.length) complain(`${where}/tasks`, 'a task_id is there twice');
  for (const [index, task] of tasks.entries()) {
    if (task.type !== 'task_card') complain(`${where}/tasks/${index}`, `unsupported type: ${task.type}`);
    taskCard(task, `${where}/tasks/${index}`, complain);
  }
}

function section(block: Json, where: string, complain: Complain): void {
  if (!('text' in block) && !('fields' in block)) complain(where, 'missing required field: text or fields');
  if ('text' in block) text(block.text, { most: 3000 }, `${where}/text`, complain);
  if ('fields' in block) {
    const fields = asList(block.fields);
    if (fields.length < 1 || fields.length > 10) complain(`${where}/fields`, 'must have 1 to 10 items');
    for (const [index, field] of fields.entries()) text(field, { most: 2000 }, `${where}/fields/${index}`, complain);
  }
  if ('accessory' in block) element(asObject(block.accessory) ?? {}, 'accessory', `${where}/accessory`, complain);
}

function elements(block: Json, most: number, where: string, complain: Complain): [number, Json][] {
  const list = asList(block.elements);
  if (list.length < 1 || list.length > most)
    complain(`${where}/elements`, `must have 1 to ${most} items (has ${list.length})`);
  return [...list.entries()];
}

function card(block: Json, where: string, complain: Complain): void {
  if (!['hero_image', 'title', 'actions', 'body'].some((key) => key in block)) complain(where, 'an empty card');
  if ('title' in block) text(block.title, { most: 150 }, `${where}/title`, complain);
  if ('subtitle' in block) text(block.subtitle, { most: 150 }, `${where}/subtitle`, complain);
  if ('body' in block) text(block.body, { most: 200 }, `${where}/body`, complain);
  for (const [index, one] of asList(block.actions).entries())
    element(one, 'actions', `${where}/actions/${index}`, complain);
}

const kinds: Record<string, Kind> = {
  section: { surfaces: everywhere, check: section },
  divider: { surfaces: everywhere, check: () => {} },
  header: {
    surfaces: everywhere,
    check: (block, where, complain) => text(block.text, { most: 150, plain: true }, `${where}/text`, complain),
  },
  image: {
    surfaces: everywhere,
    check(block, where, complain) {
      image(block, where, complain);
      if ('title' in block) text(block.title, { most: 2000, plain: true }, `${where}/title`, complain);
    },
  },
  actions: {
    surfaces: everywhere,
    check(block, where, complain) {
      for (const [index, one] of elements(block, 25, where, complain))
        element(one, 'actions', `${where}/elements/${index}`, complain);
    },
  },
  context: {
    surfaces: everywhere,
    check(block, where, complain) {
      for (const [index, one] of elements(block, 10, where, complain)) {
        const at = `${where}/elements/${index}`;
        if (one.type === 'image') image(one, at, complain);
        else text(one, { most: 2000 }, at, complain);
      }
    },
  },
  context_actions: {
    surfaces: ['message'],
    check(block, where, complain) {
      for (const [index, one] of elements(block, 5, where, complain))
        element(one, 'context_actions', `${where}/elements/${index}`, complain);
    },
  },
  input: {
    surfaces: everywhere,
    check(block, where, complain) {
      text(block.label, { most: 2000, plain: true }, `${where}/label`, complain);
      if ('hint' in block) text(block.hint, { most: 2000, plain: true }, `${where}/hint`, complain);
      element(asObject(block.element) ?? {}, 'input', `${where}/element`, complain);
    },
  },
  markdown: {
    surfaces: ['message'],
    check: (block, where, complain) => limit(block.text, 12_000, `${where}/text`, complain),
  },
  rich_text: { surfaces: everywhere, check: richText },
  table: { surfaces: ['message'], check: table },
  data_table: { surfaces: ['message'], check: dataTable },
  data_visualization: { surfaces: ['message'], check: chart },
  plan: { surfaces: ['message'], check: plan },
  task_card: { surfaces: ['message'], check: taskCard },
  card: { surfaces: ['message'], check: card },
  carousel: {
    surfaces: ['message'],
    check(block, where, complain) {
      for (const [index, one] of elements(block, 10, where, complain))
        card(one, `${where}/elements/${index}`, complain);
    },
  },
  container: {
    surfaces: ['message'],
    check(block, where, complain) {
      if (!('rich_text_title' in block)) text(block.title, { most: 150, plain: true }, `${where}/title`, complain);
      const inside = asList(block.child_blocks);
      if (inside.length < 1 || inside.length > 10) complain(`${where}/child_blocks`, 'must have 1 to 10 items');
      for (const [index, one] of inside.entries()) check(one, 'message', `${where}/child_blocks/${index}`, complain);
    },
  },
  alert: {
    surfaces: ['modal'],
    check: (block, where, complain) => text(block.text, { most: 3000 }, `${where}/text`, complain),
  },
};

function check(block: Json, surface: Surface, where: string, complain: Complain): void {
  const kind = kinds[String(block.type)];
  if (!kind?.surfaces.includes(surface)) {
    complain(where, `unsupported type: ${block.type}`);
    return;
  }
  if ('block_id' in block) limit(block.block_id, 255, `${where}/block_id`, complain);
  kind.check(block, where, complain);
}

/** The controls of a block, wherever they stand in it. */
export function controls(block: Json): Json[] {
  const inside = asList(block.child_blocks).flatMap(controls);
  const cards = block.type === 'carousel' ? asList(block.elements).flatMap(controls) : [];
  const own = [
    ...(['actions', 'context_actions'].includes(String(block.type)) ? asList(block.elements) : []),
    ...(block.type === 'card' ? asList(block.actions) : []),
    ...(asObject(block.accessory) ? [block.accessory as Json] : []),
    ...(asObject(block.element) ? [block.element as Json] : []),
  ].filter((one) => one.type !== 'image');
  return [...own, ...inside, ...cards];
}

function doubles(blocks: Json[], complain: Complain): void {
  const ids = new Set<unknown>();
  for (const [index, block] of blocks.entries()) {
    if (block.block_id !== undefined && ids.has(block.block_id))
      complain(`/blocks/${index}/block_id`, `${block.block_id} is there twice`);
    ids.add(block.block_id);
    const actions = controls(block)
      .map((control) => control.action_id)
      .filter((id) => id !== undefined);
    if (new Set(actions).size < actions.length)
      complain(`/blocks/${index}`, 'an action_id is there twice in this block');
  }
}

const MOST = { message: 50, modal: 100, home: 100 };
const ONCE: Record<string, number> = { table: 1, data_visualization: 2 };

/** All that Slack would refuse in these blocks; empty for good ones. */
export function complaints(blocks: Json[], surface: Surface): string[] {
  const found: string[] = [];
  const complain: Complain = (where, what) => found.push(`[ERROR] ${what} [json-pointer:${where}]`);
  if (blocks.length > MOST[surface])
    complain('/blocks', `no more than ${MOST[surface]} items allowed (has ${blocks.length})`);
  for (const [index, block] of blocks.entries()) check(block, surface, `/blocks/${index}`, complain);
  for (const [type, most] of Object.entries(ONCE))
    if (blocks.filter((block) => block.type === type).length > most)
      complain('/blocks', `no more than ${most} ${type} per message`);
  const markdown = blocks.reduce((sum, block) => sum + (block.type === 'markdown' ? String(block.text).length : 0), 0);
  if (markdown > 12_000) complain('/blocks', 'markdown blocks hold no more than 12000 characters in all');
  doubles(blocks, complain);
  return found;
}

/** The sum that Slack holds against {@link MOST_CHARACTERS}. */
export const MOST_CHARACTERS = 13_200;

/**
 * How it counts is not documented: https://github.com/slackapi/bolt-js/issues/2509 (13,297 characters of markdown alone) and
 * https://github.com/slackapi/bolt-js/issues/2867 (refused at 11,341 characters of mere text). So the blocks count as JSON, but for
 * the cells of tables, which have a limit of their own that could not be reached otherwise. A guess, on the strict side.
 */
export function measure(blocks: Json[]): number {
  let cells = 0;
  const countText = (key: string, value: unknown) => {
    if (key === 'text' && typeof value === 'string') cells += value.length;
    return value;
  };
  const json = JSON.stringify(blocks, (key, value: unknown) => {
    if (key !== 'rows') return value;
    JSON.stringify(value, countText);
    return undefined;
  });
  return json.length + cells;
}
