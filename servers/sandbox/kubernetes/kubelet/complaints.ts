import type { Context } from '../controllers/context.ts';
import type { Container, Pod } from '../controllers/pod-kinds.ts';
import type { Dependency, Program } from '../images/program.ts';
import { mayAccess } from './access.ts';
import { claimFill, fileAt, volumeAt } from './mounts.ts';
import { addressIn, type Connection, connect, type Listening } from './network.ts';
import type { Start } from './plan.ts';
import { portOf } from './serve.ts';

/** Why a program exits soon after its start, in its own words. */
export interface Trouble {
  lines: string[];
  exitCode?: number;
  afterSeconds?: number;
}

/** The first thing that a program misses. */
export function startTrouble(start: Start, program: Program): Trouble | undefined {
  const checks = [wrongMachine, missingVariable, missingFile, unwritable, takenPort, deniedCall, unreachable];
  for (const check of checks) {
    const trouble = check(start, program);
    if (trouble) return trouble;
  }
  return undefined;
}

function wrongMachine({ context, pod, container, found }: Start): Trouble | undefined {
  const node = context.read.get('nodes', undefined, pod.spec.nodeName ?? '');
  const arch = node?.metadata.labels?.['kubernetes.io/arch'] ?? 'amd64';
  if (found.architectures.includes(arch)) return undefined;
  const command = container.command?.[0] ?? '/usr/local/bin/docker-entrypoint.sh';
  return { lines: [`exec ${command}: exec format error`], exitCode: 255, afterSeconds: 0.2 };
}

function missingVariable({ env }: Start, { env: needed = [] }: Program): Trouble | undefined {
  const name = needed.find((each) => !env[each]);
  if (!name) return undefined;
  return {
    lines: [
      `Error: environment variable ${name} is required but not set`,
      '    at loadConfig (/app/src/config.js:18:11)',
    ],
  };
}

function missingFile({ context, pod, container }: Start, { files = [], rejects }: Program): Trouble | undefined {
  const read = (path: string) => fileAt(context, pod, { container, path });
  const path = files.find((each) => read(each) === undefined);
  if (path) return { lines: [`Error: ENOENT: no such file or directory, open '${path}'`] };
  return rejects?.pattern.test(read(rejects.path) ?? '') ? { lines: [rejects.line], afterSeconds: 1 } : undefined;
}

function unwritable({ context, pod, container }: Start, program: Program): Trouble | undefined {
  for (const path of program.writes ?? []) {
    const why = writeProblem(context, pod, { container, path, program });
    if (why) return { lines: [`Error: ${why}`] };
  }
  return undefined;
}

interface Writing {
  container: Container;
  path: string;
  program: Program;
}

/** Why a container cannot write below a path; undefined when it can. */
function writeProblem(context: Context, pod: Pod, { container, path, program }: Writing): string | undefined {
  const mounted = volumeAt(pod, container, path);
  const uid = container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
  const readOnlyRoot = !mounted && container.securityContext?.readOnlyRootFilesystem;
  if (readOnlyRoot || mounted?.readOnly) return `EROFS: read-only file system, open '${path}/.lock'`;
  const claim = mounted?.volume.persistentVolumeClaim?.claimName;
  const fill = claim && claimFill(context, pod.metadata.namespace ?? '', claim);
  if (fill && fill.used >= fill.capacity) return `ENOSPC: no space left on device, write '${path}/current'`;
  // Started as root, an image takes its folder over itself; started as somebody else, it takes what it finds.
  const stranger = uid !== undefined && uid !== 0;
  const denied = claim
    ? stranger && pod.spec.securityContext?.fsGroup === undefined
    : stranger && !mounted && uid !== program.user;
  return denied ? `EACCES: permission denied, open '${path}/.lock'` : undefined;
}

function takenPort({ env, others }: Start, program: Program): Trouble | undefined {
  for (const listener of program.listens) {
    const port = portOf(listener, env);
    const taken = others.some(
      (other) => other.phase === 'running' && other.program?.listens.some((each) => portOf(each, other.env) === port),
    );
    if (!taken) continue;
    return {
      lines: [
        `Error: listen EADDRINUSE: address already in use :::${port}`,
        `    at Server.setupListenHandle [as _listen2] (node:net:1908:16)`,
      ],
    };
  }
  return undefined;
}

function deniedCall({ context, pod }: Start, { access = [] }: Program): Trouble | undefined {
  const { namespace = '' } = pod.metadata;
  const account = pod.spec.serviceAccountName ?? 'default';
  const denied = access.find((call) => !mayAccess(context, { namespace, account }, call));
  if (!denied) return undefined;
  const user = `system:serviceaccount:${namespace}:${account}`;
  const group = denied.group ? ` in API group "${denied.group}"` : ' in API group ""';
  return {
    lines: [
      `error ${denied.resource} is forbidden: User "${user}" cannot ${denied.verb} resource "${denied.resource}"${group} in the namespace "${namespace}"`,
    ],
    afterSeconds: 4,
  };
}

function unreachable({ context, pod, env, listening }: Start, program: Program): Trouble | undefined {
  for (const dependency of (program.dependencies ?? []).filter(({ need }) => need === 'start')) {
    const line = complaint(context, pod, { dependency, env, listening });
    if (line)
      return {
        lines: [line, '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)'],
        afterSeconds: program.startSeconds + 3,
      };
  }
  return undefined;
}

interface Asking {
  dependency: Dependency;
  env: Record<string, string>;
  listening: Listening;
}

/** What a program says about something it needs; undefined when it is there and lets it in. */
export function complaint(context: Context, pod: Pod, { dependency, env, listening }: Asking): string | undefined {
  const text = env[dependency.env];
  // Absent is another matter: the program goes without, or has said so already.
  const address = text ? addressIn(text, dependency.defaultPort) : undefined;
  if (!address) return text === undefined ? undefined : `Error: ${dependency.env} is not an address: "${text}"`;
  const reached = connect(context, pod, address, listening);
  if (!reached.ok) return `Error: ${reached.message} (${dependency.env}=${address.host}:${address.port})`;
  return outsideComplaint(context, address) ?? passwordComplaint(context, dependency, { env, reached });
}

function outsideComplaint(context: Context, { host, port }: { host: string; port: number }): string | undefined {
  const trouble = context.ground.state().hosts[`${host}:${port}`];
  if (trouble === 'read-only') return `error: cannot execute INSERT in a read-only transaction (${host}:${port})`;
  if (trouble === 'rate-limited') return `Error: request to https://${host}/ failed with status 429 Too Many Requests`;
  return trouble === 'slow' ? `Error: request to ${host}:${port} timed out after 5000 ms` : undefined;
}

function passwordComplaint(
  context: Context,
  { password }: Dependency,
  { env, reached }: { env: Record<string, string>; reached: Connection },
): string | undefined {
  if (!password || !reached.ok || !reached.pod) return undefined;
  const expected = context.serverEnv(reached.pod)[password.serverEnv];
  if (expected === undefined || env[password.env] === expected) return undefined;
  return `error: password authentication failed for user "${password.user}"`;
}
