import type { ObjectRef } from '../finding.ts';

/** The typed remedies, and no others can be applied. Each names exactly what would change; the plan builders are beside. */
export type Remedy = {
  when?: 'now' | 'later';
  /** How long the trouble needs to show again where the remedy does not help: it counts as verified after that. Default 2. */
  soakMinutes?: number;
  /** It keeps the trouble away for now; whether it is the cure is not known. */
  mitigates?: true;
} & (
  | { id: 'raise-memory-limit' | 'raise-cpu-limit'; target: ObjectRef; container: string; from: string; to: string }
  | { id: 'set-image'; target: ObjectRef; container: string; image: string }
  | { id: 'roll-back'; target: ObjectRef; toRevision?: number }
  | { id: 'restart'; target: ObjectRef }
  | { id: 'scale-workload'; target: ObjectRef; replicas: number }
  /** One node more in the pool of this node, or of the cluster's default pool. */
  | { id: 'scale-node-pool'; node?: string; by: number }
  | { id: 'fix-probe'; target: ObjectRef; container: string; probe: ProbeName; set: ProbeChange }
  | { id: 'fix-service-selector'; target: ObjectRef; selector: Record<string, string> }
  | { id: 'fix-service-port'; target: ObjectRef; port: number; targetPort: number | string }
  | { id: 'set-config-key'; target: ObjectRef; key: string; value: string }
  | { id: 'uncordon'; node: string }
  | { id: 'drain-node'; node: string }
  | { id: 'expand-volume'; target: ObjectRef; from: string; to: string }
  | { id: 'remove-finalizer'; target: ObjectRef; finalizer: string }
);

export type RemedyId = Remedy['id'];
export type ProbeName = 'livenessProbe' | 'readinessProbe' | 'startupProbe';

/** What a probe is set to. `handler` replaces how it asks: port, path and scheme belong to it. */
export interface ProbeChange {
  port?: number | string;
  path?: string;
  scheme?: 'HTTP' | 'HTTPS';
  /** Ask in another way altogether. */
  handler?: 'httpGet' | 'tcpSocket';
  timeoutSeconds?: number;
  periodSeconds?: number;
  failureThreshold?: number;
  initialDelaySeconds?: number;
}
