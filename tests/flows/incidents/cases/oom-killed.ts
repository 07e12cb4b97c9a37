import type { CauseCase } from '../case.ts';
import {
  container,
  containerStatus,
  deployment,
  event,
  NOW,
  node,
  pod,
  running,
  terminated,
  waiting,
} from '../objects.ts';

const limited = container({ resources: { requests: { memory: '128Mi' }, limits: { memory: '256Mi' } } });
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };
/** A point a minute: it leaps to its limit again and again, and does not climb. */
const leaps = (name = 'app', most = 250) => [
  {
    metric: { pod: 'app-1', container: name },
    points: Array.from({ length: 60 }, (_, at): [number, number] => [
      NOW / 1000 - (60 - at) * 60,
      (at % 10 < 8 ? 0.4 : 1) * most * 2 ** 20,
    ]),
  },
];
const app = (ready: number) => deployment('prod/app', { ready, containers: [limited] });

const killed = pod('prod/app-1', {
  containers: [limited],
  statuses: [
    containerStatus({
      state: waiting('CrashLoopBackOff'),
      lastState: terminated(137, { reason: 'OOMKilled', lasted: 30 }),
      restartCount: 7,
    }),
  ],
});

export const oomKilledCase: CauseCase = {
  cause: 'OOMKilled',
  firing: {
    objects: [
      node('node-a'),
      app(0),
      pod('prod/app-1', {
        containers: [limited],
        statuses: [
          containerStatus({
            state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app pod=app-1_prod'),
            lastState: terminated(137, { reason: 'OOMKilled' }),
            restartCount: 7,
          }),
        ],
      }),
      event('Pod prod/app-1', 'BackOff', 'Back-off restarting failed container app in pod app-1_prod', { count: 30 }),
    ],
    metrics: () => leaps(),
    expect: {
      object: { kind: 'Deployment', namespace: 'prod', name: 'app' },
      confidence: 'proven',
      remedies: ['raise-memory-limit'],
    },
  },
  healthy: { objects: [node('node-a'), app(1), pod('prod/app-1', { containers: [limited] })] },
  recovered: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', {
        containers: [limited],
        statuses: [
          containerStatus({
            state: running(180),
            lastState: terminated(137, { reason: 'OOMKilled', endedAgo: 181, lasted: 20 }),
            restartCount: 3,
          }),
        ],
      }),
    ],
  },
  // SIGKILL by something else: 137 without OOMKilled. A liveness probe that kills leaves the same code.
  nearest: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', {
        containers: [limited],
        statuses: [
          containerStatus({ state: running(120), lastState: terminated(137, { endedAgo: 121 }), restartCount: 1 }),
        ],
      }),
    ],
    expect: undefined,
  },
  more: {
    'an init container that is killed for its memory': {
      objects: [
        node('node-a'),
        app(0),
        pod('prod/app-1', {
          containers: [limited],
          phase: 'Pending',
          initContainers: [container({ name: 'migrate', resources: { limits: { memory: '32Mi' } } })],
          initStatuses: [
            containerStatus({
              name: 'migrate',
              state: waiting('CrashLoopBackOff'),
              lastState: terminated(137, { reason: 'OOMKilled' }),
              restartCount: 4,
            }),
          ],
          statuses: [containerStatus({ state: waiting('PodInitializing') })],
        }),
      ],
      metrics: () => leaps('migrate', 31),
      expect: { cause: 'OOMKilled', ...expect, confidence: 'proven', remedies: ['raise-memory-limit'] },
    },
    'without a curve of its memory a leak is not excluded': {
      objects: [node('node-a'), app(0), killed],
      expect: { cause: 'OOMKilled', ...expect, confidence: 'likely', remedies: ['raise-memory-limit'] },
    },
    'a curve of two points excludes nothing': {
      objects: [node('node-a'), app(0), killed],
      metrics: () => leaps().map((one) => ({ ...one, points: one.points.slice(-2) })),
      expect: { cause: 'OOMKilled', ...expect, confidence: 'likely' },
    },
    'a limit that not even the start fits into': {
      objects: [
        node('node-a'),
        app(0),
        pod('prod/app-1', {
          containers: [limited],
          statuses: [
            containerStatus({
              state: waiting('CrashLoopBackOff'),
              lastState: terminated(128, {
                reason: 'StartError',
                message:
                  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?): unknown',
              }),
              restartCount: 5,
            }),
          ],
        }),
      ],
      expect: { cause: 'OOMKilled', ...expect, confidence: 'proven' },
    },
    'a SIGKILL at the time of a kernel report of the node is likely one': {
      objects: [
        node('node-a'),
        app(0),
        pod('prod/app-1', {
          containers: [limited],
          statuses: [
            containerStatus({ state: waiting('CrashLoopBackOff'), lastState: terminated(137), restartCount: 5 }),
          ],
        }),
        event(
          'Node node-a',
          'OOMKilling',
          'Memory cgroup out of memory: Killed process 4711 (java) total-vm:1000kB, anon-rss:262144kB',
          { minutesAgo: 2, component: 'kernel-monitor' },
        ),
      ],
      expect: { cause: 'OOMKilled', ...expect, confidence: 'likely' },
    },
    'three pods of one owner are one finding': {
      objects: [
        node('node-a'),
        app(0),
        ...[1, 2, 3].map((at) =>
          pod(`prod/app-${at}`, {
            containers: [limited],
            statuses: [
              containerStatus({
                state: running(1),
                lastState: terminated(137, { reason: 'OOMKilled', endedAgo: 1, lasted: 4 }),
                restartCount: 5 + at,
              }),
            ],
          }),
        ),
      ],
      expect: { cause: 'OOMKilled', ...expect },
    },
    'a firing alert about the OOM makes one of the first, too': {
      objects: [
        node('node-a'),
        app(1),
        pod('prod/app-1', {
          containers: [limited],
          statuses: [
            containerStatus({
              state: running(3),
              lastState: terminated(137, { reason: 'OOMKilled', endedAgo: 3, lasted: 200 }),
              restartCount: 1,
            }),
          ],
        }),
      ],
      alerts: [{ labels: { alertname: 'ContainerOOMKilled', namespace: 'prod', pod: 'app-1' }, annotations: {} }],
      expect: { cause: 'OOMKilled', ...expect },
    },
  },
};
