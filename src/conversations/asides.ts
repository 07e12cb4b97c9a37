import { commandIn, exactAnswer } from '../flow/clarify/answer.ts';
import { extract } from '../flow/clarify/extract.ts';
import { type Form, fieldOf, plain } from '../flow/clarify/fields.ts';
import { normalise } from '../flow/clarify/normalise.ts';
import { type ClarifyState, clarifyStateSchema } from '../flow/clarify/state.ts';
import { substanceOf } from '../flow/substance.ts';
import type { AdvanceOptions } from './advance.ts';
import type { Routed, Router } from './ports.ts';
import { canAnswer, isChoice } from './questions.ts';
import type { Run } from './records.ts';

/** Which words leave an open question open: those to the engine, and those that clearly ask for something else. */

type Match = Omit<Extract<Routed, { kind: 'match' }>, 'kind'>;

export interface AsideOptions extends Pick<AdvanceOptions, 'flows' | 'templates'> {
  router: Pick<Router, 'route'>;
}

/** What may be said at any time. */
const ASIDE_COMMANDS = new Set(['stop', 'resume', 'subscribe', 'unsubscribe', 'quiet', 'digest', 'language']);
const ASIDE_INTENTS = new Set(['help', 'task-status', 'approvals', 'settings', 'digest']);

/**
 * A word to the engine, or a question about tasks, never answers a flow's question; a bare "cancel" does. Of a question with choices,
 * whatever is none of them and asks for something is an aside. Where one may answer in words of one's own, the words must ask clearly,
 * for what another ability does (or the same, where it only reads or an amount was asked for), and not say something of the question's template alone.
 */
export function isAside(options: AsideOptions, match: Match, text: string, run: Run): boolean {
  const { intent, args, said } = match;
  const { waiting, flow } = run;
  if (intent.command) return ASIDE_COMMANDS.has(intent.command) || args.id !== undefined;
  if (waiting?.for === 'choice' && !canAnswer(text, waiting)) return true;
  const isSame = intent.flow === flow;
  if (!isSame && ASIDE_INTENTS.has(intent.id)) return true;
  if (said !== 'clearly' || commandIn(normalise(text)) !== undefined) return said === 'as-command';
  if (waiting?.for === 'clarify') {
    const state = clarifyStateSchema.parse(waiting.state);
    return !isSame && !isTaken(options, match, text, { id: waiting.template, flow, state });
  }
  if (waiting?.for !== 'choice' || isChoice(text, waiting)) return false;
  if (waiting.template === undefined) return !isSame || intent.reads === true || waiting.amount === true;
  return !isSame && !isTaken(options, match, text, { id: waiting.template, flow });
}

/** Whether it is the request that was asked back about, said anew: its question is then put away. */
export function isRestated({ intent }: Match, { flow, waiting }: Run): boolean {
  return intent.flow === flow && (waiting?.for === 'clarify' || (waiting?.for === 'choice' && waiting.freeText));
}

/**
 * Whether the words answer the template's question as a whole, or no longer ask without what they say of its fields. For what only
 * reads, any word of substance that the template knows nothing of asks still.
 */
function isTaken(
  { flows, templates, router }: AsideOptions,
  { intent }: Match,
  raw: string,
  of: { id: string; flow: string; state?: ClarifyState },
): boolean {
  const template = templates.get(of.id);
  if (!template) return false;
  const form: Form = { template, sources: flows.get(of.flow)?.sources ?? { choices: {}, defaults: {} } };
  const text = normalise(raw);
  const values = plain(of.state?.values ?? {});
  const asked = of.state?.asking === undefined ? undefined : fieldOf(template, of.state.asking);
  if (asked && exactAnswer(form, asked, text, values) !== undefined) return true;
  const { rest } = extract(form, text, values);
  if (intent.reads) return substanceOf(rest) === '';
  const routed = router.route(rest);
  return !(routed.kind === 'match' && routed.intent.id === intent.id && routed.said === 'clearly');
}
