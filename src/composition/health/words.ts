import type { Model } from '../../agent/model.ts';
import { type UserRef, userKey } from '../../chat/types.ts';
import type { ReportLook } from '../../health/render/look.ts';
import { type Ask, rewriteSummary } from '../../health/render/rewrite.ts';
import type { Report } from '../../health/types.ts';

/** Asks for a summary in better words; undefined where the template's own are to be shown. Never rejects. */
export type SummaryWords = (
  report: Report,
  look: ReportLook,
  asker: { user: UserRef; signal?: AbortSignal | undefined },
) => Promise<string | undefined>;

export interface SummaryWordsParts {
  /** Absent where none is set up. */
  model: Model | undefined;
  /** Is told why words were not used; they may quote the model. */
  onRefused: (why: string, reportId: string) => void;
  patienceMs?: number;
}

/** The answer's 1,200 characters, and room for a model that thinks first. */
const MOST_TOKENS = 3000;

/** Has a model put summaries into better words, which count only once the checker has found nothing foreign in them. */
export function createSummaryWords({ model, onRefused, patienceMs }: SummaryWordsParts): SummaryWords {
  if (!model) return async () => undefined;
  return async (report, look, { user, signal: stopped }) => {
    const ask: Ask = async ({ instructions, data }, { signal }) => {
      const answer = await model.ask({
        system: instructions,
        prompt: 'The report:',
        data,
        size: 'small',
        maxTokens: MOST_TOKENS,
        who: userKey(user),
        signal: stopped ? AbortSignal.any([signal, stopped]) : signal,
      });
      if (!answer.ok) throw new Error(`${answer.code}: ${answer.message}`);
      return answer.text;
    };
    const done = await rewriteSummary(report, look, { ask, ...(patienceMs !== undefined && { patienceMs }) });
    if (done.words === undefined) onRefused(done.why, report.id);
    return done.words;
  };
}
