import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, node, object, pod, running, terminated, waiting } from '../objects.ts';

const told = container({ command: ['/app/sever'], args: ['--port=8080'] });
const app = (ready = 0, containers = [told]) => deployment('prod/app', { ready, containers });
const refused = (message: string, exitCode = 128, reason = 'StartError') =>
  pod('prod/app-1', {
    containers: [told],
    statuses: [
      containerStatus({
        state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container'),
        lastState: terminated(exitCode, { reason, message, lasted: 0 }),
        restartCount: 6,
      }),
    ],
  });
const crashed = (exitCode: number, containers = [container()]) =>
  pod('prod/app-1', {
    containers,
    statuses: [
      containerStatus({
        state: waiting('CrashLoopBackOff'),
        lastState: terminated(exitCode, { lasted: 0 }),
        restartCount: 6,
      }),
    ],
  });
const containerd =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app/sever": stat /app/sever: no such file or directory: unknown';
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const commandNotFoundCase: CauseCase = {
  cause: 'CommandNotFound',
  firing: { objects: [node('node-a'), app(), refused(containerd)], expect: { ...expect, confidence: 'proven' } },
  healthy: { objects: [node('node-a'), app(1), pod('prod/app-1', { containers: [told] })] },
  recovered: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', {
        containers: [told],
        statuses: [
          containerStatus({
            state: running(60),
            lastState: terminated(128, { reason: 'StartError', message: containerd, endedAgo: 61 }),
            restartCount: 3,
          }),
        ],
      }),
    ],
  },
  // It is there, but may not be executed.
  nearest: {
    objects: [
      node('node-a'),
      app(),
      refused(containerd.replace('stat /app/sever: no such file or directory', 'permission denied'), 126),
    ],
    expect: { cause: 'PermissionDenied', ...expect },
  },
  more: {
    'a command that is in no folder of the path, while the container is created': {
      objects: [
        node('node-a'),
        app(),
        pod('prod/app-1', {
          containers: [told],
          statuses: [
            containerStatus({
              state: waiting(
                'RunContainerError',
                'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "sever": executable file not found in $PATH: unknown',
              ),
              restartCount: 2,
            }),
          ],
        }),
      ],
      expect: { cause: 'CommandNotFound', ...expect, confidence: 'proven' },
    },
    'CRI-O': {
      objects: [
        node('node-a'),
        app(),
        refused('container create failed: executable file `sever` not found in $PATH: No such file or directory'),
      ],
      expect: { cause: 'CommandNotFound', ...expect },
    },
    docker: {
      objects: [
        node('node-a'),
        app(),
        refused(
          'OCI runtime create failed: container_linux.go:380: starting container process caused: exec: "sever": executable file not found in $PATH: unknown',
          127,
          'ContainerCannotRun',
        ),
      ],
      expect: { cause: 'CommandNotFound', ...expect },
    },
    'a shell that finds no command ends with 127': {
      objects: [node('node-a'), app(), crashed(127)],
      logs: { 'prod/app-1/app': 'sh: 1: gunicorn: not found' },
      expect: { cause: 'CommandNotFound', ...expect, confidence: 'proven' },
    },
    'a Job whose script is not in the image': {
      objects: [
        node('node-a'),
        object('batch/v1', 'Job', 'prod/report', {
          spec: { backoffLimit: 6, template: { spec: { containers: [] } } },
          status: { failed: 2, active: 1 },
        }),
        pod('prod/report-x1', {
          owner: { kind: 'Job', name: 'report' },
          containers: [container({ command: ['python', '/app/report.py'] })],
          phase: 'Failed',
          ready: false,
          spec: { restartPolicy: 'Never' },
          statuses: [containerStatus({ state: terminated(2) })],
        }),
      ],
      logs: { 'prod/report-x1/app': "python: can't open file '/app/report.py': [Errno 2] No such file or directory" },
      expect: {
        cause: 'CommandNotFound',
        object: { kind: 'Job', namespace: 'prod', name: 'report' },
        also: ['JobBackoffLimit'],
      },
    },
    'a command that the program itself misses later is a crash': {
      objects: [node('node-a'), app(), crashed(1)],
      logs: { 'prod/app-1/app': 'starting\nfatal: cannot render: wkhtmltopdf: command not found' },
      expect: { cause: 'AppCrash', ...expect },
    },
  },
};
