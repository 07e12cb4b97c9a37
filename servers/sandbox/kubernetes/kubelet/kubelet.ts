import { type Context, controllerOf, isFinished, keyOf, soonest, splitKey } from '../controllers/context.ts';
import type { Controller } from '../controllers/engine.ts';
import type { EventNote } from '../controllers/events.ts';
import type { Node, Pod } from '../controllers/kinds.ts';
import type { Change } from '../store.ts';
import { podAddress } from './addresses.ts';
import { advance, type Hands } from './containers.ts';
import { claimFill, claimsBound, mountProblem } from './mounts.ts';
import type { Listening } from './network.ts';
import { loadOf } from './plan.ts';
import { runProbes } from './probes.ts';
import { restore } from './restore.ts';
import type { RunKeeper } from './runs.ts';
import { notReadyBecause, portOf, statusAt } from './serve.ts';
import { initDone, podStatus } from './status.ts';
import { beginStop, endStop, kill } from './stops.ts';
import { loadAt } from './usage.ts';
import type { ContainerWork, PodWork } from './work.ts';

/** The kubelets of a cluster, as one control loop over pods. */
export interface Kubelets {
  controller: Controller;
  /** The variables of a pod's running programs. */
  serverEnv(pod: Pod): Record<string, string>;
  /** What a pod answers to a GET over plain HTTP; undefined where nobody there speaks HTTP. */
  answer(pod: Pod, port: number, path: string): number | undefined;
  /** Looks at every pod again: something beside the objects has changed. */
  wakeAll(): void;
}

const MOUNT_LONGEST_S = 122;
const NETWORK_MS = 900;
/** What others have can change how a program is. */
const SURROUNDINGS = ['endpoints', 'services', 'networkpolicies', 'configmaps', 'secrets', 'persistentvolumeclaims'];

/** Runs the pods of all nodes. */
export function createKubelets(context: Context, runs: RunKeeper): Kubelets {
  const works = new Map<string, PodWork>();
  const uids = new Map<string, string>();
  const images = new Map<string, Set<string>>();

  const workOf = (pod: Pod): PodWork => {
    const known = works.get(pod.metadata.uid);
    if (known) return known;
    const made = restore(context, pod, runs);
    works.set(pod.metadata.uid, made);
    uids.set(keyOf(pod), pod.metadata.uid);
    return made;
  };
  const containersOf = (pod: Pod): ContainerWork[] => (pod.spec.nodeName ? workOf(pod).containers : []);
  const listening: Listening = (pod, port) =>
    containersOf(pod).some(
      ({ phase, opensAt, program, env }) =>
        phase === 'running' &&
        opensAt <= context.now() &&
        (program?.listens ?? []).some((door) => portOf(door, env) === port),
    );
  const imagesOn = (node: string): Set<string> => {
    const known = images.get(node) ?? new Set<string>();
    images.set(node, known);
    return known;
  };
  const forget = (key: string): void => {
    const uid = uids.get(key);
    if (uid === undefined) return;
    runs.gone(uid);
    works.delete(uid);
    uids.delete(key);
  };
  const handsFor = (pod: Pod, work: PodWork): Hands => ({
    context,
    pod,
    work,
    runs,
    listening,
    images: imagesOn(pod.spec.nodeName ?? ''),
    workload: workloadOf(context, pod),
    note: (container, note) => context.record(pod, eventOf(pod, work, { container, note })),
  });

  function reconcile(key: string): number | undefined {
    const [namespace, name] = splitKey(key);
    const pod = context.read.get('pods', namespace, name);
    if (!pod || (uids.has(key) && uids.get(key) !== pod.metadata.uid)) forget(key);
    if (!pod?.spec.nodeName) return undefined;
    const node = context.read.get('nodes', undefined, pod.spec.nodeName);
    const trouble = context.ground.state().nodes[pod.spec.nodeName];
    if (!node || trouble?.kubelet === 'down') return undefined;
    const hands = handsFor(pod, workOf(pod));
    if (pod.metadata.deletionTimestamp) return stopPod(hands);
    if (isFinished(pod)) return finishEvicted(hands, node);
    // Nothing new starts without a runtime; what runs goes on.
    return trouble?.runtime === 'down' ? undefined : syncPod(hands, node);
  }

  return {
    controller: { name: 'kubelet', concerns: (change) => concerned(context, change), reconcile },
    serverEnv: (pod) => Object.assign({}, ...containersOf(pod).map(({ env }) => env)),
    answer: (pod, port, path) =>
      pod.spec.nodeName ? statusAt({ context, pod, work: workOf(pod), listening }, port, path) : undefined,
    wakeAll: () => {
      for (const pod of context.read.list('pods')) context.wake('kubelet', keyOf(pod));
    },
  };
}

