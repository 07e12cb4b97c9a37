/** What a control's block says of where it stands: the card and the revision that the person saw. Nothing else is trusted. */
export interface ControlRef {
  cardId: string;
  rev: number;
}

/** The `block_id` of the n-th group of controls on a card; unique within a message, at most 255 characters. */
export function blockId(cardId: string, rev: number, n: number): string {
  return `${cardId}#${rev}#${n}`;
}

/** The card and revision behind a `block_id`; undefined for blocks without controls of ours. */
export function parseBlockId(id: string): ControlRef | undefined {
  const [, cardId, rev] = /^(.+)#(\d{1,15})#\d{1,15}$/s.exec(id) ?? [];
  return cardId && rev ? { cardId, rev: Number(rev) } : undefined;
}
