import type { Approval, Approvals } from '../approvals/approvals.ts';
import type { ProposalOutcome } from '../flow/kit.ts';
import { resultsOf } from '../tasks/definitions.ts';
import { isEnded } from '../tasks/lease.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Task } from '../tasks/types.ts';
import type { Proposals } from './ports.ts';

/** A flow's proposals over approvals and tasks: asked for once, and answered when the decision or the task has come to its end. */
export function createProposals({ approvals, tasks }: { approvals: Approvals; tasks: Tasks }): Proposals {
  return {
    async request(key, plan, blocks, { user, conversation, language }) {
      const requested = await approvals.request({ key, plan, blocks, requestedBy: user, conversation, language });
      return 'refused' in requested ? requested : { approvalId: requested.approval.id };
    },
    async outcome(approvalId) {
      const approval = await approvals.get(approvalId);
      if (!approval) return { kind: 'expired' };
      if (approval.state !== 'used') return undecided(approval);
      const task = await tasks.get(approval.taskId ?? '');
      return task && isEnded(task) ? taskOutcome(task) : undefined;
    },
  };
}

/** The run that asked for this approval, from the key it was asked under. */
export function runOf({ key }: Pick<Approval, 'key'>): string {
  return key.slice(0, key.lastIndexOf('.'));
}

function undecided({ state }: Approval): ProposalOutcome | undefined {
  switch (state) {
    case 'rejected':
    case 'expired':
      return { kind: state };
    case 'change':
      return { kind: 'change-requested' };
    default:
      return undefined;
  }
}

function taskOutcome(task: Task): ProposalOutcome {
  const failed = task.steps.find(({ error }) => error !== undefined);
  const kind =
    task.state === 'succeeded' || task.state === 'cancelled' || task.state === 'undone' ? task.state : 'failed';
  return {
    kind,
    taskId: task.id,
    results: Object.fromEntries(resultsOf(task)),
    ...(failed?.error && {
      failure: {
        stepId: failed.id,
        code: failed.error.code,
        message: failed.error.message,
        ...(failed.error.hint && { hint: failed.error.hint }),
      },
    }),
  };
}
