import { allOptions, asList, asObject } from './block-elements.ts';
import { controls } from './blocks.ts';
import { channelOf } from './chat.ts';
import type { Clicking, Courier, FakeMessage, Json, Pushed, Submitting, View } from './types.ts';
import { controlOf, respond } from './views.ts';
import { newResponseUrl, newTrigger, Refusal, type World, wireMessage } from './world.ts';

/** Clicks, modals and shortcuts: https://docs.slack.dev/reference/interaction-payloads */

type Values = Record<string, string | string[] | undefined>;

/** What a control holds, as `view.state.values` and `actions` show it. */
function stateOf(control: Json, value: string | string[] | undefined): Json {
  const type = String(control.type);
  const pick = (wanted: string) => {
    const option = allOptions(control).find((one) => one.value === wanted);
    if (!option) throw new Error(`The control ${control.action_id} offers no option ${wanted}`);
    return { text: option.text, value: option.value };
  };
  const list = (value === undefined ? [] : [value].flat()).filter((one) => one !== '');
  if (/^(multi_static_select|checkboxes)$/.test(type))
    return { type, selected_options: value === undefined ? asList(control.initial_options) : list.map(pick) };
  if (/^(static_select|radio_buttons|overflow)$/.test(type)) {
    const initial = asObject(control.initial_option) ?? null;
    return { type, selected_option: value === undefined ? initial : list[0] === undefined ? null : pick(list[0]) };
  }
  if (type === 'multi_users_select') return { type, selected_users: list };
  if (type === 'users_select') return { type, selected_user: list[0] ?? null };
  if (type === 'conversations_select') return { type, selected_conversation: list[0] ?? null };
  if (type === 'datepicker') return { type, selected_date: list[0] ?? null };
  if (type === 'timepicker') return { type, selected_time: list[0] ?? control.initial_time ?? null };
  return { type, value: list[0] ?? (value === undefined ? (control.initial_value ?? null) : null) };
}

const holds = (state: Json): boolean =>
  Object.entries(state).some(
    ([key, value]) => key !== 'type' && (Array.isArray(value) ? value.length > 0 : value !== null),
  );

/** Of every control that holds something: by block id, then by action id. */
function stateValues(blocks: Json[], values: Values): Record<string, Json> {
  const state: Record<string, Json> = {};
  for (const block of blocks) {
    for (const control of controls(block)) {
      if (/button|overflow/.test(String(control.type))) continue;
      const given = values[String(control.action_id)] ?? values[String(block.block_id)];
      state[String(block.block_id)] = {
        ...state[String(block.block_id)],
        [String(control.action_id)]: stateOf(control, given),
      };
    }
  }
  return state;
}

function person(world: World, id: string): Json {
  const user = world.users.get(id);
  if (!user) throw new Error(`There is nobody called ${id}`);
  return { id, username: user.name, name: user.name, team_id: user.team };
}

export interface Interactions {
  click(clicking: Clicking): Pushed;
  clickInView(o: { user: string; viewId: string; actionId: string; values?: Values | undefined }): Pushed;
  submit(submitting: Submitting): Promise<unknown>;
  closeView(o: { user: string; viewId: string }): Promise<void>;
  shortcut(o: { user: string; channel: string; ts: string; callbackId: string }): Pushed;
}

