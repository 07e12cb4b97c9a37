import type { Collection } from '../storage/store.ts';
import { askedBefore } from './history.ts';
import type { Router, Views } from './ports.ts';
import type { Run } from './records.ts';

export interface AskViewOptions {
  runs: Collection<Run>;
  router: Pick<Router, 'nearest'>;
  /** Whether a language model is set up. */
  hasModel: boolean;
  clock: () => number;
}

/** How many abilities are offered for a sentence that was not understood. */
const MOST_NEAR = 3;

/** What a question in free words goes by: what was asked before, and what comes nearest where it cannot be answered. */
export function createAskViews({ runs, router, hasModel, clock }: AskViewOptions): Views {
  return {
    async copilot_history(_args, asker) {
      const turns = await askedBefore(runs, asker, clock());
      return { ok: true, data: { turns: turns.map(({ question, answer }) => ({ question, answer })) } };
    },
    async copilot_nearest({ text }, { language }) {
      const near = router.nearest(String(text ?? ''), MOST_NEAR, language);
      const items = near.map(({ intent: { id, title }, example }) => ({
        id,
        title: title[language],
        ...(example !== undefined && { example }),
      }));
      return { ok: true, data: { items, model: hasModel } };
    },
  };
}
