import type { CauseCase } from '../case.ts';
import { ago, deployment, node, object, pod, type Raw, service } from '../objects.ts';

const web = [node('node-a'), deployment('prod/web'), pod('prod/web-1'), service('prod/web')];
const gateway = (conditions: Raw[] = []): Raw =>
  object('gateway.networking.k8s.io/v1', 'Gateway', 'prod/edge', {
    spec: { gatewayClassName: 'x', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
    status: { conditions, listeners: [] },
  });
const route = (spec: Raw, conditions: Raw[] = [], metadata: Raw = {}): Raw =>
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', 'prod/web', {
    metadata,
    spec: { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }], ...spec },
    status: { parents: [{ parentRef: { name: 'edge' }, conditions }] },
  });
const accepted = [
  { type: 'Accepted', status: 'True', reason: 'Accepted' },
  { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs' },
];
const wrong = { kind: 'HTTPRoute', namespace: 'prod', name: 'web' };
const refused = (type: string, reason: string, minutes = 20): Raw[] => [
  { type, status: 'False', reason, message: 'see spec', lastTransitionTime: ago(minutes) },
];

export const gatewayMisrouteCase: CauseCase = {
  cause: 'GatewayMisroute',
  firing: {
    objects: [...web, gateway(), route({ rules: [{ backendRefs: [{ name: 'webb', port: 80 }] }] })],
    expect: { object: wrong, confidence: 'proven' },
  },
  healthy: { objects: [...web, gateway(), route({}, accepted)] },
  // Refused a moment ago, while the controller is still at it.
  recovered: { objects: [...web, gateway(), route({}, accepted), service('prod/webb', { selector: { app: 'web' } })] },
  nearest: {
    objects: [...web.slice(0, -1), service('prod/web', { selector: { app: 'wbe' } }), gateway(), route({}, accepted)],
    expect: { cause: 'ServiceSelectorMismatch', object: { kind: 'Service', namespace: 'prod', name: 'web' } },
  },
  more: {
    'is found where the Service has no such port': {
      objects: [...web, gateway(), route({ rules: [{ backendRefs: [{ name: 'web', port: 8080 }] }] })],
      expect: { cause: 'GatewayMisroute', object: wrong },
    },
    'is found where the Gateway or its listener does not exist': {
      objects: [...web, gateway(), route({ parentRefs: [{ name: 'edge', sectionName: 'https' }] })],
      expect: { cause: 'GatewayMisroute', object: wrong },
    },
    'is found by what the controller says': {
      objects: [...web, route({}, refused('Accepted', 'NoMatchingListenerHostname'))],
      unknown: ['Gateway', 'Service'],
      expect: { cause: 'GatewayMisroute', object: wrong },
    },
    'is likely of a Gateway that was not set up': {
      objects: [...web, gateway(refused('Programmed', 'AddressNotAssigned')), route({}, accepted)],
      expect: { cause: 'GatewayMisroute', object: { kind: 'Gateway', namespace: 'prod', name: 'edge' } },
    },
    'says nothing while the controller is still at it': {
      objects: [...web, gateway(), route({}, refused('ResolvedRefs', 'BackendNotFound', 1))],
      expect: undefined,
    },
  },
};
