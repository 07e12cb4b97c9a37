import type { TerminatedState } from '../controllers/pod-kinds.ts';
import type { Program } from '../images/program.ts';
import type { Run } from './documents.ts';

/** What a kubelet remembers of a probe. */
export interface ProbeWork {
  /** When it is to be made again; undefined while it is sure to succeed again. */
  next: number | undefined;
  successes: number;
  failures: number;
  passed: boolean | undefined;
}

/** How a run will end, as far as is known while it goes on. */
export interface End {
  at: number;
  exitCode: number;
  reason: string;
  lines: string[];
  signal?: number;
}

/** What a kubelet remembers of one container. */
export interface ContainerWork {
  name: string;
  init: boolean;
  phase:
    | 'new'
    | 'pulling'
    | 'pull-failed'
    | 'pull-backoff'
    | 'config-error'
    | 'creating'
    | 'running'
    | 'crash-backoff'
    | 'done';
  /** When the phase moves on by itself. */
  until: number | undefined;
  waiting: { reason: string; message?: string } | undefined;
  /** Seconds of the next wait after a failed pull, and after a crash. */
  pullBackoff: number;
  crashBackoff: number;
  restarts: number;
  run: Run | undefined;
  end: End | undefined;
  /** How the present run serves: with what it was configured when it started. */
  program: Program | undefined;
  env: Record<string, string>;
  opensAt: number;
  probes: Record<'startup' | 'liveness' | 'readiness', ProbeWork>;
  state: TerminatedState | undefined;
  last: TerminatedState | undefined;
  containerId: string | undefined;
}

/** What a kubelet remembers of one pod. */
export interface PodWork {
  uid: string;
  admittedAt: number;
  mounted: boolean;
  mountBackoff: number;
  /** When the volumes are tried again. */
  mountAt: number;
  /** When the pod has its network. */
  networkAt: number | undefined;
  podIP: string | undefined;
  containers: ContainerWork[];
  /** When what is to stop has stopped. */
  stoppedAt: number | undefined;
}

const freshProbe = (): ProbeWork => ({ next: undefined, successes: 0, failures: 0, passed: undefined });

/** Probes as they are before a run. */
export const freshProbes = (): ContainerWork['probes'] => ({
  startup: freshProbe(),
  liveness: freshProbe(),
  readiness: freshProbe(),
});

/** A container that has not begun. */
export const newContainer = (name: string, init: boolean): ContainerWork => ({
  name,
  init,
  phase: 'new',
  until: undefined,
  waiting: undefined,
  pullBackoff: 10,
  crashBackoff: 0,
  restarts: 0,
  run: undefined,
  end: undefined,
  program: undefined,
  env: {},
  opensAt: 0,
  probes: freshProbes(),
  state: undefined,
  last: undefined,
  containerId: undefined,
});
