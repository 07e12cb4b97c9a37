import { conversationKey } from '../chat/types.ts';
import type { Flow } from '../flow/kit.ts';
import type { InboxRow, Run } from './records.ts';
import { shortHash } from './replies.ts';

/** A run at its beginning, under an id made of the delivery that begins it. */
export function newRun(
  row: InboxRow,
  { id, version }: Pick<Flow, 'id' | 'version'>,
  begun: Pick<Run, 'known' | 'text' | 'original' | 'language'>,
  now: number,
): Run {
  return {
    ...begun,
    id: `r-${shortHash(row.id)}`,
    rev: 1,
    flow: id,
    version,
    user: row.sender,
    conversation: row.conversation,
    place: conversationKey(row.conversation),
    journal: [],
    state: 'active',
    asked: 0,
    lastDelivery: '',
    dueAt: now,
    startedAt: row.receivedAt,
  };
}
