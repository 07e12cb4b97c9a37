import type { Container, ContainerStatus, Pod } from '../kinds.ts';
import { oncePerScene } from '../once.ts';
import type { Workload } from '../owners.ts';
import { containersOf, isFailing, isReady, type PodContainer } from '../pods.ts';
import { ALERT_LABELS } from '../rank.ts';
import type { LogLines, Scene } from '../scene.ts';
import { endedInVain } from './failures.ts';
import { type LogMatch, type LogReading, readLog } from './log-signatures.ts';
import { lineTime } from './log-times.ts';
import { looksWidely } from './looks-widely.ts';

/** Why a log is read: the program fails, it is not ready, somebody asks about it, or only because little else is to be read. */
type Why = 'failing' | 'not-ready' | 'asked' | 'swept';

/** What one container of a workload wrote. */
export interface Reading {
  workload: Workload;
  pod: Pod;
  container: Container;
  status: ContainerStatus | undefined;
  why: Why;
  /** Absent where the log could not be read. */
  log: LogLines | undefined;
  reading: LogReading | undefined;
}

interface Suspect extends Omit<Reading, 'log' | 'reading'> {
  status: ContainerStatus;
}

const MOST_OWNERS = 6;
/** Where a pod is in trouble that has not come to write anything. */
const FEW_OWNERS = 2;
/** In larger scopes nobody's log is read without a reason. */
const SMALL_SCOPE = 80;
const PODS_PER_OWNER = 2;
const START_GRACE_MS = 2 * 60_000;
const RANK: Record<Why, number> = { failing: 0, asked: 1, 'not-ready': 2, swept: 3 };
const SIDECAR = /^(?:istio-proxy|linkerd-proxy|envoy|vault-agent|cloud-sql-proxy|logtail|fluent-?bit|filebeat)$/;
const SYSTEM = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage']);

/** The logs that are worth a look, of a few workloads: of those that fail, are not ready or are asked about, and few others. */
export const readings = oncePerScene(async (scene: Scene): Promise<Reading[]> => {
  const suspects = chosen(scene);
  return Promise.all(
    suspects.map(async (suspect): Promise<Reading> => {
      const { pod, container, status, why } = suspect;
      const log = why === 'failing' ? await scene.failingLogs(pod, status) : await scene.logs(pod, container.name);
      return { ...suspect, log, reading: log && readLog(log) };
    }),
  );
});

function chosen(scene: Scene): Suspect[] {
  const asked = askedNames(scene);
  const groups = scene.workloads
    .map((workload) => suspectsOf(scene, workload, isAsked(workload, asked)))
    .filter((group) => group.length > 0)
    .sort((a, b) => rankOf(a) - rankOf(b));
  const reasoned = groups.filter((group) => !isSwept(group)).slice(0, MOST_OWNERS);
  const pods = reasoned.length > 2 ? 1 : PODS_PER_OWNER;
  // Where something fails or is not ready, what it says leads on.
  const isEnough = reasoned.some(([first]) => first && first.why !== 'asked');
  const most = looksWidely(scene) ? MOST_OWNERS : FEW_OWNERS;
  const room = isEnough || scene.pods.length > SMALL_SCOPE ? 0 : Math.max(0, most - reasoned.length);
  const swept = groups.filter(isSwept).sort((a, b) => promise(b) - promise(a));
  return [...reasoned.flatMap((group) => group.slice(0, pods)), ...swept.slice(0, room).flat()];
}

const isSwept = ([first]: Suspect[]): boolean => first?.why === 'swept';

