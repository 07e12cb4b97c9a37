import { describe, expect, test } from 'vitest';
import { readSentence } from '../../../flows/deliver-app/sentence.ts';
import type { Wish } from '../../../flows/deliver-app/wish.ts';

const SENTENCES: [string, Wish, string[]?][] = [
  [
    'deploy registry.example.com/shop/web:1.4.2 as web to namespace shop with 3 replicas on port 8080',
    { image: 'registry.example.com/shop/web:1.4.2', name: 'web', namespace: 'shop', replicas: 3, port: 8080 },
  ],
  [
    '把 nginx:1.27 发布到 staging，2 副本，端口 80，域名 a.example.com',
    { image: 'nginx:1.27', replicas: 2, port: 80, domain: 'a.example.com' },
    ['staging'],
  ],
  ['release shop/web:V1.5-RC1 in prod', { image: 'shop/web:V1.5-RC1' }, ['prod']],
  ['deploy image nginx as web', { image: 'nginx', name: 'web' }],
  ['部署镜像 redis:7 叫 cache，内存 512M，cpu 0.5', { image: 'redis:7', name: 'cache', memory: '512Mi', cpu: '0.5' }],
  [
    'deploy localhost:5000/team/app:dev to dev, 500m cpu, 1 GB memory, health check /healthz, LOG_LEVEL=debug',
    {
      image: 'localhost:5000/team/app:dev',
      cpu: '500m',
      memory: '1Gi',
      probePath: '/healthz',
      config: { LOG_LEVEL: 'debug' },
    },
    ['dev'],
  ],
  [
    'deploy shop/api:2.0 as api to shop, autoscale 2 to 10 at 60%, secrets api-keys and db-login, tls api-cert, domain api.example.com',
    {
      image: 'shop/api:2.0',
      name: 'api',
      minReplicas: 2,
      maxReplicas: 10,
      cpuTarget: 60,
      secrets: ['api-keys', 'db-login'],
      tlsSecret: 'api-cert',
      domain: 'api.example.com',
    },
    ['shop'],
  ],
  ['deploy shop/mailer:3 as a worker named mailer', { image: 'shop/mailer:3', name: 'mailer', blueprint: 'worker' }],
  [
    'run shop/report:2.1.0 as a cron job named report every 15 minutes in prod',
    { image: 'shop/report:2.1.0', name: 'report', blueprint: 'cron-job', schedule: '*/15 * * * *' },
    ['prod'],
  ],
  [
    '每天 3 点跑定时任务 shop/report:2.1.0，名字 report',
    { image: 'shop/report:2.1.0', name: 'report', blueprint: 'cron-job', schedule: '0 3 * * *' },
  ],
  [
    'deploy shop/db:9 with 40Gi storage mounted at /var/lib/db',
    { image: 'shop/db:9', blueprint: 'stateful-service', storage: '40Gi', mountPath: '/var/lib/db' },
  ],
  ['deploy nginx:1.27 as root with three replicas', { image: 'nginx:1.27', asRoot: true, replicas: 3 }],
  [
    'deploy shop/api:2 with DB_PASSWORD=secret:orders-db/POSTGRES_PASSWORD and GREETING="hello, you"',
    {
      image: 'shop/api:2',
      config: { GREETING: 'hello, you' },
      secretKeys: [{ env: 'DB_PASSWORD', secret: 'orders-db', key: 'POSTGRES_PASSWORD' }],
    },
  ],
  ['deploy shop/api:2 with pull secret acr-login', { image: 'shop/api:2', pullSecret: 'acr-login' }],
  [
    '发布 shop/api:2 到命名空间 shop，三个副本，弹性伸缩 3 到 8',
    { image: 'shop/api:2', namespace: 'shop', replicas: 3, minReplicas: 3, maxReplicas: 8 },
  ],
  [`deploy shop/api@sha256:${'a'.repeat(64)} port 9000`, { image: `shop/api@sha256:${'a'.repeat(64)}`, port: 9000 }],
  ['deploy my application', {}],
  ['port: 8080, replicas: 2', { port: 8080, replicas: 2 }],
  ['see https://a.example.com/x:1 at 10:30', {}],
];

describe('a sentence about a release', () => {
  test.each(SENTENCES)('"%s" is understood', (text, wish, places) => {
    const said = readSentence(text);
    expect(said.wish).toEqual(wish);
    if (places) expect(said.places).toEqual(expect.arrayContaining(places));
  });

  test('says what of it cannot be', () => {
    expect(readSentence('deploy shop/api:2 on port 99999 to shop').wrong).toEqual(['port']);
    expect(readSentence('deploy shop/api:2 to shop with 5000 replicas').wrong).toEqual(['replicas']);
  });
});
