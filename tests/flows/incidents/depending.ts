import {
  container,
  containerStatus,
  deployment,
  endpoints,
  event,
  pod,
  type Raw,
  running,
  service,
  terminated,
  waiting,
} from './objects.ts';

/** What the cases of dependencies share: a Deployment `prod/web` that needs the Service `prod/db` of the Deployment `prod/db`. */

export const web = { kind: 'Deployment', namespace: 'prod', name: 'web' };
export const client = container({ env: [{ name: 'DATABASE_URL', value: 'postgres://shop@db:5432/shop' }] });

/** It crashes again and again. */
export const crashing = (): Raw[] => [
  ...deployment('prod/web', { ready: 0, containers: [client] }),
  pod('prod/web-1', {
    containers: [client],
    statuses: [
      containerStatus({
        state: waiting('CrashLoopBackOff', 'back-off 5m0s restarting failed container=app pod=web-1_prod'),
        lastState: terminated(1),
        restartCount: 9,
      }),
    ],
  }),
  event('Pod prod/web-1', 'BackOff', 'Back-off restarting failed container app in pod web-1_prod', { count: 40 }),
];

/** It runs, ready. */
export const working = (): Raw[] => [
  ...deployment('prod/web', { containers: [client] }),
  pod('prod/web-1', { containers: [client] }),
];

/** It crashed, and has run for hours. */
export const recovered = (): Raw[] => [
  ...deployment('prod/web', { containers: [client] }),
  pod('prod/web-1', {
    containers: [client],
    statuses: [containerStatus({ state: running(180), lastState: terminated(1, { endedAgo: 181 }), restartCount: 5 })],
  }),
];

const stored = container({ image: 'postgres:16', ports: [{ containerPort: 5432 }] });

/** The database as it should be. */
export const db = (): Raw[] => [
  ...deployment('prod/db', { containers: [stored] }),
  pod('prod/db-1', { containers: [stored], status: { podIP: '10.1.0.9' } }),
  service('prod/db', { ports: [{ port: 5432, targetPort: 5432 }], spec: { clusterIP: '172.16.0.55' } }),
  endpoints('prod/db', ['db-1'], [], 5432),
];

/** The database cannot start: its ConfigMap is missing. */
export const brokenDb = (): Raw[] => {
  const broken = container({ ...stored, envFrom: [{ configMapRef: { name: 'db' } }] });
  return [
    ...deployment('prod/db', { ready: 0, containers: [broken] }),
    pod('prod/db-1', {
      containers: [broken],
      phase: 'Pending',
      statuses: [containerStatus({ state: waiting('CreateContainerConfigError', 'configmap "db" not found') })],
    }),
    service('prod/db', { ports: [{ port: 5432, targetPort: 5432 }], spec: { clusterIP: '172.16.0.55' } }),
    endpoints('prod/db', [], ['db-1'], 5432),
  ];
};

/** The same line so many times in the last two minutes, or that many minutes ago. */
export const often = (line: string, { times = 5, minutesAgo = 2 } = {}): string =>
  Array.from(
    { length: times },
    (_, at) =>
      `${new Date(Date.parse('2026-11-25T12:00:00Z') - minutesAgo * 60_000 + at * 1000).toISOString()} ${line}\n`,
  ).join('');
