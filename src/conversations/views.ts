import type { Approvals } from '../approvals/approvals.ts';
import { isSamePerson } from '../approvals/people.ts';
import { hasRole, type Policy, refusalToDecide } from '../approvals/policy.ts';
import type { Translate } from '../chat/messages.ts';
import type { Language, UserRef } from '../chat/types.ts';
import { stepsOf } from '../tasks/card.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Task } from '../tasks/types.ts';
import type { JsonObject, ToolResult } from '../tools/types.ts';
import type { Views } from './ports.ts';

export interface ViewOptions {
  approvals: Approvals;
  tasks: Tasks;
  policy: Policy;
  translate: Record<Language, Translate>;
  clock: () => number;
}

/** Newest tasks a list shows. */
const LIST_LENGTH = 50;

/** Tasks and approvals as flows may read them: only one's own, or with the operator or approver role all. */
export function createViews(options: ViewOptions): Views {
  const { approvals, tasks, policy, translate, clock } = options;
  const view = (task: Task, language: Language): JsonObject => ({
    id: task.id,
    title: task.plan.title[language],
    state: task.state,
    steps: stepsOf(task, translate[language], language, clock()).map((step) => ({
      ...step,
      detail: step.detail ?? '',
    })),
  });

  return {
    async copilot_task_get(args, { user, language }) {
      const id = String(args.id ?? '').toUpperCase();
      const task = await tasks.get(id);
      return task && maySee(policy, user, task) ? ok({ task: view(task, language) }) : notFound(id);
    },
    async copilot_task_list(_args, { user, language }) {
      const seen = (await tasks.list(LIST_LENGTH)).filter((task) => maySee(policy, user, task));
      return ok({ items: seen.map((task) => view(task, language)) });
    },
    async copilot_approval_list(_args, { user, language }) {
      const mine = (await approvals.pending()).filter(
        (approval) =>
          isSamePerson(policy, approval.requestedBy, user) || refusalToDecide(policy, user, approval) === undefined,
      );
      const items = mine.map(({ id, plan, requestedBy, expiresAt }) => ({
        id,
        title: plan.title[language],
        requestedBy: requestedBy.name ?? requestedBy.id,
        expiresAt,
        risk: plan.risk,
      }));
      return ok({ items });
    },
  };
}

/** A task is seen by who asked for it and by operators and approvers. */
export function maySee(policy: Policy, user: UserRef, { requestedBy }: Pick<Task, 'requestedBy'>): boolean {
  return isSamePerson(policy, requestedBy, user) || hasRole(policy, user, ['operator', 'approver']);
}

function ok(data: JsonObject): ToolResult {
  return { ok: true, data };
}

function notFound(id: string): ToolResult {
  return {
    ok: false,
    error: { code: 'NOT_FOUND', message: `There is no task ${id}`, retryable: false, ambiguous: false },
  };
}
