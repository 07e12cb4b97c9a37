import type { z } from 'zod';
import type { Plan } from '../approvals/plan.ts';
import type { Message, Translate } from '../chat/messages.ts';
import type { Block, Choice, Language, UserRef } from '../chat/types.ts';
import type { ClarifySources } from './clarify/template.ts';

/**
 * The authoring kit. A flow is a generator: each `yield*` is a verb, each result is written down, and after a restart
 * the generator runs again over what was written to where it was. So a flow is plain straight-line code without a
 * clock, randomness or I/O of its own.
 */

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

/** What a flow may know besides its input. All of it stays the same through every replay. */
export interface FlowContext {
  t: Translate;
  language: Language;
  user: UserRef;
  /** Epoch milliseconds at which the person asked. */
  startedAt: number;
  /** The sentence that started the flow. */
  text: string;
}

/** A plan as a flow writes it; its id and expiry are given to it when it is proposed. */
export type PlanDraft = Omit<Plan, 'id' | 'expiresAt'>;

/** What to ask a person: one of the choices (clicked or typed), or with `freeText` anything. */
export interface AskOptions {
  /** Names this question within the flow. */
  key: string;
  title: Message;
  blocks?: Block[];
  choices: Choice[];
  freeText?: boolean;
  /** The clarification template that reads such an answer: words that fill its fields are no request for something else. */
  template?: string;
  /** An amount is asked for: words that ask for this ability with a name in them are a request of their own. */
  amount?: true;
}

export type AskResult = { choice: string } | { text: string };

/** How a proposed plan ended. `results` holds each step's result by step id, as far as the task came. */
export type ProposalOutcome =
  | { kind: 'rejected' | 'expired' | 'change-requested' | 'not-allowed'; reason?: string }
  | {
      kind: 'succeeded' | 'failed' | 'cancelled' | 'undone';
      taskId: string;
      results: Record<string, JsonObject>;
      failure?: { stepId: string; code: string; message: string; hint?: string };
    };

/** One request of a flow to the engine. Only data crosses; the engine writes the answer into the journal. */
export type Command =
  | { verb: 'clarify'; template: string; known: JsonObject; text: string }
  | { verb: 'ask'; ask: AskOptions }
  | { verb: 'read'; tool: string; args: JsonObject }
  | { verb: 'analyse'; script: string; input: JsonObject }
  | { verb: 'investigate'; question: string; evidence: JsonObject }
  | { verb: 'propose'; plan: PlanDraft; blocks: Block[] }
  | { verb: 'wait'; ms: number }
  | { verb: 'say'; message: Message; blocks: Block[] };

/** The answer to a command as the journal keeps it. `ended`: the person cancelled, or time ran out. */
export type Answer =
  | { ok: true; value: Json }
  | { ok: false; code: string; message: string; hint?: string }
  | { ok: false; code: 'ENDED'; message: string };

export type FlowRun<Result = void> = Generator<Command, Result, Answer>;

/** A capability that can be started from a sentence. */
export interface Flow {
  id: string;
  /** Grows when the order or meaning of the verbs changes: older conversations are then told so, never misread. */
  version: number;
  sources: ClarifySources;
  run(known: JsonObject, context: FlowContext): FlowRun;
}

/** A verb was answered with a refusal: the tool failed, or the person ended the dialogue. Flows may catch it. */
export class FlowError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  constructor(code: string, message: string, hint?: string) {
    super(message);
    this.name = 'FlowError';
    this.code = code;
    this.hint = hint;
  }
}

const NO_SOURCES: ClarifySources = { choices: {}, defaults: {} };

/**
 * Declares a flow. With `clarify`, the template of that name (templates/clarify/NAME.yaml) asks for what is missing
 * before `run` starts; what comes out is parsed with `input` either way.
 */
export function defineFlow<Schema extends z.ZodType>(definition: {
  id: string;
  version: number;
  clarify?: string;
  sources?: ClarifySources;
  input: Schema;
  run(input: z.infer<Schema>, context: FlowContext): FlowRun;
}): Flow {
  const { id, version, clarify: template, sources = NO_SOURCES, input: schema } = definition;
  return {
    id,
    version,
    sources,
    *run(known, context) {
      const complete = template ? yield* clarify(template, known, context.text) : known;
      const parsed = schema.safeParse(complete);
      if (!parsed.success)
        throw new FlowError(
          'INVALID_INPUT',
          parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '),
        );
      yield* definition.run(parsed.data, context);
    },
  };
}

/** Asks a clarification template's questions until nothing is missing; resolves to the fields' values. */
export function* clarify(template: string, known: JsonObject = {}, text = ''): FlowRun<JsonObject> {
  return (yield* perform({ verb: 'clarify', template, known, text })) as JsonObject;
}

/** Asks one question and waits for the person. */
export function* ask(options: AskOptions): FlowRun<AskResult> {
  return (yield* perform({ verb: 'ask', ask: options })) as AskResult;
}

/** Calls a reading tool. Throws FlowError with the tool's own code when it fails. */
export function* read(tool: string, args: JsonObject = {}): FlowRun<JsonObject> {
  return (yield* perform({ verb: 'read', tool, args })) as JsonObject;
}

/** Runs a Python script of `analysis/`: JSON in, JSON out. */
export function* analyse(script: string, input: JsonObject): FlowRun<JsonObject> {
  return (yield* perform({ verb: 'analyse', script, input })) as JsonObject;
}

/** Lets a model look around with reading tools, bounded. Throws FlowError `NO_MODEL` where none is configured. */
export function* investigate(question: string, evidence: JsonObject = {}): FlowRun<JsonObject> {
  return (yield* perform({ verb: 'investigate', question, evidence })) as JsonObject;
}

/** The only way to change anything: shows the plan, waits for an approval of exactly it, runs it as a task, and tells how it ended. */
export function* propose(plan: PlanDraft, blocks: Block[] = []): FlowRun<ProposalOutcome> {
  return (yield* perform({ verb: 'propose', plan, blocks })) as ProposalOutcome;
}

/** Waits, durably. */
export function* wait(ms: number): FlowRun {
  yield* perform({ verb: 'wait', ms });
}

/** Says something; goes on at once. */
export function* say(message: Message | string, params?: Message['params'], blocks: Block[] = []): FlowRun {
  const worded = typeof message === 'string' ? { key: message, ...(params && { params }) } : message;
  yield* perform({ verb: 'say', message: worded, blocks });
}

function* perform(command: Command): Generator<Command, Json, Answer> {
  const answer = yield command;
  if (answer.ok) return answer.value;
  throw new FlowError(answer.code, answer.message, 'hint' in answer ? answer.hint : undefined);
}