export function createInteractions(world: World, courier: () => Courier): Interactions {
  const common = (user: string) => ({
    user: person(world, user),
    api_app_id: world.appId,
    token: 'fake-verification-token',
    team: { id: world.team, domain: 'fake' },
    enterprise: null,
    is_enterprise_install: false,
  });
  const send = (payload: Json, answers = false): Pushed => courier().send({ type: 'interactive', payload, answers });

  function action(blocks: Json[], clicked: { actionId: string; blockId?: string; values?: Values | undefined }): Json {
    const found = controlOf(blocks, clicked.actionId, clicked.blockId);
    if (!found) throw new Error(`Nothing here can be clicked as ${clicked.actionId}`);
    const { control, block } = found;
    const type = String(control.type);
    return {
      action_id: control.action_id,
      block_id: block.block_id,
      action_ts: String(world.now() / 1000),
      type,
      ...(type === 'button'
        ? { text: control.text, ...('value' in control && { value: control.value }) }
        : stateOf(control, clicked.values?.[clicked.actionId])),
    };
  }

  return {
    click(clicking) {
      const channel = channelOf(world, clicking.channel);
      const message = channel.messages.find((one) => one.ts === clicking.ts);
      if (!message || (message.ephemeralFor ?? clicking.user) !== clicking.user)
        throw new Error(`${clicking.user} sees no message ${clicking.ts} in ${channel.id}`);
      const ephemeral = message.ephemeralFor !== undefined;
      return send({
        type: 'block_actions',
        ...common(clicking.user),
        container: {
          type: 'message',
          message_ts: message.ts,
          channel_id: channel.id,
          is_ephemeral: ephemeral,
          ...(message.threadTs && { thread_ts: message.threadTs }),
        },
        trigger_id: newTrigger(world, clicking.user),
        channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
        ...(!ephemeral && { message: wireMessage(world, message) }),
        state: { values: stateValues(message.blocks, clicking.values ?? {}) },
        response_url: responseUrl(world, channel.id, clicking.user, message),
        actions: [action(message.blocks, clicking)],
      });
    },
    clickInView(o) {
      const view = viewOf(world, o);
      const state = { values: stateValues(view.blocks, o.values ?? {}) };
      return send({
        type: 'block_actions',
        ...common(o.user),
        container: { type: 'view', view_id: view.id },
        trigger_id: newTrigger(world, o.user),
        view: { ...view, state },
        actions: [action(view.blocks, o)],
      });
    },
    async submit(o) {
      const view = viewOf(world, o);
      if (!view.submit) throw new Error(`The view ${view.id} cannot be submitted`);
      const values = stateValues(view.blocks, o.values);
      demandRequired(view, values);
      const payload = {
        type: 'view_submission',
        ...common(o.user),
        trigger_id: newTrigger(world, o.user),
        view: { ...view, state: { values } },
        response_urls: [],
      };
      const answer = await send(payload, true).outcome;
      if (answer === undefined) throw new Error('Slack had no answer to the submission in time');
      accept(world, view, answer);
      return answer;
    },
    async closeView(o) {
      const view = viewOf(world, o);
      world.views.delete(view.id);
      if (view.notify_on_close === true) await send({ type: 'view_closed', ...common(o.user), view }).outcome;
    },
    shortcut(o) {
      const channel = channelOf(world, o.channel);
      const message = channel.messages.find((one) => one.ts === o.ts);
      if (!message) throw new Error(`There is no message ${o.ts} in ${channel.id}`);
      return send({
        type: 'message_action',
        ...common(o.user),
        callback_id: o.callbackId,
        trigger_id: newTrigger(world, o.user),
        response_url: responseUrl(world, channel.id, o.user, message),
        message_ts: message.ts,
        action_ts: String(world.now() / 1000),
        channel: { id: channel.id, name: channel.name },
        message: wireMessage(world, message),
      });
    },
  };
}

function responseUrl(world: World, channel: string, user: string, message: FakeMessage): string {
  return newResponseUrl(world, { channel, user, message, ...(message.threadTs && { threadTs: message.threadTs }) });
}

function viewOf(world: World, o: { user: string; viewId: string }): View {
  const view = world.views.get(o.viewId);
  if (view?.user !== o.user) throw new Error(`${o.user} sees no view ${o.viewId}`);
  return view;
}

/** The client itself keeps a form back in which a required field is empty. */
function demandRequired(view: View, values: Record<string, Json>): void {
  for (const block of view.blocks) {
    if (block.type !== 'input' || block.optional === true) continue;
    const state = Object.values(values[String(block.block_id)] ?? {});
    if (!state.some((one) => holds(one as Json))) throw new Error(`The field ${block.block_id} must be filled in`);
  }
}

function accept(world: World, view: View, answer: Json): void {
  try {
    respond(world, view, answer);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    world.violations.push(`view_submission: ${error.error} ${error.details.join(';')}`);
  }
}
