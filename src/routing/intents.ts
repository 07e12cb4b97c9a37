import { parse } from 'yaml';
import { z } from 'zod';
import { normalise } from '../flow/clarify/normalise.ts';

const localText = z.strictObject({ en: z.string().min(1), zh: z.string().min(1) });
const localTexts = z.strictObject({ en: z.array(z.string()).default([]), zh: z.array(z.string()).default([]) });
const argument = z.union([
  z.strictObject({ pattern: z.string(), upper: z.boolean().optional() }),
  z.strictObject({ request: z.array(z.string()).min(1), unless: z.string().optional() }),
  z.strictObject({ oneOf: z.record(z.string(), z.array(z.string())) }),
]);

const intent = z
  .strictObject({
    id: z.string().regex(/^[a-z-]+$/),
    flow: z.string().optional(),
    command: z.string().optional(),
    title: localText,
    slash: z.array(z.string()).default([]),
    anywhere: z.boolean().default(false),
    keywords: localTexts,
    not: z.array(z.string()).default([]),
    examples: localTexts,
    weight: z.number().positive().default(1),
    reads: z.boolean().default(false),
    args: z.record(z.string(), argument).default({}),
  })
  .refine(
    ({ flow, command }) => (flow === undefined) !== (command === undefined),
    'needs a flow or a command, not both',
  );

const file = z.strictObject({
  synonyms: z.record(z.string(), z.array(z.string())).default({}),
  politely: z.array(z.string()).default([]),
  asking: z.array(z.string()).default([]),
  intents: z.array(intent),
});

/** How an argument is found in normalised text: a pattern's group 1 (of a request, all but its polite words), or a value by one of its words. */
export type Argument =
  | { name: string; pattern: RegExp; upper: boolean }
  | { name: string; values: { value: string; words: string[] }[] };

/** One part of a keyword: any of these words, or an argument that was found. */
export type Slot = { words: string[] } | { argument: string };

/** An intent with everything normalised, ready to be compared with sentences. */
export interface IndexedIntent {
  id: string;
  flow?: string;
  command?: string;
  title: { en: string; zh: string };
  slash: string[];
  /** Several words together count in a sentence of any length. */
  anywhere: boolean;
  keywords: Slot[][];
  not: string[];
  /** Without spaces and pauses. */
  examples: string[];
  /** The same as people write them. */
  shown: { en: string[]; zh: string[] };
  weight: number;
  /** It changes nothing and asks for nothing to be changed. */
  reads: boolean;
  args: Argument[];
}

/** Templates/intents.yaml cannot be used. */
export class IntentsError extends Error {
  readonly code = 'INTENTS_INVALID';

  constructor(problem: string, cause?: unknown) {
    super(`templates/intents.yaml: ${problem}. Mend the file; its head describes its form`, { cause });
  }
}

/** All that the file holds. */
export interface Intents {
  intents: IndexedIntent[];
  /** Words that ask for something, or that only what is asked for is called. */
  asking: string[];
}

/** Reads the intents and prepares them. Throws IntentsError. */
export function parseIntents(yamlText: string): Intents {
  try {
    const { synonyms, politely, intents, asking } = file.parse(parse(yamlText));
    const groups = new Map(Object.entries(synonyms).map(([name, words]) => [name, words.map(normalise)]));
    const shared = { groups, politely: politely.map(normalise) };
    return { intents: intents.map((entry) => index(entry, shared)), asking: asking.map(normalise) };
  } catch (error) {
    throw new IntentsError(error instanceof z.ZodError ? z.prettifyError(error) : String(error), error);
  }
}

/** What all intents may name. */
interface Shared {
  groups: ReadonlyMap<string, string[]>;
  politely: readonly string[];
}

function index(entry: z.output<typeof intent>, shared: Shared): IndexedIntent {
  const { id, flow, command, title, weight, anywhere, reads, examples } = entry;
  const { groups } = shared;
  return {
    id,
    title,
    weight,
    anywhere,
    reads,
    ...(flow !== undefined && { flow }),
    ...(command !== undefined && { command }),
    slash: entry.slash.map(normalise),
    keywords: [...entry.keywords.en, ...entry.keywords.zh].map((keyword) => slots(keyword, groups)),
    not: entry.not.flatMap((word) => against(word, id, groups)),
    examples: [...examples.en, ...examples.zh].map((example) => compact(normalise(example))),
    shown: examples,
    args: Object.entries(entry.args).map(([name, how]) => argumentOf(name, how, shared)),
  };
}

/** A word that speaks against an intent, or those of a `{group}`. */
function against(word: string, id: string, groups: Shared['groups']): string[] {
  const name = /^\{(\w+)\}$/.exec(word)?.[1];
  if (name === undefined) return [normalise(word)];
  const words = groups.get(name);
  if (!words) throw new Error(`${id} names ${word} under not, and there are no synonyms of that name`);
  return words;
}

function argumentOf(name: string, how: z.output<typeof argument>, { politely }: Shared): Argument {
  if ('oneOf' in how) {
    const values = Object.entries(how.oneOf).map(([value, words]) => ({ value, words: words.map(normalise) }));
    return { name, values };
  }
  const upper = 'upper' in how && how.upper === true;
  return { name, pattern: new RegExp('pattern' in how ? how.pattern : wholeRequest(how, politely), 'u'), upper };
}

/** A sentence that is, after polite words, one of these requests and nothing else. */
function wholeRequest(
  { request, unless }: { request: string[]; unless?: string | undefined },
  politely: readonly string[],
) {
  const guard = unless === undefined ? '' : `(?!.*${unless})`;
  return `^${guard}(?:(?:${politely.join('|')})[ ,]*)*(${request.join('|')})$`;
}

function slots(keyword: string, groups: Shared['groups']): Slot[] {
  const parts = keyword.split(' ');
  const isPhrase = parts.every((part) => !groups.has(part) && !part.startsWith('{'));
  if (isPhrase) return [{ words: [normalise(keyword)] }];
  return parts.map((part) => {
    const argument = /^\{(\w+)\}$/.exec(part)?.[1];
    return argument ? { argument } : { words: groups.get(part) ?? [normalise(part)] };
  });
}

/** Text without spaces and pauses, as examples are compared. */
export function compact(text: string): string {
  return text.replace(/[\s,]/g, '');
}
