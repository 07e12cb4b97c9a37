import type { Confidence } from '../finding.ts';
import type { Probe } from '../kinds.ts';
import type { ProbeChange, ProbeName } from '../remedies/remedy.ts';
import type { FailedBy, ProbeFailure } from './probe-messages.ts';
import { declaredPorts, portNumber, portOf } from './probe-ports.ts';
import { type ProbeTrouble, timeToKill } from './probes.ts';
import { containerBefore } from './revisions.ts';

/** What is wrong with a probe, or with what it asks. */
export type Judgement = 'port' | 'protocol' | 'path' | 'too-aggressive' | 'too-short' | 'not-ready';

export interface Judged {
  is: Judgement;
  confidence: Confidence;
  failure?: ProbeFailure | undefined;
  /** What it should be set to, where the evidence says so. */
  set?: ProbeChange | undefined;
  /** Further reasons, as evidence. */
  reasons: string[];
}

/** A probe that kills within this time is too quick for anything. */
const HASTY_S = 10;
const SECURE = new Set([443, 6443, 8443, 9443, 10250]);

/** Tells the ways in which a probe can be wrong from each other; undefined where the evidence fits none. */
export function judge(trouble: ProbeTrouble): Judged | undefined {
  const { container, probe, failures } = trouble;
  const [failure] = failures;
  const by = failure?.by;
  if (hasUnknownPortName(trouble)) return wrongPort(trouble, 'proven', [`no port is named ${portOf(probe)}`]);
  if (by === 'protocol') return wrongProtocol(trouble, 'proven');
  if (by === 'status') return byStatus(trouble, failure?.status ?? 0);
  if (by === 'command') return { is: 'path', confidence: 'likely', failure, reasons: [] };
  const port = portNumber(container, probe);
  if (port !== undefined && by !== 'unhealthy') {
    const reasons = portReasons(trouble, port);
    if (reasons.length > 0) return wrongPort(trouble, portConfidence(trouble, port), reasons);
    if (isOtherProtocol(trouble, port)) return wrongProtocol(trouble, 'likely');
  }
  return trouble.name === 'readinessProbe' ? notReady(trouble, by) : killed(trouble, by);
}

function hasUnknownPortName({ container, probe, failures }: ProbeTrouble): boolean {
  if (failures[0]?.by === 'named-port') return true;
  return portOf(probe) !== undefined && portNumber(container, probe) === undefined;
}

/** Why the program is thought to listen on another port than the probe asks. */
function portReasons(trouble: ProbeTrouble, port: number): string[] {
  const { container, listening = [], workload, name, failures } = trouble;
  const by = failures[0]?.by;
  if (by === 'closed' || listening.includes(port)) return [];
  const declared = declaredPorts(container);
  const reasons: string[] = [];
  if (listening.length > 0) reasons.push(`the log says it listens on ${listening.join(', ')}`);
  if (declared.length > 0 && !declared.includes(port)) reasons.push(`its ports are ${declared.join(', ')}`);
  // A slow answer comes from somebody: a timeout speaks of the port only where other things do so too.
  if (by === 'timeout' && reasons.length < 2) return [];
  const before = containerBefore(workload, container.name)?.[name];
  const was = before && portOf(before);
  if (by === 'refused' && was !== undefined && was !== portOf(trouble.probe))
    reasons.push(`before the last change the probe asked port ${was}`);
  return reasons;
}

function portConfidence(trouble: ProbeTrouble, port: number): Confidence {
  const { listening = [], failures, status, name } = trouble;
  if (failures.length === 0) return 'likely';
  if (listening.length > 0 || passesElsewhere(trouble, port)) return 'proven';
  // It runs on undisturbed, so that it is up, only not there.
  return name === 'readinessProbe' && status.restartCount === 0 ? 'proven' : 'likely';
}

/** Another probe of the container asks another port, and passes. */
function passesElsewhere({ container, status, name }: ProbeTrouble, port: number): boolean {
  const { readinessProbe } = container;
  return (
    name !== 'readinessProbe' &&
    status.ready &&
    readinessProbe !== undefined &&
    portNumber(container, readinessProbe) !== port
  );
}

