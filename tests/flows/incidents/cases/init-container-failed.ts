import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, node, pod, running, terminated, waiting } from '../objects.ts';

const migrate = container({ name: 'migrate', command: ['/migrate'] });
const app = (ready = 0) => deployment('prod/app', { ready, podSpec: { initContainers: [migrate] } });
const inInit = (state: Record<string, unknown>, lastState = {}, restartCount = 0, init = migrate) =>
  pod('prod/app-1', {
    phase: 'Pending',
    initContainers: [init],
    initStatuses: [containerStatus({ name: 'migrate', state, lastState, restartCount })],
    statuses: [containerStatus({ state: waiting('PodInitializing') })],
  });
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const initContainerFailedCase: CauseCase = {
  cause: 'InitContainerFailed',
  firing: {
    objects: [node('node-a'), app(), inInit(waiting('CrashLoopBackOff'), terminated(1), 6)],
    logs: { 'prod/app-1/migrate': 'applying 0042_orders\nERROR: relation "orders" already exists' },
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', {
        initContainers: [migrate],
        initStatuses: [containerStatus({ name: 'migrate', state: terminated(0), ready: true })],
      }),
    ],
  },
  recovered: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', {
        initContainers: [migrate],
        initStatuses: [
          containerStatus({
            name: 'migrate',
            state: terminated(0, { endedAgo: 60 }),
            lastState: terminated(1, { endedAgo: 62 }),
            restartCount: 4,
            ready: true,
          }),
        ],
      }),
    ],
  },
  // It never ran: its command is not there.
  nearest: {
    objects: [
      node('node-a'),
      app(),
      inInit(
        waiting('CrashLoopBackOff'),
        terminated(128, {
          reason: 'StartError',
          message: 'exec: "/migrate": stat /migrate: no such file or directory: unknown',
        }),
        3,
      ),
    ],
    expect: { cause: 'CommandNotFound', ...expect },
  },
  more: {
    'an init container that waits without end holds its pod back': {
      objects: [node('node-a'), app(), inInit(running(45))],
      logs: { 'prod/app-1/migrate': 'waiting for the licence\nwaiting for the licence' },
      expect: { cause: 'InitContainerFailed', ...expect, confidence: 'likely' },
    },
    'one that has begun only just now is given its time': {
      objects: [node('node-a'), app(), inInit(running(1))],
      expect: undefined,
    },
    'a sidecar among the init containers runs on and on as it should': {
      objects: [
        node('node-a'),
        app(1),
        pod('prod/app-1', {
          initContainers: [container({ name: 'migrate', restartPolicy: 'Always' })],
          initStatuses: [containerStatus({ name: 'migrate', state: running(300) })],
        }),
      ],
      expect: undefined,
    },
  },
};
