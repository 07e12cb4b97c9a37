import type { CauseCase } from '../case.ts';
import { ago, container, containerStatus, deployment, event, node, object, pod, waiting } from '../objects.ts';

const strict = container({
  securityContext: { runAsNonRoot: true },
  envFrom: [{ configMapRef: { name: 'app-config' } }],
});
const config = object('v1', 'ConfigMap', 'prod/app-config', { data: { A: '1' } });
const app = (ready = 0) => deployment('prod/app', { ready, containers: [strict] });
const refused = (message: string, reason = 'CreateContainerConfigError') =>
  pod('prod/app-1', {
    containers: [strict],
    phase: 'Pending',
    statuses: [containerStatus({ state: waiting(reason, message) })],
  });
const asRoot = 'container has runAsNonRoot and image will run as root (pod: "app-1_prod(uid)", container: app)';
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };
const forbidden = (name: string, minutes: number) =>
  pod(`prod/${name}`, {
    phase: 'Failed',
    statuses: [],
    ready: false,
    metadata: { creationTimestamp: ago(minutes) },
    status: {
      reason: 'SysctlForbidden',
      message: 'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted',
    },
  });

export const securityContextRejectedCase: CauseCase = {
  cause: 'SecurityContextRejected',
  firing: { objects: [node('node-a'), config, app(), refused(asRoot)], expect: { ...expect, confidence: 'proven' } },
  healthy: { objects: [node('node-a'), config, app(1), pod('prod/app-1', { containers: [strict] })] },
  recovered: {
    objects: [
      node('node-a'),
      config,
      app(1),
      pod('prod/app-1', { containers: [strict] }),
      event('Pod prod/app-1', 'Failed', `Error: ${asRoot}`, { minutesAgo: 70 }),
    ],
  },
  // The same state, for want of a ConfigMap.
  nearest: {
    objects: [
      node('node-a'),
      app(),
      refused('configmap "app-config" not found'),
      object('v1', 'ConfigMap', 'prod/other'),
    ],
    expect: { cause: 'ConfigMapMissing', ...expect },
  },
  more: {
    'the API server takes no pod with such a user': {
      objects: [
        node('node-a'),
        object('apps/v1', 'StatefulSet', 'prod/db', {
          spec: {
            replicas: 1,
            template: { spec: { securityContext: { runAsUser: -1 }, containers: [{ name: 'db' }] } },
          },
          status: { replicas: 0 },
        }),
        event(
          'StatefulSet prod/db',
          'FailedCreate',
          'create Pod db-0 in StatefulSet db failed error: Pod "db-0" is invalid: spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
          { count: 14, component: 'statefulset-controller' },
        ),
      ],
      expect: {
        cause: 'SecurityContextRejected',
        object: { kind: 'StatefulSet', namespace: 'prod', name: 'db' },
        confidence: 'proven',
      },
    },
    'a user without a number cannot be shown not to be root': {
      objects: [
        node('node-a'),
        config,
        app(),
        refused('container has runAsNonRoot and image has non-numeric user (nginx), cannot verify user is non-root'),
      ],
      expect: { cause: 'SecurityContextRejected', ...expect },
    },
    'a user that the image does not know': {
      objects: [
        node('node-a'),
        config,
        app(),
        refused('unable to find user appuser: no matching entries in passwd file', 'CreateContainerError'),
      ],
      expect: { cause: 'SecurityContextRejected', ...expect },
    },
    'the node has not loaded the AppArmor profile': {
      objects: [
        node('node-a'),
        config,
        app(),
        refused(
          'failed to create containerd container: get apparmor_parser version: apparmor profile "k8s-deny" is not loaded',
          'CreateContainerError',
        ),
      ],
      expect: { cause: 'SecurityContextRejected', ...expect },
    },
    'pods with a sysctl that the node does not allow are turned away one after the other': {
      objects: [node('node-a'), config, app(), forbidden('app-1', 5), forbidden('app-2', 4), forbidden('app-3', 3)],
      expect: { cause: 'SecurityContextRejected', ...expect, confidence: 'proven' },
    },
  },
};
