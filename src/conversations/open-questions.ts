import type { Collection } from '../storage/store.ts';
import type { Conversation, InboxRow, Run } from './records.ts';

/** Whose typed words answer which question: the newest of the person's own that is open, then the one before it. */

const MOST_KEPT = 8;

/** Whether a run waits for a person's answer. */
export function asks(run: Run): boolean {
  return run.state === 'active' && run.waiting !== undefined && 'cardId' in run.waiting;
}

/** The newest open question there of who says something, or the one that this delivery has answered already. */
export async function openRunOf(
  runs: Pick<Collection<Run>, 'get'>,
  { foreground, behind = [] }: Conversation,
  { id: delivery, sender }: Pick<InboxRow, 'id' | 'sender'>,
): Promise<Run | undefined> {
  if (foreground === undefined) return undefined;
  for (const runId of [foreground, ...behind]) {
    const run = await runs.get(runId);
    if (run && run.user.id === sender.id && (asks(run) || run.lastDelivery === delivery)) return run;
  }
  return undefined;
}

/** The conversation as it is after that run has moved; itself where nothing changed. */
export function withQuestionOf(conversation: Conversation, run: Run): Conversation {
  const { foreground, behind, ...whole } = conversation;
  const rest = { ...whole, lastDelivery: run.lastDelivery };
  const all = [...(foreground === undefined ? [] : [foreground]), ...(behind ?? [])];
  if (asks(run) ? foreground === run.id : !all.includes(run.id)) return conversation;
  const others = all.filter((id) => id !== run.id);
  const [first, ...older] = asks(run) ? [run.id, ...others.slice(0, MOST_KEPT)] : others;
  if (first === undefined) return rest;
  return { ...rest, foreground: first, ...(older.length > 0 && { behind: older }) };
}
