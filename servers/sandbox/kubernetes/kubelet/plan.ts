import { type Context, isReady } from '../controllers/context.ts';
import { numberOf } from '../controllers/hash.ts';
import type { Container, Pod } from '../controllers/pod-kinds.ts';
import { amount } from '../controllers/quantities.ts';
import type { Found } from '../images/catalogue.ts';
import type { Program } from '../images/program.ts';
import { shellEnd } from '../images/shell.ts';
import { startTrouble } from './complaints.ts';
import type { Run } from './documents.ts';
import type { Listening } from './network.ts';
import { secondsToLimit } from './usage.ts';
import type { ContainerWork, End } from './work.ts';

const MIB = 2 ** 20;

export interface Start {
  context: Context;
  pod: Pod;
  container: Container;
  env: Record<string, string>;
  found: Extract<Found, { kind: 'found' }>;
  listening: Listening;
  others: readonly ContainerWork[];
}

/** What comes of starting a container: a run and how it will end; or the runtime's refusal. */
export type Started =
  | { ok: true; run: Run; end: End | undefined; program: Program; opensAt: number }
  | { ok: false; message: string };

/** Starts a program with what it was given. */
export function planRun(start: Start): Started {
  const { context, container, found } = start;
  const refused = refusal(start);
  if (refused) return { ok: false, message: refused };
  const program = effectiveProgram(found, container);
  const now = context.now();
  const run = newRun(start, program);
  const ends = [troubleEnd(start, program), ownEnd(program, now), oomEnd(run)].filter((end) => end !== undefined);
  const end = ends.sort((a, b) => a.at - b.at)[0];
  return { ok: true, run, end, program, opensAt: now + program.startSeconds * 1000 };
}

/** What runc says when it cannot even start the process. */
function refusal({ container, found }: Start): string | undefined {
  const [command] = container.command ?? [];
  if (!command) return undefined;
  const commands = found.program.commands;
  const base = command.slice(command.lastIndexOf('/') + 1);
  const fine = !commands || commands.includes(command) || (command.startsWith('/') && commands.includes(base));
  if (fine && !/no-such|not-?found|does-not-exist|nonexist/i.test(command)) return undefined;
  const why = command.includes('/')
    ? `exec: "${command}": stat ${command}: no such file or directory`
    : `exec: "${command}": executable file not found in $PATH`;
  return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${why}: unknown`;
}

/** The image's program; another one where command and arguments say so, or where nobody knows the image. */
export function effectiveProgram(found: Extract<Found, { kind: 'found' }>, container: Container): Program {
  const { program } = found;
  const spoken = shellEnd(container.command ?? [], container.args ?? []);
  if (spoken) {
    const { ends: _, ...quiet } = {
      ...program,
      listens: [],
      dependencies: [],
      env: [],
      files: [],
      writes: [],
      access: [],
    };
    return { ...quiet, style: 'quiet', ...(spoken !== 'forever' && { ends: spoken }) };
  }
  if (found.known && (container.command ?? []).length === 0) return program;
  if (found.known && program.listens.length > 0) return program;
  const { ends: _, ...rest } = program;
  const listens = (container.ports ?? []).map(({ containerPort }) => ({
    port: containerPort,
    protocol: 'http' as const,
  }));
  return { ...rest, listens };
}

function newRun({ context, pod, container }: Start, program: Program): Run {
  const { start, warm, warmUpSeconds, leak = 0 } = program.memory;
  const { limits } = container.resources ?? {};
  const variety = 0.97 + 0.06 * ((context.now() % 1000) / 1000);
  return {
    startedAt: context.now(),
    seed: numberOf(`${pod.metadata.uid}/${container.name}`),
    memory: {
      start: start * MIB,
      warm: warm * MIB * variety,
      warmUp: warmUpSeconds,
      leak: (leak * MIB) / 3600,
      ...(limits?.memory && { limit: amount(limits.memory) }),
    },
    cpu: { ...program.cpu, ...(limits?.cpu && { limit: amount(limits.cpu) }) },
    loads: [{ from: context.now(), value: loadOf(context, pod) }],
    troubles: [],
    last: [],
  };
}

/** Pods a workload has when its load is the usual one. */
const NOMINAL = 2;

/** How many times its usual load a pod gets: its workload's load, shared among those that are ready. */
export function loadOf(context: Context, pod: Pod): number {
  const { namespace, labels } = pod.metadata;
  const load = context.ground.state().loads[`${namespace}/${labels?.app ?? ''}`];
  if (load === undefined) return 1;
  const siblings = context.read.list('pods', namespace).filter((other) => other.metadata.labels?.app === labels?.app);
  return (load * NOMINAL) / Math.max(1, siblings.filter(isReady).length);
}

function troubleEnd(start: Start, program: Program): End | undefined {
  const trouble = startTrouble(start, program);
  if (!trouble) return undefined;
  const { lines, exitCode = 1, afterSeconds = 2 } = trouble;
  return { at: start.context.now() + afterSeconds * 1000, exitCode, reason: 'Error', lines };
}

function ownEnd({ ends }: Program, now: number): End | undefined {
  if (!ends) return undefined;
  const { afterSeconds, exitCode, lines } = ends;
  return { at: now + afterSeconds * 1000, exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', lines };
}

function oomEnd(run: Run): End | undefined {
  const seconds = secondsToLimit(run);
  if (seconds === undefined) return undefined;
  return { at: run.startedAt + seconds * 1000, exitCode: 137, reason: 'OOMKilled', lines: [] };
}
