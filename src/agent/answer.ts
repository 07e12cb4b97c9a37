import { z } from 'zod';
import type { JsonObject } from '../tools/types.ts';

/** What a model says at the end of an investigation, before anything of it is checked. */
export interface RawAnswer {
  summary: string;
  claims: RawClaim[];
  notChecked: string[];
  /** A remedy as the model chose it, its `id` and parameters; `why` stands apart. */
  remedies: { choice: JsonObject; why: string }[];
}

export interface RawClaim {
  text: string;
  /** Ids as `E3`; whether there is such evidence is not known yet. */
  cites: string[];
}

const MOST_CLAIMS = 60;
const MOST_LISTED = 20;
const MOST_REMEDIES = 5;
const LONGEST_SUMMARY = 4000;
const LONGEST_TEXT = 1500;

/** The form that a model is asked for, plain enough for its JSON Schema; `rawAnswerSchema` reads what comes of it. */
export const answerForm = z.object({
  summary: z.string().describe('The answer in one to four sentences, in the language of the question.'),
  claims: z
    .array(z.object({ text: z.string(), cites: z.array(z.string().describe('An evidence id such as E3')) }))
    .describe('One sentence each, with the ids of the evidence that shows it.'),
  notChecked: z.array(z.string()).describe('What would matter and was not looked at, and why.'),
  remedies: z
    .array(z.looseObject({ id: z.string(), why: z.string() }))
    .optional()
    .describe('Typed remedies by id with their parameters, the best first; none where no cause is shown.'),
});

const CITE = /[[(（【]\s*E\d+(?:\s*[-–,;、，；\s和and&]+\s*E?\d+)*\s*[\])）】]/gi;
const ID = /E?(\d{1,6})/gi;

const idsIn = (text: string): string[] => [...text.matchAll(ID)].map(([, number]) => `E${Number(number)}`);

const cites = z.preprocess((value) => {
  const all = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  const ids = all.flatMap((one) => (typeof one === 'string' || typeof one === 'number' ? idsIn(`${one}`) : []));
  return [...new Set(ids)].slice(0, MOST_LISTED);
}, z.array(z.string()));

const text = (longest: number) =>
  z.preprocess((value) => (typeof value === 'string' ? value.trim().slice(0, longest) : ''), z.string());

const claim = z.preprocess(
  (value) => (typeof value === 'string' ? claimOf(value) : withCites(value)),
  z.object({ text: text(LONGEST_TEXT), cites }),
);

const remedy = z.preprocess(
  (value) => remedyOf(value),
  z.object({ choice: z.record(z.string(), z.json()), why: text(LONGEST_TEXT) }),
);

/**
 * Reads what a model gave as its answer. Models are sloppy about lists and names: what can be understood is, what cannot is left
 * out; only something that is no object at all is refused.
 */
export const rawAnswerSchema: z.ZodType<RawAnswer> = z.object({
  summary: text(LONGEST_SUMMARY),
  claims: listOf(claim, MOST_CLAIMS).transform((all) => all.filter((one) => one.text !== '')),
  notChecked: listOf(text(LONGEST_TEXT), MOST_LISTED).transform((all) => all.filter((one) => one !== '')),
  remedies: listOf(remedy, MOST_REMEDIES),
});

/** A list, or the one thing that should have stood in one; what does not fit is left out. */
function listOf<T>(item: z.ZodType<T>, most: number) {
  return z.preprocess(
    (value) => {
      const all = Array.isArray(value) ? value : value === undefined || value === null || value === '' ? [] : [value];
      return all.slice(0, most);
    },
    z.array(z.unknown()).transform((all) =>
      all.flatMap((one) => {
        const parsed = item.safeParse(one);
        return parsed.success ? [parsed.data] : [];
      }),
    ),
  );
}

/** Ids that stand in the sentence count like those beside it. */
function withCites(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const { text: said, claim: named, cites: given, evidence } = value as Record<string, unknown>;
  const sentence = typeof said === 'string' ? said : typeof named === 'string' ? named : '';
  const own = claimOf(sentence);
  return { text: own.text, cites: [...own.cites, ...[given ?? evidence ?? []].flat()] };
}

