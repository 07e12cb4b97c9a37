import type { CauseCase } from '../case.ts';
import { node, object } from '../objects.ts';
import { app, placed } from '../pending.ts';
import { failedCreate, forbidden, refusedDeployment, set } from '../refused.ts';

const restricted = object('v1', 'Namespace', 'prod', {
  metadata: { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
  status: { phase: 'Active' },
});
const message = forbidden(
  'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true)',
);

export const podSecurityDeniedCase: CauseCase = {
  cause: 'PodSecurityDenied',
  firing: {
    objects: [node('node-a'), restricted, refusedDeployment({ message }), failedCreate(set, message)],
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), restricted, placed('prod/app')] },
  recovered: {
    objects: [node('node-a'), restricted, placed('prod/app'), failedCreate(set, message, { minutesAgo: 35 })],
  },
  nearest: {
    objects: [
      node('node-a'),
      restricted,
      refusedDeployment({}),
      failedCreate(
        set,
        'Error creating: admission webhook "validation.gatekeeper.sh" denied the request: [psp-privileged] Privileged container is not allowed: app',
      ),
    ],
    expect: { cause: 'WebhookDenied', object: app },
  },
  more: {
    'a pod security policy, before Kubernetes 1.25': {
      objects: [
        node('node-a'),
        refusedDeployment({}),
        failedCreate(
          set,
          forbidden(
            'PodSecurityPolicy: unable to admit pod: [spec.containers[0].securityContext.privileged: Invalid value: true: Privileged containers are not allowed]',
            'app-',
          ),
        ),
      ],
      expect: { cause: 'PodSecurityDenied', object: app },
    },
    'a DaemonSet on the host network': {
      objects: [
        node('node-a'),
        restricted,
        object('apps/v1', 'DaemonSet', 'prod/agent', {
          spec: { template: { spec: { hostNetwork: true } } },
          status: { desiredNumberScheduled: 1, currentNumberScheduled: 0, numberReady: 0 },
        }),
        failedCreate(
          'DaemonSet prod/agent',
          forbidden('violates PodSecurity "baseline:v1.30": host namespaces (hostNetwork=true)', 'agent-x'),
        ),
      ],
      expect: { cause: 'PodSecurityDenied', object: { kind: 'DaemonSet', namespace: 'prod', name: 'agent' } },
    },
  },
};
