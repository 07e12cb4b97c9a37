import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** A scenario: a world, a question, what a right answer says and does not say, and what a scripted model does with it. */

const expression = z.string().refine((text) => {
  try {
    return Boolean(new RegExp(text, 'i'));
  } catch {
    return false;
  }
}, 'is no regular expression');

const json = z.record(z.string(), z.json());

const step = z.union([
  z.strictObject({ break: z.string() }),
  z.strictObject({ mend: z.string() }),
  /** World minutes. */
  z.strictObject({ pass: z.number().positive() }),
  /** Waits until pods or warnings show it, at most so many world minutes. */
  z.strictObject({ until: expression, within: z.number().positive().default(30) }),
  /** An object as its manifest; an Event happens at that moment. */
  z.strictObject({ create: json }),
  /** Fields by their path with `|` between its parts; null takes one away. */
  z.strictObject({
    change: z.strictObject({
      kind: z.string(),
      namespace: z.string().optional(),
      name: z.string(),
      set: z.record(z.string(), z.json()),
    }),
  }),
]);

/** What one answer cites: `call:1` is the first tool call of the script, `/…/` the first evidence whose text matches, anything else an id as it is. */
const cite = z.string();

const script = z.strictObject({
  /** Each list is asked for at once. */
  calls: z.array(z.array(z.strictObject({ tool: z.string(), args: json }))).default([]),
  answer: z.strictObject({
    summary: z.string(),
    claims: z.array(z.strictObject({ text: z.string(), cites: z.array(cite).default([]) })).default([]),
    notChecked: z.array(z.string()).default([]),
    remedies: z.array(json).default([]),
  }),
});

const TRAPS = [
  'healthy',
  'recovered',
  'red-herring',
  'injected-text',
  'not-provable',
  'wrong-place',
  'not-there',
  'not-a-fault',
  'not-allowed',
] as const;

export const scenarioSchema = z.strictObject({
  title: z.string(),
  /** What kind of trap it is; absent: an honest fault. */
  trap: z.enum(TRAPS).optional(),
  /** Simple enough to be run with the thorough tests. */
  quick: z.boolean().default(false),
  purpose: z.enum(['incident', 'ask']).default('incident'),
  language: z.enum(['en', 'zh']).default('en'),
  question: z.string(),
  /** The same question in the other language. */
  translated: z.string(),
  /** What the rules are told to look at, as the flow would have understood the question. */
  look: z.strictObject({ namespace: z.string().optional(), name: z.string().optional() }).default({}),
  world: z.array(step).min(1),
  /** Tools, or kinds of objects, that answer FORBIDDEN. */
  withheld: z.array(z.string()).default([]),
  expect: z.strictObject({
    /** Of the rules: each is found, at least as likely. */
    causes: z.array(z.strictObject({ cause: z.string(), object: z.string() })).default([]),
    /** Of the rules: none of these is found as proven or likely; `*` stands for all that `causes` does not name. */
    absent: z.array(z.string()).default([]),
    /** Of the rules: none of these is called proven, since what is withheld could tell otherwise. */
    unproven: z.array(z.string()).default([]),
    /** Each is said by a claim that its evidence supports. */
    facts: z.array(expression).default([]),
    /** Each is said by a claim that at least somebody's words in its evidence carry, such as a log's. */
    reported: z.array(expression).default([]),
    /** Each is said by a claim of whatever standing, by the summary or by what was not checked. */
    mentions: z.array(expression).default([]),
    /** None is said by a supported claim or by the summary. */
    forbidden: z.array(expression).default([]),
    remedies: z
      .strictObject({ acceptable: z.array(z.string()).optional(), forbidden: z.array(z.string()).default([]) })
      .default({ forbidden: [] }),
  }),
  /** What a model does that answers well. */
  script,
  /** What a model does that falls for it: the judge has to notice. */
  fooled: script.optional(),
});

export type Scenario = z.infer<typeof scenarioSchema> & { name: string };
/** The scenario as it is asked in a language. */
export function askedIn(scenario: Scenario, language: Scenario['language'] | undefined): Scenario {
  if (language === undefined || scenario.language === language) return scenario;
  return { ...scenario, language, question: scenario.translated, translated: scenario.question };
}

export type Step = z.infer<typeof step>;
export type Script = z.infer<typeof script>;

const FOLDER = join(import.meta.dirname, 'scenarios');

/** All scenarios by the names of their folders. Throws with the file's name and what is wrong with it. */
export function readScenarios(): Scenario[] {
  return globSync('*/scenario.yaml', { cwd: FOLDER })
    .sort()
    .map((file) => {
      const read = scenarioSchema.safeParse(parse(readFileSync(join(FOLDER, file), 'utf8')));
      if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`);
      return { name: basename(dirname(file)), ...read.data };
    });
}
