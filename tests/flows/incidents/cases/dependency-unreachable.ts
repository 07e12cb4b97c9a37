import type { CauseCase } from '../case.ts';
import { brokenDb, crashing, db, often, recovered, web, working } from '../depending.ts';
import { container, containerStatus, deployment, pod, running, waiting } from '../objects.ts';

const REFUSED = 'panic: dial tcp 10.7.7.7:5432: connect: connection refused\n\ngoroutine 1 [running]:\nmain.main()\n';
const database = { kind: 'Deployment', namespace: 'prod', name: 'db' };

export const dependencyUnreachableCase: CauseCase = {
  cause: 'DependencyUnreachable',
  firing: {
    objects: [crashing(), db()],
    logs: { 'prod/web-1/app': REFUSED },
    expect: { object: web, confidence: 'proven' },
  },
  healthy: { objects: [working(), db()], logs: { 'prod/web-1/app': often('GET / 200') } },
  recovered: {
    objects: [recovered(), db()],
    logs: {
      'prod/web-1/app.previous': REFUSED,
      'prod/web-1/app': often('dial tcp 10.7.7.7:5432: connect: connection refused', { minutesAgo: 178 }),
    },
  },
  // What it cannot reach is down for a reason of its own.
  nearest: {
    objects: [crashing(), brokenDb()],
    logs: { 'prod/web-1/app': 'panic: dial tcp 172.16.0.55:5432: connect: connection refused\n' },
    expect: { cause: 'ConfigMapMissing', object: database },
  },
  more: {
    'leads from a name to the workload behind it': {
      objects: [crashing(), brokenDb()],
      logs: {
        'prod/web-1/app':
          'psycopg2.OperationalError: connection to server at "db" (172.16.0.55), port 5432 failed: Connection refused\n',
      },
      expect: { cause: 'ConfigMapMissing', object: database },
    },
    'leads from the environment to the workload behind it, without a log': {
      objects: [crashing(), brokenDb()],
      expect: { cause: 'ConfigMapMissing', object: database },
    },
    'is an address outside that a running program cannot reach': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often('ERROR connect ETIMEDOUT 47.98.1.2:443') },
      focus: { name: 'web' },
      expect: { cause: 'DependencyUnreachable', object: web, confidence: 'likely' },
    },
    'is what an init container waits for': {
      objects: [
        deployment('prod/web', { ready: 0 }),
        pod('prod/web-1', {
          phase: 'Pending',
          initContainers: [container({ name: 'wait', command: ['wait-for', 'queue.example.com:5672'] })],
          initStatuses: [containerStatus({ name: 'wait', state: running(20), ready: false })],
          statuses: [containerStatus({ state: waiting('PodInitializing') })],
        }),
      ],
      logs: { 'prod/web-1/wait': often('dial tcp 10.9.9.9:5672: connect: connection refused') },
      expect: { cause: 'DependencyUnreachable', object: web, also: ['InitContainerFailed'] },
    },
    'is no fault where only traces are not taken': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often('traces export: dial tcp 10.7.7.8:4317: connect: connection refused') },
      expect: undefined,
    },
  },
};
