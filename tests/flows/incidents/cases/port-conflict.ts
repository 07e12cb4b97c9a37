import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, node, pod, running, terminated, waiting } from '../objects.ts';

const app1 = container({ ports: [{ containerPort: 8080 }] });
const admin = container({ name: 'admin', ports: [{ containerPort: 8080 }] });
const app = (ready = 0) => deployment('prod/app', { ready, containers: [app1, admin] });
const both = (second: Record<string, unknown>) =>
  pod('prod/app-1', {
    containers: [app1, admin],
    statuses: [containerStatus(), containerStatus({ name: 'admin', ...second })],
  });
const crashing = { state: waiting('CrashLoopBackOff'), lastState: terminated(1), restartCount: 5 };
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const portConflictCase: CauseCase = {
  cause: 'PortConflict',
  firing: {
    objects: [node('node-a'), app(), both(crashing)],
    logs: { 'prod/app-1/admin': '2026/11/25 11:58:00 listen tcp :8080: bind: address already in use' },
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), app(1), both({})] },
  recovered: {
    objects: [
      node('node-a'),
      app(1),
      both({ state: running(70), lastState: terminated(1, { endedAgo: 71 }), restartCount: 4 }),
    ],
    logs: { 'prod/app-1/admin.previous': 'listen tcp :8080: bind: address already in use' },
  },
  // The port is free, but not for this user.
  nearest: {
    objects: [node('node-a'), app(), both(crashing)],
    logs: { 'prod/app-1/admin': 'listen tcp :80: bind: permission denied' },
    expect: { cause: 'PermissionDenied', ...expect },
  },
  more: {
    'without a log, two containers that declare the same port are likely why': {
      objects: [node('node-a'), app(), both(crashing)],
      expect: { cause: 'PortConflict', ...expect, confidence: 'likely' },
    },
    'a program that starts twice takes its own port': {
      objects: [
        node('node-a'),
        deployment('prod/app', { ready: 0 }),
        pod('prod/app-1', { statuses: [containerStatus(crashing)] }),
      ],
      logs: { 'prod/app-1/app': 'Error: listen EADDRINUSE: address already in use :::3000' },
      expect: { cause: 'PortConflict', ...expect, confidence: 'likely' },
    },
    'on the host network it is a program of the node': {
      objects: [
        node('node-a'),
        deployment('prod/app', { ready: 0 }),
        pod('prod/app-1', { spec: { hostNetwork: true }, statuses: [containerStatus(crashing)] }),
      ],
      logs: { 'prod/app-1/app': '[emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)' },
      expect: { cause: 'PortConflict', ...expect, confidence: 'proven' },
    },
  },
};
