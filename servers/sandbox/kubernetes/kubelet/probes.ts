import type { Context } from '../controllers/context.ts';
import type { Container, Pod, Probe } from '../controllers/pod-kinds.ts';
import type { Listening } from './network.ts';
import { type ProbeResult, probe } from './serve.ts';
import type { ContainerWork, PodWork, ProbeWork } from './work.ts';

export interface Probing {
  context: Context;
  pod: Pod;
  work: PodWork;
  container: Container;
  mine: ContainerWork;
  listening: Listening;
  unhealthy: (kind: string, message: string) => void;
}

/** What probing came to: ready or not, to be killed or not, and when to probe again. */
export interface Verdict {
  ready: boolean;
  started: boolean;
  /** The probe that failed for good. */
  kill: 'liveness' | 'startup' | undefined;
  next: number | undefined;
}

/** Makes the probes that are due. A probe that succeeds is only made again when something has changed. */
export function runProbes(probing: Probing): Verdict {
  const { container, mine } = probing;
  const startup = container.startupProbe && settle(probing, 'startup', container.startupProbe);
  if (startup && startup.passed !== true) {
    const kill = startup.passed === false ? 'startup' : undefined;
    return { ready: false, started: false, kill, next: startup.next };
  }
  const liveness = container.livenessProbe && settle(probing, 'liveness', container.livenessProbe);
  const readiness = container.readinessProbe && settle(probing, 'readiness', container.readinessProbe);
  const moments = [liveness?.next, readiness?.next].filter((at) => at !== undefined);
  return {
    ready: mine.phase === 'running' && (readiness ? readiness.passed === true : true),
    started: true,
    kill: liveness?.passed === false ? 'liveness' : undefined,
    next: moments.length > 0 ? Math.min(...moments) : undefined,
  };
}

type Kind = keyof ContainerWork['probes'];

function settle(probing: Probing, kind: Kind, spec: Probe): ProbeWork {
  const { context, mine } = probing;
  const state = mine.probes[kind];
  const period = (spec.periodSeconds ?? 10) * 1000;
  const now = context.now();
  // Passed startup probes are never made again.
  if (kind === 'startup' && state.passed) return state;
  if (state.next === undefined && state.passed === undefined) {
    state.next = firstAt(probing, kind, spec);
  }
  if (state.next === undefined && !probe(probing, spec).ok) state.next = now + jitter(probing, period);
  if (state.next === undefined || state.next > now) return state;
  apply(probing, { kind, spec, result: probe(probing, spec) });
  const certain = state.passed === true && state.failures === 0;
  state.next = certain ? undefined : now + period;
  return state;
}

function firstAt({ mine, context }: Probing, kind: Kind, spec: Probe): number {
  const started = mine.run?.startedAt ?? context.now();
  const delay = (spec.initialDelaySeconds ?? 0) * 1000;
  return Math.max(context.now(), started + Math.max(delay, kind === 'startup' ? 1000 : 500));
}

/** A change falls somewhere into a period. */
const jitter = ({ work }: Probing, period: number): number =>
  Math.round(period * (0.2 + 0.6 * ((Number.parseInt(work.uid.slice(0, 4), 16) || 0) / 65_536)));

function apply(
  { mine, unhealthy }: Probing,
  { kind, spec, result }: { kind: Kind; spec: Probe; result: ProbeResult },
): void {
  const state = mine.probes[kind];
  if (result.ok) {
    state.failures = 0;
    state.successes += 1;
    if (state.successes >= (spec.successThreshold ?? 1)) state.passed = true;
    return;
  }
  state.successes = 0;
  state.failures += 1;
  unhealthy(kind, result.message);
  if (state.failures >= (spec.failureThreshold ?? 3)) state.passed = false;
}
