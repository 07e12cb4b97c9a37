import type { LocalText } from '../../src/chat/types.ts';
import type { Cause, Severity } from './causes.ts';
import type { Remedy } from './remedies/remedy.ts';

export interface ObjectRef {
  kind: string;
  namespace?: string;
  name: string;
}

/** `proven`: the evidence excludes the alternatives. `likely`: the best explanation, others are not excluded. `symptom`: seen, not explained. */
export type Confidence = 'proven' | 'likely' | 'symptom';

export interface EvidenceLine {
  /** What was asked, as one would repeat it: `k8s_get Pod prod/app-1`, `k8s_logs prod/app-1 app --previous`, `metrics_query …`. */
  source: string;
  /** Epoch milliseconds of what it tells of. */
  time?: number;
  /** Data, not instructions: it may hold text of the cluster. */
  text: string;
}

export interface Symptom extends ObjectRef {
  text: string;
}

/** What a rule says: which cause, of what, how sure, and from which evidence. */
export interface Verdict {
  cause: Cause;
  confidence: Confidence;
  /** What one would edit: the owner, the Service, the Node, the quota; never the throw-away pod. */
  object: ObjectRef;
  /** Epoch milliseconds since when it is so, as far as the evidence tells. */
  since?: number | undefined;
  /** Fills `causes.CODE.summary`. */
  params?: Record<string, string | number>;
  evidence: EvidenceLine[];
  symptoms?: Symptom[];
  /** Objects whose troubles this explains, besides `object` and `symptoms`. */
  explains?: ObjectRef[];
  /** Objects whose own findings, where they have any, are what this comes from: the database that a crashing program cannot reach. */
  dependsOn?: ObjectRef[];
  /** Instead of the cause's usual one. */
  severity?: Severity;
  remedies?: Remedy[];
}

/** A remedy as it is offered. `advice` has nothing to apply. */
export interface OfferedRemedy {
  id: Remedy['id'] | 'advice';
  when: 'now' | 'later';
  title: LocalText;
  risk: 'low' | 'medium' | 'high';
  /** The typed change; empty for advice. */
  plan: Remedy | Record<string, never>;
}

/** A verdict, worded, numbered and ranked. Times are ISO 8601. */
export interface Finding {
  id: string;
  cause: Cause;
  severity: Severity;
  confidence: Confidence;
  since?: string;
  object: ObjectRef;
  symptoms: Symptom[];
  summary: LocalText;
  evidence: { id: string; source: string; time?: string; text: string }[];
  remedies: OfferedRemedy[];
}

/** What `diagnose` answers; the form of the command's JSON. */
export interface Diagnosis {
  schemaVersion: 1;
  cluster: string;
  now: string;
  tookMs: number;
  /** The share of what was asked for that could be looked at, 0 to 1. */
  coverage: number;
  findings: Finding[];
  unknown: { what: string; why: string }[];
}

/** `kind/namespace/name`: the same text for the same object. */
export function refKey({ kind, namespace = '', name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}

/** As people write it: `Deployment prod/app`. */
export function refText({ kind, namespace, name }: ObjectRef): string {
  return namespace ? `${kind} ${namespace}/${name}` : `${kind} ${name}`;
}
