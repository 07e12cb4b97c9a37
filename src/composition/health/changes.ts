import { z } from 'zod';
import type { Policy } from '../../approvals/policy.ts';
import type { Message } from '../../chat/messages.ts';
import type { Block } from '../../chat/types.ts';
import type { PlanDraft } from '../../flow/kit.ts';
import type { HealthCluster, Proposer } from '../../health/ports.ts';
import type { ObjectRef, Proposal, Report } from '../../health/types.ts';
import type { JsonObject, ToolResult } from '../../tools/types.ts';
import type { Ground } from '../ground.ts';
import type { Hands } from '../hands.ts';
import type { Plans } from '../plans.ts';
import { rehearsed } from '../rehearsals.ts';
import { gatherFacts } from './gather.ts';
import { withHealthThread } from './thread.ts';

/** From a piece of advice to a plan that waits for its approval: everything is read anew, and each change rehearsed by the server. */

export interface ChangeParts {
  ground: Pick<Ground, 'translate' | 'clock' | 'onError'> & { policy: Pick<Policy, 'allowGitOps'> };
  hands: Pick<Hands, 'gateway'>;
  plans: Pick<Plans, 'approvals'>;
}

export interface WantedChange {
  report: Report;
  itemId: string;
  cluster: HealthCluster;
  who: Proposer;
}

type Resize = Extract<Proposal, { kind: 'resize' }>;
type Removal = Extract<Proposal, { kind: 'remove-nodes' }>;
type Made = { plan: PlanDraft; blocks: Block[] } | { refused: Message };

const object = z.object({ object: z.record(z.string(), z.json()) });
/** Of plans for the same advice that nobody decided for: a new one is asked for after each that came to nothing. */
const MOST_TIMES = 50;

/** Answers with what to tell of it. */
export function createChanges({ ground, hands, plans }: ChangeParts) {
  const { translate: words, clock } = ground;
  const read = (tool: string, args: JsonObject): Promise<ToolResult> =>
    hands.gateway.read({ tool, args, actor: 'system' });

  async function getObject(
    clusterId: string,
    { kind, namespace, name }: ObjectRef,
  ): Promise<{ present: JsonObject } | { refused: Message }> {
    const found = await read('k8s_get', { clusterId, kind, ...(namespace !== undefined && { namespace }), name });
    return found.ok ? { present: object.parse(found.data).object } : { refused: told(found) };
  }

  async function resize({ cluster, itemId, report, who }: WantedChange, proposal: Resize): Promise<Made> {
    const { resizeChanges, scalerOf } = await import('../../../flows/health-report/rightsizing/changes.ts');
    const { resizeBlocks, resizePlan } = await import('../../../flows/health-report/rightsizing/plan.ts');
    const workload = await getObject(cluster.id, proposal.object);
    if ('refused' in workload) return workload;
    const scalerRef = scalerOf(proposal);
    const scaler = scalerRef && (await getObject(cluster.id, scalerRef));
    if (scaler && 'refused' in scaler) return scaler;
    const { present } = workload;
    const changes = resizeChanges(proposal, { workload: present, scaler: scaler?.present });
    if ('refused' in changes) return changes;

    const ready = [];
    for (const change of changes) {
      const made = await rehearsed(
        (args) => read('k8s_preview', { clusterId: cluster.id, ...args }),
        change,
        ground.policy,
      );
      if (made.kind === 'failed') return { refused: told(made.result) };
      if (made.kind === 'owned') return { refused: { key: 'health.refused.owned', params: { owner: made.owner } } };
      if (made.kind === 'secret')
        return { refused: { key: 'incidents.refused.secret', params: { object: proposal.object.name } } };
      const { diff, uid = '', undoCall, generation } = made.seen;
      ready.push({ ...change, diff, uid, undoCall, generation });
    }
    const metrics = await read('metrics_query', { clusterId: cluster.id, promql: 'count(up)' });
    const title = report.advice.find(({ id }) => id === itemId)?.title ?? { en: itemId, zh: itemId };
    const context = { cluster, proposal, title, changes: ready, present, hasMetrics: metrics.ok, words };
    return { plan: resizePlan(context), blocks: resizeBlocks(context, who.language) };
  }

  /** The whole judgement again, on what the cluster is now: what was safe in the morning may not be. */
  async function removal({ cluster, itemId, report, who }: WantedChange, proposal: Removal): Promise<Made> {
    const days = Math.round((report.window.to - report.window.from) / (24 * 3600_000));
    const made = await withHealthThread(async (sink) => {
      const { facts } = await gatherFacts(cluster, days, { gateway: hands.gateway, sink, clock });
      return sink.run('removal', facts, { nodepoolId: proposal.nodepoolId, language: who.language });
    });
    return made ?? { refused: { key: 'health.refused.gone', params: { id: itemId } } };
  }

  return async (wanted: WantedChange, proposal: Resize | Removal): Promise<Message> => {
    const made = proposal.kind === 'resize' ? await resize(wanted, proposal) : await removal(wanted, proposal);
    if ('refused' in made) return made.refused;
    const { report, itemId, who } = wanted;
    const asking = { ...made, requestedBy: who.user, conversation: who.conversation, language: who.language };
    for (let time = 1; time <= MOST_TIMES; time++) {
      const asked = await plans.approvals.request({ ...asking, key: `health-${report.id}-${itemId}-${time}` });
      if ('refused' in asked) return asked.refused;
      const { state, taskId, id } = asked.approval;
      if (state === 'pending' || taskId !== undefined)
        return { key: 'health.said.asked', params: { id: itemId, approval: id } };
    }
    return { key: 'health.refused.gone', params: { id: itemId } };
  };
}

function told(result: Extract<ToolResult, { ok: false }>): Message {
  const { code, message } = result.error;
  return { key: 'incidents.refused.server', params: { code, message } };
}
