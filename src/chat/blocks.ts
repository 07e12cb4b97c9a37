import type { Block, Card } from './types.ts';

type Control = Extract<Block, { type: 'buttons' | 'inputs' }>;

/** Every control of a card, also those in folded parts. */
export function controlsOf({ blocks }: Pick<Card, 'blocks'>): Control[] {
  return blocks.flatMap((block): Control[] => {
    if (block.type === 'details') return controlsOf(block);
    return block.type === 'buttons' || block.type === 'inputs' ? [block] : [];
  });
}

/** Whether a card has a control with this id now. */
export function hasControl(card: Pick<Card, 'blocks'>, id: string): boolean {
  return controlsOf(card).some((block) =>
    block.type === 'buttons' ? block.items.some((button) => button.id === id) : block.submit.id === id,
  );
}
