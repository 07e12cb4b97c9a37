import { stringify } from 'yaml';
import { z } from 'zod';
import { refText } from '../../flows/incidents/finding.ts';
import { type Change, changeOf, targetOf } from '../../flows/incidents/remedies/changes.ts';
import { tooMuch } from '../../flows/incidents/remedies/limits.ts';
import { type HealingContext, healingBlocks, healingPlan } from '../../flows/incidents/remedies/plan.ts';
import type { Remedy } from '../../flows/incidents/remedies/remedy.ts';
import { remedyTitle } from '../../flows/incidents/remedies/title.ts';
import type { Policy } from '../approvals/policy.ts';
import type { Message, Translate } from '../chat/messages.ts';
import type { Language, LocalText, UserRef } from '../chat/types.ts';
import type { PlanDraft } from '../flow/kit.ts';
import type { Prepared } from '../incidents/ports.ts';
import type { ClusterRef, ObjectRef } from '../incidents/records.ts';
import type { JsonObject, ToolGateway, ToolResult } from '../tools/types.ts';
import { rehearsed } from './rehearsals.ts';

export interface RemedyPlanOptions {
  gateway: Pick<ToolGateway, 'read'>;
  policy: Pick<Policy, 'allowGitOps'>;
  words: Record<Language, Translate>;
}

/** A remedy, for whom and why. */
export interface RemedyWish {
  cluster: ClusterRef;
  remedy: Remedy;
  why: LocalText;
  /** What the trouble is about, where it is not what the remedy changes. */
  object?: ObjectRef | undefined;
  /** Names the trouble where there is nothing left to change. */
  about: string;
  actor: UserRef | 'system';
  language: Language;
}

type Read = (tool: string, args: JsonObject) => Promise<ToolResult>;

const json = z.record(z.string(), z.json());
const listed = z.object({ items: z.array(json) });
const quantities = z.record(z.string(), z.string()).catch({});

