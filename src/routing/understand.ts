import { z } from 'zod';
import type { Translate } from '../chat/messages.ts';
import { conversationKey, type Language, userKey } from '../chat/types.ts';
import type { Puzzle, Router, Understand, Understanding } from '../conversations/ports.ts';
import type { Form } from '../flow/clarify/fields.ts';
import type { ClarifyTemplate } from '../flow/clarify/template.ts';
import type { Flow } from '../flow/kit.ts';
import { type CheckedFields, checkArgs, checkFields } from './fields.ts';
import { instructionsFor } from './instructions.ts';
import type { IndexedIntent } from './intents.ts';
import { rewordedFor } from './reworded.ts';
import { argsIn, publicPart } from './router.ts';

/** Sentences that keywords do not settle, read by a model: which intent, which fields. What it says is checked like what is typed. */

/** One structured question to a small model. Never rejects. */
interface SmallModel {
  ask<T>(question: {
    system: string;
    prompt: string;
    data: string;
    schema: z.ZodType<T>;
    size: 'small';
    maxTokens: number;
    who: string;
    conversation: string;
    signal: AbortSignal;
  }): Promise<{ ok: true; data: T } | { ok: false; code: string; message: string }>;
}

export interface UnderstandOptions {
  model: SmallModel;
  intents: readonly IndexedIntent[];
  /** Over the same intents. */
  route: Router['route'];
  flows: ReadonlyMap<string, Flow>;
  templates: ReadonlyMap<string, ClarifyTemplate>;
  translate: Record<Language, Translate>;
  /** Is told why an answer does not count; it may quote the model. */
  onRefused: (why: string) => void;
  clock: () => number;
  patienceMs?: number;
}

const PATIENCE_MS = 8000;
/** The answer is a hundred; the rest is for models that think first. */
const MOST_TOKENS = 1500;
const MOST_TEXT = 2000;
/** After so many silences or faults in a row nobody is made to wait for a while. */
const MOST_FAULTS = 3;
const REST_MS = 60_000;
/** These say nothing about the next one's. */
const OF_ONE_SENTENCE = ['BUDGET_SPENT', 'REFUSED', 'TOO_LONG'];

const answer = z.looseObject({
  intent: z.string(),
  fields: z.record(z.string(), z.unknown()).nullish(),
  said: z.string().nullish(),
  sure: z.boolean().nullish(),
});

/** Reads sentences with a model. Whatever goes wrong, too slowly or beside the point comes to undefined. */
export function createUnderstand(options: UnderstandOptions): Understand {
  const { model, intents, route, onRefused, clock, patienceMs = PATIENCE_MS } = options;
  let faults = 0;
  let restsUntil = 0;
  const system = instructionsFor(intents, (intent) => formOf(intent, options));

  return async function understand(puzzle, stopped) {
    if (clock() < restsUntil) return undefined;
    const { text, asker, close, before } = puzzle;
    const said = text.slice(0, MOST_TEXT);
    try {
      const answered = await model.ask({
        system,
        prompt: promptFor(
          close.map(({ id }) => id),
          before !== undefined,
        ),
        data: before === undefined ? said : `Asked before: ${before.slice(0, 500)}\n\nSaid now: ${said}`,
        schema: answer,
        size: 'small',
        maxTokens: MOST_TOKENS,
        who: userKey(asker.user),
        conversation: conversationKey(asker.conversation),
        signal: AbortSignal.any([stopped, AbortSignal.timeout(patienceMs)]),
      });
      if (answered.ok) faults = 0;
      else if (!stopped.aborted && !OF_ONE_SENTENCE.includes(answered.code)) noteFault();
      return answered.ok ? judged(answered.data, puzzle) : refused(`${answered.code}: ${answered.message}`);
    } catch (error) {
      return refused(String(error));
    }
  };

  function noteFault(): void {
    faults += 1;
    if (faults < MOST_FAULTS) return;
    faults = 0;
    restsUntil = clock() + REST_MS;
  }

  function refused(why: string): undefined {
    onRefused(why);
    return undefined;
  }

  function judged(answered: z.infer<typeof answer>, puzzle: Puzzle): Understanding | undefined {
    const { intent: id, fields, said, sure } = answered;
    if (id === 'none') return { kind: 'nothing' };
    const intent = intents.find((one) => one.id === id);
    if (!intent) return refused(`There is no intent ${id.slice(0, 80)}`);
    const understood = { kind: 'intent' as const, intent: publicPart(intent), sure: sure !== false };
    if (intent.command !== undefined || intent.id === 'ask') return { ...understood, ...NOTHING_KNOWN };
    const form = formOf(intent, options);
    const text = form ? undefined : rewordedFor(intent, said, puzzle.text, route);
    if (text !== undefined) return { ...understood, ...inOtherWords(text, intent, puzzle) };
    return { ...understood, ...checked({ intent, form, given: fields ?? {} }, puzzle) };
  }

  function inOtherWords(text: string, intent: IndexedIntent, { asker: { language } }: Puzzle) {
    const label = options.translate[language]('understood.said');
    return { text, known: argsIn(text, intent), items: [{ label, value: text }] };
  }

  function checked({ intent, form, given }: Claimed, { text, asker }: Puzzle): CheckedFields {
    const { language } = asker;
    const said = { text, language, args: argsIn(text, intent) };
    const args = checkArgs(intent, given, said);
    const t = options.translate[language];
    const items = Object.entries(args).map(([name, value]) => ({ label: labelOf(name, t), value }));
    if (!form) return { known: args, items };
    const fields = checkFields(form, given, said);
    return { known: { ...args, ...fields.known }, items: [...items, ...fields.items] };
  }
}

/** What a model says of an intent's fields. */
interface Claimed {
  intent: IndexedIntent;
  form: Form | undefined;
  given: Record<string, unknown>;
}

const NOTHING_KNOWN: CheckedFields = { known: {}, items: [] };

function labelOf(name: string, t: Translate): string {
  const key = `understood.argument.${name}`;
  return t.has(key) ? t(key) : name;
}

/** The clarification that an intent's flow begins with: the template of the same name. */
function formOf(
  { flow: id }: Pick<IndexedIntent, 'flow'>,
  { flows, templates }: Pick<UnderstandOptions, 'flows' | 'templates'>,
): Form | undefined {
  const flow = id === undefined ? undefined : flows.get(id);
  const template = id === undefined ? undefined : templates.get(id);
  return flow && template && { template, sources: flow.sources };
}

function promptFor(close: readonly string[], isTalk: boolean): string {
  return [
    isTalk ? 'What the person asked before, and what the person says now:' : 'What the person says:',
    ...(close.length > 0 ? [`(By its words it could be: ${close.join(', ')}.)`] : []),
  ].join('\n');
}
