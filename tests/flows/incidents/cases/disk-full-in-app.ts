import type { CauseCase } from '../case.ts';
import { crashing, db, often, recovered, web, working } from '../depending.ts';

const CRASH = 'OSError: [Errno 28] No space left on device\n';
const RUNNING = 'ERROR write /data/spool/7: no space left on device';

export const diskFullInAppCase: CauseCase = {
  cause: 'DiskFullInApp',
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
    'is read from: PANIC:  could not write to file "pg_wal/xlogtemp.30": No spa': {
      objects: [crashing(), db()],
      logs: { 'prod/web-1/app': 'PANIC:  could not write to file "pg_wal/xlogtemp.30": No space left on device\n' },
      expect: { cause: 'DiskFullInApp', object: web },
    },
    'is seen in a program that runs on, when an alert names it': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      alerts: [{ labels: { alertname: 'HighErrorRate', namespace: 'prod', deployment: 'web' }, annotations: {} }],
      expect: { cause: 'DiskFullInApp', object: web, confidence: 'proven' },
    },
    'is seen in a program that runs on, without any alert': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      expect: { cause: 'DiskFullInApp', object: web },
    },
    'is over when the log has taken it back': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': `${often(RUNNING)}2026-11-25T11:59:00Z reconnected to db\n` },
      expect: undefined,
    },
  },
};
