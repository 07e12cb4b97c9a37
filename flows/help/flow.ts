import { z } from 'zod';
import type { Button } from '../../src/chat/types.ts';
import { defineFlow, say } from '../../src/flow/kit.ts';

/** What a person can type, as the keys of their wording in the message catalogue. */
const EXAMPLES = ['plan-seed', 'plan-small', 'diagnose', 'incidents', 'status', 'approvals'];

/** Says what the bot can do, with examples as buttons whose label is what one would type. */
export const help = defineFlow({
  id: 'help',
  version: 1,
  input: z.object({ unknown: z.string().optional() }),
  *run({ unknown }, { t }) {
    const items = EXAMPLES.map((example): Button => {
      const words = t(`help.examples.${example}`);
      return { id: `send:${words}`, label: words };
    });
    yield* say(unknown === undefined ? 'help.title' : 'help.not-understood', {}, [
      { type: 'text', markdown: t('help.abilities') },
      { type: 'text', markdown: t('help.try') },
      { type: 'buttons', items },
    ]);
  },
});
