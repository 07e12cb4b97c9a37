import type { CauseCase } from '../case.ts';
import { crashing, db, often, recovered, web, working } from '../depending.ts';

const CRASH = 'Error: Request failed with status code 429\n';
const RUNNING = 'ERROR payment call failed: 429 Too Many Requests from https://pay.example.com/v1/charges';

export const dependencyRateLimitedCase: CauseCase = {
  cause: 'DependencyRateLimited',
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
    'is read from: software.amazon.awssdk.services.x.model.ThrottlingException:': {
      objects: [crashing(), db()],
      logs: { 'prod/web-1/app': 'software.amazon.awssdk.services.x.model.ThrottlingException: Rate exceeded\n' },
      expect: { cause: 'DependencyRateLimited', object: web },
    },
    'is seen in a program that runs on, when an alert names it': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      alerts: [{ labels: { alertname: 'HighErrorRate', namespace: 'prod', deployment: 'web' }, annotations: {} }],
      expect: { cause: 'DependencyRateLimited', object: web, confidence: 'proven' },
    },
    'is seen in a program that runs on, without any alert': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': often(RUNNING) },
      expect: { cause: 'DependencyRateLimited', object: web },
    },
    'is over when the log has taken it back': {
      objects: [working(), db()],
      logs: { 'prod/web-1/app': `${often(RUNNING)}2026-11-25T11:59:00Z reconnected to db\n` },
      expect: undefined,
    },
  },
};
