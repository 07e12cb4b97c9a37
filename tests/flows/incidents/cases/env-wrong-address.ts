import type { CauseCase } from '../case.ts';
import {
  container,
  containerStatus,
  deployment,
  endpoints,
  object,
  pod,
  replicaSet,
  running,
  service,
  terminated,
  waiting,
} from '../objects.ts';

const web = { kind: 'Deployment', namespace: 'prod', name: 'web' };
const withRedis = (value: string) => container({ env: [{ name: 'REDIS_ADDR', value }] });
const crashing = (containers = [withRedis('redis-master:6379')]) =>
  pod('prod/web-1', {
    containers,
    statuses: [
      containerStatus({
        state: waiting('CrashLoopBackOff', 'back-off 2m40s restarting failed container=app pod=web-1_prod'),
        lastState: terminated(1),
        restartCount: 6,
      }),
    ],
  });
const redis = [
  deployment('prod/redis', { containers: [container({ ports: [{ containerPort: 6379 }] })] }),
  pod('prod/redis-1', { containers: [container({ ports: [{ containerPort: 6379 }] })] }),
  service('prod/redis', { ports: [{ port: 6379, targetPort: 6379 }] }),
  endpoints('prod/redis', ['redis-1'], [], 6379),
].flat();
const NO_HOST =
  'panic: dial tcp: lookup redis-master on 10.96.0.10:53: no such host\n\ngoroutine 1 [running]:\nmain.main()\n';
const fine = withRedis('redis:6379');

export const envWrongAddressCase: CauseCase = {
  cause: 'EnvWrongAddress',
  firing: {
    objects: [deployment('prod/web', { ready: 0, containers: [withRedis('redis-master:6379')] }), crashing(), redis],
    logs: { 'prod/web-1/app': NO_HOST },
    expect: { object: web, confidence: 'proven' },
  },
  healthy: {
    objects: [deployment('prod/web', { containers: [fine] }), pod('prod/web-1', { containers: [fine] }), redis],
  },
  recovered: {
    objects: [
      deployment('prod/web', { containers: [fine] }),
      pod('prod/web-1', {
        containers: [fine],
        statuses: [
          containerStatus({ state: running(90), lastState: terminated(1, { endedAgo: 91 }), restartCount: 4 }),
        ],
      }),
      redis,
    ],
    logs: { 'prod/web-1/app.previous': NO_HOST, 'prod/web-1/app': '2026-11-25T10:31:00Z connected to redis\n' },
  },
  // An address of something optional that nobody misses.
  nearest: {
    objects: [
      deployment('prod/web', { containers: [withRedis('assistant:80')] }),
      pod('prod/web-1', { containers: [withRedis('assistant:80')] }),
      redis,
    ],
    logs: { 'prod/web-1/app': '2026-11-25T11:59:00Z GET / 200\n' },
    expect: undefined,
  },
  more: {
    'is a port that the Service does not have': {
      objects: [
        deployment('prod/web', { ready: 0, containers: [withRedis('redis:6380')] }),
        crashing([withRedis('redis:6380')]),
        redis,
      ],
      logs: { 'prod/web-1/app': 'panic: dial tcp 172.16.0.10:6380: i/o timeout\n' },
      expect: { cause: 'EnvWrongAddress', object: web, confidence: 'proven' },
    },
    'is seen in a program that runs on and complains': {
      objects: [
        deployment('prod/web', { containers: [withRedis('redis.prod.svc.cluster.lokal:6379')] }),
        pod('prod/web-1', { containers: [container({ env: [{ name: 'CART_URL', value: 'http://carts:8080/api' }] })] }),
        redis,
      ],
      logs: {
        'prod/web-1/app': Array.from(
          { length: 5 },
          (_, at) => `2026-11-25T11:58:0${at}Z ERROR getaddrinfo ENOTFOUND carts\n`,
        ).join(''),
      },
      expect: { cause: 'EnvWrongAddress', object: web, confidence: 'proven' },
    },
    'stands in a ConfigMap': {
      objects: [
        deployment('prod/web', { ready: 0, containers: [container({ envFrom: [{ configMapRef: { name: 'web' } }] })] }),
        crashing([container({ envFrom: [{ configMapRef: { name: 'web' } }] })]),
        object('v1', 'ConfigMap', 'prod/web', { data: { DB_HOST: 'mysql.data.svc.cluster.local', DB_PORT: '3306' } }),
        redis,
      ],
      logs: { 'prod/web-1/app': 'java.net.UnknownHostException: mysql.data.svc.cluster.local\n' },
      expect: { cause: 'EnvWrongAddress', object: web, confidence: 'proven' },
    },
    'is likely without a log, and going back is offered where the revision before had one that exists': {
      objects: [
        deployment('prod/web', { ready: 1, containers: [withRedis('redis-master:6379')] }),
        replicaSet('prod/web-1111', { deployment: 'web', revision: 0, template: { spec: { containers: [fine] } } }),
        pod('prod/web-0', { owner: { kind: 'ReplicaSet', name: 'web-1111' }, containers: [fine] }),
        crashing(),
        redis,
      ],
      expect: {
        cause: 'EnvWrongAddress',
        object: web,
        confidence: 'likely',
        remedies: ['roll-back'],
        also: ['BadRollout'],
      },
    },
    'is seen in the last change alone, whatever the program does': {
      objects: [
        deployment('prod/web', { containers: [withRedis('localhost')] }),
        replicaSet('prod/web-1111', {
          deployment: 'web',
          revision: 0,
          replicas: 0,
          template: { spec: { containers: [fine] } },
        }),
        pod('prod/web-1', { containers: [withRedis('localhost')] }),
        redis,
      ],
      expect: { cause: 'EnvWrongAddress', object: web, confidence: 'likely', remedies: ['roll-back'] },
    },
    'is nothing where the last change went back to what exists': {
      objects: [
        deployment('prod/web', { containers: [fine] }),
        replicaSet('prod/web-1111', {
          deployment: 'web',
          revision: 0,
          replicas: 0,
          template: { spec: { containers: [withRedis('redis-master:6379')] } },
        }),
        pod('prod/web-1', { containers: [fine] }),
        redis,
      ],
      expect: undefined,
    },
    'waits in an init container for a name that does not exist': {
      objects: [
        deployment('prod/web', { ready: 0 }),
        pod('prod/web-1', {
          phase: 'Pending',
          initContainers: [
            container({ name: 'wait', command: ['sh', '-c', 'until nc -z postgres 5432; do sleep 2; done'] }),
          ],
          initStatuses: [containerStatus({ name: 'wait', state: running(20), ready: false })],
          statuses: [containerStatus({ state: waiting('PodInitializing') })],
        }),
        redis,
      ],
      logs: {
        'prod/web-1/wait': "nc: bad address 'postgres'\nnc: bad address 'postgres'\nnc: bad address 'postgres'\n",
      },
      expect: { cause: 'EnvWrongAddress', object: web, confidence: 'proven', also: ['InitContainerFailed'] },
    },
  },
};
