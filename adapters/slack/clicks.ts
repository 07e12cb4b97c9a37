import type { ActionOutcome, IncomingAction, UserRef } from '../../src/chat/types.ts';
import { parseBlockId } from './control-ref.ts';
import { inputsOf, noticeView, openingOf, openView, parseFormRef } from './forms.ts';
import { userRef } from './inbound.ts';
import { privately, tellBy } from './reply-urls.ts';
import type { Session } from './session.ts';
import type { Click, Submission } from './wire.ts';

/** How long a form waits for its outcome: Slack gives an answer up after three seconds. */
const PATIENCE_MS = 2000;
/** How long a click waits to be stored; the button spins meanwhile. */
const CLICK_PATIENCE_MS = 500;

interface Clicked {
  ack: () => Promise<void>;
  refreshHome: (user: string) => Promise<void>;
}

/** Carries out a click: tells the core, acknowledges what it has stored, and tells the clicker alone what is refused. */
export async function takeClick(session: Session, click: Click, { ack, refreshHome }: Clicked): Promise<void> {
  let acknowledged: Promise<void> | undefined;
  const acknowledge = () => {
    acknowledged ??= ack();
    return acknowledged;
  };
  for (const action of click.actions) {
    const ref = parseBlockId(action.block_id);
    if (!ref) continue;
    const viewer = userRef(click.user.id, session);
    const opening = openingOf(action.action_id);
    if (opening) {
      await acknowledge();
      await openView(session, { cardId: ref.cardId, triggerId: click.trigger_id, viewer }, opening);
      continue;
    }
    if (action.action_id.startsWith('~') || action.type !== 'button') continue;
    const told = tellCore(session, async () => ({
      type: 'action',
      deliveryId: `click:${click.user.id}:${action.block_id}:${action.action_id}:${action.action_ts}`,
      ...ref,
      actor: viewer,
      actionId: action.action_id,
      inputs: {},
    }));
    await Promise.race([told, patience(CLICK_PATIENCE_MS)]);
    await acknowledge();
    const outcome = await told;
    if (outcome.result === 'refused') await refuse(session, click, outcome.message);
    else await settle(session, click);
    if (click.view?.type === 'home') await refreshHome(click.user.id);
  }
  await acknowledge();
}

/** Takes a form in; the answer closes it, or says in it why not. */
export async function takeSubmission(session: Session, submission: Submission): Promise<object | undefined> {
  const ref = parseFormRef(submission.view.private_metadata);
  if (!ref) return undefined;
  const { id: viewId, state } = submission.view;
  const values = state?.values ?? {};
  const actor = userRef(submission.user.id, session);
  const outcome = tellCore(session, async () => ({
    type: 'action',
    deliveryId: `form:${actor.id}:${viewId}`,
    ...ref,
    actor,
    inputs: await inputsOf(session, { ref, viewer: actor, values }),
  }));
  const first = await Promise.race([outcome, patience(PATIENCE_MS)]);
  if (first === undefined) {
    void outcome.then(async (late) => {
      if (late.result === 'refused') await tellDirectly(session, actor, late.message);
    });
    return undefined;
  }
  if (first.result === 'accepted') return undefined;
  // https://docs.slack.dev/surfaces/modals#displaying_errors: what is wrong with an input is shown at the first one.
  const [block] = Object.keys(values);
  if (first.code === 'invalid' && block)
    return { response_action: 'errors', errors: { [block]: first.message.slice(0, 2000) } };
  return { response_action: 'update', view: noticeView(session, first.message) };
}

async function tellCore({ intake, options }: Session, action: () => Promise<IncomingAction>): Promise<ActionOutcome> {
  try {
    return await intake.action(await action());
  } catch (error) {
    options.onError(error, 'action');
    const message = options.translate[options.language]('slack.click-failed');
    return { result: 'refused', code: 'invalid', message };
  }
}

/** A modal whose button was taken has done its work. */
async function settle(session: Session, { view }: Click): Promise<void> {
  if (view?.type !== 'modal') return;
  const { language, translate } = session.options;
  await session.api.call('views.update', {
    view_id: view.id,
    view: noticeView(session, translate[language]('slack.taken')),
  });
}

async function refuse(session: Session, click: Click, message: string): Promise<void> {
  const { api, options } = session;
  if (click.view?.type === 'modal') {
    await api.call('views.update', { view_id: click.view.id, view: noticeView(session, message) });
    return;
  }
  if (click.view) {
    await api.call('views.open', { trigger_id: click.trigger_id, view: noticeView(session, message) });
    return;
  }
  const channel = channelOf(click);
  const threadTs = click.message?.thread_ts ?? click.container.thread_ts;
  try {
    if (!channel) throw new Error('A click without a channel');
    // https://docs.slack.dev/reference/methods/chat.postEphemeral
    await api.call('chat.postEphemeral', {
      channel,
      user: click.user.id,
      ...(threadTs && { thread_ts: threadTs }),
      ...privately(message),
    });
  } catch (error) {
    if (click.response_url && (await tellBy(click.response_url, message))) return;
    options.onError(error, 'refusal');
  }
}

async function tellDirectly({ api, options }: Session, actor: UserRef, message: string): Promise<void> {
  await api
    .call('chat.postMessage', { channel: actor.id, ...privately(message) })
    .catch((error: unknown) => options.onError(error, 'refusal'));
}

function channelOf({ channel, container }: Click): string | undefined {
  return channel?.id ?? container.channel_id;
}

function patience(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref();
  });
}
