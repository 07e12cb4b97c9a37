import type { Container, PodSpec } from './controllers/pod-kinds.ts';
import type { Draft } from './store.ts';

/** The shop that runs in the demo's cluster. */

export type Made = [plural: string, draft: Draft];

const HOST = 'registry.cn-hangzhou.aliyuncs.com';
/** The registry that asks for a login, and the login the demo has. */
const REGISTRY_LOGIN = { secret: 'acr-login', host: HOST, username: 'shop@1234567890', password: 'demo' };

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const configMap = (namespace: string, name: string, data: Record<string, string>): Made => [
  'configmaps',
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data },
];

export const secret = (namespace: string, name: string, values: Record<string, string>, type = 'Opaque'): Made => [
  'secrets',
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    type,
    data: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, base64(value)])),
  },
];

/** The pull secret of the private registry. */
const pullSecret = (namespace: string): Made => {
  const { secret: name, host, username, password } = REGISTRY_LOGIN;
  const config = JSON.stringify({ auths: { [host]: { username, password, auth: base64(`${username}:${password}`) } } });
  return secret(namespace, name, { '.dockerconfigjson': config }, 'kubernetes.io/dockerconfigjson');
};

interface App {
  namespace: string;
  name: string;
  image: string;
  replicas: number;
  /** cpu and memory, request and limit. */
  cpu: [request: string, limit: string];
  memory: [request: string, limit: string];
  container?: Partial<Container>;
  pod?: Partial<PodSpec>;
}

const probes: Partial<Container> = {
  livenessProbe: {
    httpGet: { path: '/healthz', port: 8080 },
    initialDelaySeconds: 10,
    periodSeconds: 10,
    failureThreshold: 3,
  },
  readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 5, failureThreshold: 3 },
};

function deployment({ namespace, name, image, replicas, cpu, memory, container, pod }: App): Made {
  const labels = { app: name, 'app.kubernetes.io/part-of': 'shop' };
  const spread = {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { app: name } },
  };
  return [
    'deployments',
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace, labels },
      spec: {
        replicas,
        selector: { matchLabels: { app: name } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name,
                image: `${HOST}/${image}`,
                ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
                resources: { requests: { cpu: cpu[0], memory: memory[0] }, limits: { cpu: cpu[1], memory: memory[1] } },
                ...probes,
                ...container,
              },
            ],
            topologySpreadConstraints: [spread],
            ...pod,
          },
        },
      },
    },
  ];
}

const service = (
  namespace: string,
  name: string,
  ports: { name: string; port: number; target: number | string }[],
  more: Record<string, unknown> = {},
): Made => [
  'services',
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      selector: { app: name },
      ports: ports.map(({ target, ...port }) => ({ ...port, targetPort: target, protocol: 'TCP' })),
      ...more,
    },
  },
];

const web = (namespace: string, name: string): Made =>
  service(namespace, name, [{ name: 'http', port: 80, target: 'http' }]);
const fromSecret = (name: string, secretName: string, key = name) => ({
  name,
  valueFrom: { secretKeyRef: { name: secretName, key } },
});

interface Store {
  name: string;
  image: string;
  port: number;
  path: string;
  size: string;
  memory: string;
  container?: Partial<Container>;
}

function statefulSet({ name, image, port, path, size, memory, container }: Store): Made {
  return [
    'statefulsets',
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name, namespace: 'prod', labels: { app: name, 'app.kubernetes.io/part-of': 'shop' } },
      spec: {
        replicas: 1,
        serviceName: name,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name, 'app.kubernetes.io/part-of': 'shop' } },
          spec: {
            containers: [
              {
                name,
                image,
                ports: [{ name, containerPort: port, protocol: 'TCP' }],
                resources: { requests: { cpu: '100m', memory }, limits: { cpu: '1', memory: '512Mi' } },
                readinessProbe: { tcpSocket: { port }, periodSeconds: 5 },
                livenessProbe: { tcpSocket: { port }, initialDelaySeconds: 15, periodSeconds: 10 },
                volumeMounts: [{ name: 'data', mountPath: path }],
                ...container,
              },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              storageClassName: 'alicloud-disk-topology-alltype',
              resources: { requests: { storage: size } },
            },
          },
        ],
      },
    },
  ];
}

