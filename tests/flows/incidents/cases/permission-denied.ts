import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, node, pod, running, terminated, waiting } from '../objects.ts';

const strict = container({ securityContext: { runAsUser: 1000, readOnlyRootFilesystem: true } });
const app = (ready = 0) => deployment('prod/app', { ready, containers: [strict] });
const crashing = (exitCode = 1, more = {}) =>
  pod('prod/app-1', {
    containers: [strict],
    statuses: [
      containerStatus({ state: waiting('CrashLoopBackOff'), lastState: terminated(exitCode, more), restartCount: 6 }),
    ],
  });
const logs = (text: string) => ({ 'prod/app-1/app': text });
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const permissionDeniedCase: CauseCase = {
  cause: 'PermissionDenied',
  firing: {
    objects: [node('node-a'), app(), crashing()],
    logs: logs(
      "node:internal/process\nError: EACCES: permission denied, open '/data/db.sqlite'\n    at Object.openSync (node:fs:573:18)",
    ),
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: {
    objects: [node('node-a'), app(1), pod('prod/app-1', { containers: [strict] })],
    logs: logs('ls: /root: Permission denied'),
  },
  recovered: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', {
        containers: [strict],
        statuses: [
          containerStatus({ state: running(60), lastState: terminated(1, { endedAgo: 61 }), restartCount: 4 }),
        ],
      }),
    ],
    logs: { 'prod/app-1/app.previous': "Error: EACCES: permission denied, open '/data/db.sqlite'" },
  },
  // It may; the file is not there.
  nearest: {
    objects: [node('node-a'), app(), crashing()],
    logs: logs("Error: ENOENT: no such file or directory, open '/data/db.sqlite'"),
    expect: { cause: 'AppCrash', ...expect },
  },
  more: {
    'a root file system that is read-only': {
      objects: [node('node-a'), app(), crashing()],
      logs: logs('nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)'),
      expect: { cause: 'PermissionDenied', ...expect, confidence: 'proven' },
    },
    'a low port without the right to it': {
      objects: [node('node-a'), app(), crashing()],
      logs: logs('nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)'),
      expect: { cause: 'PermissionDenied', ...expect, confidence: 'proven' },
    },
    'a program file that may not be executed': {
      objects: [
        node('node-a'),
        app(),
        crashing(126, {
          reason: 'StartError',
          message:
            'failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/entrypoint.sh": permission denied: unknown',
        }),
      ],
      expect: { cause: 'PermissionDenied', ...expect, confidence: 'proven' },
    },
    'a refusal that the program got over before it crashed of something else': {
      objects: [node('node-a'), app(), crashing()],
      logs: logs(
        [
          'chown: /data: Operation not permitted',
          ...Array.from({ length: 30 }, (_, at) => `step ${at}`),
          'panic: index out of range [3] with length 3',
        ].join('\n'),
      ),
      expect: { cause: 'AppCrash', ...expect },
    },
  },
};
