import type { Approvals, Decided, Verdict } from '../approvals/approvals.ts';
import type { KillSwitch } from '../approvals/kill-switch.ts';
import { isSamePerson } from '../approvals/people.ts';
import { hasRole, type Policy, ruleFor } from '../approvals/policy.ts';
import { AUTOPILOT, isUser } from '../approvals/system-users.ts';
import type { Message, Translate } from '../chat/messages.ts';
import { type ActionOutcome, conversationKey, type Language, placeKey, type UserRef } from '../chat/types.ts';
import { isEnded } from '../tasks/lease.ts';
import { type Tasks, undoPlan } from '../tasks/tasks.ts';
import type { Task } from '../tasks/types.ts';
import type { Asker, Controls } from './ports.ts';

export interface ControlOptions {
  approvals: Approvals;
  tasks: Tasks;
  killSwitch: KillSwitch;
  policy: Policy;
  translate: Record<Language, Translate>;
}

const VERDICTS: readonly string[] = ['approve', 'reject', 'change'] satisfies Verdict[];
const TASK_WORDS: readonly string[] = ['cancel', 'retry', 'undo'];

/** What a word or a click came to: `code` is set where it was refused. */
interface Said {
  say: Message;
  code?: 'forbidden' | 'decided' | 'expired' | 'not-found' | 'invalid';
}

/** Typed words and clicks do the same, with the same rights. */
export function createControls(options: ControlOptions): Controls {
  const { approvals, tasks, killSwitch, policy } = options;

  async function decide(id: string, verdict: Verdict, actor: UserRef): Promise<Said> {
    return wordDecision(policy, id, await approvals.decide(id, actor, verdict));
  }

  /** The approval that is meant: by its id, or the only one that waits here. */
  async function meant(id: string | undefined, asker: Asker): Promise<string | Said> {
    if (id) return id.toLowerCase();
    const { under, threadId } = asker.conversation;
    // Who speaks in no thread may mean what hangs below any message of the place.
    const keyOf = under === undefined && threadId === undefined ? placeKey : conversationKey;
    const here = keyOf(asker.conversation);
    const waiting = (await approvals.pending()).filter(({ conversation }) => keyOf(conversation) === here);
    if (waiting.length === 1 && waiting[0]) return waiting[0].id;
    return { say: { key: waiting.length === 0 ? 'approvals.said.none' : 'approvals.said.which' } };
  }

  async function onTask(word: string, id: string, asker: Asker): Promise<Said> {
    const task = await tasks.get(id.toUpperCase());
    if (!task) return { say: { key: 'tasks.said.not-found', params: { id } }, code: 'not-found' };
    const own = isSamePerson(policy, task.requestedBy, asker.user);
    if (!own && !hasRole(policy, asker.user, ['approver'])) {
      return { say: { key: 'tasks.said.not-yours', params: { id: task.id } }, code: 'forbidden' };
    }
    if (word === 'undo') return undo(task, asker);
    const done = word === 'cancel' ? await tasks.cancel(task.id, asker.user) : await tasks.retry(task.id, asker.user);
    if (!done) return { say: { key: 'tasks.said.ended', params: { id: task.id } }, code: 'decided' };
    return {
      say: { key: word === 'cancel' ? 'tasks.said.cancelling' : 'tasks.said.retrying', params: { id: task.id } },
    };
  }

  /** Undoing is a plan of its own with its own approval: one at a time, and a new one only where nothing came of the last. */
  async function undo(task: Task, { user, language }: Asker): Promise<Said> {
    const params = { id: task.id };
    if (!isEnded(task)) return { say: { key: 'tasks.said.undo-running', params }, code: 'invalid' };
    const undoing = undoPlan(task, options.translate);
    if ('nothing' in undoing) return { say: { key: 'tasks.said.undo-nothing', params }, code: 'invalid' };
    if ('unclear' in undoing) return { say: { key: 'tasks.said.undo-unclear', params }, code: 'invalid' };
    const request = { plan: undoing.plan, blocks: [], requestedBy: user, conversation: task.conversation, language };
    for (let time = 1; ; time++) {
      const asked = await approvals.request({ ...request, key: `undo-${task.id}-${task.fence}-${time}` });
      if ('refused' in asked) return { say: asked.refused, code: 'forbidden' };
      const { state, taskId, decidedBy } = asked.approval;
      if (state === 'pending') return { say: { key: 'tasks.said.undo-asked', params } };
      if (!taskId) continue;
      const begun: Said = { say: { key: 'tasks.said.undo-begun', params: { ...params, task: taskId } } };
      return decidedBy && isUser(decidedBy, AUTOPILOT) ? begun : { ...begun, code: 'decided' };
    }
  }

  async function halt(stopped: boolean, { user }: Asker): Promise<Said> {
    if (!hasRole(policy, user, ['approver'])) return { say: { key: 'approvals.stop.refused' }, code: 'forbidden' };
    await killSwitch.set(stopped, user);
    return { say: { key: stopped ? 'approvals.stop.stopped' : 'approvals.stop.resumed' } };
  }

  return {
    async command(command, args, asker) {
      if (command === 'stop' || command === 'resume') return halt(command === 'stop', asker);
      if (command === 'approve' || command === 'reject') {
        const id = await meant(args.id, asker);
        return typeof id === 'string' ? decide(id, command, asker.user) : id;
      }
      if (!TASK_WORDS.includes(command)) return undefined;
      const id = args.id;
      return id ? onTask(command, id, asker) : { say: { key: 'tasks.said.which', params: { word: command } } };
    },
    owns(actionId) {
      const [word = ''] = actionId.split(':');
      return VERDICTS.includes(word) || TASK_WORDS.includes(word);
    },
    async click(actionId, actor) {
      const [word = '', id = ''] = actionId.split(':');
      const stored = VERDICTS.includes(word) ? await approvals.get(id) : await tasks.get(id);
      const language = stored?.language ?? 'en';
      const conversation = stored?.conversation ?? {
        platform: actor.platform,
        tenant: actor.tenant,
        id: '',
        kind: 'dm' as const,
      };
      const said = VERDICTS.includes(word)
        ? await decide(id, word as Verdict, actor)
        : await onTask(word, id, { user: actor, conversation, language });
      return toOutcome(said, options.translate[language]);
    },
    async whyClosed(actionId) {
      const [, id = ''] = actionId.split(':');
      return (await approvals.get(id))?.state === 'expired' ? 'expired' : 'decided';
    },
  };
}

