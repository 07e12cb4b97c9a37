import type { Program, Repository } from './program.ts';

/** Public images that people use. Sizes and needs are rough: nothing here was measured. */

const BOTH = ['amd64', 'arm64'];
const SEMVER = /^v?\d+(\.\d+){0,2}([-.][a-z0-9.]+)*$|^latest$|^stable$|^alpine$/;

const base: Program = {
  startSeconds: 1,
  memory: { start: 8, warm: 14, warmUpSeconds: 20 },
  cpu: { idle: 0.002, busy: 0.01 },
  listens: [],
  user: 0,
  style: 'quiet',
};

const server = (port: number, protocol: 'http' | 'tcp', more: Partial<Program> = {}): Program => ({
  ...base,
  listens: [{ port, protocol, ...(protocol === 'http' && { paths: { '/': 200, '/healthz': 200, '/readyz': 200 } }) }],
  ...more,
});

const known = (name: string, sizeMiB: number, program: Program): Repository => ({
  name: `docker.io/library/${name}`,
  sizeMiB,
  architectures: BOTH,
  program,
  versions: {},
  pattern: SEMVER,
});

export const commonRepositories: Repository[] = [
  known('nginx', 70, {
    ...server(80, 'http', { style: 'nginx' }),
    listens: [{ port: 80, protocol: 'http', paths: { '/': 200, '/index.html': 200 } }],
    commands: ['nginx', 'sh', '/bin/sh', '/docker-entrypoint.sh', 'bash', 'sleep'],
  }),
  known('httpd', 60, server(80, 'http', { style: 'nginx' })),
  known('redis', 45, {
    ...server(6379, 'tcp', { style: 'redis', memory: { start: 12, warm: 60, warmUpSeconds: 120 } }),
    cpu: { idle: 0.01, busy: 0.03 },
    writes: ['/data'],
    user: 999,
    commands: ['redis-server', 'docker-entrypoint.sh', 'sh', 'redis-cli'],
  }),
  known('postgres', 160, {
    ...server(5432, 'tcp', { style: 'postgres', memory: { start: 60, warm: 190, warmUpSeconds: 200 } }),
    startSeconds: 3,
    cpu: { idle: 0.02, busy: 0.08 },
    env: ['POSTGRES_PASSWORD'],
    writes: ['/var/lib/postgresql/data'],
    user: 999,
    commands: ['postgres', 'docker-entrypoint.sh', 'sh'],
  }),
  known('mysql', 200, {
    ...server(3306, 'tcp', { style: 'quiet', memory: { start: 180, warm: 420, warmUpSeconds: 60 } }),
    startSeconds: 8,
    env: ['MYSQL_ROOT_PASSWORD'],
    writes: ['/var/lib/mysql'],
  }),
  known('busybox', 4, { ...base, ends: { afterSeconds: 0.5, exitCode: 0, lines: [] } }),
  known('alpine', 8, { ...base, ends: { afterSeconds: 0.5, exitCode: 0, lines: [] } }),
  known('node', 120, { ...base, memory: { start: 40, warm: 60, warmUpSeconds: 10 }, style: 'node' }),
];

/** What an image does that nobody here knows: it runs, and opens the ports its container declares. */
export const unknownProgram: Program = { ...base, startSeconds: 2, memory: { start: 16, warm: 32, warmUpSeconds: 30 } };
