import type { Program, Repository } from './program.ts';

/** Images to try releases with: `demo/hello`, of which some versions are well and each of the others fails in its own way. */

const HOST = 'registry.cn-hangzhou.aliyuncs.com';
const BOTH = ['amd64', 'arm64'];

const hello: Program = {
  startSeconds: 3,
  memory: { start: 24, warm: 48, warmUpSeconds: 20 },
  cpu: { idle: 0.005, busy: 0.03 },
  listens: [
    { port: 8080, portEnv: 'PORT', protocol: 'http', paths: { '/': 200, '/healthz': 200, '/readyz': 'ready' } },
  ],
  user: 1000,
  commands: ['hello', 'sh', '/bin/sh'],
  style: 'go',
};

const answering = (paths: Record<string, number | 'ready'>): Pick<Program, 'listens'> => ({
  listens: [{ port: 8080, portEnv: 'PORT', protocol: 'http', paths }],
});

const ending = (exitCode: number, afterSeconds: number, lines: string[]): Pick<Program, 'ends'> => ({
  ends: { afterSeconds, exitCode, lines },
});

export const releaseRepositories: Repository[] = [
  {
    name: `${HOST}/demo/hello`,
    sizeMiB: 30,
    architectures: BOTH,
    program: hello,
    versions: {
      '1.0.0': {},
      '1.0.1': {},
      '1.1.0': {},
      '2.0.0': {},
      '1.2.0-slow': { startSeconds: 90 },
      '1.3.0-not-ready': {
        ...answering({ '/': 200, '/healthz': 200, '/readyz': 503 }),
        says: [{ every: 10, line: 'warn not ready: waiting for the first snapshot' }],
      },
      '1.4.0-crash': ending(2, 1, ['panic: assignment to entry in nil map', 'goroutine 1 [running]:', 'main.main()']),
      '1.5.0-memory': { memory: { start: 300, warm: 900, warmUpSeconds: 15 } },
      '1.6.0-errors': {
        ...answering({ '/': 500, '/healthz': 200, '/readyz': 200 }),
        says: [{ every: 5, line: 'error GET / 500: template "index" is not defined' }],
      },
      '1.7.0-variable': { env: ['GREETING'] },
    },
  },
  {
    name: `${HOST}/demo/hello-migrate`,
    sizeMiB: 20,
    architectures: BOTH,
    program: { ...hello, listens: [], ...ending(0, 4, ['info schema is at version 7']) },
    versions: {
      '7': {},
      '8-fails': ending(1, 3, ['info applying 0008-names.sql', 'error duplicate column name: nickname']),
    },
  },
];
