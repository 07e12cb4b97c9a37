import type { Cause } from '../causes.ts';
import { type Confidence, type EvidenceLine, type ObjectRef, refKey, type Verdict } from '../finding.ts';
import { logLine, objectLine, podRef, symptomOf } from '../lines.ts';
import { oncePerScene } from '../once.ts';
import { isReady } from '../pods.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { addressesIn, behind, type Target, targetOf } from './addresses.ts';
import { targetOfMatch } from './complaints.ts';
import { environmentOf } from './env.ts';
import type { LogKind } from './log-patterns.ts';
import type { LogMatch } from './log-signatures.ts';
import { presentMatches, type Reading, readings } from './readings.ts';
import { isUnexplained } from './unexplained.ts';

/** What a program's log, or its environment, says about something that it needs. */
interface Trouble {
  cause: Cause;
  reading: Reading;
  confidence: Confidence;
  /** `redis:6379`, or a dash where it is not named. */
  address: string;
  user: string;
  dependsOn: readonly ObjectRef[];
  evidence: EvidenceLine[];
}

const CAUSES: Partial<Record<LogKind, Cause>> = {
  'connection-refused': 'DependencyUnreachable',
  unreachable: 'DependencyUnreachable',
  'connection-reset': 'DependencyUnreachable',
  timeout: 'DependencySlow',
  'auth-failed': 'DependencyAuthFailed',
  'read-only': 'DependencyReadOnly',
  'pool-exhausted': 'ConnectionPoolExhausted',
  'rate-limited': 'DependencyRateLimited',
  'disk-full': 'DiskFullInApp',
};
/** No connection came about: who does not get in cannot say that the other side is slow. */
const CONNECTS =
  /\bdial\b|\bconnect(?:ing|ion)?\b.{0,60}(?:time|establish)|ETIMEDOUT|handshake|server selection|No suitable servers|connect timed out/i;
/** Servers write down what their clients got wrong. */
const SERVERS =
  /(?:^|\/)(?:postgres|postgresql|mysql|mariadb|percona|mongo|mongodb|redis|valkey|rabbitmq|kafka|elasticsearch|opensearch|memcached)[^/]{0,60}$/;
const ABOUT_CLIENTS: ReadonlySet<Cause> = new Set<Cause>([
  'DependencyAuthFailed',
  'ConnectionPoolExhausted',
  'DependencyReadOnly',
]);

/** Everything that programs say now about what they need, as far as their logs are worth a look. */
const troubles = oncePerScene(async (scene: Scene): Promise<Trouble[]> => {
  const found: Trouble[] = [];
  for (const reading of await readings(scene)) {
    const said: Trouble[] = [];
    for (const match of presentMatches(scene, reading)) {
      const trouble = await fromLog(scene, reading, match);
      if (trouble) said.push(trouble);
    }
    found.push(...said, ...(said.length === 0 ? await fromEnvironment(scene, reading) : []));
  }
  return found;
});

function causeOf({ kind, line }: LogMatch, { container, why }: Reading): Cause | undefined {
  const cause = CAUSES[kind];
  if (cause === undefined) return undefined;
  if (why !== 'failing' && ABOUT_CLIENTS.has(cause) && SERVERS.test(container.image)) return undefined;
  return kind === 'timeout' && CONNECTS.test(line) ? 'DependencyUnreachable' : cause;
}

async function fromLog(scene: Scene, reading: Reading, match: LogMatch): Promise<Trouble | undefined> {
  const { workload, why, log } = reading;
  const cause = causeOf(match, reading);
  if (!cause || !log) return undefined;
  const namespace = workload.ref.namespace ?? 'default';
  const named = match.host === undefined ? await onlyAddress(scene, reading) : match;
  const { host, port } = named ?? {};
  const isOwn = host !== undefined && /^(?:localhost|127\.|::1|0\.0\.0\.0)/.test(host);
  // A hiccup of a connection that is open says little; whom a program talks to inside of its pod is its own affair while it works.
  if (why !== 'failing' && (isOwn || (match.kind === 'connection-reset' && match.count < 5))) return undefined;
  const target =
    host === undefined
      ? undefined
      : await targetOfMatch(scene, namespace, { ...match, host, ...(port !== undefined && { port }) });
  const dependsOn = [...(target ? behind(scene, target) : []), ...podAt(scene, host)];
  if (dependsOn.some((ref) => refKey(ref) === refKey(workload.ref))) return undefined;
  return {
    cause,
    reading,
    confidence: confidenceOf(match, why),
    address: host === undefined ? '–' : port === undefined ? host : `${host}:${port}`,
    user: match.user ?? '–',
    dependsOn: cause === 'DependencyAuthFailed' || cause === 'DiskFullInApp' ? [] : dependsOn,
    evidence: [logLine(log, match.line), ...targetLines(scene, target)],
  };
}

