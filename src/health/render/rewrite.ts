import { figuresOf } from '../../chat/figures.ts';
import type { Report } from '../types.ts';
import { summaryText } from './card.ts';
import { checkWords } from './checked-words.ts';
import type { ReportLook } from './look.ts';
import { isQuiet } from './parts.ts';
import { renderWords } from './templates.ts';

/** Whoever puts words better, such as a model. The instructions are the house's; the data holds names and texts of strangers. */
export type Ask = (task: { instructions: string; data: string }, options: { signal: AbortSignal }) => Promise<string>;

/** `words` are absent where the template's own are to be shown, and `why` says for the log what was wrong with the others. */
export type Rewritten = { words: string } | { words?: undefined; why: string };

const PATIENCE_MS = 20_000;

/**
 * Has the summary put into better words. They count only when the checker finds nothing in them that is not in the report; whatever
 * goes wrong or takes too long, the template speaks.
 */
export async function rewriteSummary(
  report: Report,
  look: ReportLook,
  { ask, patienceMs = PATIENCE_MS }: { ask: Ask; patienceMs?: number },
): Promise<Rewritten> {
  // Two lines cannot be said better.
  if (isQuiet(report)) return { why: 'all is quiet' };
  const instructions = renderWords('rewrite', {}, { target: 'text', language: look.language });
  const task = { instructions, data: summaryText(report, look) };
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const words = (await Promise.race([ask(task, { signal }), rejected(signal)])).trim();
    const checked = checkWords(words, report, look);
    if (!checked.ok) return { why: checked.why };
    return hasScore(words, report) ? { words } : { why: 'it leaves out the score or the grade' };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

function hasScore(words: string, { score, grade }: Report): boolean {
  const isThere = (text: string, part: string) =>
    text.split(/[^\p{Script=Latin}\p{N}?+]+/u).includes(part) || text.includes(part);
  return figuresOf(words).figures.includes(`number:${score}`) && isThere(words, grade);
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
}