const namespace = (name: string): Made => [
  'namespaces',
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name, environment: name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  },
];

const budget = (name: string, spec: Record<string, unknown>): Made =>
  budgetFor({ namespace: 'prod', name, labels: { app: name } }, spec);

/** What the system needs two of is not to be taken away at once; without a budget autoscalers leave such pods alone. */
const systemBudget = (name: string, app: string): Made =>
  budgetFor({ namespace: 'kube-system', name, labels: { 'k8s-app': app } }, { maxUnavailable: 1 });

const budgetFor = (
  { labels, ...metadata }: { namespace: string; name: string; labels: Record<string, string> },
  spec: Record<string, unknown>,
): Made => [
  'poddisruptionbudgets',
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { selector: { matchLabels: labels }, ...spec },
  },
];

const settings: Made[] = [
  namespace('prod'),
  namespace('staging'),
  pullSecret('prod'),
  configMap('prod', 'app-xyz-config', {
    LOG_LEVEL: 'info',
    FEATURE_FLAGS: 'new-cart,gift-cards',
    REDIS_URL: 'redis://redis:6379/0',
  }),
  configMap('prod', 'checkout-config', {
    LOG_LEVEL: 'info',
    PAYMENTS_URL: 'http://payments',
    DATABASE_URL: 'postgres://shop@orders-db:5432/orders',
  }),
  configMap('prod', 'payments-config', { 'config.yaml': 'provider: alipay\ntimeoutMs: 3000\n' }),
  secret('prod', 'app-xyz-secrets', { SESSION_SECRET: 'demo-session' }),
  secret('prod', 'orders-db', { POSTGRES_PASSWORD: 'demo-orders' }),
  secret('prod', 'payments-secrets', { PSP_KEY: 'demo-psp' }),
];

const account: Made[] = [
  ['serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'reporter', namespace: 'prod' } }],
  [
    'roles',
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'reporter', namespace: 'prod' },
      rules: [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }],
    },
  ],
  [
    'rolebindings',
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'reporter', namespace: 'prod' },
      subjects: [{ kind: 'ServiceAccount', name: 'reporter', namespace: 'prod' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reporter' },
    },
  ],
];

const redisUrl = { name: 'REDIS_URL', value: 'redis://redis:6379/1' };
const databaseEnv = [fromSecret('DB_PASSWORD', 'orders-db', 'POSTGRES_PASSWORD')];

const stores: Made[] = [
  service('prod', 'redis', [{ name: 'redis', port: 6379, target: 6379 }]),
  statefulSet({ name: 'redis', image: 'redis:7.2', port: 6379, path: '/data', size: '20Gi', memory: '128Mi' }),
  service('prod', 'orders-db', [{ name: 'postgres', port: 5432, target: 5432 }]),
  statefulSet({
    name: 'orders-db',
    image: 'postgres:16.6',
    port: 5432,
    path: '/var/lib/postgresql/data',
    size: '40Gi',
    memory: '256Mi',
    container: { env: [fromSecret('POSTGRES_PASSWORD', 'orders-db'), { name: 'POSTGRES_USER', value: 'shop' }] },
  }),
];