/** A failing program that names whom it cannot work with has said it all; one that runs on has to say it often. */
function confidenceOf({ kind, host, count }: LogMatch, why: Reading['why']): Confidence {
  // Silence may as well be the network's: only a refusal comes from the other side.
  if (kind === 'connection-reset' || kind === 'timeout' || kind === 'unreachable') return 'likely';
  const namesIt = host !== undefined || kind !== 'connection-refused';
  return namesIt && (why === 'failing' || count >= 3) ? 'proven' : 'likely';
}

async function onlyAddress(scene: Scene, { workload, container }: Reading) {
  const all = addressesIn(await environmentOf(scene, workload.ref.namespace, container));
  const [only, ...others] = new Map(all.map((one) => [`${one.host}:${one.port}`, one])).values();
  return others.length === 0 ? only : undefined;
}

const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;

/** The owner of the pod with this IP. */
function podAt(scene: Scene, host: string | undefined): ObjectRef[] {
  if (host === undefined || !ADDRESS.test(host)) return [];
  const pod = scene.pods.find(({ status, spec }) => status.podIP === host && spec.hostNetwork !== true);
  return pod ? [scene.workloadOf(pod).ref] : [];
}

function targetLines(scene: Scene, target: Target | undefined): EvidenceLine[] {
  if (target?.kind !== 'service') return [];
  const [service, ...workloads] = behind(scene, target);
  if (!service) return [];
  const ready = workloads.flatMap((ref) => scene.workload(ref)?.pods ?? []).filter(isReady).length;
  const names = workloads.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return [objectLine(service, `leads to ${names || 'no workload'}; ${ready} ready pods`)];
}

/** Nothing in the log, or no log: the program is in trouble, and a Service that its environment names has nobody ready behind it. */
async function fromEnvironment(scene: Scene, reading: Reading): Promise<Trouble[]> {
  const { workload, container, pod } = reading;
  if (!(await isUnexplained(scene, reading))) return [];
  const namespace = workload.ref.namespace ?? 'default';
  const found: Trouble[] = [];
  for (const { host, port, setting } of addressesIn(await environmentOf(scene, namespace, container))) {
    const target = await targetOf(scene, namespace, { host, ...(port !== undefined && { port }) });
    if (target.kind !== 'service' || !isDeserted(scene, target)) continue;
    const address = port === undefined ? host : `${host}:${port}`;
    const dependsOn = behind(scene, target);
    if (dependsOn.some((ref) => refKey(ref) === refKey(workload.ref))) continue;
    const text = `container ${container.name}: ${setting.name} names ${address}`;
    const evidence = [objectLine(podRef(pod), text), ...targetLines(scene, target)];
    found.push({
      cause: 'DependencyUnreachable',
      reading,
      confidence: 'likely',
      address,
      user: '–',
      dependsOn,
      evidence,
    });
  }
  return found;
}

/** Selects pods, and not one of them is ready. */
function isDeserted(scene: Scene, target: Extract<Target, { kind: 'service' }>): boolean {
  const { spec } = target.service;
  if (!scene.podsKnown || spec.type === 'ExternalName' || Object.keys(spec.selector).length === 0) return false;
  if (scene.scope.namespace !== undefined && scene.scope.namespace !== target.namespace) return false;
  const workloads = behind(scene, target).slice(1);
  return workloads.every((ref) => !scene.workload(ref)?.pods.some(isReady));
}

/** The rule for one way in which what a program needs can fail it. */
export function dependencyRule(cause: Cause): Rule {
  return {
    cause,
    async examine(scene) {
      const all = (await troubles(scene)).filter((one) => one.cause === cause);
      return [...Map.groupBy(all, ({ reading }) => refKey(reading.workload.ref)).values()].flatMap(verdictOf);
    },
  };
}

function verdictOf(all: readonly Trouble[]): Verdict[] {
  const [best] = all.toSorted((a, b) => Number(b.confidence === 'proven') - Number(a.confidence === 'proven'));
  if (!best) return [];
  const { cause, confidence, reading, address, user } = best;
  const pods = [...new Set(all.map((one) => one.reading.pod))];
  const lines = [best, ...all.filter((one) => one !== best)].flatMap(({ evidence }) => evidence);
  return [
    {
      cause,
      confidence,
      object: reading.workload.ref,
      params: { container: reading.container.name, address, user },
      symptoms: pods.map(symptomOf),
      dependsOn: [...new Map(all.flatMap(({ dependsOn }) => dependsOn).map((ref) => [refKey(ref), ref])).values()],
      evidence: [...new Map(lines.map((line) => [`${line.source} ${line.text}`, line])).values()].slice(0, 6),
    },
  ];
}
