import { z } from 'zod';
import { conversationKey, userKey } from '../chat/types.ts';
import type { Collection } from '../storage/store.ts';
import type { Asker } from './ports.ts';
import type { Run } from './records.ts';

/** What was asked in free words in a talk and what was answered, from the runs as they are stored. */

export interface AskedBefore {
  question: string;
  answer: string;
}

const FLOW = 'ask';
/** After that, what is asked stands for itself again. */
const REMEMBERED_MS = 2 * 3600_000;
const MOST = 12;

const answered = z.object({
  question: z.string(),
  ending: z.string(),
  summary: z.string(),
  claims: z.array(z.object({ text: z.string(), standing: z.enum(['supported', 'reported', 'hypothesis']) })),
});

/** The last questions of this person here, or in a thread of everybody in it, oldest first; only of the last two hours. */
export async function askedBefore(runs: Collection<Run>, asker: Asker, now: number): Promise<AskedBefore[]> {
  const found = await runs.find({
    where: { place: conversationKey(asker.conversation), flow: FLOW },
    range: { field: 'startedAt', gt: now - REMEMBERED_MS },
    orderBy: 'startedAt',
    descending: true,
    limit: MOST,
  });
  const mine = found.filter((run) => run.state === 'finished' && (isShared(asker) || isOf(asker, run)));
  return mine.flatMap((run) => turnOf(run) ?? []).reverse();
}

/** In a thread everybody has read the answers. */
const isShared = ({ conversation: { kind, threadId, under } }: Asker): boolean =>
  kind === 'group' && (threadId !== undefined || under !== undefined);

const isOf = (asker: Asker, run: Run): boolean => userKey(run.user) === userKey(asker.user);

const STANDS = { supported: '', reported: '(only reported) ', hypothesis: '(not proven) ' } as const;

/** What the check left of the answer: a guess stays one, and hearsay hearsay. */
function turnOf(run: Run): AskedBefore | undefined {
  const entry = run.journal.find(({ key }) => key === 'investigate');
  const parsed = entry?.answer.ok ? answered.safeParse(entry.answer.value) : undefined;
  if (!parsed?.success || parsed.data.ending === 'failed') return undefined;
  const { question, summary, claims } = parsed.data;
  const lines = claims.map(({ text, standing }) => `- ${STANDS[standing]}${text}`);
  const answer = [summary, ...lines].filter(Boolean).join('\n');
  return answer ? { question, answer } : undefined;
}
