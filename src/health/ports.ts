import type { Message } from '../chat/messages.ts';
import type { ConversationRef, Language, UserRef } from '../chat/types.ts';
import type { Report } from './types.ts';

/** What reports need of the rest of the house. */

export interface HealthCluster {
  id: string;
  name: string;
  environment: 'prod' | 'staging' | 'dev';
}

/** What to look at, and what is remembered of it. */
export interface ReportRequest {
  cluster: HealthCluster;
  days: number;
  /** The last report of the cluster. */
  previous?: Report;
  history: { at: number; score: number }[];
  snoozes: { findingId: string; by: string; until: number }[];
}

/** Who asked for a plan, and where it is to be shown. */
export interface Proposer {
  user: UserRef;
  conversation: ConversationRef;
  language: Language;
}

export interface HealthPorts {
  clusters(): Promise<HealthCluster[]>;
  /** Looks at the cluster. Rejects only when it cannot be looked at at all. */
  compute(request: ReportRequest, options: { id: string; signal?: AbortSignal; progress?: Progress }): Promise<Report>;
  /** Begins to make the plan of a finding's remedy or of a piece of advice; what comes of it is told where it was asked for. */
  propose(report: Report, itemId: string, who: Proposer): { begun: true } | { refused: Message };
}

/** How far a report has come. */
export type Progress = (stage: 'survey' | 'metrics' | 'cloud' | 'analysis' | 'score') => void;
