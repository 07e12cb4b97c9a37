import type { LogLine } from '../cluster.ts';
import { badRequest } from '../errors.ts';
import { at, recordsAt, textAt } from '../fields.ts';
import type { KubeObject } from '../objects.ts';
import { stored } from './read.ts';
import { type Call, flag, type Reply, type Sink, wholeNumber } from './reply.ts';

/** How often a followed log is looked at, in real time. */
const FOLLOW_MS = 250;

/** Answers GET of a pod's `log`. https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#get-read-log-of-the-specified-pod */
export function log(call: Call): Reply {
  const pod = stored(call);
  const container = containerOf(pod, call.query.get('container') ?? '');
  const previous = flag(call.query, 'previous');
  const lines = linesOf(call, pod, { container, previous });
  const follow = flag(call.query, 'follow') && !previous;
  if (!lines && follow && mayStart(pod, container)) return followed(call, pod, { container, lines: [] });
  if (!lines) throw notLogged(pod, container, previous);
  const wanted = chosen(call, lines);
  if (follow) return followed(call, pod, { container, lines: wanted });
  const text = wanted.map(writerOf(call)).join('');
  const limit = wholeNumber(call.query, 'limitBytes');
  const body = limit === undefined ? text : Buffer.from(text).subarray(0, limit);
  return { kind: 'raw', status: 200, contentType: 'text/plain', body };
}

/** The name of the container, which may be left out where there is one only. */
function containerOf(pod: KubeObject, asked: string): string {
  const all = ['containers', 'initContainers'].map((field) =>
    recordsAt(pod, 'spec', field).map((one) => textAt(one, 'name') ?? ''),
  );
  const [names = [], inits = []] = all;
  const { name } = pod.metadata;
  if (asked) {
    if (names.includes(asked) || inits.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only = '', ...more] = names;
  if (more.length === 0) return only;
  const choice = `choose one of: [${names.join(' ')}]${inits.length > 0 ? ` or one of the init containers: [${inits.join(' ')}]` : ''}`;
  throw badRequest(`a container name must be specified for pod ${name}, ${choice}`);
}

const linesOf = (
  { cluster }: Call,
  pod: KubeObject,
  { container, previous }: { container: string; previous: boolean },
) => cluster.motion?.logs({ namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name, container, previous });

const statusOf = (pod: KubeObject, container: string) =>
  ['containerStatuses', 'initContainerStatuses']
    .flatMap((field) => recordsAt(pod, 'status', field))
    .find((one) => one.name === container);

const mayStart = (pod: KubeObject, container: string): boolean =>
  at(statusOf(pod, container), 'state', 'running') !== undefined && pod.metadata.deletionTimestamp === undefined;

/** As the kubelet says it. */
function notLogged(pod: KubeObject, container: string, previous: boolean) {
  const { name } = pod.metadata;
  if (previous) return badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  const reason = textAt(statusOf(pod, container), 'state', 'waiting', 'reason') ?? 'ContainerCreating';
  const why = /Image/.test(reason) ? 'trying and failing to pull image' : reason;
  return badRequest(`container "${container}" in pod "${name}" is waiting to start: ${why}`);
}

/** The lines a call asks for: since when, and how many of the last. */
function chosen({ query, cluster }: Call, lines: readonly LogLine[]): readonly LogLine[] {
  const seconds = wholeNumber(query, 'sinceSeconds');
  const time = Date.parse(query.get('sinceTime') ?? '');
  const since = seconds === undefined ? time : cluster.store.now() - seconds * 1000;
  const recent = Number.isNaN(since) ? lines : lines.filter((line) => line.time >= since);
  const tail = wholeNumber(query, 'tailLines');
  return tail === undefined ? recent : tail === 0 ? [] : recent.slice(-tail);
}

const writerOf = ({ query }: Call) => {
  const stamped = flag(query, 'timestamps');
  return ({ time, text }: LogLine): string => `${stamped ? `${nanoseconds(time)} ` : ''}${text}\n`;
};

/** `2026-11-24T00:00:00.123000000Z` */
const nanoseconds = (time: number): string => new Date(time).toISOString().replace('Z', '000000Z');

/** Goes on writing until the container's run ends or the pod is gone. */
function followed(
  call: Call,
  pod: KubeObject,
  { container, lines }: { container: string; lines: readonly LogLine[] },
): Reply {
  const write = writerOf(call);
  const { uid, namespace, name } = pod.metadata;
  const current = () => {
    const found = call.cluster.store.get('pods', namespace, name);
    return found?.metadata.uid === uid ? found : undefined;
  };
  const start = (sink: Sink) => {
    const cursor = cursorAfter(linesOf(call, pod, { container, previous: false }) ?? []);
    for (const line of lines) sink.write(write(line));
    const timer = setInterval(() => {
      const all = linesOf(call, pod, { container, previous: false });
      const open = cursor.newer(all ?? []).every((line) => sink.write(write(line)));
      const here = current();
      const running = here && at(statusOf(here, container), 'state', 'running') !== undefined;
      if (open && running) return;
      clearInterval(timer);
      sink.end();
    }, FOLLOW_MS);
    return () => clearInterval(timer);
  };
  return { kind: 'stream', contentType: 'text/plain', start };
}

/** Remembers which lines were seen, though the oldest are dropped meanwhile: by their time, and how many had it. */
function cursorAfter(seen: readonly LogLine[]) {
  let time = seen.at(-1)?.time ?? Number.NEGATIVE_INFINITY;
  let same = seen.filter((line) => line.time === time).length;
  return {
    newer(lines: readonly LogLine[]): readonly LogLine[] {
      const later = lines.filter((line) => line.time > time);
      const fresh = [...lines.filter((line) => line.time === time).slice(same), ...later];
      const last = fresh.at(-1);
      if (last) {
        time = last.time;
        same = lines.filter((line) => line.time === time).length;
      }
      return fresh;
    },
  };
}
