import type { CauseCase } from '../case.ts';
import { node, object } from '../objects.ts';
import { app, placed } from '../pending.ts';
import { failedCreate, refusedDeployment, set } from '../refused.ts';

const configuration = object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', 'image-policy', {
  webhooks: [
    {
      name: 'images.policy.example.com',
      failurePolicy: 'Fail',
      clientConfig: { service: { name: 'policy', namespace: 'policy-system', port: 443 } },
    },
  ],
});
const message =
  'Error creating: admission webhook "images.policy.example.com" denied the request: image registry.example.com/shop/app:1.4.2 is not signed';

export const webhookDeniedCase: CauseCase = {
  cause: 'WebhookDenied',
  firing: {
    objects: [node('node-a'), configuration, refusedDeployment({ message }), failedCreate(set, message)],
    expect: { object: { kind: 'ValidatingWebhookConfiguration', name: 'image-policy' }, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), configuration, placed('prod/app')] },
  recovered: {
    objects: [node('node-a'), configuration, placed('prod/app'), failedCreate(set, message, { minutesAgo: 20 })],
  },
  nearest: {
    objects: [
      node('node-a'),
      configuration,
      refusedDeployment({}),
      failedCreate(
        set,
        'Error creating: Internal error occurred: failed calling webhook "images.policy.example.com": failed to call webhook: Post "https://policy.policy-system.svc:443/validate?timeout=10s": dial tcp 172.16.0.9:443: connect: connection refused',
      ),
    ],
    expect: {
      cause: 'WebhookUnavailable',
      object: { kind: 'ValidatingWebhookConfiguration', name: 'image-policy' },
    },
  },
  more: {
    'configurations that cannot be seen leave the owner': {
      unknown: ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'],
      objects: [node('node-a'), refusedDeployment({ message })],
      expect: { cause: 'WebhookDenied', object: app, confidence: 'proven' },
    },
    'a validating admission policy': {
      objects: [
        node('node-a'),
        refusedDeployment({}),
        failedCreate(
          set,
          "Error creating: pods \"app-x\" is forbidden: ValidatingAdmissionPolicy 'no-latest' with binding 'no-latest' denied request: images must have a tag",
        ),
      ],
      expect: { cause: 'WebhookDenied', object: app },
    },
    'what a webhook says about quotas is its own affair': {
      objects: [
        node('node-a'),
        configuration,
        refusedDeployment({}),
        failedCreate(
          set,
          'Error creating: admission webhook "images.policy.example.com" denied the request: exceeded quota: team, requested: pods=1, used: pods=1, limited: pods=1',
        ),
      ],
      expect: {
        cause: 'WebhookDenied',
        object: { kind: 'ValidatingWebhookConfiguration', name: 'image-policy' },
      },
    },
  },
};