/** `{id, …, why}`, `{remedy: {id, …}, why}` and `{id, parameters: {…}, why}` are the same choice. */
function remedyOf(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  const { why, reason, remedy: inner, parameters, params, ...flat } = value as Record<string, unknown>;
  const given = parameters ?? params;
  const whole = isObject(inner) ? inner : isObject(given) ? { ...flat, ...given } : flat;
  return { choice: whole, why: why ?? reason };
}

const isObject = (value: unknown): value is object =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** A sentence without its citations, and these. */
function claimOf(sentence: string): RawClaim {
  const found = sentence.match(CITE) ?? [];
  const bare = sentence
    .replaceAll(CITE, '')
    .replaceAll(/[ \t]+([.,;:!?。，；：！？]|$)/g, '$1')
    .trim();
  return { text: bare, cites: [...new Set(found.flatMap(idsIn))] };
}

/** The answer of a model that wrote prose, or JSON as its text: each sentence and each item of a list is a claim. */
export function answerFromText(said: string): RawAnswer {
  const asJson = fromJson(said);
  if (asJson) return asJson;
  const answer: RawAnswer = { summary: '', claims: [], notChecked: [], remedies: [] };
  let isUnchecked = false;
  for (const line of linesOf(said)) {
    if (isLead(line)) {
      isUnchecked = UNCHECKED.test(line);
      continue;
    }
    const found = sentencesOf(line.replace(/^\s*(?:[-*•+]|\d{1,2}[.)、])\s+/, '').replaceAll(/\*\*|__/g, ''));
    if (isUnchecked) answer.notChecked.push(...found.map((sentence) => sentence.trim().slice(0, LONGEST_TEXT)));
    else answer.claims.push(...found.map(claimOf));
  }
  answer.claims = answer.claims
    .filter((one) => /[\p{L}\p{N}]/u.test(one.text))
    .map((one) => ({ ...one, text: one.text.slice(0, LONGEST_TEXT), cites: one.cites.slice(0, MOST_LISTED) }))
    .slice(0, MOST_CLAIMS);
  answer.notChecked = answer.notChecked.filter((one) => one !== '').slice(0, MOST_LISTED);
  answer.summary = answer.claims[0]?.text ?? '';
  return answer;
}

const UNCHECKED = /not (?:been )?(?:checked|looked|verified)|unchecked|unverified|未检查|未核实|没有检查|没查|未查看/i;

/** A heading, or a line that only says what follows. */
const isLead = (line: string): boolean =>
  /^\s*#{1,6}\s/.test(line) || /^\s*\*\*[^*]+\*\*\s*[:：]?\s*$/.test(line) || /[:：]\**\s*$/.test(line);

function linesOf(said: string): string[] {
  return said
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s*(?:```|\|?\s*:?-{3,})/.test(line))
    .map((line) => (/^\s*\|.*\|\s*$/.test(line) ? line.split('|').filter(Boolean).join(' ').trim() : line));
}

/** Sentences of a line; a citation after the full stop belongs to what stands before it. */
export function sentencesOf(line: string): string[] {
  const joined = line.replaceAll(
    /([.!?。！？])\s*((?:[[(（【]\s*E\d+[^\])）】]*[\])）】]\s*)+)/gi,
    (_whole, stop: string, ids: string) => ` ${ids.trim()}${stop} `,
  );
  return joined.split(/(?<=[.!?])\s+(?=\S)|(?<=[。！？])/).filter((sentence) => sentence.trim() !== '');
}

function fromJson(said: string): RawAnswer | undefined {
  const bare = said.replace(/^\s*```(?:json)?\s*\n/i, '').replace(/\n?```\s*$/, '');
  if (!bare.trim().startsWith('{')) return undefined;
  try {
    const parsed = rawAnswerSchema.safeParse(JSON.parse(bare));
    return parsed.success && (parsed.data.summary !== '' || parsed.data.claims.length > 0) ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
