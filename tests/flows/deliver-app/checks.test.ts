import { describe, expect, test } from 'vitest';
import type { Candidate, Part } from '../../../flows/deliver-app/checks/check.ts';
import { examine } from '../../../flows/deliver-app/checks/registry.ts';
import type { Facts } from '../../../flows/deliver-app/facts.ts';
import { type Manifest, manifestSchema, replicasOf, templateOf } from '../../../flows/deliver-app/objects.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type { JsonObject } from '../../../src/tools/types.ts';

const words = loadMessages('templates/messages');

const facts = (more: Partial<Facts> = {}): Facts => ({
  namespace: { exists: true, terminating: false },
  quotas: [],
  limits: [],
  secrets: new Set(['api-keys']),
  configMaps: new Map([['settings', new Set(['MODE'])]]),
  serviceAccounts: new Set(['default']),
  ingressClasses: { names: new Set(['nginx']), hasDefault: true },
  ingresses: [],
  storageClasses: { names: new Set(['fast']), hasDefault: true },
  nodes: [{ labels: { disk: 'ssd' }, allocatable: { cpu: '4', memory: '16Gi' } }],
  budgets: [],
  unknown: [],
  ...more,
});

const container = {
  name: 'app',
  image: `shop/app:1.2.3@sha256:${'a'.repeat(64)}`,
  ports: [{ name: 'http', containerPort: 8080 }],
  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
  readinessProbe: { tcpSocket: { port: 'http' } },
};

interface Shape {
  container?: JsonObject;
  pod?: JsonObject;
  spec?: JsonObject;
}

function deployment({ container: own = {}, pod = {}, spec = {} }: Shape = {}): Manifest & JsonObject {
  const object: JsonObject = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app', namespace: 'shop' },
    spec: {
      replicas: 2,
      ...spec,
      template: {
        metadata: { labels: { app: 'app' } },
        spec: {
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          ...pod,
          containers: [{ ...container, ...own } as JsonObject],
        },
      },
    },
  };
  return { ...object, ...manifestSchema.parse(object) } as Manifest & JsonObject;
}

const part = (object: Manifest & JsonObject): Part[] => {
  const template = templateOf(object);
  return template ? [{ object, ...template, replicas: replicasOf(object) }] : [];
};

function found(objects: (Manifest & JsonObject)[], more: Partial<Facts> = {}, rest: Partial<Candidate> = {}) {
  const candidate = {
    namespace: 'shop',
    environment: 'prod' as const,
    objects,
    parts: objects.flatMap(part),
    facts: facts(more),
    ...rest,
  };
  return examine(candidate).map(({ level, id }) => `${level} ${id}`);
}

const other = (object: JsonObject) => ({ ...object, ...manifestSchema.parse(object) }) as Manifest & JsonObject;
const quota = (hard: Record<string, string>, used: Record<string, string> = {}) => ({
  metadata: { name: 'q' },
  spec: {},
  status: { hard, used },
});
const limits = (limit: object) => [{ metadata: { name: 'l' }, spec: { limits: [{ type: 'Container', ...limit }] } }];
const service = (targetPort: string | number, selector: Record<string, string> = { app: 'app' }) =>
  other({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'app', namespace: 'shop' },
    spec: { selector, ports: [{ port: 80, targetPort }] },
  });
const ingress = (spec: JsonObject) =>
  other({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'app', namespace: 'shop' },
    spec: { rules: [{ host: 'a.example.com' }], ...spec },
  });