/** How likely a log is to tell of others: a program that was restarted, or that is given addresses. */
function promise([first]: Suspect[]): number {
  if (!first) return 0;
  const { status, container } = first;
  const isClient = container.envFrom.length > 0 || container.env.some(({ value = '' }) => /:\d|:\/\//.test(value));
  return (status.restartCount > 0 ? 2 : 0) + (isClient ? 1 : 0);
}

const rankOf = ([first]: Suspect[]): number => (first ? RANK[first.why] : 9);

function suspectsOf(scene: Scene, workload: Workload, isAskedAbout: boolean): Suspect[] {
  const found = [...workload.pods, ...endedInVain(workload, scene.now)].flatMap((pod): Suspect[] => {
    const [worst] = containersOf(pod)
      .flatMap((one) => suspectOf(scene, workload, pod, one, isAskedAbout))
      .sort((a, b) => RANK[a.why] - RANK[b.why]);
    return worst ? [worst] : [];
  });
  const [first] = found.sort((a, b) => RANK[a.why] - RANK[b.why]);
  if (!first) return [];
  if (first.why === 'swept' && SYSTEM.has(workload.ref.namespace ?? '')) return [];
  return found.filter(({ why }) => why === first.why).slice(0, first.why === 'swept' ? 1 : PODS_PER_OWNER);
}

function suspectOf(
  scene: Scene,
  workload: Workload,
  pod: Pod,
  { container, status, init }: PodContainer,
  isAskedAbout: boolean,
): Suspect[] {
  if (!status) return [];
  const suspect = (why: Why): Suspect[] => [{ workload, pod, container, status, why }];
  const hasRun = status.state.running ?? status.state.terminated ?? status.lastState.terminated;
  if (isFailing(status, scene.now)) return hasRun ? suspect('failing') : [];
  const { running } = status.state;
  if (!running) return [];
  const isOld = scene.now - (running.startedAt ?? 0) > START_GRACE_MS;
  // An init container that runs on and on holds its pod back.
  if (init) return isOld && container.restartPolicy !== 'Always' && !isReady(pod) ? suspect('not-ready') : [];
  if (!status.ready && isOld) return suspect('not-ready');
  if (SIDECAR.test(container.name)) return [];
  return suspect(isAskedAbout ? 'asked' : 'swept');
}

/** Labels of meshes, traces and rules of one's own that name a workload. */
const MORE_LABELS = [
  'app',
  'service_name',
  'workload',
  'container',
  'destination_workload',
  'destination_service_name',
];

function askedNames({ scope: { focus, alerts } }: Scene): Set<string> {
  const labels = alerts.flatMap((alert) =>
    [...ALERT_LABELS, ...MORE_LABELS].flatMap((label) => alert.labels[label] ?? []),
  );
  return new Set([...(focus ? [focus.name] : []), ...labels]);
}

function isAsked({ ref, pods }: Workload, names: ReadonlySet<string>): boolean {
  return names.size > 0 && (names.has(ref.name) || pods.some(({ metadata }) => names.has(metadata.name)));
}

const FRESH_MS = 15 * 60_000;
/** A line without a time tells of now only if it is among the last. */
const LAST_LINES = 25;
/** Traces and metrics that nobody takes do no harm to what a program is for. */
const TELEMETRY =
  /otel|opentelemetry|traces? export|export(?:ing|er)?\b.{0,40}(?:spans|traces|metrics)|jaeger|zipkin|collector|telemetry|statsd|datadog/i;
/** What a server answered its clients, not what it was answered. */
const ANSWERED =
  /\b(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS) \S{1,500} HTTP\/[\d.]{1,3}"? \d{3}\b|\b(?:http_?)?method"?[=:] ?"?(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)\b/i;
const OVER =
  /\b(?:re-?)?connected (?:to|successfully)|connection (?:re-?)?established|successfully (?:re)?connected|recovered\b|is (?:now )?(?:healthy|available|ready) again/i;

/** What a log says is wrong now. Of a program that runs on: said again and again, lately, and not taken back. */
export function presentMatches(scene: Scene, { log, reading, why }: Reading): readonly LogMatch[] {
  if (!log || !reading) return [];
  if (why === 'failing') return reading.cause ? [reading.cause] : reading.matches.filter(({ fromEnd }) => fromEnd < 40);
  const often = why === 'swept' ? 3 : 2;
  return reading.matches.filter(
    ({ count, fromEnd, line }) =>
      count >= often &&
      isRecent(scene, log, fromEnd, why) &&
      !isTakenBack(log, fromEnd) &&
      !(why === 'swept' && TELEMETRY.test(line)) &&
      !ANSWERED.test(line),
  );
}

function isRecent(scene: Scene, { lines }: LogLines, fromEnd: number, why: Why): boolean {
  const time = lineTime(lines.at(-1 - fromEnd) ?? '', scene.now);
  if (time !== undefined) return Math.abs(scene.now - time) <= FRESH_MS;
  return (why !== 'swept' || isUrged(scene)) && fromEnd < LAST_LINES;
}

/** Somebody says that something is wrong, if not where. */
export function isUrged({ scope: { alerts, focus } }: Scene): boolean {
  return (
    focus !== undefined || alerts.some(({ labels }) => !/^(?:Watchdog|InfoInhibitor)$/.test(labels.alertname ?? ''))
  );
}

function isTakenBack({ lines }: LogLines, fromEnd: number): boolean {
  return fromEnd > 0 && lines.slice(-fromEnd).some((line) => OVER.test(line.slice(0, 1_000)));
}
