import type { Approval } from '../approvals/approvals.ts';
import type { LocalText, UserRef } from '../chat/types.ts';
import type { NamedCluster } from './scope.ts';
import type { Severity } from './settings.ts';

/** What digests and home pages read of the other rooms, as far as they need it. */

export interface SeenIncident {
  id: string;
  title: LocalText;
  severity: Severity;
  state: 'open' | 'healing' | 'handed-over' | 'resolved';
  cluster: NamedCluster;
  namespace?: string;
  finding?: { cause: string; object: { kind: string; namespace?: string; name: string } };
  attempts: readonly { state: string }[];
  openedAt: number;
  resolvedAt?: number;
}

export interface SeenTask {
  id: string;
  state: 'queued' | 'running' | 'waiting' | 'succeeded' | 'failed' | 'undone' | 'cancelled';
  plan: { title: LocalText; cluster: string; environment: string };
  requestedBy: UserRef;
  endedAt?: number | undefined;
}

export type SeenApproval = Pick<Approval, 'id' | 'plan' | 'requestedBy'>;

/** Newest first, each. */
export interface Readings {
  incidents: { list(page: { open: boolean; limit: number }): Promise<SeenIncident[]> };
  tasks: { list(limit: number): Promise<SeenTask[]> };
  approvals: { pending(): Promise<SeenApproval[]> };
}
