import type { CauseCase } from '../case.ts';
import { crashing, db, often, recovered, web, working } from '../depending.ts';

const CRASH = 'Error: query timed out after 30000ms\n';
const RUNNING = 'ERROR rpc error: code = DeadlineExceeded desc = context deadline exceeded';

export const dependencySlowCase: CauseCase = {
  cause: 'DependencySlow',
  firing: {
    objects: [crashing(), db()],
    logs: { 'prod/web-1/app': CRASH },
    expect: { object: web, confidence: 'likely' },
  },
  healthy: { objects: [working(), db()], logs: { 'prod/web-1/app': often('GET / 200') } },
  recovered: {
    objects: [recovered(), db()],
    logs: { 'prod/web-1/app.previous': CRASH, 'prod/web-1/app': often(RUNNING, { minutesAgo: 170 }) },
  },
  nearest: {
    objects: [crashing(), db()],
    logs: { 'prod/web-1/app': 'dial tcp 172.16.0.55:5432: connect: connection refused\n' },
    expect: { cause: 'DependencyUnreachable', object: web },
  },
  more: {
    'is read from: java.net.SocketTimeoutException: Read timed out': {
      objects: [crashing(), db()],
      logs: { 'prod/web-1/app': 'java.net.SocketTimeoutException: Read timed out\n' },
      expect: { cause: 'DependencySlow', object: web },
    },
    'is seen in a program that runs on, when an alert names it': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      alerts: [{ labels: { alertname: 'HighErrorRate', namespace: 'prod', deployment: 'web' }, annotations: {} }],
      expect: { cause: 'DependencySlow', object: web, confidence: 'likely' },
    },
    'is seen in a program that runs on, without any alert': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      expect: { cause: 'DependencySlow', object: web },
    },
    'is over when the log has taken it back': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': `${often(RUNNING)}2026-11-25T11:59:00Z reconnected to db\n` },
      expect: undefined,
    },
  },
};
