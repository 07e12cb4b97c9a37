import { asList, asObject, limit, text } from './block-elements.ts';
import { complaints, controls } from './blocks.ts';
import type { Method } from './chat.ts';
import type { Json, View } from './types.ts';
import { Refusal, type World } from './world.ts';

/** Modals and the Home tab: https://docs.slack.dev/reference/views */

const TRIGGER_MS = 3000;
const KEYS = (
  'type title blocks close submit private_metadata callback_id clear_on_close notify_on_close external_id ' +
  'submit_disabled'
).split(' ');

/** What came as a view, or the refusal that Slack has for it. */
export function checkView(value: unknown, type: 'modal' | 'home'): Json {
  const view = asObject(value);
  if (!view) throw new Refusal('invalid_arguments', { details: ['[ERROR] missing required field: view'] });
  const wrong: string[] = [];
  const complain = (where: string, what: string) => wrong.push(`[ERROR] ${what} [json-pointer:/view${where}]`);
  if (view.type !== type) complain('/type', `must be ${type}`);
  if (!Array.isArray(view.blocks)) complain('/blocks', 'missing required field: blocks');
  for (const key of Object.keys(view)) if (!KEYS.includes(key)) complain(`/${key}`, 'no such field');
  if ('private_metadata' in view && String(view.private_metadata).length > 3000)
    complain('/private_metadata', 'must be no more than 3000 characters');
  if ('callback_id' in view) limit(view.callback_id, 255, '/callback_id', complain);
  if ('external_id' in view) limit(view.external_id, 255, '/external_id', complain);
  if (type === 'modal') modal(view, complain);
  else if ('submit' in view || 'close' in view) complain('', 'a Home tab has neither submit nor close');
  wrong.push(...complaints(asList(view.blocks), type));
  if (wrong.length > 0) throw new Refusal('invalid_arguments', { details: wrong });
  if (JSON.stringify(view).length > 250_000) throw new Refusal('view_too_large');
  return view;
}

function modal(view: Json, complain: (where: string, what: string) => void): void {
  text(view.title, { most: 24, plain: true }, '/title', complain);
  if ('submit' in view) text(view.submit, { most: 24, plain: true }, '/submit', complain);
  else if (asList(view.blocks).some((block) => block.type === 'input')) complain('/submit', 'missing required field');
  if ('close' in view) text(view.close, { most: 24, plain: true }, '/close', complain);
}

/** Keeps a view as shown; `from` is the one it takes the place of. */
export function show(world: World, user: string, content: Json, from?: View): View {
  const id = from?.id ?? world.id('V');
  const view = {
    ...content,
    id,
    user,
    team_id: world.team,
    app_id: world.appId,
    bot_id: world.botId,
    hash: `${world.now()}.${world.id('h')}`,
    root_view_id: from?.root_view_id ?? id,
    previous_view_id: from?.previous_view_id ?? null,
    private_metadata: String(content.private_metadata ?? ''),
    callback_id: String(content.callback_id ?? ''),
    blocks: asList(content.blocks).map((block) => (block.block_id ? block : { ...block, block_id: world.id('b') })),
    state: { values: {} },
  } as unknown as View;
  world.views.set(id, view);
  return view;
}

function useTrigger(world: World, id: unknown): string {
  const trigger = world.triggers.get(String(id));
  if (!trigger) throw new Refusal('invalid_trigger_id');
  if (trigger.used) throw new Refusal('exchanged_trigger_id');
  if (world.now() - trigger.at > TRIGGER_MS)
    throw new Refusal('expired_trigger_id', { details: [`${world.now() - trigger.at} ms old`] });
  trigger.used = true;
  return trigger.user;
}

/** The modals on a person's screen, the topmost last. */
export const stack = (world: World, user: string) =>
  [...world.views.values()].filter((view) => view.user === user && view.type === 'modal');

function current(world: World, body: Json): View {
  const view =
    world.views.get(String(body.view_id)) ??
    [...world.views.values()].find((one) => one.external_id !== undefined && one.external_id === body.external_id);
  if (!view) throw new Refusal('not_found', { details: ['view'] });
  if (body.hash !== undefined && body.hash !== view.hash) throw new Refusal('hash_conflict');
  return view;
}

export const viewMethods: Record<string, Method> = {
  'views.open'(world, body) {
    const user = useTrigger(world, body.trigger_id);
    const content = checkView(body.view, 'modal');
    for (const old of stack(world, user)) world.views.delete(old.id);
    return { view: show(world, user, content) };
  },
  'views.push'(world, body) {
    const user = useTrigger(world, body.trigger_id);
    const below = stack(world, user);
    if (below.length >= 3) throw new Refusal('push_limit_reached');
    const view = show(world, user, checkView(body.view, 'modal'));
    const top = below.at(-1);
    if (top) Object.assign(view, { previous_view_id: top.id, root_view_id: top.root_view_id });
    return { view };
  },
  'views.update'(world, body) {
    const old = current(world, body);
    return { view: show(world, old.user, checkView(body.view, old.type), old) };
  },
  'views.publish'(world, body) {
    const user = world.users.get(String(body.user_id));
    if (!user) throw new Refusal('user_not_found');
    const old = world.homes.get(user.id);
    if (body.hash !== undefined && old && body.hash !== old.hash) throw new Refusal('hash_conflict');
    const view = show(world, user.id, checkView(body.view, 'home'), old);
    world.homes.set(user.id, view);
    return { view };
  },
};

/** What a person's answer to a modal brings about: https://docs.slack.dev/surfaces/modals#response_actions */
export function respond(world: World, view: View, answer: Json): void {
  const action = answer.response_action;
  if (action === undefined) {
    world.views.delete(view.id);
    return;
  }
  if (action === 'clear') for (const one of stack(world, view.user)) world.views.delete(one.id);
  else if (action === 'errors') {
    const inputs = new Set(view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id));
    const errors = asObject(answer.errors) ?? {};
    if (Object.keys(errors).length === 0) world.violations.push('view_submission: errors without an error');
    for (const [block, message] of Object.entries(errors)) {
      if (!inputs.has(block)) world.violations.push(`view_submission: an error for ${block}, which is no input block`);
      if (typeof message !== 'string' || message === '')
        world.violations.push('view_submission: an error without text');
    }
  } else if (action === 'update') show(world, view.user, checkView(answer.view, 'modal'), view);
  else if (action === 'push') show(world, view.user, checkView(answer.view, 'modal'));
  else world.violations.push(`view_submission: unknown response_action ${action}`);
}

/** A control of the view by its action id. */
export function controlOf(
  blocks: Json[],
  actionId: string,
  blockId?: string,
): { control: Json; block: Json } | undefined {
  for (const block of blocks) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    const control = controls(block).find((one) => one.action_id === actionId);
    if (control) return { control, block };
  }
  return undefined;
}