/** From a remedy to a plan: the object is read anew, the change rehearsed by the server, and its limits kept. */
export function createRemedyPlans({ gateway, policy, words }: RemedyPlanOptions) {
  return async function planOf(wish: RemedyWish): Promise<Prepared<PlanDraft>> {
    const { remedy, cluster, actor, about } = wish;
    const { id: clusterId } = cluster;
    const read: Read = (tool, args) => gateway.read({ tool, args: { clusterId, ...args }, actor });
    if (remedy.id === 'scale-node-pool') return nodePool(read, wish, remedy);

    const target = targetOf(remedy);
    const present = target ? await getObject(read, target) : { ok: true as const, data: {} };
    if (!present.ok) return { kind: 'refused', why: failure(present) };
    const limit = 'from' in remedy && 'container' in remedy ? await limitOf(read, remedy, present.data) : undefined;
    if (limit) return { kind: 'refused', why: limit };
    const change = changeOf(remedy, present.data);
    if ('refused' in change) return refused(change.refused, change.params);

    const made = await rehearsed((args) => read('k8s_preview', args), change, policy);
    if (made.kind === 'failed') return { kind: 'refused', why: failure(made.result) };
    const { diff, uid = '', undoCall, generation } = made.seen;
    if (diff === '' && change.tool === 'k8s_patch') return refused('incidents.refused.nothing', { id: about });
    if (made.kind === 'owned') return { kind: 'patch', owner: made.owner, patch: patchFile(change, diff) };
    if (made.kind === 'secret') return refused('incidents.refused.secret', { object: refText(change.target) });
    const rehearsal = { diff, uid, undoCall, generation };
    return plan(read, wish, { change, preview: rehearsal, present: present.data });
  };

  async function plan(
    read: Read,
    { cluster, remedy, why, object, language }: RemedyWish,
    made: Pick<HealingContext, 'change' | 'preview' | 'present'>,
  ): Promise<Prepared<PlanDraft>> {
    const context: HealingContext = {
      ...made,
      cluster,
      why,
      title: remedyTitle(remedy, words),
      object: object ?? made.change.target,
      hasMetrics: (await read('metrics_query', { promql: 'count(up)' })).ok,
      words,
    };
    return { kind: 'plan', plan: healingPlan(remedy, context), blocks: healingBlocks(context, language) };
  }

  async function getObject(read: Read, { kind, namespace, name }: ObjectRef) {
    const found = await read('k8s_get', { kind, ...(namespace !== undefined && { namespace }), name });
    return found.ok ? { ok: true as const, data: json.parse(found.data.object) } : found;
  }

  /** Why a raise goes too far. What cannot be looked at is not in the way: the server's rehearsal has the last word. */
  async function limitOf(
    read: Read,
    remedy: Extract<Remedy, { from: string; container: string }>,
    present: JsonObject,
  ): Promise<Message | undefined> {
    const resource = remedy.id === 'raise-memory-limit' ? 'limits.memory' : 'limits.cpu';
    const { namespace = 'default' } = remedy.target;
    const nodes = await read('k8s_list', {
      kind: 'Node',
      fields: ['metadata.name', 'status.allocatable'],
      limit: 500,
    });
    const quotas = await read('k8s_list', { kind: 'ResourceQuota', namespace });
    const { spec } = z
      .object({ spec: z.object({ replicas: z.number().optional() }).catch({}) })
      .catch({ spec: {} })
      .parse(present);
    return tooMuch(remedy, {
      allocatable: itemsOf(nodes).map((node) =>
        quantities.parse(
          z.object({ allocatable: z.unknown() }).catch({ allocatable: {} }).parse(node.status).allocatable,
        ),
      ),
      quotas: itemsOf(quotas).flatMap((quota) => {
        const { hard, used } = z
          .object({ hard: quantities, used: quantities })
          .catch({ hard: {}, used: {} })
          .parse(quota.status);
        const name = z.object({ name: z.string() }).catch({ name: '' }).parse(quota.metadata).name;
        const most = hard[resource];
        return most === undefined ? [] : [{ name, hard: most, used: used[resource] ?? '0' }];
      }),
      replicas: spec.replicas ?? 1,
    });
  }

  /** One node more in the pool: the cloud's own call, so there is nothing to rehearse. */
  async function nodePool(
    read: Read,
    wish: RemedyWish,
    remedy: Extract<Remedy, { id: 'scale-node-pool' }>,
  ): Promise<Prepared<PlanDraft>> {
    const { id: clusterId } = wish.cluster;
    const pools = await read('nodepool_list', {});
    if (!pools.ok) return refused('incidents.refused.node-pool');
    const pool = z
      .object({
        items: z.array(
          z.object({ nodepoolId: z.string(), name: z.string(), total: z.number(), desired: z.number().optional() }),
        ),
      })
      .safeParse(pools.data);
    const [first] = pool.success ? pool.data.items : [];
    if (!first) return refused('incidents.refused.node-pool');
    const current = first.desired ?? first.total;
    const args = { nodepoolId: first.nodepoolId, desiredSize: current + remedy.by, expectedCurrent: current };
    const back = { tool: 'nodepool_scale', args: { clusterId, nodepoolId: first.nodepoolId, desiredSize: current } };
    const change: Change = { tool: 'nodepool_scale', args, target: { kind: 'NodePool', name: first.name } };
    const diff = `- ${first.name}: ${current}\n+ ${first.name}: ${current + remedy.by}\n`;
    return plan(read, wish, { change, preview: { diff, uid: '', undoCall: back }, present: {} });
  }
}

const itemsOf = (result: ToolResult): JsonObject[] =>
  result.ok ? listed.catch({ items: [] }).parse(result.data).items : [];

const refused = (key: string, params: Record<string, string> = {}): Prepared<PlanDraft> => ({
  kind: 'refused',
  why: { key, params },
});

function failure(result: Extract<ToolResult, { ok: false }>): Message {
  const { code, message } = result.error;
  return { key: 'incidents.refused.server', params: { code, message } };
}

/** What the owner's repository needs: the change as YAML, and the difference it makes. */
function patchFile({ target, args }: Change, diff: string): string {
  const commented = diff.split('\n').map((line) => `# ${line}`.trimEnd());
  return `# ${target.kind} ${target.namespace ?? ''}/${target.name}\n${commented.join('\n')}\n${stringify(args.patch ?? args)}`;
}