function wrongPort(trouble: ProbeTrouble, confidence: Confidence, reasons: string[]): Judged {
  const right = rightPort(trouble);
  return {
    is: 'port',
    confidence,
    failure: trouble.failures[0],
    reasons,
    ...(right !== undefined && { set: { port: right } }),
  };
}

/** The one port that all evidence points to. */
function rightPort(trouble: ProbeTrouble): number | string | undefined {
  const { container, listening = [], probe, name, workload } = trouble;
  const wrong = portOf(probe);
  const declared = declaredPorts(container).filter((port) => port !== wrong);
  const heard = listening.filter((port) => port !== wrong);
  const agreed = heard.filter((port) => declared.includes(port));
  const [only, second] = agreed.length > 0 ? agreed : heard.length > 0 ? heard : declared;
  if (only !== undefined && second === undefined) return only;
  const before = containerBefore(workload, container.name)?.[name];
  const was = before && portOf(before);
  return was !== wrong ? was : undefined;
}

/** An HTTP or gRPC probe on a port where the program listens, and closes or does not answer in that protocol. */
function isOtherProtocol({ probe, failures, listening = [], status }: ProbeTrouble, port: number): boolean {
  const failure = failures[0];
  if (failure?.by === 'closed') return !!(probe.httpGet ?? probe.grpc) && status.restartCount === 0;
  return probe.grpc !== undefined && failure?.by === 'timeout' && listening.includes(port);
}

function wrongProtocol(trouble: ProbeTrouble, confidence: Confidence): Judged {
  const { probe, failures } = trouble;
  const [failure] = failures;
  const message = failure?.message ?? '';
  const set = ((): ProbeChange => {
    if (/HTTP response to HTTPS client|does not look like a TLS|wrong version number/i.test(message))
      return { scheme: 'HTTP' };
    if (failure?.by === 'status' || /\\x15\\x03/.test(message)) return { scheme: 'HTTPS' };
    const port = portOf(probe);
    return { handler: 'tcpSocket', ...(port !== undefined && { port }) };
  })();
  return { is: 'protocol', confidence, failure, set, reasons: [] };
}

const NOT_THERE = new Set([404, 405, 410]);
const NOT_ALLOWED = new Set([401, 403]);

function byStatus(trouble: ProbeTrouble, code: number): Judged | undefined {
  const { failures, name, container, probe } = trouble;
  const [failure] = failures;
  if (code === 426 || (code === 400 && asksSecurePort(trouble)) || code === 415)
    return wrongProtocol(trouble, 'likely');
  if (NOT_THERE.has(code) || NOT_ALLOWED.has(code)) {
    const path = rightPath(trouble);
    return {
      is: 'path',
      confidence: NOT_THERE.has(code) ? 'proven' : 'likely',
      failure,
      reasons: [`${name} asks for ${probe.httpGet?.path ?? '/'} of container ${container.name}`],
      ...(path !== undefined && { set: { path } }),
    };
  }
  return name === 'readinessProbe' ? notReady(trouble, 'unhealthy') : killed(trouble, 'status');
}

function asksSecurePort({ container, probe }: ProbeTrouble): boolean {
  if (probe.httpGet?.scheme === 'HTTPS') return false;
  const port = portNumber(container, probe) ?? 0;
  const portName = container.ports.find(({ containerPort }) => containerPort === port)?.name ?? String(portOf(probe));
  return SECURE.has(port) || /https|tls|ssl/i.test(portName);
}

/** The path of another probe of the same port that passes, or the one before the last change. */
function rightPath(trouble: ProbeTrouble): string | undefined {
  const { container, name, status, workload, probe } = trouble;
  const other =
    name === 'readinessProbe' ? container.livenessProbe : status.ready ? container.readinessProbe : undefined;
  const before = containerBefore(workload, container.name)?.[name];
  const paths = [before?.httpGet?.path, other?.httpGet?.path];
  return paths.find((path) => path !== undefined && path !== probe.httpGet?.path);
}

