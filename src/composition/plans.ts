import { randomUUID } from 'node:crypto';
import { type Approval, type Approvals, approvalSpec, createApprovals } from '../approvals/approvals.ts';
import { approvalCard } from '../approvals/card.ts';
import { ruleFor } from '../approvals/policy.ts';
import { showingPlaces, withoutButton } from '../approvals/showing.ts';
import type { Outbox } from '../chat/outbox.ts';
import { plainText } from '../chat/plain.ts';
import type { Card, ConversationRef, Language } from '../chat/types.ts';
import { taskCard } from '../tasks/card.ts';
import { createTaskRunner, type TaskRunner, taskSpec } from '../tasks/runner.ts';
import { createTasks, type Tasks } from '../tasks/tasks.ts';
import type { Task } from '../tasks/types.ts';
import type { ToolGateway } from '../tools/types.ts';
import type { Ground } from './ground.ts';
import type { Hands } from './hands.ts';

/** Plans on their way: approvals, the tasks they become, and the runner that carries those out. */
export interface Plans {
  approvals: Approvals;
  tasks: Tasks;
  runner: TaskRunner;
}

/** Shows each approval and task as a living card, and tells who asked: `moved` when one is decided, or with its task when that has ended. */
export function createPlans(
  ground: Ground,
  hands: Pick<Hands, 'pace'> & { gateway: ToolGateway },
  outbox: Outbox,
  moved: (approval: Approval, ended?: Task) => Promise<void>,
): Plans {
  const { config, store, policy, audit, killSwitch, alarms, translate, clock, onError } = ground;
  const collection = store.collection(taskSpec);

  const post = (card: Card, to: ConversationRef, language: Language) =>
    outbox.put(card.id, to, { text: plainText(card), card, language });

  const showTask = (task: Task) => {
    const card = taskCard(task, translate[task.language], clock(), hands.pace);
    post(card, task.conversation, task.language).catch((error) => onError(error, 'task card'));
  };

  async function showApproval(approval: Approval): Promise<void> {
    const { language, plan, state } = approval;
    const { selfApproval, approvals: needed } = ruleFor(policy, plan);
    const look = { t: translate[language], language, timeZone: config.TIMEZONE, pace: hands.pace };
    const card = approvalCard(approval, { ...look, selfApproval, approvals: needed });
    for (const [at, { place, mayDecide }] of showingPlaces(policy, approval).entries()) {
      const own = { ...card, id: at === 0 ? card.id : `${card.id}-${at}` };
      await post(mayDecide ? own : withoutButton(own, `approve:${approval.id}`), place, language);
    }
    if (state === 'pending') await alarms.set('approval', approval.id, approval.expiresAt);
    else tellAsker(approval);
  }

  function tellAsker(approval: Approval, ended?: Task): void {
    moved(approval, ended).catch((error) => onError(error, 'proposal'));
  }

  async function onEnded(task: Task): Promise<void> {
    const approval = await approvals.get(task.approvalId);
    if (approval) tellAsker(approval, task);
  }

  const runner = createTaskRunner({
    tasks: collection,
    exclusive: store.exclusive,
    gateway: hands.gateway,
    stoppedBy: () => killSwitch.stoppedBy(),
    stillApproved: (id, plan) => approvals.stillApproved(id, plan),
    owner: randomUUID(),
    clock,
    pace: hands.pace,
    onChange: showTask,
    onEnded: (task) => onEnded(task).catch((error) => onError(error, 'task end')),
    onError,
  });
  const wake = (id: string) => void runner.drive(id);
  const tasks = createTasks({ tasks: collection, audit, clock, wake, onChange: showTask });
  const startTask = (approval: Approval) => tasks.start(approval);
  const approvals = createApprovals({
    approvals: store.collection(approvalSpec),
    policy,
    audit,
    clock,
    startTask,
    stoppedBy: () => killSwitch.stoppedBy(),
    timeZone: config.TIMEZONE,
    onChange: showApproval,
  });
  return { approvals, tasks, runner };
}
