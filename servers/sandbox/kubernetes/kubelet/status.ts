import { type Context, stampOf, withCondition } from '../controllers/context.ts';
import { numberOf } from '../controllers/hash.ts';
import type { Condition, Node } from '../controllers/kinds.ts';
import type { Container, ContainerState, ContainerStatus, Pod, PodStatus } from '../controllers/pod-kinds.ts';
import { qosOf } from '../controllers/pods.ts';
import { parseReference } from '../images/reference.ts';
import type { ContainerWork, PodWork } from './work.ts';

interface Seen {
  work: PodWork;
  node: Node;
  /** Names of containers that are ready. */
  ready: ReadonlySet<string>;
  started: ReadonlySet<string>;
}

/** The status a kubelet writes for a pod. https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/ */
export function podStatus(context: Context, pod: Pod, seen: Seen): PodStatus {
  const { work, node } = seen;
  const hostIP = node.status.addresses?.find(({ type }) => type === 'InternalIP')?.address ?? '';
  const inits = work.containers.filter(({ init }) => init);
  const initialised = inits.every((mine) => initDone(pod, mine));
  const statuses = work.containers.map((mine) => statusOf(pod, mine, { seen, initialised }));
  const phase = phaseOf(pod, work);
  const before = pod.status ?? {};
  return {
    phase,
    conditions: conditionsOf(context, pod, { seen, initialised, phase }),
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(work.podIP && { podIP: work.podIP, podIPs: [{ ip: work.podIP }] }),
    startTime: before.startTime ?? stampOf(work.admittedAt),
    ...(inits.length > 0 && { initContainerStatuses: statuses.slice(0, inits.length) }),
    containerStatuses: statuses.slice(inits.length),
    qosClass: before.qosClass ?? qosOf(pod.spec),
  };
}

/** Whether an init container lets the next one begin. */
export function initDone(pod: Pod, mine: ContainerWork): boolean {
  const spec = pod.spec.initContainers?.find(({ name }) => name === mine.name);
  if (spec?.restartPolicy === 'Always') return mine.phase === 'running';
  return mine.phase === 'done' && mine.state?.exitCode === 0;
}

function phaseOf(pod: Pod, { containers }: PodWork): string {
  const inits = containers.filter(({ init }) => init);
  const mains = containers.filter(({ init }) => !init);
  if (inits.some((mine) => mine.phase === 'done' && mine.state?.exitCode !== 0)) return 'Failed';
  if (!inits.every((mine) => initDone(pod, mine))) return 'Pending';
  if (mains.every(({ phase }) => phase === 'done')) {
    return mains.every(({ state }) => state?.exitCode === 0) ? 'Succeeded' : 'Failed';
  }
  const begun = (mine: ContainerWork) => mine.phase === 'running' || mine.state !== undefined;
  return mains.every(begun) ? 'Running' : 'Pending';
}

interface Around {
  seen: Seen;
  initialised: boolean;
}

function statusOf(pod: Pod, mine: ContainerWork, { seen, initialised }: Around): ContainerStatus {
  const spec = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === mine.name);
  const image = spec?.image ?? '';
  const begun = mine.containerId !== undefined;
  return {
    name: mine.name,
    image: begun ? parseReference(image).full : image,
    imageID: begun ? imageId(image) : '',
    ...(begun && { containerID: mine.containerId ?? '' }),
    ready: mine.init ? mine.state?.exitCode === 0 || seen.ready.has(mine.name) : seen.ready.has(mine.name),
    started: seen.started.has(mine.name),
    restartCount: mine.restarts,
    state: stateOf(pod, mine, { initialised, container: spec }),
    lastState: lastStateOf(mine),
  };
}

const imageId = (image: string): string => {
  const { repository, full } = parseReference(image);
  const digest = Array.from({ length: 8 }, (_, n) => numberOf(`${full}/${n}`).toString(16).padStart(8, '0')).join('');
  return `${repository}@sha256:${digest}`;
};

function stateOf(
  pod: Pod,
  mine: ContainerWork,
  { initialised }: { initialised: boolean; container: Container | undefined },
): ContainerState {
  if (mine.phase === 'running' && mine.run) return { running: { startedAt: stampOf(mine.run.startedAt) } };
  if (mine.waiting) return { waiting: mine.waiting };
  if (mine.state && (mine.phase === 'done' || mine.phase === 'crash-backoff')) return { terminated: mine.state };
  const initialising = (pod.spec.initContainers?.length ?? 0) > 0 && (mine.init || !initialised);
  return { waiting: { reason: initialising ? 'PodInitializing' : 'ContainerCreating' } };
}

function lastStateOf(mine: ContainerWork): ContainerState {
  const terminated = mine.phase === 'crash-backoff' && mine.waiting ? mine.state : mine.last;
  return terminated ? { terminated } : {};
}

function conditionsOf(
  context: Context,
  pod: Pod,
  { seen, initialised, phase }: Around & { phase: string },
): Condition[] {
  const { work, ready } = seen;
  const mains = work.containers.filter(({ init }) => !init);
  const unready = mains.filter(({ name }) => !ready.has(name)).map(({ name }) => name);
  const waitingInits = work.containers.filter((mine) => mine.init && !initDone(pod, mine)).map(({ name }) => name);
  const ended = phase === 'Succeeded' || phase === 'Failed';
  const why = (ok: boolean, reason: string, message: string): Partial<Condition> => (ok ? {} : { reason, message });
  const done =
    phase === 'Succeeded' ? { reason: 'PodCompleted' } : phase === 'Failed' ? { reason: 'PodFailed' } : undefined;
  const ok = unready.length === 0 && !ended;
  const notReady = done ?? why(ok, 'ContainersNotReady', `containers with unready status: [${unready.join(' ')}]`);
  const wanted: [string, boolean, Partial<Condition>][] = [
    ['PodReadyToStartContainers', work.podIP !== undefined && !ended, {}],
    [
      'Initialized',
      initialised,
      why(initialised, 'ContainersNotInitialized', `containers with incomplete status: [${waitingInits.join(' ')}]`),
    ],
    ['Ready', ok, notReady],
    ['ContainersReady', ok, notReady],
    ['PodScheduled', true, {}],
  ];
  let conditions = pod.status?.conditions ?? [];
  for (const [type, holds, rest] of wanted) {
    const condition: Condition = { type, status: holds ? 'True' : 'False', lastProbeTime: null, ...rest };
    conditions = withCondition(conditions, condition, context.stamp());
  }
  return conditions;
}
