import { z } from 'zod';
import { refText } from '../../flows/incidents/finding.ts';
import { targetOf } from '../../flows/incidents/remedies/changes.ts';
import { completed } from '../../flows/incidents/remedies/chosen.ts';
import { type ChosenRemedy, checkChoice } from '../../flows/incidents/remedies/schema.ts';
import { claimBlocks, evidenceBlocks } from '../agent/card.ts';
import { restsOn } from '../agent/claims.ts';
import { testimonies } from '../agent/testimony.ts';
import type { Rests } from '../agent/types.ts';
import { visibleText } from '../chat/plain.ts';
import type { Block, Language } from '../chat/types.ts';
import type { Asker, Views } from '../conversations/ports.ts';
import type { PlanDraft } from '../flow/kit.ts';
import type { Prepared } from '../incidents/ports.ts';
import type { ClusterRef } from '../incidents/records.ts';
import type { JsonObject, ToolResult } from '../tools/types.ts';
import { createRemedyPlans, type RemedyPlanOptions } from './remedy-plans.ts';

/** The view `copilot_remedy`: a remedy that a model chose becomes a plan as a rule's does, and less is taken from its word. */

export interface ChosenRemedyOptions extends RemedyPlanOptions {
  clusters: () => Promise<ClusterRef[]>;
  /** IANA zone in which times are shown. */
  timeZone: string;
}

const claim = z.object({
  text: z.string(),
  cites: z.array(z.string()),
  standing: z.enum(['supported', 'reported', 'hypothesis']),
  heard: z.array(z.enum(testimonies)).exactOptional(),
  missing: z.enum(['no-evidence', 'unknown-evidence', 'object-not-named', 'figure-not-found']).exactOptional(),
});
const evidence = z.object({ id: z.string(), source: z.string(), time: z.string().exactOptional(), text: z.string() });
const asked = z.object({
  clusterId: z.string(),
  remedy: z.record(z.string(), z.json()),
  question: z.string().default(''),
  /** What the choice goes by, for who approves it. */
  claims: z.array(claim).default([]),
  evidence: z.array(evidence).default([]),
});
const got = z.object({ object: z.record(z.string(), z.json()) });
const LONGEST_QUESTION = 200;

export function createChosenRemedyViews(options: ChosenRemedyOptions): Views {
  const planOf = createRemedyPlans(options);
  const { gateway, clusters, words, timeZone } = options;

  async function complete(clusterId: string, chosen: ChosenRemedy, { user }: Asker) {
    const target = targetOf(chosen);
    if (!target || !NEEDS_NOW.has(chosen.id)) return completed(chosen, {});
    const { kind, namespace, name } = target;
    const args = { clusterId, kind, ...(namespace !== undefined && { namespace }), name };
    const found = await gateway.read({ tool: 'k8s_get', args, actor: user });
    if (found.ok) return completed(chosen, got.parse(found.data).object);
    const { code, message } = found.error;
    return { refused: 'incidents.refused.server', params: { code, message } };
  }

  return {
    async copilot_remedy(args, asker) {
      const { clusterId, remedy: given, question, ...seen } = asked.parse(args);
      const cluster = (await clusters()).find(({ id }) => id === clusterId);
      if (!cluster) return failed('NOT_FOUND', `There is no cluster ${clusterId}`);
      // It was checked when the model chose it. What was stored since is checked like anything that comes in.
      const checked = checkChoice(given);
      if (!checked.ok) return failed('NO_REMEDY', checked.why);
      const remedy = await complete(clusterId, checked.remedy, asker);
      if ('refused' in remedy)
        return ok({ kind: 'refused', why: { key: remedy.refused, params: remedy.params ?? {} } });
      const said = visibleText(question).slice(0, LONGEST_QUESTION);
      const whyIn = (language: Language) => words[language]('agent.remedy.why', { question: said });
      const target = targetOf(remedy);
      const prepared = await planOf({
        cluster,
        remedy,
        why: { en: whyIn('en'), zh: whyIn('zh') },
        about: target ? refText(target) : cluster.name,
        actor: asker.user,
        language: asker.language,
      });
      const look = { t: words[asker.language], language: asker.language, timeZone };
      return ok(asJson(cautious(prepared, basis(seen, look), restsOn(asJson(remedy), seen.claims))));
    },
  };
}

const NEEDS_NOW: ReadonlySet<ChosenRemedy['id']> = new Set(['raise-memory-limit', 'raise-cpu-limit', 'expand-volume']);

type Basis = Pick<z.infer<typeof asked>, 'claims' | 'evidence'>;

/** What an approver has to know before the difference: nobody has proven it. */
function basis({ claims, evidence }: Basis, look: Parameters<typeof evidenceBlocks>[1]): Block[] {
  const note = look.t('agent.remedy.note');
  return [{ type: 'text', markdown: note }, ...claimBlocks(claims, look.t), ...evidenceBlocks(evidence, look)];
}

/** No change that a model chose counts as harmless, none goes by itself, and one that only strangers' words speak for is a high risk. */
function cautious(prepared: Prepared<PlanDraft>, before: Block[], rests: Rests): Prepared<PlanDraft> {
  if (prepared.kind !== 'plan') return prepared;
  const { plan, blocks } = prepared;
  const risk = rests === 'reported' ? 'high' : plan.risk === 'low' ? 'medium' : plan.risk;
  return { kind: 'plan', plan: { ...plan, risk, chosenBy: 'model' }, blocks: [...before, ...blocks] };
}

const asJson = (value: unknown): JsonObject => z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(value)));

const ok = (data: JsonObject): ToolResult => ({ ok: true, data });

const failed = (code: string, message: string): ToolResult => ({
  ok: false,
  error: { code, message, retryable: false, ambiguous: false },
});
