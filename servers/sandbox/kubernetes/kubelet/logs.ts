import type { LogLine } from '../cluster.ts';
import { fractionOf } from '../controllers/hash.ts';
import { findImage } from '../images/catalogue.ts';
import type { Program } from '../images/program.ts';
import type { ContainerRuns, PodRuns, Run } from './documents.ts';
import { busyness, loadAt } from './usage.ts';

/** Lines of one kind that a log shows at most. */
const MOST_LINES = 1_500;

/** The log of a container's last run, or of the one before it, oldest first; undefined when there was none. */
export function logOf(
  { pods, now }: { pods: readonly PodRuns[]; now: number },
  wanted: { namespace: string; pod: string; container: string; previous: boolean },
): LogLine[] | undefined {
  const pod = pods.findLast(
    ({ namespace, pod: name, goneAt }) => namespace === wanted.namespace && name === wanted.pod && goneAt === undefined,
  );
  const container = pod?.containers.find(({ name }) => name === wanted.container);
  // While a container waits to be started again, its last run is also the one before.
  const runs = container?.runs ?? [];
  const run = wanted.previous ? runs.findLast(({ endedAt }) => endedAt !== undefined) : runs.at(-1);
  return container && run ? linesOf(container, run, now) : undefined;
}

function linesOf(container: ContainerRuns, run: Run, now: number): LogLine[] {
  const found = findImage(container.image);
  if (found.kind !== 'found') return [];
  const { program } = found;
  const end = Math.min(run.endedAt ?? now, now);
  const opened = run.startedAt + program.startSeconds * 1000;
  const lines = [
    ...startLines(program, run, end),
    ...(program.listens.length > 0 && opened < end ? requestLines(program, run, { from: opened, to: end }) : []),
    ...(program.says ?? []).flatMap(({ every, line }) => repeated({ from: opened, to: end, every }, () => line)),
    ...run.troubles.flatMap(({ from, to = end, every, line }) =>
      repeated({ from, to: Math.min(to, end), every }, () => line),
    ),
    ...(run.endedAt !== undefined && run.endedAt <= now
      ? run.last.map((text, n) => ({ time: end - (run.last.length - n), text }))
      : []),
  ];
  return lines.sort((a, b) => a.time - b.time).map(({ time, text }) => ({ time, text: dressed(program, time, text) }));
}

const START: Record<Program['style'], (program: Program) => string[]> = {
  node: ({ listens }) => ['info starting, node v22.11.0', ...listens.map(({ port }) => `info listening on :${port}`)],
  nginx: () => [
    '[notice] 1#1: using the "epoll" event method',
    '[notice] 1#1: nginx/1.27.3',
    '[notice] 1#1: start worker processes',
  ],
  postgres: () => [
    'LOG:  starting PostgreSQL 16.6 on x86_64-pc-linux-musl',
    'LOG:  listening on IPv4 address "0.0.0.0", port 5432',
    'LOG:  database system is ready to accept connections',
  ],
  redis: () => ['* Server initialized', '* Ready to accept connections tcp'],
  go: () => ['I starting', 'I caches synced', 'I serving'],
  quiet: () => [],
};

function startLines(program: Program, run: Run, end: number): LogLine[] {
  const texts = START[program.style](program);
  return texts
    .map((text, n) => ({
      time: Math.round(run.startedAt + (program.startSeconds * 1000 * (n + 1)) / texts.length),
      text,
    }))
    .filter(({ time }) => time <= end);
}

interface Span {
  from: number;
  to: number;
  every: number;
}

/** A line every few seconds: the last ones only, each at the same moment whenever it is asked for. */
function repeated({ from, to, every }: Span, line: (n: number, time: number) => string): LogLine[] {
  const last = Math.floor((to - from) / (every * 1000));
  const first = Math.max(0, last - MOST_LINES + 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const n = first + index;
    const time = Math.round(from + n * every * 1000);
    return { time, text: line(n, time) };
  });
}

const PATHS = [
  'GET /api/products',
  'GET /api/products/4711',
  'GET /api/cart',
  'POST /api/cart/items',
  'GET /',
  'GET /healthz',
];

function requestLines(program: Program, run: Run, { from, to }: { from: number; to: number }): LogLine[] {
  const every = { node: 6, nginx: 5, postgres: 300, redis: 300, go: 60, quiet: 3600 }[program.style];
  const text = (n: number, time: number): string => {
    const luck = fractionOf(`${run.startedAt}/${n}`);
    const path = PATHS[Math.floor(luck * PATHS.length)] ?? '';
    const ms = Math.round((4 + 60 * luck) * loadAt(run, time) * busyness(time));
    switch (program.style) {
      case 'node':
        return `info ${path} 200 ${ms}ms`;
      case 'nginx':
        return `172.16.1.${Math.floor(luck * 250)} - - "${path} HTTP/1.1" 200 ${Math.floor(luck * 9000)} "-" "Mozilla/5.0"`;
      case 'postgres':
        return 'LOG:  checkpoint complete: wrote 44 buffers (0.3%)';
      case 'redis':
        return '* Background saving terminated with success';
      case 'go':
        return 'I resync done';
      case 'quiet':
        return 'still running';
    }
  };
  return repeated({ from, to, every }, text);
}

/** A line as the program prints it; runtimes' own lines have no time of their own. */
function dressed({ style }: Program, time: number, text: string): string {
  if (style === 'node' && /^(info|warn|error) /.test(text)) return `${new Date(time).toISOString()} ${text}`;
  if (style === 'postgres') return `${new Date(time).toISOString().replace('T', ' ').replace('Z', ' UTC')} [1] ${text}`;
  return text;
}
