import type { CauseCase } from '../case.ts';
import { deployment, endpoints, event, node, object, pod, service } from '../objects.ts';
import { app, pending, placed } from '../pending.ts';
import { failedCreate, refusedDeployment, set } from '../refused.ts';

const injector = object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', 'sidecar-injector', {
  webhooks: [
    {
      name: 'inject.mesh.example.com',
      failurePolicy: 'Fail',
      clientConfig: { service: { name: 'injector', namespace: 'mesh', port: 443 } },
    },
  ],
});
const theInjector = { kind: 'MutatingWebhookConfiguration', name: 'sidecar-injector' };
const message =
  'Error creating: Internal error occurred: failed calling webhook "inject.mesh.example.com": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": service "injector" not found';
const server = [
  service('mesh/injector', { ports: [{ port: 443, targetPort: 8443 }] }),
  endpoints('mesh/injector', ['injector-1'], [], 8443),
  ...deployment('mesh/injector'),
  pod('mesh/injector-1'),
];

export const webhookUnavailableCase: CauseCase = {
  cause: 'WebhookUnavailable',
  firing: {
    objects: [node('node-a'), injector, refusedDeployment({ message }), failedCreate(set, message)],
    expect: { object: theInjector, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), injector, server, placed('prod/app')] },
  recovered: {
    objects: [node('node-a'), injector, server, placed('prod/app'), failedCreate(set, message, { minutesAgo: 18 })],
  },
  nearest: {
    objects: [
      node('node-a'),
      injector,
      server,
      refusedDeployment({}),
      failedCreate(
        set,
        'Error creating: admission webhook "inject.mesh.example.com" denied the request: no mesh for this namespace',
      ),
    ],
    expect: { cause: 'WebhookDenied', object: theInjector },
  },
  more: {
    'the program behind the webhook is what is broken': {
      objects: [
        node('node-a'),
        injector,
        service('mesh/injector', { ports: [{ port: 443, targetPort: 8443 }] }),
        deployment('mesh/injector', { ready: 0, podSpec: { nodeSelector: { role: 'infra' } } }),
        pending('mesh/injector-1', "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", {
          spec: { nodeSelector: { role: 'infra' } },
        }),
        refusedDeployment({
          message: message.replace('service "injector" not found', 'no endpoints available for service "injector"'),
        }),
      ],
      expect: { cause: 'NodeSelectorMismatch', object: { kind: 'Deployment', namespace: 'mesh', name: 'injector' } },
    },
    'configurations that cannot be seen leave the owner': {
      unknown: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'Service'],
      objects: [node('node-a'), refusedDeployment({}), failedCreate(set, message)],
      expect: { cause: 'WebhookUnavailable', object: app },
    },
    'others than controllers of pods are kept from writing, too': {
      objects: [
        node('node-a'),
        injector,
        placed('prod/app'),
        event(
          'HorizontalPodAutoscaler prod/app',
          'FailedRescale',
          'New size: 3; error: Internal error occurred: failed calling webhook "inject.mesh.example.com": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": context deadline exceeded',
          { minutesAgo: 3 },
        ),
      ],
      expect: { cause: 'WebhookUnavailable', object: theInjector },
    },
  },
};
