import type { CauseCase } from '../case.ts';
import { deployment, node, pod, service } from '../objects.ts';

const web = [node('node-a'), deployment('prod/web', { replicas: 2 }), pod('prod/web-1'), pod('prod/web-2')];
const applied = (spec: object) => ({
  'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ kind: 'Service', spec }),
});
const wrong = { kind: 'Service', namespace: 'prod', name: 'web' };

export const serviceSelectorMismatchCase: CauseCase = {
  cause: 'ServiceSelectorMismatch',
  firing: {
    objects: [...web, service('prod/web', { selector: { app: 'web', tier: 'fronted' } })],
    expect: { object: wrong, confidence: 'proven', remedies: ['fix-service-selector'] },
  },
  healthy: { objects: [...web, service('prod/web')] },
  // The pods were given the label that the selector asks for.
  recovered: {
    objects: [
      node('node-a'),
      deployment('prod/web', { labels: { app: 'web', tier: 'fronted' } }),
      pod('prod/web-1', { labels: { tier: 'fronted' } }),
      service('prod/web', { selector: { app: 'web', tier: 'fronted' } }),
    ],
  },
  // The selector is right, there are only no copies.
  nearest: {
    objects: [node('node-a'), deployment('prod/web', { replicas: 0 }), service('prod/web')],
    expect: { cause: 'ScaledToZero', object: { kind: 'Deployment', namespace: 'prod', name: 'web' } },
  },
  more: {
    'is found where a word is misspelt': {
      objects: [...web, service('prod/web', { selector: { app: 'wbe' } })],
      expect: { cause: 'ServiceSelectorMismatch', object: wrong, confidence: 'proven' },
    },
    'is found by the labels where the names differ': {
      objects: [...web, service('prod/storefront', { selector: { app: 'web', track: 'blue' } })],
      expect: {
        cause: 'ServiceSelectorMismatch',
        object: { ...wrong, name: 'storefront' },
        confidence: 'likely',
        remedies: ['fix-service-selector'],
      },
    },
    'is found by what the Service was applied with': {
      objects: [
        ...web,
        {
          ...service('prod/entry', { selector: { role: 'gone' } }),
          metadata: { namespace: 'prod', name: 'entry', annotations: applied({ selector: { app: 'web' } }) },
        },
      ],
      expect: {
        cause: 'ServiceSelectorMismatch',
        object: { ...wrong, name: 'entry' },
        confidence: 'proven',
        remedies: ['fix-service-selector'],
      },
    },
    'is found where the selector was taken away': {
      objects: [
        ...web,
        {
          ...service('prod/web', { selector: {} }),
          metadata: { namespace: 'prod', name: 'web', annotations: applied({ selector: { app: 'web' } }) },
        },
      ],
      expect: { cause: 'ServiceSelectorMismatch', object: wrong, confidence: 'proven' },
    },
    'is found where the Service selects the pods of another one': {
      objects: [
        ...web,
        deployment('prod/cart'),
        pod('prod/cart-1'),
        service('prod/web', { selector: { app: 'cart' } }),
        service('prod/cart'),
      ],
      expect: { cause: 'ServiceSelectorMismatch', object: wrong, remedies: ['fix-service-selector'] },
    },
    'is found where Deployments cannot be looked at': {
      objects: [pod('prod/web-1'), service('prod/web', { selector: { app: 'web', current: 'x' } })],
      unknown: ['Deployment', 'ReplicaSet', 'Node'],
      expect: { cause: 'ServiceSelectorMismatch', object: wrong },
    },
    'says nothing of a Service for the elected leader, a second colour, or one without a selector': {
      objects: [
        ...web,
        service('prod/web'),
        service('prod/web-master', { selector: { app: 'web', role: 'master' } }),
        service('prod/web-preview', { selector: { app: 'web', color: 'green' } }),
        service('prod/outside', { selector: {} }),
        service('prod/left-over', { selector: { app: 'long-gone' } }),
      ],
      expect: undefined,
    },
    'says nothing where the pods could not be looked at': {
      objects: [deployment('prod/web'), service('prod/web', { selector: { app: 'wbe' } })],
      unknown: ['Pod'],
      expect: undefined,
    },
  },
};
