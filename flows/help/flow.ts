import { z } from 'zod';
import type { Block, Button } from '../../src/chat/types.ts';
import { defineFlow, FlowError, type FlowRun, read, say } from '../../src/flow/kit.ts';
import { nearestBlocks } from '../../src/flow/nearest.ts';

/** What takes which role; nothing named here is open to everybody of the organisation. */
const OPERATOR = ['operator'];
const APPROVER = ['approver'];

/** What a person can type, as the keys of their wording in the message catalogue, and the roles that it takes. */
const EXAMPLES: readonly [string, (readonly string[])?][] = [
  ['plan-seed', OPERATOR],
  ['plan-small', OPERATOR],
  ['release', OPERATOR],
  ['releases'],
  ['diagnose'],
  ['incidents'],
  ['runbooks'],
  ['health'],
  ['pods'],
  ['logs'],
  ['scale', OPERATOR],
  ['status'],
  ['approvals'],
  ['report'],
  ['settings', OPERATOR],
];

const ABILITIES: readonly [string, (readonly string[])?][] = [
  ['plan', OPERATOR],
  ['build', OPERATOR],
  ['release', OPERATOR],
  ['follow'],
  ['find'],
  ['deeper'],
  ['look'],
  ['ask'],
  ['change', OPERATOR],
  ['mend', [...OPERATOR, ...APPROVER]],
  ['health'],
  ['decide', APPROVER],
  ['tell', OPERATOR],
  ['stop', APPROVER],
];

const rights = z.object({ roles: z.array(z.string()), account: z.string() });

/**
 * Says what the bot can do for this person, with examples as buttons whose label is what one would type. After a sentence that
 * was not understood only what comes near it, where something does.
 */
export const help = defineFlow({
  id: 'help',
  version: 3,
  input: z.object({ unknown: z.string().optional(), outside: z.string().optional() }),
  *run({ unknown, outside }, context) {
    const { t } = context;
    if (outside !== undefined) return yield* say('help.title', {}, [text(t('help.outside'))]);
    const near = unknown === undefined ? [] : yield* nearestBlocks(context, unknown);
    if (near.length > 0) return yield* say('help.no-match', {}, [...near, allOfIt(t('help.all'))]);
    const mine = yield* rightsOf();
    const open = ([, roles]: readonly [string, (readonly string[])?]) =>
      !roles || !mine || roles.some((role) => mine.roles.includes(role));
    const items = EXAMPLES.filter(open).map(([example]): Button => {
      const words = t(`help.examples.${example}`);
      return { id: `send:${words}`, label: words };
    });
    const abilities = ABILITIES.filter(open).map(([ability]) => `- ${t(`help.abilities.${ability}`)}`);
    yield* say(unknown === undefined ? 'help.title' : 'help.not-understood', {}, [
      text(abilities.join('\n')),
      ...(mine ? [text(standing(mine, t))] : []),
      text(t('help.try')),
      { type: 'buttons', items },
    ]);
  },
});

const text = (markdown: string): Block => ({ type: 'text', markdown });

const allOfIt = (label: string): Block => ({ type: 'buttons', items: [{ id: 'send:help', label }] });

/** Help is no secret: where the rights cannot be read, all of it is shown. */
function* rightsOf(): FlowRun<z.infer<typeof rights> | undefined> {
  try {
    return rights.parse(yield* read('copilot_rights'));
  } catch (error) {
    if (error instanceof FlowError) return undefined;
    throw error;
  }
}

/** Which roles one has, and who gives them under which name. Ids of accounts are the platforms' own, without markup. */
function standing(
  { roles, account }: z.infer<typeof rights>,
  t: (key: string, params?: Record<string, string>) => string,
) {
  const shown = /^[^`\s]+$/.test(account) ? account : '?';
  return roles.length === 0
    ? t('help.no-role', { account: shown })
    : t('help.roles', { roles: roles.filter((role) => /^[\w-]+$/.test(role)).join(', '), account: shown });
}