/** The program runs, and says that it is not ready, or does not answer. */
function notReady({ failures }: ProbeTrouble, by: FailedBy | undefined): Judged {
  return { is: 'not-ready', confidence: by === 'unhealthy' ? 'proven' : 'likely', failure: failures[0], reasons: [] };
}

/** Killed by a probe that asks the right thing: too early, or with too little patience. What answers that it is unwell is neither. */
function killed(trouble: ProbeTrouble, by: FailedBy | undefined): Judged | undefined {
  const { name, probe } = trouble;
  const budget = timeToKill(trouble).shortest + (probe.periodSeconds ?? 10);
  if (by === 'unhealthy' || (by === 'status' && name === 'livenessProbe')) return undefined;
  // A command may say no for any reason: without the kubelet's word nothing follows.
  if (by === undefined && !trouble.killing && probe.exec) return undefined;
  if (name === 'startupProbe')
    return tooShort(trouble, budget, { failureThreshold: (probe.failureThreshold ?? 3) * 3 });
  const stillStarts = isNeverUp(trouble) && trouble.container.startupProbe === undefined;
  return stillStarts || budget <= HASTY_S || by === 'timeout' ? tooAggressive(trouble, budget) : undefined;
}

/** Not ready, and the last run ended when the probe's patience did, so that it never passed. */
function isNeverUp(trouble: ProbeTrouble): boolean {
  const { status, lasted } = trouble;
  return !status.ready && (lasted === undefined || lasted <= timeToKill(trouble).longest);
}

function allowance({ name, lasted }: ProbeTrouble, budget: number): string[] {
  const run = lasted === undefined ? '' : `; the last run lasted ${Math.round(lasted)} s`;
  return [`${name} allows ${budget} s from the start${run}`];
}

function tooShort(trouble: ProbeTrouble, budget: number, set: ProbeChange): Judged {
  const reasons = allowance(trouble, budget);
  return { is: 'too-short', confidence: startConfidence(trouble), failure: trouble.failures[0], reasons, set };
}

function tooAggressive(trouble: ProbeTrouble, budget: number): Judged {
  const { status, failures, probe, container } = trouble;
  const isSure = failures.length > 0 && (status.ready || budget <= HASTY_S || isKnownToComeUp(trouble));
  const hasStart = container.startupProbe !== undefined || !isNeverUp(trouble);
  return {
    is: 'too-aggressive',
    confidence: isSure ? 'proven' : 'likely',
    failure: failures[0],
    reasons: allowance(trouble, budget),
    set: patient(probe, hasStart ? undefined : Math.max(60, 3 * budget)),
  };
}

const startConfidence = (trouble: ProbeTrouble): Confidence =>
  trouble.failures.length > 0 && isKnownToComeUp(trouble) ? 'proven' : 'likely';

/** On the port that is asked, only later. */
function isKnownToComeUp({ container, probe, listening = [] }: ProbeTrouble): boolean {
  const port = portNumber(container, probe);
  return port !== undefined && listening.includes(port);
}

function patient(
  { timeoutSeconds = 1, periodSeconds = 10, failureThreshold = 3 }: Probe,
  initialDelaySeconds: number | undefined,
): ProbeChange {
  return {
    timeoutSeconds: Math.max(5, timeoutSeconds * 2),
    periodSeconds: Math.max(10, periodSeconds),
    failureThreshold: Math.max(3, failureThreshold),
    ...(initialDelaySeconds !== undefined && { initialDelaySeconds }),
  };
}

/** For people: `HTTP GET :8080/healthz`. */
export function asks(probe: Probe): string {
  const { httpGet, tcpSocket, grpc, exec } = probe;
  const port = portOf(probe) ?? '';
  if (httpGet) return `${httpGet.scheme ?? 'HTTP'} GET :${port}${httpGet.path ?? '/'}`;
  if (tcpSocket) return `TCP :${port}`;
  if (grpc) return `gRPC :${port}`;
  return `exec ${exec?.command.join(' ').slice(0, 80) ?? ''}`;
}

/** Liveness and startup probes have the container restarted. */
export const hasItRestarted = (name: ProbeName): boolean => name !== 'readinessProbe';
