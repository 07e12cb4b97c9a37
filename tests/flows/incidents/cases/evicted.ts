import type { CauseCase } from '../case.ts';
import { ago, container, containerStatus, deployment, node, object, pod, terminated, waiting } from '../objects.ts';

const cache = container({ resources: { limits: { 'ephemeral-storage': '1Gi' } } });
const app = (ready: number) => deployment('prod/app', { ready, containers: [cache] });
const own = 'Pod ephemeral local storage usage exceeds the total limit of containers 1Gi. ';
const nodes = 'The node was low on resource: ephemeral-storage. Threshold quantity: 10Gi, available: 9Gi. ';
const evicted = (name: string, minutes: number, message = own, owner?: { kind: string; name: string } | null) =>
  pod(`prod/${name}`, {
    containers: [cache],
    ...(owner !== undefined && { owner }),
    phase: 'Failed',
    ready: false,
    statuses: [],
    metadata: { creationTimestamp: ago(minutes + 20) },
    status: {
      reason: 'Evicted',
      message,
      conditions: [
        { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', lastTransitionTime: ago(minutes) },
      ],
    },
  });
const starting = pod('prod/app-9', { containers: [cache], statuses: [containerStatus({ ready: false })] });
const full = node('node-a', {
  conditions: [{ type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure', lastTransitionTime: ago(30) }],
});
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const evictedCase: CauseCase = {
  cause: 'Evicted',
  firing: {
    objects: [
      node('node-a'),
      app(1),
      evicted('app-1', 50),
      evicted('app-2', 30),
      evicted('app-3', 10),
      pod('prod/app-9'),
    ],
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), app(1), pod('prod/app-9', { containers: [cache] })] },
  recovered: {
    objects: [node('node-a'), app(1), evicted('app-1', 50, nodes), evicted('app-2', 45, nodes), pod('prod/app-9')],
  },
  // The node is still full: that is what has to change.
  nearest: {
    objects: [
      full,
      app(1),
      evicted('app-1', 10, nodes),
      evicted('app-2', 6, nodes),
      evicted('app-3', 3, nodes),
      pod('prod/app-9'),
    ],
    expect: { cause: 'NodeDiskPressure', object: { kind: 'Node', name: 'node-a' } },
  },
  more: {
    'the last one was put out minutes ago and its successor is not ready': {
      objects: [node('node-a'), app(0), evicted('app-1', 4), starting],
      expect: { cause: 'Evicted', ...expect },
    },
    'a bare pod that was put out comes not back': {
      objects: [node('node-a'), evicted('tool', 200, nodes, null)],
      expect: { cause: 'Evicted', object: { kind: 'Pod', namespace: 'prod', name: 'tool' }, confidence: 'likely' },
    },
    'a Job that was put out and came through is no fault': {
      objects: [
        node('node-a'),
        object('batch/v1', 'Job', 'prod/report', {
          spec: { template: { spec: { containers: [cache] } } },
          status: {
            succeeded: 1,
            failed: 1,
            completionTime: ago(10),
            conditions: [{ type: 'Complete', status: 'True' }],
          },
        }),
        evicted('report-a', 40, nodes, { kind: 'Job', name: 'report' }),
        pod('prod/report-b', {
          owner: { kind: 'Job', name: 'report' },
          phase: 'Succeeded',
          ready: false,
          statuses: [containerStatus({ state: terminated(0) })],
        }),
      ],
      expect: undefined,
    },
    'what was put out hours ago and crashes now is a crash': {
      objects: [
        node('node-a'),
        app(0),
        evicted('app-1', 300, nodes),
        pod('prod/app-9', {
          containers: [cache],
          statuses: [
            containerStatus({ state: waiting('CrashLoopBackOff'), lastState: terminated(1), restartCount: 5 }),
          ],
        }),
      ],
      logs: { 'prod/app-9/app': 'panic: boom' },
      expect: { cause: 'AppCrash', ...expect },
    },
  },
};
