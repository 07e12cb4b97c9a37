import type {
  AuditView,
  ClusterView,
  ConsoleSources,
  DemoSource,
  TaskView,
  Viewer,
} from '../../adapters/console/wire.ts';
import type { Approvals } from '../approvals/approvals.ts';
import { isSamePerson } from '../approvals/people.ts';
import { hasRole, type Policy, refusalToDecide } from '../approvals/policy.ts';
import type { Audit } from '../audit/audit.ts';
import type { UserRef } from '../chat/types.ts';
import { maySee } from '../conversations/views.ts';
import { stepsOf } from '../tasks/card.ts';
import { resultsOf } from '../tasks/definitions.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Task } from '../tasks/types.ts';
import type { ToolGateway } from '../tools/types.ts';
import { createIncidentViews, type IncidentViewOptions } from './incident-views.ts';
import { withPageRights } from './page-rights.ts';

export interface SourceOptions
  extends IncidentViewOptions,
    Pick<ConsoleSources, 'channels' | 'connections' | 'reports'> {
  approvals: Approvals;
  tasks: Tasks;
  audit: Audit;
  gateway: ToolGateway;
  policy: Policy;
  /** Every cluster that can be looked into, by whoever it was made. */
  known: () => Promise<(Pick<ClusterView, 'name' | 'environment'> & { id: string })[]>;
  demo?: DemoSource | undefined;
  preview?: ConsoleSources['preview'];
}

const NEWEST_TASKS = 100;

/** The read models behind the console's boards, filtered by what the viewer may see. */
export function createSources(options: SourceOptions): ConsoleSources {
  const { approvals, tasks, audit, outbox, policy } = options;
  const seen = async (user: UserRef) => (await tasks.list(NEWEST_TASKS)).filter((task) => maySee(policy, user, task));

  const sources: ConsoleSources = {
    tasks: async (viewer) => (await seen(viewer.user)).map((task) => taskView(task, viewer, options)),
    async task(viewer, id) {
      const task = await tasks.get(id.toUpperCase());
      return task && maySee(policy, viewer.user, task) ? taskView(task, viewer, options) : undefined;
    },
    async approvals({ user, language }) {
      const pending = (await approvals.pending()).filter(
        (approval) =>
          isSamePerson(policy, approval.requestedBy, user) || refusalToDecide(policy, user, approval) === undefined,
      );
      return Promise.all(
        pending.map(async ({ id, rev, plan, state, requestedBy, expiresAt }) => {
          const card = (await outbox.get(`approval-${id}`))?.message.card;
          return {
            id,
            title: plan.title[language],
            state,
            requestedBy: requestedBy.name ?? requestedBy.id,
            expiresAt,
            cardId: `approval-${id}`,
            cardRev: card?.rev ?? rev,
            risk: plan.risk,
            ...(plan.cost && { cost: plan.cost }),
            ...(card && { card }),
          };
        }),
      );
    },
    async audit({ user }, page) {
      if (!hasRole(policy, user, ['operator', 'approver'])) return [];
      return (await audit.list(page)).map(auditView);
    },
    clusters: async ({ user }) =>
      allClusters(await clustersOf(await seen(user), user, options.gateway), await options.known()),
    ...createIncidentViews(options),
    ...(options.channels && { channels: options.channels }),
    ...(options.connections && { connections: options.connections }),
    ...(options.reports && { reports: options.reports }),
    ...(options.demo && { demo: options.demo }),
    ...(options.preview && { preview: options.preview }),
  };
  return withPageRights(sources, policy, options.known);
}

function taskView(task: Task, { language }: Viewer, { translate, clock }: SourceOptions): TaskView {
  const shown = stepsOf(task, translate[language], language, clock());
  const steps = task.steps.map((record, index) => {
    const detail = shown[index]?.detail;
    return {
      id: record.id,
      title: shown[index]?.title ?? record.id,
      state: record.state,
      ...(record.intendedAt !== undefined && { startedAt: record.intendedAt }),
      ...(record.endedAt !== undefined && { endedAt: record.endedAt }),
      ...(detail && { detail }),
    };
  });
  return { id: task.id, title: task.plan.title[language], state: task.state, steps };
}

function auditView({ seq, at, actor, action, subject, outcome, hash }: AuditView): AuditView {
  return { seq, at, actor, action, subject, outcome, hash };
}

/** The clusters that tasks have made, as the cloud sees them now. */
async function clustersOf(tasks: Task[], user: UserRef, gateway: ToolGateway): Promise<ClusterView[]> {
  const made = new Map<string, Task>();
  for (const task of tasks) {
    for (const { clusterId } of resultsOf(task).values()) {
      if (typeof clusterId === 'string' && !made.has(clusterId)) made.set(clusterId, task);
    }
  }
  const views = [...made].map(async ([clusterId, { plan }]): Promise<ClusterView[]> => {
    const found = await gateway.read({ tool: 'cluster_get', args: { clusterId }, actor: user, timeoutMs: 5000 });
    if (!found.ok)
      return found.error.code.includes('NotFound')
        ? []
        : [{ name: plan.cluster, environment: plan.environment, state: found.error.code }];
    const { name, region, state, version, nodepools } = found.data;
    return [
      {
        name: typeof name === 'string' ? name : plan.cluster,
        environment: plan.environment,
        state: typeof state === 'string' ? state : 'unknown',
        ...(typeof region === 'string' && { region }),
        ...(typeof version === 'string' && { version }),
        ...(Array.isArray(nodepools) && { nodes: nodepools.reduce((sum: number, pool) => sum + totalOf(pool), 0) }),
      },
    ];
  });
  return (await Promise.all(views)).flat();
}

/** Those that tasks have made, with what the cloud says of them, and the others that are known by name. */
function allClusters(made: ClusterView[], known: Pick<ClusterView, 'name' | 'environment'>[]): ClusterView[] {
  const names = new Set(made.map(({ name }) => name));
  const others = known.filter(({ name }) => !names.has(name));
  return [...made, ...others.map(({ name, environment }) => ({ name, environment, state: 'running' }))];
}

function totalOf(pool: unknown): number {
  return pool !== null && typeof pool === 'object' && 'total' in pool && typeof pool.total === 'number'
    ? pool.total
    : 0;
}
