import { derivedUuid } from '../../ids.ts';
import type { Context } from '../controllers/context.ts';
import type { EventNote } from '../controllers/events.ts';
import type { Container, Pod } from '../controllers/pod-kinds.ts';
import { findImage } from '../images/catalogue.ts';
import { environmentOf } from './env.ts';
import { afterEnd } from './exits.ts';
import type { Listening } from './network.ts';
import { planRun } from './plan.ts';
import { pull } from './pull.ts';
import type { RunKeeper } from './runs.ts';
import { type ContainerWork, freshProbes, type PodWork } from './work.ts';

/** What it takes to move the containers of one pod on. */
export interface Hands {
  context: Context;
  pod: Pod;
  work: PodWork;
  runs: RunKeeper;
  listening: Listening;
  /** Images that are on the pod's node already. */
  images: Set<string>;
  workload: string;
  note: (container: string | undefined, note: Omit<EventNote, 'component'>) => void;
}

const CONFIG_RETRY_MS = 12_000;
const LONGEST_BACKOFF = 300;

/** Takes a container one step on, when something is due; false when it has to wait. */
export function advance(hands: Hands, mine: ContainerWork, container: Container): boolean {
  const due = mine.until !== undefined && mine.until <= hands.context.now();
  switch (mine.phase) {
    case 'new':
      return beginPull(hands, mine, container);
    case 'pulling':
      return due && endPull(hands, mine, container);
    case 'pull-failed':
      return due && backOffPull(hands, mine, container);
    case 'pull-backoff':
    case 'crash-backoff':
      return due && again(mine);
    case 'config-error':
    case 'creating':
      return due && create(hands, mine, container);
    case 'running':
      return due && afterEnd(hands, mine, container);
    case 'done':
      return false;
  }
}

function again(mine: ContainerWork): boolean {
  if (mine.phase === 'crash-backoff') {
    mine.last = mine.state;
    mine.restarts += 1;
  }
  mine.phase = 'new';
  mine.until = undefined;
  return true;
}

const policyOf = ({ imagePullPolicy, image }: Container): string =>
  imagePullPolicy ?? (/:latest$|^[^:@]+$/.test(image.slice(image.lastIndexOf('/') + 1)) ? 'Always' : 'IfNotPresent');

function beginPull(hands: Hands, mine: ContainerWork, container: Container): boolean {
  const { context, images, pod, note } = hands;
  const { image, name } = container;
  const policy = policyOf(container);
  if (policy !== 'Always' && images.has(image)) {
    note(name, { reason: 'Pulled', message: `Container image "${image}" already present on machine` });
    return move(mine, 'creating', context.now());
  }
  if (policy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    mine.waiting = { reason: 'ErrImageNeverPull', message };
    note(name, { type: 'Warning', reason: 'ErrImageNeverPull', message });
    return move(mine, 'config-error', context.now() + CONFIG_RETRY_MS) && false;
  }
  note(name, { reason: 'Pulling', message: `Pulling image "${image}"` });
  const asked = pull(context, pod, container);
  const seconds = asked.ok ? (images.has(image) ? 0.3 : asked.seconds) : 1.5;
  move(mine, 'pulling', context.now() + seconds * 1000);
  return false;
}

function move(mine: ContainerWork, phase: ContainerWork['phase'], until: number | undefined): true {
  mine.phase = phase;
  mine.until = until;
  return true;
}

function endPull(hands: Hands, mine: ContainerWork, container: Container): boolean {
  const { context, images, pod, note } = hands;
  const { image, name } = container;
  const asked = pull(context, pod, container);
  if (!asked.ok) {
    mine.waiting = { reason: 'ErrImagePull', message: asked.message };
    note(name, { type: 'Warning', reason: 'Failed', message: `Failed to pull image "${image}": ${asked.message}` });
    note(name, { type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' });
    return move(mine, 'pull-failed', context.now() + 2_000);
  }
  const took = `${(images.has(image) ? 0.3 : asked.seconds).toFixed(3)}s`;
  const size = Math.round(asked.found.sizeMiB * 2 ** 20);
  const message = `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${size} bytes.`;
  note(name, { reason: 'Pulled', message });
  images.add(image);
  mine.pullBackoff = 10;
  return move(mine, 'creating', context.now());
}

function backOffPull({ context, note }: Hands, mine: ContainerWork, { image, name }: Container): boolean {
  const why = mine.waiting?.message ?? '';
  mine.waiting = { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${why}` };
  note(name, { reason: 'BackOff', message: `Back-off pulling image "${image}"` });
  note(name, { type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' });
  move(mine, 'pull-backoff', context.now() + (mine.pullBackoff - 2) * 1000);
  mine.pullBackoff = Math.min(LONGEST_BACKOFF, mine.pullBackoff * 2);
  return true;
}

/** Why a security context refuses the image, in the kubelet's words. */
function rootProblem(pod: Pod, container: Container, user: number): string | undefined {
  const nonRoot = container.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot;
  const asked = container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
  if (!nonRoot || (asked ?? user) !== 0) return undefined;
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`;
  return asked === 0
    ? `container's runAsUser breaks non-root policy ${where}`
    : `container has runAsNonRoot and image will run as root ${where}`;
}

function create(hands: Hands, mine: ContainerWork, container: Container): boolean {
  const { context, pod, note } = hands;
  const image = findImage(container.image);
  const found = image.kind === 'found' ? image : undefined;
  const resolved = environmentOf(context, pod, container);
  const problem = resolved.ok ? found && rootProblem(pod, container, found.program.user) : resolved.message;
  if (problem !== undefined || !resolved.ok) {
    mine.waiting = { reason: 'CreateContainerConfigError', message: problem ?? '' };
    note(container.name, { type: 'Warning', reason: 'Failed', message: `Error: ${problem}` });
    move(mine, 'config-error', context.now() + CONFIG_RETRY_MS);
    return false;
  }
  // A tag that no longer exists.
  if (!found) return move(mine, 'pull-failed', context.now());
  const others = hands.work.containers.filter((each) => each !== mine);
  const started = planRun({ context, pod, container, env: resolved.env, found, listening: hands.listening, others });
  mine.waiting = undefined;
  mine.containerId = `containerd://${derivedUuid(`${pod.metadata.uid}/${container.name}/${mine.restarts}`).replaceAll('-', '').repeat(2)}`;
  note(container.name, { reason: 'Created', message: `Created container: ${container.name}` });
  if (!started.ok) return refuse(hands, mine, { container, message: started.message });
  note(container.name, { reason: 'Started', message: `Started container ${container.name}` });
  Object.assign(mine, { run: started.run, end: started.end, program: started.program, env: resolved.env });
  mine.opensAt = started.opensAt;
  mine.probes = freshProbes();
  hands.runs.begin(
    pod,
    { name: container.name, image: container.image, init: mine.init, workload: hands.workload },
    started.run,
  );
  return move(mine, 'running', started.end?.at);
}

function refuse(
  hands: Hands,
  mine: ContainerWork,
  { container, message }: { container: Container; message: string },
): boolean {
  hands.note(container.name, { type: 'Warning', reason: 'Failed', message: `Error: ${message}` });
  mine.run = undefined;
  mine.end = { at: hands.context.now(), exitCode: 128, reason: 'StartError', lines: [] };
  mine.waiting = { reason: 'RunContainerError', message };
  return afterEnd(hands, mine, container, message);
}
