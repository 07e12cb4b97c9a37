import { describe, expect, test } from 'vitest';
import { addressesIn, behind, nearestName, targetOf } from '../../../../flows/incidents/looks/addresses.ts';
import type { Setting } from '../../../../flows/incidents/looks/env.ts';
import { openScene } from '../../../../flows/incidents/scene.ts';
import { evidenceOf, type World } from '../evidence.ts';
import { container, deployment, object, pod, service } from '../objects.ts';

function given(...settings: [string, string, string?][]): string[] {
  const all = settings.map(([name, value, from = 'env']): Setting => ({ name, value, from }));
  return addressesIn({ settings: all, complete: true }).map(({ host, port }) => (port ? `${host}:${port}` : host));
}

describe('addresses in an environment', () => {
  test.each([
    ['DATABASE_URL', 'postgres://shop:s3cr@t@db:5432/shop?sslmode=disable', ['db:5432']],
    ['SPRING_DATASOURCE_URL', 'jdbc:mysql://mysql.data:3306/shop', ['mysql.data:3306']],
    ['MONGO_URL', 'mongodb://m-0.m:27017,m-1.m:27017/shop', ['m-0.m:27017', 'm-1.m:27017']],
    ['CART_SERVICE_ADDR', 'cartservice:7070', ['cartservice:7070']],
    ['KAFKA_BROKERS', 'k-0:9092,k-1:9092', ['k-0:9092', 'k-1:9092']],
    ['API', 'https://api.example.com/v1', ['api.example.com']],
    ['USER_SERVICE_HOST', 'users.prod.svc.cluster.local', ['users.prod.svc.cluster.local']],
    ['DSN', 'root:pw@tcp(mysql:3306)/shop', ['mysql:3306']],
    ['IMAGE', 'app:12', []],
    ['BIND_ADDR', 'node:8080', []],
    ['SELF', 'http://localhost:8080', []],
    ['IP', '10.0.0.1:80', []],
    ['STARTED_AT', '12:30:45', []],
    ['GREETING', 'hello world', []],
  ])('%s=%s', (name, value, expected) => {
    expect(given([name, value])).toEqual(expected);
  });

  test('a port beside a host belongs to it', () => {
    expect(given(['REDIS_HOST', 'redis'], ['REDIS_PORT', '6380'])).toEqual(['redis:6380']);
  });

  test('flags and waiting scripts are read', () => {
    expect(given(['--db', '--db=pg:5432', 'argument'])).toEqual(['pg:5432']);
    expect(given(['until', 'until nc -z rabbit 5672; do sleep 1; done', 'argument'])).toEqual(['rabbit:5672']);
    expect(given(['until', 'until pg_isready -h pg -p 5432; do sleep 1; done', 'argument'])).toEqual(['pg']);
  });
});

describe('what an address leads to', () => {
  const world: World = {
    objects: [
      deployment('prod/db', { containers: [container()] }),
      pod('prod/db-1'),
      service('prod/db', { ports: [{ port: 5432 }] }),
      service('prod/headless', { ports: [{ port: 5432 }], spec: { clusterIP: 'None' } }),
      service('data/redis', { ports: [{ port: 6379 }] }),
      object('v1', 'Namespace', 'data'),
      object('v1', 'Namespace', 'prod'),
    ],
  };
  const target = async (host: string, port?: number, more: Partial<World> = {}) => {
    const { scene } = await openScene(evidenceOf({ ...world, ...more }), { alerts: [] });
    return targetOf(scene, 'prod', { host, ...(port !== undefined && { port }) });
  };

  test.each([
    ['db', 5432, { kind: 'service', hasPort: true }],
    ['db', 5433, { kind: 'service', hasPort: false }],
    ['headless', 1, { kind: 'service', hasPort: true }],
    ['db-0.headless', 5432, { kind: 'service', hasPort: true }],
    ['db-0.headless.prod.svc.cluster.local', 5432, { kind: 'service', hasPort: true }],
    ['redis.data', 6379, { kind: 'service', hasPort: true }],
    ['redis.data.svc', 6379, { kind: 'service', hasPort: true }],
    ['redis', 6379, { kind: 'missing', namespace: 'prod', name: 'redis' }],
    ['mysql.data', 3306, { kind: 'missing', namespace: 'data', name: 'mysql' }],
    ['x.nowhere.svc.cluster.local', 1, { kind: 'missing', namespace: 'nowhere', name: 'x' }],
    ['example.com', 443, { kind: 'external' }],
    ['api.example.com', 443, { kind: 'external' }],
  ])('%s:%d', async (host, port, expected) => {
    expect(await target(host, port)).toMatchObject(expected);
  });

  test('nothing is missing where Services could not be looked at', async () => {
    expect(await target('redis', 6379, { unknown: ['Service'] })).toEqual({ kind: 'unknown' });
  });

  test('behind a Service stand the workloads that it selects', async () => {
    const { scene } = await openScene(evidenceOf(world), { alerts: [] });
    const refs = behind(scene, await targetOf(scene, 'prod', { host: 'db', port: 5432 }));
    expect(refs.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Service db', 'Deployment db']);
  });
});

test('the nearest name is a slip of the pen away, or none', () => {
  expect(nearestName('redis-mastr', ['redis-master', 'web'])).toBe('redis-master');
  expect(nearestName('redis-master', ['redis', 'web'])).toBe('redis');
  expect(nearestName('payments', ['web', 'db'])).toBeUndefined();
});
