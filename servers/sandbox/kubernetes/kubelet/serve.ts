import type { Context } from '../controllers/context.ts';
import type { Container, HttpGet, Pod, Probe } from '../controllers/pod-kinds.ts';
import type { Listener } from '../images/program.ts';
import { shellEnd } from '../images/shell.ts';
import { complaint } from './complaints.ts';
import type { Listening } from './network.ts';
import { throttledAt } from './usage.ts';
import type { ContainerWork, PodWork } from './work.ts';

/** What a probe found; the message is the kubelet's. */
export type ProbeResult = { ok: true } | { ok: false; message: string };

/** The port of a door, as the environment sets it. */
export const portOf = (listener: Listener, env: Record<string, string>): number =>
  (listener.portEnv && Number(env[listener.portEnv])) || listener.port;

const OK: ProbeResult = { ok: true };
const failed = (message: string): ProbeResult => ({ ok: false, message });

interface Asked {
  context: Context;
  pod: Pod;
  work: PodWork;
  container: Container;
  listening: Listening;
}

/** Makes one probe of a container. All containers of a pod share one network. */
export function probe(asked: Asked, { httpGet, tcpSocket, exec, grpc, timeoutSeconds = 1 }: Probe): ProbeResult {
  const { work, container } = asked;
  const self = work.containers.find(({ name }) => name === container.name);
  if (self && responseSeconds(self, asked.context.now()) > timeoutSeconds)
    return timedOut(asked, httpGet, exec !== undefined);
  if (httpGet) return probeHttp(asked, httpGet);
  if (tcpSocket) return probeTcp(asked, tcpSocket.port);
  if (grpc) return probeTcp(asked, grpc.port);
  return exec ? probeExec(self, exec.command ?? [], asked.context.now()) : OK;
}

/** A program that is held back for most of its time answers late. */
const responseSeconds = ({ run }: ContainerWork, at: number): number => {
  const held = run ? throttledAt(run, at) : 0;
  return held > 0.75 ? 1 + held : 0.02;
};

function timedOut({ work }: Asked, httpGet: HttpGet | undefined, exec: boolean): ProbeResult {
  if (exec) return failed('command timed out');
  const { path = '/', port = 0, scheme = 'HTTP' } = httpGet ?? {};
  const url = `${scheme.toLowerCase()}://${work.podIP}:${port}${path}`;
  return failed(`Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
}

function numberOf(container: Container, port: number | string): number {
  if (typeof port === 'number' || /^\d+$/.test(port)) return Number(port);
  return container.ports?.find(({ name }) => name === port)?.containerPort ?? 0;
}

function doorAt({ work, context }: Asked, port: number): { door: Listener; owner: ContainerWork } | undefined {
  for (const owner of work.containers) {
    if (owner.phase !== 'running' || owner.opensAt > context.now()) continue;
    const door = owner.program?.listens.find((each) => portOf(each, owner.env) === port);
    if (door) return { door, owner };
  }
  return undefined;
}

const refused = (work: PodWork, port: number): string => `dial tcp ${work.podIP}:${port}: connect: connection refused`;

function probeTcp(asked: Asked, port: number | string): ProbeResult {
  const number = numberOf(asked.container, port);
  return doorAt(asked, number) ? OK : failed(refused(asked.work, number));
}

function probeHttp(asked: Asked, { path = '/', port, scheme = 'HTTP' }: HttpGet): ProbeResult {
  const number = numberOf(asked.container, port);
  const url = `${scheme.toLowerCase()}://${asked.work.podIP}:${number}${path}`;
  const found = doorAt(asked, number);
  if (!found) return failed(`Get "${url}": ${refused(asked.work, number)}`);
  const { door, owner } = found;
  if (door.protocol === 'tcp')
    return failed(
      `Get "${url}": net/http: HTTP/1.x transport connection broken: malformed HTTP response "-ERR unknown command"`,
    );
  if (scheme === 'HTTPS' && door.protocol === 'http')
    return failed(`Get "${url}": http: server gave HTTP response to HTTPS client`);
  if (scheme === 'HTTP' && door.protocol === 'https') return failed('HTTP probe failed with statuscode: 400');
  const code = codeOf(asked, { door, owner, path });
  return code >= 200 && code < 400 ? OK : failed(`HTTP probe failed with statuscode: ${code}`);
}

/** The status of a plain HTTP request to a port of a pod; undefined where nobody there speaks HTTP. */
export function statusAt(asked: Omit<Asked, 'container'>, port: number, path: string): number | undefined {
  const [container] = asked.pod.spec.containers;
  if (!container) return undefined;
  const found = doorAt({ ...asked, container }, port);
  if (found?.door.protocol !== 'http') return undefined;
  return codeOf({ ...asked, container }, { ...found, path });
}

function codeOf(asked: Asked, { door, owner, path }: { door: Listener; owner: ContainerWork; path: string }): number {
  const answer = door.paths ? door.paths[path.split('?')[0] ?? '/'] : 200;
  if (answer !== 'ready') return answer ?? 404;
  return notReadyBecause(asked, owner) ? 503 : 200;
}

/** What keeps a program from being ready, in its own words. */
export function notReadyBecause(
  { context, pod, listening }: Asked,
  owner: ContainerWork,
  scope: 'ready' | 'all' = 'ready',
): string | undefined {
  for (const dependency of owner.program?.dependencies ?? []) {
    if (dependency.need === 'log' && scope === 'ready') continue;
    const line = complaint(context, pod, { dependency, env: owner.env, listening });
    if (line) return line;
  }
  return undefined;
}

function probeExec(self: ContainerWork | undefined, command: readonly string[], now: number): ProbeResult {
  const spoken = shellEnd(command, []);
  if (spoken && spoken !== 'forever' && spoken.exitCode !== 0) return failed(spoken.lines.join('\n'));
  const open = self?.phase === 'running' && self.opensAt <= now;
  return open ? OK : failed('command exited with 1: not ready');
}
