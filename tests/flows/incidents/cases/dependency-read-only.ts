import type { CauseCase } from '../case.ts';
import { crashing, db, often, recovered, web, working } from '../depending.ts';

const CRASH = 'ERROR: cannot execute INSERT in a read-only transaction\n';
const RUNNING = 'ERROR: cannot execute INSERT in a read-only transaction';

export const dependencyReadOnlyCase: CauseCase = {
  cause: 'DependencyReadOnly',
  firing: {
    objects: [crashing(), db()],
    logs: { 'prod/web-1/app': CRASH },
    expect: { object: web, confidence: 'proven' },
  },
  healthy: { objects: [working(), db()], logs: { 'prod/web-1/app': often('GET / 200') } },
  recovered: {
    objects: [recovered(), db()],
    logs: { 'prod/web-1/app.previous': CRASH, 'prod/web-1/app': often(RUNNING, { minutesAgo: 170 }) },
  },
  nearest: {
    objects: [crashing(), db()],
    logs: { 'prod/web-1/app': 'ValueError: bad configuration\n' },
    expect: { cause: 'AppCrash', object: web },
  },
  more: {
    "is read from: redis.exceptions.ReadOnlyError: READONLY You can't write aga": {
      objects: [crashing(), db()],
      logs: {
        'prod/web-1/app': "redis.exceptions.ReadOnlyError: READONLY You can't write against a read only replica.\n",
      },
      expect: { cause: 'DependencyReadOnly', object: web },
    },
    'is read from: ERROR 1290 (HY000): The MySQL server is running with the --r': {
      objects: [crashing(), db()],
      logs: {
        'prod/web-1/app':
          'ERROR 1290 (HY000): The MySQL server is running with the --read-only option so it cannot execute this statement\n',
      },
      expect: { cause: 'DependencyReadOnly', object: web },
    },
    'is seen in a program that runs on, when an alert names it': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      alerts: [{ labels: { alertname: 'HighErrorRate', namespace: 'prod', deployment: 'web' }, annotations: {} }],
      expect: { cause: 'DependencyReadOnly', object: web, confidence: 'proven' },
    },
    'is seen in a program that runs on, without any alert': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      expect: { cause: 'DependencyReadOnly', object: web },
    },
    'is over when the log has taken it back': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': `${often(RUNNING)}2026-11-25T11:59:00Z reconnected to db\n` },
      expect: undefined,
    },
  },
};
