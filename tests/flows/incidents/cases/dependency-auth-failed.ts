import type { CauseCase } from '../case.ts';
import { client, crashing, db, often, recovered, web, working } from '../depending.ts';
import { containerStatus, object, pod, terminated } from '../objects.ts';

const CRASH = 'FATAL: password authentication failed for user "shop"\n';
const RUNNING = 'pq: password authentication failed for user "shop"';

export const dependencyAuthFailedCase: CauseCase = {
  cause: 'DependencyAuthFailed',
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
    'is seen in a Job that has failed for good': {
      objects: [
        object('batch/v1', 'Job', 'prod/migrate', {
          spec: { backoffLimit: 1, template: { spec: { containers: [client], restartPolicy: 'Never' } } },
          status: { failed: 2, conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] },
        }),
        pod('prod/migrate-x', {
          owner: { kind: 'Job', name: 'migrate' },
          containers: [client],
          phase: 'Failed',
          spec: { restartPolicy: 'Never' },
          statuses: [containerStatus({ state: terminated(1), ready: false })],
        }),
        db(),
      ],
      logs: { 'prod/migrate-x/app': CRASH },
      expect: { cause: 'DependencyAuthFailed', object: { kind: 'Job', namespace: 'prod', name: 'migrate' } },
    },
    'is nothing where a server tells what it answered': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often('level=info method=GET path=/api/user status=401 size=30') },
      expect: undefined,
    },
    'is read from: (node:1) MongoServerError: Authentication failed.': {
      objects: [crashing(), db()],
      logs: { 'prod/web-1/app': '(node:1) MongoServerError: Authentication failed.\n' },
      expect: { cause: 'DependencyAuthFailed', object: web },
    },
    'is read from: redis.exceptions.AuthenticationError: WRONGPASS invalid user': {
      objects: [crashing(), db()],
      logs: {
        'prod/web-1/app':
          'redis.exceptions.AuthenticationError: WRONGPASS invalid username-password pair or user is disabled.\n',
      },
      expect: { cause: 'DependencyAuthFailed', object: web },
    },
    "is read from: Error: Access denied for user 'shop'@'10.1.0.1' (using passw": {
      objects: [crashing(), db()],
      logs: { 'prod/web-1/app': "Error: Access denied for user 'shop'@'10.1.0.1' (using password: YES)\n" },
      expect: { cause: 'DependencyAuthFailed', object: web },
    },
    'is seen in a program that runs on, when an alert names it': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      alerts: [{ labels: { alertname: 'HighErrorRate', namespace: 'prod', deployment: 'web' }, annotations: {} }],
      expect: { cause: 'DependencyAuthFailed', object: web, confidence: 'proven' },
    },
    'is seen in a program that runs on, without any alert': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      expect: { cause: 'DependencyAuthFailed', object: web },
    },
    'is over when the log has taken it back': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': `${often(RUNNING)}2026-11-25T11:59:00Z reconnected to db\n` },
      expect: undefined,
    },
  },
};
