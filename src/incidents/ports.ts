import type { Approval } from '../approvals/approvals.ts';
import type { Message } from '../chat/messages.ts';
import type { Block, Chart, ConversationRef, Language, LocalText, UserRef } from '../chat/types.ts';
import type { ClusterRef, Diagnosis, Incident, IncomingAlert, ObjectRef } from './records.ts';

/** Where to look, and for what. */
export interface Look {
  cluster: ClusterRef;
  namespace?: string | undefined;
  focus?: { kind?: string; name: string } | undefined;
  alerts: readonly Pick<IncomingAlert, 'labels' | 'annotations' | 'startsAt'>[];
}

/** What becomes of a chosen remedy: a plan to approve, a file to take along, or a word why not. */
export type Prepared<Plan> =
  | { kind: 'plan'; plan: Plan; blocks: Block[] }
  | { kind: 'patch'; owner: string; patch: string }
  | { kind: 'refused'; why: Message };

/** A question of a person, or a place that a watcher or an alert points at. */
export interface Asked {
  look: Look;
  conversation: ConversationRef;
  language: Language;
  by: UserRef;
  /** Stopped by who asked: nothing more is shown. */
  signal?: AbortSignal | undefined;
}

/** What the room of incidents needs of the world. */
export interface IncidentPorts<Plan> {
  clusters(): Promise<ClusterRef[]>;
  diagnose(look: Look): Promise<Diagnosis>;
  /** The curve that shows the trouble, where there is one. */
  curve(incident: Incident): Promise<{ title: LocalText; chart: Chart } | undefined>;
  prepare(incident: Incident, remedyId: string): Promise<Prepared<Plan>>;
  /** Asks for a decision on a plan; idempotent by key. */
  propose(
    key: string,
    prepared: { plan: Plan; blocks: Block[] },
    asker: { user: UserRef; conversation: ConversationRef; language: Language },
  ): Promise<{ approvalId: string } | { refused: Message }>;
  approval(id: string): Promise<Approval | undefined>;
  /** The task that carried an approval out, once it has ended. */
  endedTask(approval: Approval): Promise<EndedTask | undefined>;
}

/** What is told of a task's end. */
export interface EndedTask {
  id: string;
  state: string;
  steps: readonly { error?: { code: string; message: string } | undefined }[];
}

/** `kind/namespace/name`: the same text for the same object. */
export function refKey({ kind, namespace = '', name }: ObjectRef): string {
  return `${kind}/${namespace}/${name}`;
}
