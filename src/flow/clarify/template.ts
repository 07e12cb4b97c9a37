import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import type { Message } from '../../chat/messages.ts';

/**
 * A clarification template lists what must be known before a flow can start.
 *
 *     id: plan-cluster
 *     version: 1
 *     fields:
 *       - id: region
 *         type: choice                     # value: the choice's id
 *         label: { en: Region, zh: 地域 }   # `label` and `synonyms` are the names people call the field by ("预算高", "nodes: 5")
 *         question: { en: Where?, zh: 放在哪里？ }
 *         choices:                         # or { from: regions }: a source the flow names
 *           - { id: cn-beijing, label: { en: Beijing, zh: 北京 }, synonyms: [华北2], pros: { en: …, zh: … }, cons: { en: …, zh: … } }
 *         default: { from: region }        # or a plain value; what "use defaults" takes, and what an unasked field gets at the end
 *       - id: nodes
 *         type: integer                    # value: a number; money too (`unit`: its currency). Here choices are suggestions only
 *         patterns: ['(\d+)\s*(?:nodes?|个?节点|台)']   # group 1 is the value, or for a choice one of its words
 *         min: 1
 *         max: 100
 *         required: false                  # never asked; a sentence or the default fills it
 *         askIf: { field: size, in: [custom] }   # the field exists only while this holds; or { field: exact, absent: true }
 *
 * Types and values: `choice` the id · `integer` and `money` a number · `text` a string · `yesno` true or false · `cidr` a network in
 * canonical form. A yesno field that is named in a sentence means yes, unless it is negated ("不要公网", "without logging").
 *
 * Words and patterns are compared after `normalise`: lower case, simplified, half-width, `,` for every pause, numerals before
 * a measure word as digits. A word that belongs to two fields, or is shorter than two Han characters or three letters, counts only
 * beside its field's name or as the answer to its question. Patterns run over at most 2,000 characters; keep them linear: no nested
 * repetition (`(a+)+` is refused), one capture group, bounded gaps (`.{0,8}`).
 */
const localText = z.strictObject({ en: z.string().min(1), zh: z.string().min(1) });
const identifier = z.string().regex(/^[a-zA-Z][\w-]*$/);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const choice = z.strictObject({
  id: z.string().min(1),
  label: localText,
  synonyms: z.array(z.string()).default([]),
  pros: localText.optional(),
  cons: localText.optional(),
});

const source = z.strictObject({ from: identifier });

const field = z.strictObject({
  id: identifier,
  type: z.enum(['choice', 'integer', 'text', 'yesno', 'cidr', 'money']),
  label: localText,
  question: localText,
  choices: z.union([z.array(choice).min(1), source]).optional(),
  synonyms: z.array(z.string()).default([]),
  patterns: z.array(z.string()).default([]),
  min: z.number().optional(),
  max: z.number().optional(),
  unit: z.string().optional(),
  askIf: z
    .union([
      z.strictObject({ field: identifier, in: z.array(scalar).min(1) }),
      z.strictObject({ field: identifier, absent: z.literal(true) }),
    ])
    .optional(),
  required: z.boolean().default(true),
  default: z.union([scalar, source]).optional(),
});

const template = z.strictObject({ id: identifier, version: z.int().positive(), fields: z.array(field).min(1) });

export type ClarifyValue = string | number | boolean;
/** What is known, by field id. */
export type ClarifyValues = Record<string, ClarifyValue>;
/** One possible answer. From a named source, `synonyms` may be left out. */
export type ClarifyChoice = z.input<typeof choice>;
export type ClarifyField = z.output<typeof field>;
export type ClarifyTemplate = z.output<typeof template>;

/** Why a combination is impossible, and the fewest changes that make it possible. */
interface ClarifyRefusal {
  reason: Message;
  nearest: ClarifyValues;
}

/** What a flow lends the engine: plain functions of what is known so far (which may be little: be tolerant of missing values). */
export interface ClarifySources {
  choices?: Record<string, (values: ClarifyValues) => ClarifyChoice[]>;
  defaults?: Record<string, (values: ClarifyValues) => ClarifyValue | undefined>;
  check?: (values: ClarifyValues) => ClarifyRefusal | undefined;
}

/** A template that cannot be used: `field` is the path of the part to mend. */
export class ClarifyTemplateError extends Error {
  readonly code = 'CLARIFY_TEMPLATE_INVALID';
  readonly field: string;

  constructor(file: string, field: string, problem: string, cause?: unknown) {
    super(
      `${file}: ${field || 'the file'}: ${problem}. Mend the template; its form is described in src/flow/clarify/template.ts`,
      {
        cause,
      },
    );
    this.field = field;
  }
}

/** Reads a template; `file` only names it in errors. Throws ClarifyTemplateError. */
export function parseClarifyTemplate(yamlText: string, file = 'clarification template'): ClarifyTemplate {
  let raw: unknown;
  try {
    raw = parse(yamlText);
  } catch (error) {
    throw new ClarifyTemplateError(file, '', error instanceof YAMLParseError ? error.message : String(error), error);
  }
  const result = template.safeParse(raw);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new ClarifyTemplateError(file, pathOf(raw, issue?.path ?? []), issue?.message ?? 'not a template');
  }
  for (const entry of result.data.fields) checkField(file, result.data, entry);
  return result.data;
}

/** `fields.2.choices` reads better as `fields.nodes.choices`. */
function pathOf(raw: unknown, path: readonly PropertyKey[]): string {
  const fields = z.object({ fields: z.array(z.looseObject({ id: z.string().optional() })) }).safeParse(raw);
  const named = path.map((part, at) =>
    at === 1 && path[0] === 'fields' && fields.success ? (fields.data.fields[Number(part)]?.id ?? part) : part,
  );
  return named.map(String).join('.');
}

function checkField(file: string, all: ClarifyTemplate, entry: ClarifyField): void {
  const fail = (part: string, problem: string) => {
    throw new ClarifyTemplateError(file, `fields.${entry.id}.${part}`, problem);
  };
  if (all.fields.filter(({ id }) => id === entry.id).length > 1) fail('id', 'two fields have this id');
  if (entry.type === 'choice' && !entry.choices) fail('choices', 'a choice field needs choices');
  if (entry.askIf && !all.fields.some(({ id }) => id === entry.askIf?.field)) fail('askIf', 'no such field');
  if (Array.isArray(entry.choices) && new Set(entry.choices.map(({ id }) => id)).size < entry.choices.length)
    fail('choices', 'two choices have the same id');
  for (const pattern of entry.patterns) {
    const problem = patternProblem(pattern);
    if (problem) fail('patterns', `${pattern}: ${problem}`);
  }
}

function patternProblem(pattern: string): string | undefined {
  if (/\([^()]*[+*][^()]*\)\s*[+*{]/.test(pattern)) return 'a repetition inside a repetition can take forever';
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return undefined;
}
