import { commandIn, exactAnswer } from '../flow/clarify/answer.ts';
import { extract } from '../flow/clarify/extract.ts';
import { type Form, fieldOf, plain } from '../flow/clarify/fields.ts';
import { normalise } from '../flow/clarify/normalise.ts';
import { type ClarifyState, clarifyStateSchema } from '../flow/clarify/state.ts';
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
 * for what another ability does (or the same, where it only reads), and what the question's template takes from them must not be all.
 */
export function isAside(options: AsideOptions, match: Match, text: string, run: Run): boolean {
  const { intent, args, clear } = match;
  const { waiting, flow } = run;
  if (intent.command) return ASIDE_COMMANDS.has(intent.command) || args.id !== undefined;
  if (waiting?.for === 'choice' && !canAnswer(text, waiting)) return true;
  const isSame = intent.flow === flow;
  if (!isSame && ASIDE_INTENTS.has(intent.id)) return true;
  if (!clear || commandIn(normalise(text)) !== undefined) return false;
  if (waiting?.for === 'choice') {
    if (isChoice(text, waiting)) return false;
    if (waiting.template === undefined) return !isSame || intent.reads === true;
    return !isSame && !isTaken(options, match, text, { id: waiting.template, flow });
  }
  if (waiting?.for !== 'clarify') return false;
  const state = clarifyStateSchema.parse(waiting.state);
  return !isSame && !isTaken(options, match, text, { id: waiting.template, flow, state });
}

/** Whether the words are an answer as a whole, or ask for nothing any more without what they say of the template's fields. */
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
  const rest = router.route(extract(form, text, values).rest);
  return !(rest.kind === 'match' && rest.intent.id === intent.id && rest.clear);
}
