import type { CauseCase } from '../case.ts';
import {
  ago,
  container,
  containerStatus,
  deployment,
  event,
  node,
  object,
  pod,
  running,
  terminated,
  waiting,
} from '../objects.ts';

const app = (ready = 0, containers = [container()]) => deployment('prod/app', { ready, containers });
const crashing = (exitCode: number, containers = [container()], reason = exitCode === 0 ? 'Completed' : 'Error') =>
  pod('prod/app-1', {
    containers,
    statuses: [
      containerStatus({
        state: waiting('CrashLoopBackOff'),
        lastState: terminated(exitCode, { reason }),
        restartCount: 6,
      }),
    ],
  });
const panic =
  'starting\npanic: runtime error: invalid memory address or nil pointer dereference\ngoroutine 1 [running]:\nmain.main()\nexit status 2';
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };
const job = (status: Record<string, unknown>) =>
  object('batch/v1', 'Job', 'prod/report', {
    spec: { backoffLimit: 6, template: { spec: { containers: [container()] } } },
    status,
  });
const jobPod = (name: string, exitCode: number, minutes: number) =>
  pod(`prod/${name}`, {
    owner: { kind: 'Job', name: 'report' },
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    ready: false,
    metadata: { creationTimestamp: ago(minutes) },
    spec: { restartPolicy: 'Never' },
    statuses: [containerStatus({ state: terminated(exitCode, { endedAgo: minutes - 1 }) })],
  });

export const appCrashCase: CauseCase = {
  cause: 'AppCrash',
  firing: {
    objects: [node('node-a'), app(), crashing(2)],
    logs: { 'prod/app-1/app': panic },
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: {
    objects: [node('node-a'), app(1), pod('prod/app-1')],
    logs: { 'prod/app-1/app': 'ERROR a request failed' },
  },
  recovered: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', {
        statuses: [
          containerStatus({ state: running(120), lastState: terminated(2, { endedAgo: 121 }), restartCount: 5 }),
        ],
      }),
      event('Pod prod/app-1', 'BackOff', 'Back-off restarting failed container app in pod app-1_prod', {
        minutesAgo: 50,
      }),
    ],
    logs: { 'prod/app-1/app.previous': panic },
  },
  // The kernel ended it, not the program.
  nearest: {
    objects: [
      node('node-a'),
      app(0, [container({ resources: { limits: { memory: '64Mi' } } })]),
      crashing(137, [container({ resources: { limits: { memory: '64Mi' } } })], 'OOMKilled'),
    ],
    expect: { cause: 'OOMKilled', ...expect },
  },
  more: {
    'a program that runs out of its own heap crashes with its own words': {
      objects: [node('node-a'), app(), crashing(1)],
      logs: {
        'prod/app-1/app':
          'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat shop.Cache.grow(Cache.java:12)',
      },
      expect: { cause: 'AppCrash', ...expect, confidence: 'proven' },
    },
    'without logs it is likely no more than a crash': {
      objects: [node('node-a'), app(), crashing(1)],
      expect: { cause: 'AppCrash', ...expect, confidence: 'symptom' },
    },
    'a program that is done at once where it should stay': {
      objects: [node('node-a'), app(), crashing(0)],
      logs: { 'prod/app-1/app': 'usage: app [serve|migrate]' },
      expect: { cause: 'AppCrash', ...expect, confidence: 'likely' },
    },
    'a program that comes up again every two minutes is failing between the crashes, too': {
      objects: [
        node('node-a'),
        app(1),
        pod('prod/app-1', {
          statuses: [
            containerStatus({
              state: running(1),
              lastState: terminated(2, { endedAgo: 1, lasted: 2 }),
              restartCount: 9,
            }),
          ],
        }),
      ],
      logs: { 'prod/app-1/app.previous': panic, 'prod/app-1/app': 'starting' },
      expect: { cause: 'AppCrash', ...expect, confidence: 'proven' },
    },
    'ended by a signal, and nothing says whose: seen, not explained': {
      objects: [node('node-a'), app(), crashing(137)],
      unknown: ['Event'],
      expect: { cause: 'AppCrash', ...expect, confidence: 'symptom' },
    },
    'a Job that fails again and again': {
      objects: [node('node-a'), job({ failed: 3, active: 0 }), jobPod('report-a', 1, 30), jobPod('report-b', 1, 20)],
      logs: { 'prod/report-a/app': 'ValueError: no rows', 'prod/report-b/app': 'ValueError: no rows' },
      expect: {
        cause: 'AppCrash',
        object: { kind: 'Job', namespace: 'prod', name: 'report' },
        also: ['JobBackoffLimit'],
      },
    },
    'a Job that came through at the second try is no fault': {
      objects: [
        node('node-a'),
        job({ failed: 1, succeeded: 1, conditions: [{ type: 'Complete', status: 'True' }] }),
        jobPod('report-a', 1, 30),
        jobPod('report-b', 0, 20),
      ],
      expect: undefined,
    },
    'one restart an hour ago is over': {
      objects: [
        node('node-a'),
        app(1),
        pod('prod/app-1', {
          statuses: [
            containerStatus({ state: running(58), lastState: terminated(1, { endedAgo: 58 }), restartCount: 1 }),
          ],
        }),
      ],
      expect: undefined,
    },
  },
};
