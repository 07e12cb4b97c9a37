import type { Program, Repository } from './program.ts';

/** The images of the demo: a small shop in Node.js. */

const HOST = 'registry.cn-hangzhou.aliyuncs.com';

const node: Program = {
  startSeconds: 4,
  memory: { start: 70, warm: 150, warmUpSeconds: 60 },
  cpu: { idle: 0.01, busy: 0.06 },
  listens: [
    { port: 8080, portEnv: 'PORT', protocol: 'http', paths: { '/': 200, '/healthz': 200, '/readyz': 'ready' } },
  ],
  user: 1000,
  commands: ['node', 'npm', 'sh', '/bin/sh', 'docker-entrypoint.sh', '/usr/local/bin/node'],
  style: 'node',
};

const amd64 = ['amd64'];
const redis = (need: 'start' | 'ready' | 'log') => ({ env: 'REDIS_URL', defaultPort: 6379, need });
const database = {
  env: 'DATABASE_URL',
  defaultPort: 5432,
  need: 'start' as const,
  password: { env: 'DB_PASSWORD', serverEnv: 'POSTGRES_PASSWORD', user: 'shop' },
};

const crash = (message: string, at: string): Pick<Program, 'ends'> => ({
  ends: {
    afterSeconds: 3,
    exitCode: 1,
    lines: [
      `/app/src/${at}`,
      `TypeError: ${message}`,
      `    at Object.<anonymous> (/app/src/${at})`,
      'Node.js v22.11.0',
    ],
  },
});

const doors = (paths: Record<string, number | 'ready'>, port = 8080): Pick<Program, 'listens'> => ({
  listens: [{ port, portEnv: 'PORT', protocol: 'http', paths }],
});

export const shopRepositories: Repository[] = [
  {
    name: `${HOST}/shop/app-xyz`,
    sizeMiB: 210,
    architectures: amd64,
    program: {
      ...node,
      memory: { start: 90, warm: 175, warmUpSeconds: 45 },
      dependencies: [redis('ready')],
      env: ['SESSION_SECRET'],
    },
    versions: {
      '1.4.1': {},
      '1.4.2': {},
      // Rebuilds its index for hours and says so.
      '1.4.3': {
        ...doors({ '/': 200, '/healthz': 200, '/readyz': 503 }),
        says: [{ every: 20, line: 'warn not ready: search index is being rebuilt, 3% done' }],
      },
      // Keeps a product cache in the heap: it wants more than before, and then no more.
      '1.5.0': { memory: { start: 110, warm: 345, warmUpSeconds: 45 } },
      // Holds on to every session it has seen.
      '1.5.1': { memory: { start: 100, warm: 165, warmUpSeconds: 40, leak: 420 } },
      '1.6.0': crash("Cannot read properties of undefined (reading 'currency')", 'pricing.js:42'),
      '1.4.2-arm64': { architectures: ['arm64'] },
    },
  },
  {
    name: `${HOST}/shop/web`,
    sizeMiB: 95,
    architectures: ['amd64', 'arm64'],
    program: {
      ...node,
      memory: { start: 40, warm: 88, warmUpSeconds: 30 },
      cpu: { idle: 0.01, busy: 0.05 },
      dependencies: [
        { env: 'CATALOG_URL', defaultPort: 80, need: 'log' },
        { env: 'CHECKOUT_URL', defaultPort: 80, need: 'log' },
      ],
    },
    versions: {
      '5.0.3': {},
      '5.0.4': {},
      '5.1.0': doors({ '/': 200, '/healthz': 200, '/health/ready': 'ready' }),
    },
  },
  {
    name: `${HOST}/shop/reviews`,
    sizeMiB: 90,
    architectures: ['amd64', 'arm64'],
    program: node,
    versions: {
      '1.0.0': crash("Cannot read properties of undefined (reading 'rating')", 'reviews.js:17'),
      '1.0.1': {},
    },
  },
  {
    name: `${HOST}/shop/catalog`,
    sizeMiB: 180,
    architectures: ['amd64', 'arm64'],
    program: { ...node, cpu: { idle: 0.02, busy: 0.12 }, dependencies: [redis('ready')] },
    versions: {
      '3.2.0': {},
      '3.2.1': {},
      // A broken release: it starts and is never well.
      '3.3.0': {
        ...doors({ '/': 500, '/healthz': 200, '/readyz': 500 }),
        says: [{ every: 7, line: "error search index 'products-v4' has no mapping for field 'stock'" }],
      },
    },
  },
  {
    name: `${HOST}/shop/checkout`,
    sizeMiB: 190,
    architectures: ['amd64', 'arm64'],
    program: {
      ...node,
      env: ['PAYMENTS_URL', 'DATABASE_URL'],
      dependencies: [{ env: 'PAYMENTS_URL', defaultPort: 80, need: 'ready' }, database],
    },
    versions: {
      '2.8.0': {},
      '2.8.1': {},
      // Warms its caches before it opens its door.
      '2.9.0': { startSeconds: 75, says: [] },
      '2.9.1': {
        says: [
          {
            every: 5,
            line: 'error TimeoutError: ResourceRequest timed out: connection pool exhausted (max 10, waiting 57)',
          },
        ],
        ...doors({ '/': 500, '/healthz': 200, '/readyz': 503 }),
      },
    },
  },
  {
    name: `${HOST}/shop-private/payments`,
    private: true,
    sizeMiB: 165,
    architectures: amd64,
    program: {
      ...node,
      env: ['PSP_KEY'],
      files: ['/etc/payments/config.yaml'],
      dependencies: [{ env: 'PSP_URL', defaultPort: 443, need: 'ready' }],
    },
    versions: { '1.9.3': {}, '1.9.4': {}, '1.9.5': {} },
  },
  {
    name: `${HOST}/shop/report`,
    sizeMiB: 120,
    architectures: ['amd64', 'arm64'],
    program: {
      ...node,
      memory: { start: 60, warm: 110, warmUpSeconds: 20 },
      cpu: { idle: 0.2, busy: 0.4 },
      listens: [],
      dependencies: [database],
      access: [{ verb: 'list', group: '', resource: 'configmaps' }],
      ends: { afterSeconds: 75, exitCode: 0, lines: ['info report written: 1204 orders, 0 differences'] },
    },
    versions: {
      '2.1.0': {},
      '2.2.0': {
        ends: {
          afterSeconds: 12,
          exitCode: 2,
          lines: ["error unknown column 'orders.net_total' in query 'daily-sales'", 'error report aborted'],
        },
      },
      // Reads every order there ever was.
      '2.3.0': { ends: { afterSeconds: 36_000, exitCode: 0, lines: ['info report written'] } },
    },
  },
  {
    name: `${HOST}/shop/migrate`,
    sizeMiB: 80,
    architectures: ['amd64', 'arm64'],
    program: {
      ...node,
      listens: [],
      dependencies: [database],
      ends: { afterSeconds: 4, exitCode: 0, lines: ['info migrations are up to date (41)'] },
    },
    versions: {
      '41': {},
      '42': {
        ends: {
          afterSeconds: 5,
          exitCode: 1,
          lines: [
            'info applying 0042-add-refunds.sql',
            'error relation "refunds" already exists',
            'error migration 0042 failed',
          ],
        },
      },
    },
  },
];
