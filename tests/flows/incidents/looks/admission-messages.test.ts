import { expect, test } from 'vitest';
import { readRefusal } from '../../../../flows/incidents/looks/admission-messages.ts';

test('a quota is read with every resource that it has no more of', () => {
  expect(
    readRefusal(
      'Error creating: pods "app-x" is forbidden: exceeded quota: team-a, requested: limits.cpu=500m,limits.memory=1Gi, used: limits.cpu=2,limits.memory=4Gi, limited: limits.cpu=2,limits.memory=4Gi',
    ),
  ).toEqual({
    kind: 'quota',
    quota: 'team-a',
    overdrawn: [
      { resource: 'limits.cpu', requested: '500m', used: '2', limited: '2' },
      { resource: 'limits.memory', requested: '1Gi', used: '4Gi', limited: '4Gi' },
    ],
  });
});

test.each([
  [
    '(combined from similar events): Error creating: pods "a" is forbidden: failed quota: q: must specify limits.cpu for: a',
    'needs-limits',
  ],
  ['pods "a" is forbidden: minimum cpu usage per Container is 100m, but request is 10m', 'limit-range'],
  [
    'persistentvolumeclaims "a" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 4Gi',
    'limit-range',
  ],
  ['pods "a" is forbidden: maximum memory usage per Container is 1Gi.  No limit is specified', 'limit-range'],
  [
    'pods "a" is forbidden: violates PodSecurity "baseline:latest": privileged (container "a" must not set securityContext.privileged=true)',
    'pod-security',
  ],
  [
    'pods "a-" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden]',
    'pod-security',
  ],
  ['admission webhook "v.example.com" denied the request without explanation', 'webhook-denied'],
  [
    'Internal error occurred: failed calling webhook "v.example.com": Post "https://a.b.svc:443/v?timeout=30s": x509: certificate signed by unknown authority',
    'webhook-unavailable',
  ],
  [
    'Internal error occurred: failed calling webhook "v.example.com": the server could not find the requested resource',
    'webhook-unavailable',
  ],
])('%s', (message, kind) => {
  expect(readRefusal(message)?.kind).toBe(kind);
});

test.each([
  'Error creating: pods "app-x" is forbidden: error looking up service account prod/app: serviceaccount "app" not found',
  'Error creating: pods "app-x" is forbidden: no PriorityClass with name gold was found',
  'Created pod: app-x',
])('%s is about something else', (message) => {
  expect(readRefusal(message)).toBeUndefined();
});

test('the service behind a webhook is taken from its address', () => {
  const refusal = readRefusal(
    'failed calling webhook "v.example.com": failed to call webhook: Post "https://injector.mesh.svc:443/inject?timeout=10s": dial tcp: connection refused',
  );
  expect(refusal).toMatchObject({ service: { namespace: 'mesh', name: 'injector' } });
});

test('hostile messages are read at once', () => {
  const hostile = ['exceeded quota: ', 'requested: a=', 'maximum ', 'admission webhook "'].map((part) =>
    part.repeat(50_000),
  );
  for (const message of hostile) expect(readRefusal(message)).toBeUndefined();
});