function eventOf(
  pod: Pod,
  work: PodWork,
  { container, note }: { container: string | undefined; note: Omit<EventNote, 'component'> },
): EventNote {
  const init = work.containers.find(({ name }) => name === container)?.init;
  const fieldPath = container && `spec.${init ? 'initContainers' : 'containers'}{${container}}`;
  return { ...note, component: 'kubelet', host: pod.spec.nodeName ?? '', ...(fieldPath && { fieldPath }) };
}

function concerned(context: Context, { plural, object }: Change): string[] {
  if (plural === 'pods') return [keyOf(object)];
  if (!SURROUNDINGS.includes(plural)) return [];
  // Names reach across namespaces; keys of configuration do not.
  const near = ['configmaps', 'secrets', 'persistentvolumeclaims'].includes(plural)
    ? object.metadata.namespace
    : undefined;
  return context.read
    .list('pods', near)
    .filter(({ spec }) => spec.nodeName)
    .map(keyOf);
}

/** `Deployment/checkout` for a pod of its ReplicaSet; the pod itself when nobody owns it. */
function workloadOf(context: Context, pod: Pod): string {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'ReplicaSet') return owner ? `${owner.kind}/${owner.name}` : `Pod/${pod.metadata.name}`;
  const set = context.read.get('replicasets', pod.metadata.namespace, owner.name);
  const above = set && controllerOf(set);
  return above ? `${above.kind}/${above.name}` : `ReplicaSet/${owner.name}`;
}

/** A pod that was evicted still has containers to stop. */
function finishEvicted(hands: Hands, node: Node): undefined {
  const { context, pod, work } = hands;
  const running = work.containers.filter(({ phase }) => phase === 'running');
  if (running.length === 0) return;
  for (const mine of running) {
    kill(hands, mine, { exitCode: 137, reason: 'Error' });
    Object.assign(mine, { phase: 'done', until: undefined, waiting: undefined });
  }
  const { containerStatuses } = podStatus(context, pod, { work, node, ready: new Set(), started: new Set() });
  context.store.updateStatus('pods', pod.metadata.namespace, pod.metadata.name, { ...pod.status, containerStatuses });
}

function stopPod(hands: Hands): number | undefined {
  const { context, pod, work } = hands;
  work.stoppedAt ??= beginStop(hands);
  if (work.stoppedAt > context.now()) return work.stoppedAt;
  endStop(hands);
  context.store.remove('pods', pod.metadata.namespace, pod.metadata.name, { gracePeriodSeconds: 0 });
  return undefined;
}

function syncPod(hands: Hands, node: Node): number | undefined {
  const { context, pod, work } = hands;
  const ready = new Set<string>();
  const started = new Set<string>();
  const moments: (number | undefined)[] = [prepare(hands, node)];
  if (work.podIP) {
    for (let moved = true, rounds = 0; moved && rounds < 50; rounds++)
      moved = moveContainers(hands, { ready, started, moments });
  }
  const status = podStatus(context, pod, { work, node, ready, started });
  context.store.updateStatus('pods', pod.metadata.namespace, pod.metadata.name, { ...status });
  return soonest(context.now(), [...moments, ...work.containers.map(({ until }) => until)]);
}

/** Volumes first, then the network; returns when to try again. */
function prepare(hands: Hands, node: Node): number | undefined {
  const { context, pod, work, note } = hands;
  const now = context.now();
  if (!work.mounted) {
    if (work.mountAt > now) return work.mountAt;
    if (!claimsBound(context, pod)) return undefined;
    const problem = mountProblem(context, pod);
    if (problem) {
      context.record(pod, {
        type: 'Warning',
        ...problem,
        ...(problem.component === 'kubelet' && { host: node.metadata.name }),
      });
      work.mountAt = now + work.mountBackoff * 1000;
      work.mountBackoff = Math.min(MOUNT_LONGEST_S, work.mountBackoff * 2);
      return work.mountAt;
    }
    work.mounted = true;
    work.networkAt = now + NETWORK_MS;
  }
  if (work.podIP || (work.networkAt ?? 0) > now) return work.networkAt;
  if (context.ground.state().nodes[node.metadata.name]?.network === 'unavailable') {
    const message = `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="terway" failed (add): cannot allocate ip`;
    note(undefined, { type: 'Warning', reason: 'FailedCreatePodSandBox', message });
    work.networkAt = now + 12_000;
    return work.networkAt;
  }
  work.podIP = podAddress(context, pod, node);
  return undefined;
}

