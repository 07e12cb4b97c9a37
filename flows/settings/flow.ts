import { z } from 'zod';
import { blockSchema } from '../../src/chat/stored.ts';
import { defineFlow, read, say } from '../../src/flow/kit.ts';

/** What is told in the place where one asks, and how things stand there now. */

const view = z.object({ blocks: z.array(blockSchema) });

/** The settings of this place, with the form for those who may change them. */
export const channelSettings = defineFlow({
  id: 'settings',
  version: 1,
  input: z.object({}),
  *run() {
    const { blocks } = view.parse(yield* read('copilot_channel'));
    yield* say('channels.title', {}, blocks);
  },
});

/** The digest, now. */
export const digestNow = defineFlow({
  id: 'digest',
  version: 1,
  input: z.object({}),
  *run() {
    const { blocks } = view.parse(yield* read('copilot_digest'));
    yield* say('channels.report', {}, blocks);
  },
});
