import type { Outgoing } from '../../src/chat/types.ts';
import { blockMessages } from './sample-blocks.ts';
import { wholeMessages } from './sample-cards.ts';
import { dayMessages } from './sample-day.ts';
import { extremeMessages, HOSTILE } from './sample-extremes.ts';

export { HOSTILE, HOSTILE_WORDS, hostileCard, hugeCard } from './sample-extremes.ts';

/** Messages that every renderer must be able to show: each block alone, whole cards, and extremes; the same at every run. */
export const sampleMessages: Record<string, Outgoing> = {
  ...blockMessages(),
  ...wholeMessages(),
  ...dayMessages(HOSTILE),
  ...extremeMessages(),
};