interface Gathering {
  ready: Set<string>;
  started: Set<string>;
  moments: (number | undefined)[];
}

function moveContainers(hands: Hands, gathering: Gathering): boolean {
  const { pod, work } = hands;
  let moved = false;
  for (const mine of work.containers) {
    const before = work.containers.slice(0, work.containers.indexOf(mine)).filter(({ init }) => init);
    if (!before.every((each) => initDone(pod, each))) break;
    const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(
      ({ name }) => name === mine.name,
    );
    if (!container) continue;
    while (advance(hands, mine, container)) moved = true;
    if (mine.phase === 'running') moved = watchRun(hands, mine, gathering) || moved;
    else {
      gathering.ready.delete(mine.name);
      gathering.started.delete(mine.name);
    }
  }
  return moved;
}

/** Looks after a container that runs: its load, its disk, its probes. True when it was killed. */
function watchRun(hands: Hands, mine: ContainerWork, { ready, started, moments }: Gathering): boolean {
  const { context, pod, work, note } = hands;
  const container = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === mine.name);
  if (!container || !mine.run) return false;
  followLoad(hands, mine);
  moments.push(mine.opensAt);
  const full = fullAt(hands, mine);
  if (full !== undefined && full <= context.now()) {
    kill(hands, mine, {
      exitCode: 1,
      reason: 'Error',
      lines: [`Error: ENOSPC: no space left on device, write '${mine.program?.writes?.[0]}/current'`],
    });
    return true;
  }
  const verdict = runProbes({
    context,
    pod,
    work,
    container,
    mine,
    listening: hands.listening,
    unhealthy: (kind, message) =>
      note(container.name, {
        type: 'Warning',
        reason: 'Unhealthy',
        message: `${kind[0]?.toUpperCase()}${kind.slice(1)} probe failed: ${message}`,
      }),
  });
  moments.push(verdict.next, full);
  noteTroubles(hands, mine);
  if (verdict.started) started.add(mine.name);
  if (verdict.ready) ready.add(mine.name);
  else ready.delete(mine.name);
  if (!verdict.kill) return false;
  note(container.name, {
    reason: 'Killing',
    message: `Container ${container.name} failed ${verdict.kill} probe, will be restarted`,
  });
  kill(hands, mine, { exitCode: 137, reason: 'Error', lines: [] });
  return true;
}

function followLoad({ context, pod, runs }: Hands, mine: ContainerWork): void {
  const load = loadOf(context, pod);
  if (!mine.run || Math.abs(loadAt(mine.run, context.now()) - load) < 0.01) return;
  mine.run = { ...mine.run, loads: [...mine.run.loads, { from: context.now(), value: load }].slice(-20) };
  runs.update(pod.metadata.uid, mine.name, mine.run);
}

/** When the volume that a program writes to is full; undefined when never. */
function fullAt({ context, pod }: Hands, { program }: ContainerWork): number | undefined {
  if (!program?.writes) return undefined;
  const { namespace = '' } = pod.metadata;
  for (const { persistentVolumeClaim: claim } of pod.spec.volumes ?? []) {
    const fill = claim && claimFill(context, namespace, claim.claimName);
    if (!fill) continue;
    if (fill.used >= fill.capacity) return context.now();
    const growth = context.ground.state().volumes[`${namespace}/${claim.claimName}`]?.growth ?? 0;
    if (growth > 0) return context.now() + ((fill.capacity - fill.used) / growth) * 1000 + 1;
  }
  return undefined;
}

/** Keeps what the program complains of, so that its log can tell. */
function noteTroubles(hands: Hands, mine: ContainerWork): void {
  const { context, pod, work, runs, listening } = hands;
  const container = pod.spec.containers.find(({ name }) => name === mine.name);
  if (!mine.run || !container || mine.opensAt > context.now()) return;
  const line = notReadyBecause({ context, pod, work, container, listening }, mine, 'all');
  const open = mine.run.troubles.find(({ to }) => to === undefined);
  if (open?.line === line) return;
  const now = context.now();
  const closed = mine.run.troubles.map((each) => (each.to === undefined ? { ...each, to: now } : each));
  mine.run = { ...mine.run, troubles: [...closed, ...(line ? [{ from: now, every: 5, line }] : [])].slice(-30) };
  runs.update(pod.metadata.uid, mine.name, mine.run);
}
