import type { CauseCase } from '../case.ts';
import { MACHINE, onIt } from '../nodes.ts';
import { ago, containerStatus, deployment, node, pod, terminated, waiting } from '../objects.ts';

const beats = (minutes: number) => ({
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      lastHeartbeatTime: ago(minutes),
      lastTransitionTime: ago(900),
    },
  ],
});
const alert = {
  labels: { alertname: 'NodeClockSkewDetected', instance: 'node-b:9100' },
  annotations: { description: 'Clock at node-b:9100 is out of sync by more than 0.05s.' },
};
const failing = [
  ...deployment('prod/app', { ready: 0 }),
  pod('prod/app-1', {
    node: 'node-b',
    statuses: [containerStatus({ state: waiting('CrashLoopBackOff'), lastState: terminated(1), restartCount: 5 })],
  }),
];
const x509 = (when: string) => ({
  'prod/app-1/app': `panic: x509: certificate has expired or is not yet valid: current time ${when}`,
});

export const clockSkewCase: CauseCase = {
  cause: 'ClockSkew',
  firing: {
    objects: [node('node-a'), node('node-b'), onIt(true)],
    alerts: [alert],
    expect: { object: MACHINE, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a', beats(1)), node('node-b', beats(4)), node('node-c', beats(0)), onIt(true)] },
  recovered: {
    objects: [node('node-a'), node('node-b'), onIt(true)],
    alerts: [{ labels: { alertname: 'InfoInhibitor' }, annotations: {} }],
  },
  // The clock is right and the certificate is old.
  nearest: {
    objects: [node('node-a'), node('node-b'), failing],
    logs: x509('2026-11-25T12:00:00Z is after 2026-10-01T00:00:00Z'),
    expect: { cause: 'CertificateExpired', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
  },
  more: {
    'a node that is ready and reports from another time': {
      objects: [node('node-a', beats(1)), node('node-b', beats(64)), node('node-c', beats(2)), onIt(true)],
      expect: { cause: 'ClockSkew', object: MACHINE, confidence: 'likely' },
    },
    'a watcher on the node says so': {
      objects: [
        node('node-a'),
        node('node-b', {
          conditions: [{ type: 'NTPProblem', status: 'True', reason: 'NTPIsDown', lastTransitionTime: ago(30) }],
        }),
        onIt(true),
      ],
      expect: { cause: 'ClockSkew', object: MACHINE, confidence: 'likely' },
    },
    'a program that lives before the day of its certificate': {
      objects: [node('node-a'), node('node-b'), failing],
      logs: x509('2019-01-01T00:00:00Z is before 2026-01-01T00:00:00Z'),
      expect: { cause: 'ClockSkew', object: MACHINE, confidence: 'likely' },
    },
  },
};
