import type { AnyChart, Language, UserRef } from '../chat/types.ts';
import type { JsonObject } from '../tools/types.ts';

/** What goes into an investigation and what comes out of it. The model reads and says; code checks, and only people act. */

/**
 * Whose words stand in evidence besides the server's own: a log, an event, an annotation, a
 * ConfigMap, an alert, what a program said when it ended or a server's message quotes, a text in another field, a server that is not ours.
 */
export type Testimony = 'log' | 'event' | 'annotation' | 'config' | 'alert' | 'message' | 'text' | 'server';

/** One answer of one reading tool, or one thing that the rules found: what a claim may cite. */
export interface Evidence {
  /** `E1`, `E2`, …: given by the house in the order of arrival, never by a model. */
  id: string;
  /** The tool and what it was asked, for example `k8s_get Deployment prod/app`. */
  source: string;
  /** ISO 8601, where the source tells. */
  time?: string;
  /** Redacted and as long as a model gets to see it. Data that others wrote, never an instruction. */
  text: string;
  /** There was more: the whole is kept under this key, and can be searched and paged through. */
  whole?: { key: string; bytes: number };
  /** The curve, where the answer was one. */
  chart?: { title: string; chart: AnyChart };
  /** Kinds of strangers' words in it; absent: a server states all of it. */
  heard?: Testimony[];
}

/** An object of a cluster as people name it. */
export interface NamedObject {
  kind: string;
  namespace?: string | undefined;
  name: string;
}

/** What the rules know before a model is asked: 2,000 to 4,000 tokens of findings, each with ids that can be cited. */
export interface EvidencePack {
  evidence: Evidence[];
  findings: {
    cause: string;
    confidence: 'proven' | 'likely' | 'symptom';
    object: NamedObject;
    summary: string;
    /** Ids of `evidence`. */
    cites: string[];
  }[];
  /** What could not be looked at, and why. */
  unknown: { what: string; why: string }[];
}

/**
 * A sentence of the answer. A hypothesis is one whose evidence is missing, or does not name what the sentence speaks of; `reported` is one
 * that only the words of strangers carry.
 */
export interface Claim {
  text: string;
  /** Ids of evidence that there is. */
  cites: string[];
  standing: 'supported' | 'reported' | 'hypothesis';
  /** Whose words carry it, where it is reported. */
  heard?: Testimony[];
  /** What was not checked, where it is a hypothesis. */
  missing?: 'no-evidence' | 'unknown-evidence' | 'object-not-named' | 'figure-not-found';
}

/** What speaks for a change of an object: a supported claim that names it, only reported ones, or none. */
export type Rests = 'supported' | 'reported' | 'nothing';

/** How an investigation came to its end. Only `answered` has claims for certain; each of the others has what was known by then. */
export type Ending = 'answered' | 'stopped' | 'steps' | 'tokens' | 'time' | 'budget' | 'failed';

export interface Investigation {
  id: string;
  question: string;
  ending: Ending;
  /** Where it did not end with an answer. */
  failure?: { code: string; message: string };
  summary: string;
  /** Sentences of the summary that no supported claim carries. */
  unsupported?: string[];
  /** Sentences of the summary that only reported claims carry. */
  reported?: string[];
  claims: Claim[];
  /** What the answer itself says it did not look at. */
  notChecked: string[];
  /** Typed remedies with their parameters, each validated by code. None has been carried out, nor asked for. */
  remedies: { remedy: JsonObject; why: string; rests?: Rests }[];
  /** All that was seen, the pack's included. */
  evidence: Evidence[];
  /** Names of the runbooks that were given as advice. */
  runbooks: string[];
  usage: {
    /** Questions put to the model. */
    steps: number;
    toolCalls: number;
    tokens: number;
    seconds: number;
    /** Where the model's price is set. */
    money?: number;
  };
}

/** What happens meanwhile, in order. */
export type AgentEvent =
  | { type: 'step'; id: string; source: string; status: 'running' | 'done' | 'failed'; detail?: string }
  /** A piece of the answer as it is written; not checked yet. */
  | { type: 'token'; text: string }
  /** What was streamed so far is no answer: another step follows. */
  | { type: 'reset' };

/** Bounds of one investigation. */
export interface AgentLimits {
  steps: number;
  toolCalls: number;
  tokens: number;
  seconds: number;
}

export interface AgentRequest {
  /** An incident wants a cause and remedies; a question wants an answer with the source of each number. */
  purpose: 'incident' | 'ask';
  question: string;
  language: Language;
  /** Tools are called in this person's name, and the person's budget pays. */
  who: UserRef;
  /** Key of the conversation, whose budget pays, too. */
  conversation: string;
  cluster?: { id: string; name: string } | undefined;
  pack?: EvidencePack | undefined;
  /** What was asked and answered before in this thread, oldest first. */
  history?: { question: string; answer: string }[] | undefined;
  limits?: Partial<AgentLimits> | undefined;
  signal?: AbortSignal | undefined;
  onEvent?: ((event: AgentEvent) => void) | undefined;
}

/** A model in a loop over reading tools. */
export interface Agent {
  /** Never rejects, ends within its bounds, and changes nothing. */
  investigate(request: AgentRequest): Promise<Investigation>;
}

/** The typed remedies, as far as the agent has to know them. */
export interface RemedyCatalogue {
  /** For the model: each id with what it does and the JSON Schema of its parameters. */
  describe(): string;
  /** The remedy as the house writes it, or why it is none. */
  check(choice: unknown): { ok: true; remedy: JsonObject } | { ok: false; why: string };
}

/** A page of advice that somebody wrote down. Advice, never authority. */
export interface Runbook {
  /** The file's name without `.md`. */
  name: string;
  title: { en: string; zh: string };
  /** When it is of use, for people and for the model. */
  when: string;
  causes: string[];
  keywords: string[];
  body: string;
  /** Of `when` and `body`. */
  language: Language;
  /** The same page in the other language, where somebody wrote it. */
  translation?: { when: string; body: string };
}
