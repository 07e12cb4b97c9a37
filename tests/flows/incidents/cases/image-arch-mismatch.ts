import type { CauseCase } from '../case.ts';
import { containerStatus, deployment, node, pod, running, terminated, waiting } from '../objects.ts';

const image = 'registry.example.com/shop/app:1.4.2';
const arm = {
  ...node('node-a', { labels: { 'kubernetes.io/arch': 'arm64' } }),
  status: { nodeInfo: { architecture: 'arm64' }, conditions: [{ type: 'Ready', status: 'True' }] },
};
const app = (ready = 0) => deployment('prod/app', { ready });
const crashing = pod('prod/app-1', {
  statuses: [
    containerStatus({ state: waiting('CrashLoopBackOff'), lastState: terminated(255, { lasted: 0 }), restartCount: 6 }),
  ],
});
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const imageArchMismatchCase: CauseCase = {
  cause: 'ImageArchMismatch',
  firing: {
    objects: [
      arm,
      app(),
      pod('prod/app-1', {
        phase: 'Pending',
        statuses: [
          containerStatus({
            state: waiting(
              'ErrImagePull',
              `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": no match for platform in manifest: not found`,
            ),
          }),
        ],
      }),
    ],
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: { objects: [arm, app(1), pod('prod/app-1')] },
  recovered: {
    objects: [
      arm,
      app(1),
      pod('prod/app-1', {
        statuses: [
          containerStatus({ state: running(90), lastState: terminated(255, { endedAgo: 91 }), restartCount: 3 }),
        ],
      }),
    ],
    logs: { 'prod/app-1/app.previous': 'exec /app: exec format error' },
  },
  // The same words, but it is a script that lacks its first line.
  nearest: {
    objects: [node('node-a'), app(), crashing],
    logs: { 'prod/app-1/app': 'exec /app/start.sh: exec format error' },
    expect: { cause: 'AppCrash', ...expect },
  },
  more: {
    'the entrypoint of an official image cannot be executed': {
      objects: [node('node-a'), app(), crashing],
      logs: { 'prod/app-1/app': 'exec /usr/local/bin/docker-entrypoint.sh: exec format error' },
      expect: { cause: 'ImageArchMismatch', ...expect, confidence: 'likely' },
    },
    'a program for another processor, in a cluster with both': {
      objects: [arm, node('node-b'), app(), crashing],
      logs: { 'prod/app-1/app': 'exec /usr/local/bin/app: exec format error' },
      expect: { cause: 'ImageArchMismatch', ...expect, confidence: 'proven' },
    },
    'the runtime cannot execute the program': {
      objects: [
        node('node-a'),
        app(),
        pod('prod/app-1', {
          statuses: [
            containerStatus({
              state: waiting('CrashLoopBackOff'),
              lastState: terminated(128, {
                reason: 'StartError',
                message:
                  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "/app": exec format error: unknown',
              }),
              restartCount: 4,
            }),
          ],
        }),
      ],
      expect: { cause: 'ImageArchMismatch', ...expect, confidence: 'likely' },
    },
    'docker names the platform that is missing': {
      objects: [
        arm,
        app(),
        pod('prod/app-1', {
          phase: 'Pending',
          statuses: [
            containerStatus({
              state: waiting(
                'ErrImagePull',
                'Error response from daemon: no matching manifest for linux/arm64/v8 in the manifest list entries',
              ),
            }),
          ],
        }),
      ],
      expect: { cause: 'ImageArchMismatch', ...expect, confidence: 'proven' },
    },
  },
};