describe('a release', () => {
  test('with nothing wrong has nothing said of it', () => {
    expect(found([deployment()])).toEqual([]);
  });

  const cases: [string, Shape, Partial<Facts>, string][] = [
    ['of an image without a version', { container: { image: 'shop/app' } }, {}, 'block image-latest'],
    ['of a tag only', { container: { image: 'shop/app:1.2.3' } }, {}, 'note image-digest'],
    ['of no image', { container: { image: 'Shop App' } }, {}, 'block image-name'],
    [
      'of an image that begins as root',
      { container: { image: 'docker.io/library/nginx:1.27' } },
      {},
      'block root-image',
    ],
    ['with a privileged container', { container: { securityContext: { privileged: true } } }, {}, 'block privileged'],
    ['on the network of its node', { pod: { hostNetwork: true } }, {}, 'block host-shared'],
    [
      'with a folder of its node',
      { pod: { volumes: [{ name: 'v', hostPath: { path: '/' } }] } },
      {},
      'block host-path',
    ],
    ['that may run as root', { pod: { securityContext: {} } }, {}, 'warn runs-as-root'],
    [
      'with a password written out',
      { container: { env: [{ name: 'DB_PASSWORD', value: 'x' }] } },
      {},
      'block literal-secret',
    ],
    ['without requests', { container: { resources: {} } }, {}, 'warn no-requests'],
    [
      'without a memory limit',
      { container: { resources: { requests: { cpu: '1', memory: '1Gi' } } } },
      {},
      'warn no-memory-limit',
    ],
    ['without a readiness probe', { container: { readinessProbe: null } }, {}, 'warn no-readiness'],
    ['of one copy in production', { spec: { replicas: 1 } }, {}, 'warn single-copy'],
    [
      'that a restricted namespace refuses',
      { container: { securityContext: {} } },
      { namespace: { exists: true, terminating: false, podSecurity: 'restricted' } },
      'block pod-security',
    ],
    ['into a namespace that goes', {}, { namespace: { exists: true, terminating: true } }, 'block namespace-going'],
    [
      'beyond the quota of CPU',
      {},
      { quotas: [quota({ 'requests.cpu': '1' }, { 'requests.cpu': '900m' })] },
      'block quota-full',
    ],
    ['beyond the quota of pods', {}, { quotas: [quota({ pods: '1' })] }, 'block quota-full'],
    [
      'without what the quota counts',
      { container: { resources: {} } },
      { quotas: [quota({ 'limits.memory': '1Gi' })] },
      'block quota-unset',
    ],
    ['larger than a container may be', {}, { limits: limits({ max: { memory: '64Mi' } }) }, 'block limit-max'],
    ['smaller than a container must be', {}, { limits: limits({ min: { cpu: '500m' } }) }, 'block limit-min'],
    ['for nodes that are not there', { pod: { nodeSelector: { disk: 'nvme' } } }, {}, 'block no-such-node'],
    ['while no node takes pods', {}, { nodes: [] }, 'block no-node'],
    [
      'larger than any node',
      { container: { resources: { requests: { cpu: '8', memory: '1Gi' }, limits: { memory: '1Gi' } } } },
      {},
      'block too-large',
    ],
    [
      'with a Secret that is not there',
      { container: { envFrom: [{ secretRef: { name: 'none' } }] } },
      {},
      'block secret-missing',
    ],
    [
      'with a pull secret that is not there',
      { pod: { imagePullSecrets: [{ name: 'none' }] } },
      {},
      'block secret-missing',
    ],
    [
      'with a ConfigMap that is not there',
      { container: { envFrom: [{ configMapRef: { name: 'none' } }] } },
      {},
      'block config-missing',
    ],
    [
      'with a key that is not there',
      { container: { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'NONE' } } }] } },
      {},
      'block config-key',
    ],
    ['with an account that is not there', { pod: { serviceAccountName: 'none' } }, {}, 'block account-missing'],
    [
      'whose probe asks a port by a wrong name',
      { container: { readinessProbe: { httpGet: { path: '/', port: 'web' } } } },
      {},
      'block probe-port',
    ],
    ['that a budget holds', {}, { budgets: [{ name: 'b', labels: { app: 'app' }, allowed: 0 }] }, 'note budget-blocks'],
  ];
  test.each(cases)('%s is told of it', (_what, shape, more, wanted) => {
    expect(found([deployment(shape)], more)).toContain(wanted);
  });

  test.each([
    ['a Service to a port by a wrong name', service('web'), 'block service-port'],
    ['a Service to a port that is not declared', service(9000), 'block service-port'],
    ['a Service that selects nothing of it', service('http', { app: 'other' }), 'warn service-selects-none'],
    ['an Ingress of a class that is not there', ingress({ ingressClassName: 'alb' }), 'block ingress-class'],
    ['a certificate that is not there', ingress({ tls: [{ secretName: 'cert' }] }), 'block certificate-missing'],
    ['a domain in the clear', ingress({}), 'warn no-tls'],
    [
      'a claim of a class that is not there',
      other({
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'd', namespace: 'shop' },
        spec: { storageClassName: 'none' },
      }),
      'block storage-class',
    ],
  ])('with %s is told of it', (_what, object, wanted) => {
    expect(found([deployment(), object])).toContain(wanted);
  });

  test('of a domain that another Ingress serves is told of it', () => {
    const taken = { ingresses: [{ namespace: 'prod', name: 'web', hosts: ['a.example.com'] }] };
    expect(found([deployment(), ingress({})], taken)).toContain('warn domain-taken');
    const own = { ingresses: [{ namespace: 'shop', name: 'app', hosts: ['a.example.com'] }] };
    expect(found([deployment(), ingress({})], own)).not.toContain('warn domain-taken');
  });

  test('may read the ConfigMap that comes with it', () => {
    const map = other({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'own', namespace: 'shop' },
      data: { A: '1' },
    });
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'own', key: 'A' } } }];
    expect(found([map, deployment({ container: { env } })])).toEqual([]);
  });

  test('that replaces what runs needs only room for one pod more', () => {
    const object = deployment();
    const [one] = part(object);
    if (!one) throw new Error('no part');
    const full = { quotas: [quota({ 'requests.cpu': '300m' }, { 'requests.cpu': '200m' })] };
    const update = [{ ...one, present: { spec: one.spec, replicas: 2, isHeld: false } }];
    expect(found([object], full, { parts: update })).toEqual([]);
    const tight = { quotas: [quota({ 'requests.cpu': '250m' }, { 'requests.cpu': '200m' })] };
    expect(found([object], tight, { parts: update })).toEqual(['block quota-full']);
  });

  test('of a workload whose roll-outs are held is stopped, unless it lets them go', () => {
    const heldOne = (object: ReturnType<typeof deployment>) =>
      part(object).map((one) => ({ ...one, present: { spec: one.spec, replicas: 2, isHeld: true } }));
    const object = deployment();
    expect(found([object], {}, { parts: heldOne(object) })).toEqual(['block held']);
    const free = { ...object, spec: { ...(object.spec as object), paused: false } } as typeof object;
    expect(found([free], {}, { parts: heldOne(free) })).toEqual([]);
    const held = { ...object, spec: { ...(object.spec as object), paused: true } } as typeof object;
    expect(found([held])).toEqual(['block held']);
  });

  test('is not judged by what could not be looked at', () => {
    const blind = Object.fromEntries(Object.keys(facts()).map((key) => [key, key === 'unknown' ? ['all'] : undefined]));
    const object = deployment({
      container: { envFrom: [{ secretRef: { name: 'none' } }] },
      pod: { nodeSelector: { a: 'b' } },
    });
    expect(found([object], blind)).toEqual([]);
  });

  test('into a namespace of the cluster itself is stopped', () => {
    expect(found([deployment()], {}, { namespace: 'kube-system' })).toContain('block namespace-protected');
  });

  test('has words in both languages for everything that is found', () => {
    const ids = [
      ...new Set([
        ...cases.map(([, , , wanted]) => wanted.split(' ')[1]),
        'refused',
        'host-port',
        'ingress-no-default',
        'storage-no-default',
      ]),
    ];
    const silent = ids
      .flatMap((id) => [`deliver.check.${id}`, `deliver.check.${id}-next`])
      .filter((key) => !words.en.has(key) || !words.zh.has(key));
    expect(silent).toEqual([]);
  });
});
