import { z } from 'zod';
import { defineFlow, type FlowContext, FlowError, type FlowRun, investigate, read, say } from '../../src/flow/kit.ts';
import { nearestBlocks } from '../../src/flow/nearest.ts';
import { compactHistory, type Turn } from './history.ts';

/** Questions in free words. The answer itself is the card that the investigation writes; the flow decides what is asked. */

const history = z.object({ turns: z.array(z.object({ question: z.string(), answer: z.string() })) });
const found = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('one'), target: z.object({ clusterId: z.string(), cluster: z.string() }) }),
  z.object({ kind: z.enum(['several', 'none']) }),
]);
const investigated = z.object({
  ending: z.string(),
  failure: z.object({ code: z.string() }).optional(),
  claims: z.array(z.unknown()).default([]),
});

type About = { cluster?: { id: string; name: string } };

/** A question about what runs where and how, answered from reading tools with the source of each number. */
export const askQuestion = defineFlow({
  id: 'ask',
  version: 1,
  input: z.object({}),
  *run(_input, context) {
    const question = questionIn(context.text);
    if (question === '') return yield* say('ask.what');
    const turns = compactHistory(yield* earlierTurns());
    const about = yield* clusterOf(question);
    const evidence = { purpose: 'ask', ...about, ...(turns.length > 0 && { history: turns }) };
    try {
      const { ending, failure, claims } = investigated.parse(yield* investigate(question, evidence));
      // Every other ending is told by the card itself.
      if (ending === 'failed') yield* unanswered(failure?.code ?? 'FAILED', question, context);
      if (ending === 'budget' && claims.length === 0) yield* unanswered('BUDGET_SPENT', question, context);
    } catch (error) {
      if (!(error instanceof FlowError) || error.code === 'ENDED') throw error;
      yield* unanswered(error.code, question, context);
    }
  },
});

/** What is left of a command when the command is taken off. */
function questionIn(text: string): string {
  return text
    .replace(/^\s*(?:<@[^>]*>|@\S+)[\s,:]*/, '')
    .replace(/^\s*\/k8s(?:-copilot)?\s+(?:ask|问)(?=\s|$)/i, '')
    .replace(
      /^(?:question|ask (?:the )?(?:clusters?|copilot|agent|model)|提问|问一下集群|问问集群|问集群)[\s,:，：]+/i,
      '',
    )
    .trim();
}

/** Without what was said before, a question still makes sense to most. */
function* earlierTurns(): FlowRun<Turn[]> {
  return (yield* tryRead('copilot_history', {}, history))?.turns ?? [];
}

/** The cluster that is named, or the only one. Where several could be meant all of them are looked at, rather than asking back. */
function* clusterOf(text: string): FlowRun<About> {
  const target = yield* tryRead('copilot_find', { text, level: 'cluster' }, found);
  return target?.kind === 'one' ? { cluster: { id: target.target.clusterId, name: target.target.cluster } } : {};
}

function* tryRead<T>(tool: string, args: Record<string, string>, schema: z.ZodType<T>): FlowRun<T | undefined> {
  try {
    return schema.safeParse(yield* read(tool, args)).data;
  } catch (error) {
    if (error instanceof FlowError) return undefined;
    throw error;
  }
}

const WORDS: Readonly<Record<string, string>> = { NO_MODEL: 'ask.no-model', BUDGET_SPENT: 'ask.budget-spent' };

/** Says that no answer comes, and what could be had instead. */
function* unanswered(code: string, question: string, context: FlowContext): FlowRun {
  const blocks = yield* nearestBlocks(context, question);
  yield* say(WORDS[code] ?? 'ask.failed', {}, blocks);
}
