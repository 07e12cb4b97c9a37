import type { Materials } from '../../../flows/health-report/assemble.ts';
import type { Recheck } from '../../../flows/health-report/consolidation/recheck.ts';
import type { NamespaceCosts } from '../../../flows/health-report/money/namespaces.ts';
import type { Message, Translate } from '../../chat/messages.ts';
import type { Block, Language } from '../../chat/types.ts';
import type { PlanDraft } from '../../flow/kit.ts';
import type { Facts, Report } from '../../health/types.ts';

/** What is computed on a survey: too much for the thread that answers people, so each runs where the survey is kept. */
export interface Jobs {
  report: { takes: Omit<Materials, 'facts'>; gives: Report };
  /** The advice to remove nodes of a pool, judged again and made a plan. Undefined where it is no advice any more. */
  removal: {
    takes: { nodepoolId: string; language: Language };
    gives: { plan: PlanDraft; blocks: Block[] } | { refused: Message } | undefined;
  };
  recheck: { takes: { nodepoolId: string; nodes: string[] }; gives: Recheck };
  costs: { takes: Record<never, never>; gives: NamespaceCosts | undefined };
}

export type JobName = keyof Jobs;

export type Words = Record<Language, Translate>;

type Run<J extends JobName> = (facts: Facts, input: Jobs[J]['takes'], words: Words) => Promise<Jobs[J]['gives']>;

/** Each loads what only it needs. */
export const jobs: { [J in JobName]: Run<J> } = {
  async report(facts, materials, words) {
    const { assemble } = await import('../../../flows/health-report/assemble.ts');
    return assemble({ ...materials, facts }, words);
  },
  async removal(facts, { nodepoolId, language }, words) {
    const { adviseRemovals } = await import('../../../flows/health-report/consolidation/advise.ts');
    const { removalBlocks, removalPlan } = await import('../../../flows/health-report/consolidation/plan.ts');
    const advice = adviseRemovals(facts, words).find(
      ({ proposal }) => proposal?.kind === 'remove-nodes' && proposal.nodepoolId === nodepoolId,
    );
    if (!advice) return undefined;
    const made = removalPlan({ facts, advice, words });
    return 'refused' in made ? made : { plan: made, blocks: removalBlocks({ advice }, language) };
  },
  async recheck(facts, removal, words) {
    const { recheckRemoval } = await import('../../../flows/health-report/consolidation/recheck.ts');
    return recheckRemoval(facts, removal, words);
  },
  async costs(facts) {
    const { costsByNamespace } = await import('../../../flows/health-report/money/namespaces.ts');
    return costsByNamespace(facts);
  },
};