function wordDecision(policy: Policy, id: string, decided: Decided): Said {
  switch (decided.result) {
    case 'forbidden':
      return { say: decided.why, code: 'forbidden' };
    case 'not-found':
      return { say: { key: 'approvals.said.not-found', params: { id } }, code: 'not-found' };
    case 'decided':
    case 'expired':
      return { say: { key: `approvals.said.${decided.result}` }, code: decided.result };
    case 'done': {
      const { state, taskId, approvedBy = [], plan } = decided.approval;
      if (state === 'pending') {
        const params = { count: approvedBy.length, needed: ruleFor(policy, plan).approvals };
        return { say: { key: 'approvals.said.counted', params } };
      }
      if (state === 'rejected' || state === 'change') return { say: { key: `approvals.said.${state}` } };
      return { say: { key: 'approvals.said.approved', params: { task: taskId ?? '' } } };
    }
  }
}

function toOutcome({ say, code }: Said, t: Translate): ActionOutcome {
  return code ? { result: 'refused', code, message: t(say) } : { result: 'accepted' };
}

/** Several rooms' controls as one: a word or a button belongs to the first that knows it. */
export function joinControls(...all: Controls[]): Controls {
  const ownerOf = (actionId: string) => all.find((one) => one.owns(actionId));
  return {
    async command(command, args, asker) {
      for (const one of all) {
        const done = await one.command(command, args, asker);
        if (done) return done;
      }
      return undefined;
    },
    owns: (actionId) => ownerOf(actionId) !== undefined,
    async click(actionId, actor, inputs, at) {
      const owner = ownerOf(actionId);
      if (!owner) throw new Error(`No control is called ${actionId}`);
      return owner.click(actionId, actor, inputs, at);
    },
    whyClosed: async (actionId) => (await ownerOf(actionId)?.whyClosed(actionId)) ?? 'decided',
  };
}