const apps: Made[] = [
  web('prod', 'app-xyz'),
  deployment({
    namespace: 'prod',
    name: 'app-xyz',
    image: 'shop/app-xyz:1.4.2',
    replicas: 2,
    cpu: ['100m', '500m'],
    memory: ['256Mi', '256Mi'],
    container: {
      envFrom: [{ configMapRef: { name: 'app-xyz-config' } }],
      env: [fromSecret('SESSION_SECRET', 'app-xyz-secrets')],
    },
  }),
  web('prod', 'catalog'),
  deployment({
    namespace: 'prod',
    name: 'catalog',
    image: 'shop/catalog:3.2.0',
    replicas: 2,
    cpu: ['250m', '1'],
    memory: ['192Mi', '384Mi'],
    container: { env: [redisUrl] },
  }),
  web('prod', 'checkout'),
  deployment({
    namespace: 'prod',
    name: 'checkout',
    image: 'shop/checkout:2.8.1',
    replicas: 2,
    cpu: ['200m', '1'],
    memory: ['192Mi', '384Mi'],
    container: { envFrom: [{ configMapRef: { name: 'checkout-config' } }], env: databaseEnv },
    pod: {
      initContainers: [
        {
          name: 'migrate',
          image: `${HOST}/shop/migrate:41`,
          env: [{ name: 'DATABASE_URL', value: 'postgres://shop@orders-db:5432/orders' }, ...databaseEnv],
        },
      ],
    },
  }),
  web('prod', 'payments'),
  deployment({
    namespace: 'prod',
    name: 'payments',
    image: 'shop-private/payments:1.9.4',
    replicas: 2,
    cpu: ['100m', '500m'],
    memory: ['192Mi', '384Mi'],
    container: {
      env: [fromSecret('PSP_KEY', 'payments-secrets'), { name: 'PSP_URL', value: 'https://openapi.alipay.com:443' }],
      volumeMounts: [{ name: 'config', mountPath: '/etc/payments', readOnly: true }],
    },
    pod: {
      imagePullSecrets: [{ name: 'acr-login' }],
      volumes: [{ name: 'config', configMap: { name: 'payments-config' } }],
    },
  }),
  web('prod', 'web'),
  deployment({
    namespace: 'prod',
    name: 'web',
    image: 'shop/web:5.0.3',
    replicas: 2,
    cpu: ['100m', '500m'],
    memory: ['96Mi', '192Mi'],
    container: {
      env: [
        { name: 'CATALOG_URL', value: 'http://catalog' },
        { name: 'CHECKOUT_URL', value: 'http://checkout' },
      ],
    },
  }),
];

const staging: Made[] = [
  web('staging', 'web'),
  deployment({
    namespace: 'staging',
    name: 'web',
    image: 'shop/web:5.0.4',
    replicas: 1,
    cpu: ['50m', '200m'],
    memory: ['96Mi', '192Mi'],
  }),
  web('staging', 'catalog'),
  deployment({
    namespace: 'staging',
    name: 'catalog',
    image: 'shop/catalog:3.2.1',
    replicas: 1,
    cpu: ['50m', '500m'],
    memory: ['192Mi', '384Mi'],
  }),
];

const report: Made = [
  'cronjobs',
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly-report', namespace: 'prod', labels: { app: 'nightly-report' } },
    spec: {
      schedule: '0 2 * * *',
      timeZone: 'Asia/Shanghai',
      concurrencyPolicy: 'Forbid',
      jobTemplate: {
        spec: {
          backoffLimit: 2,
          activeDeadlineSeconds: 1800,
          template: {
            metadata: { labels: { app: 'nightly-report' } },
            spec: {
              restartPolicy: 'Never',
              serviceAccountName: 'reporter',
              containers: [
                {
                  name: 'report',
                  image: `${HOST}/shop/report:2.1.0`,
                  resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
                  env: [{ name: 'DATABASE_URL', value: 'postgres://shop@orders-db:5432/orders' }, ...databaseEnv],
                },
              ],
            },
          },
        },
      },
    },
  },
];

const rest: Made[] = [
  [
    'ingresses',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'shop', namespace: 'prod' },
      spec: {
        ingressClassName: 'nginx',
        tls: [{ hosts: ['shop.example.com'], secretName: 'shop-tls' }],
        rules: [
          {
            host: 'shop.example.com',
            http: {
              paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }],
            },
          },
        ],
      },
    },
  ],
  [
    'horizontalpodautoscalers',
    {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'catalog', namespace: 'prod' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'catalog' },
        minReplicas: 2,
        maxReplicas: 6,
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
        ],
      },
    },
  ],
  budget('checkout', { minAvailable: 1 }),
  budget('web', { maxUnavailable: 1 }),
  systemBudget('coredns', 'kube-dns'),
  systemBudget('metrics-server', 'metrics-server'),
  systemBudget('nginx-ingress-controller', 'ingress-nginx'),
  report,
];

/** What the shop's apps need, then the apps, then what surrounds them: each in an order in which it can be created. */
export const GROUNDWORK: Made[] = [...settings, ...account, ...stores];
export const APPS: Made[] = apps;
export const STAGING: Made[] = staging;
export const REST: Made[] = rest;
