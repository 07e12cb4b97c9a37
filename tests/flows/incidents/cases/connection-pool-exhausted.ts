import type { CauseCase } from '../case.ts';
import { crashing, db, often, recovered, web, working } from '../depending.ts';

const CRASH = 'FATAL: sorry, too many clients already\n';
const RUNNING = 'HikariPool-1 - Connection is not available, request timed out after 30000ms.';

export const connectionPoolExhaustedCase: CauseCase = {
  cause: 'ConnectionPoolExhausted',
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
    'is read from: FATAL: remaining connection slots are reserved for non-repli': {
      objects: [crashing(), db()],
      logs: {
        'prod/web-1/app': 'FATAL: remaining connection slots are reserved for non-replication superuser connections\n',
      },
      expect: { cause: 'ConnectionPoolExhausted', object: web },
    },
    'is read from: sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overf': {
      objects: [crashing(), db()],
      logs: {
        'prod/web-1/app':
          'sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00\n',
      },
      expect: { cause: 'ConnectionPoolExhausted', object: web },
    },
    'is seen in a program that runs on, when an alert names it': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      alerts: [{ labels: { alertname: 'HighErrorRate', namespace: 'prod', deployment: 'web' }, annotations: {} }],
      expect: { cause: 'ConnectionPoolExhausted', object: web, confidence: 'proven' },
    },
    'is seen in a program that runs on, without any alert': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      expect: { cause: 'ConnectionPoolExhausted', object: web },
    },
    'is over when the log has taken it back': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': `${often(RUNNING)}2026-11-25T11:59:00Z reconnected to db\n` },
      expect: undefined,
    },
  },
};
