import { afterEach, expect, test } from 'vitest';
import { toolAccess } from '../../servers/ack/access.ts';
import { createAckServer } from '../../servers/ack/server.ts';
import { createPrepare } from '../../src/composition/healing.ts';
import type { Incident, ObjectRef } from '../../src/incidents/records.ts';
import { createGateway } from '../../src/tools/gateway.ts';
import { connectInProcess } from '../../src/tools/mcp.ts';
import { createRedactor } from '../../src/tools/redaction.ts';
import { words } from '../incidents/room.ts';
import type { Thing } from '../servers/ack/fake-kube.ts';
import { connectKube } from '../servers/ack/kube-support.ts';

/** What an approver sees of a change: enough to decide, and no secret. Over the real tools, gateway and redactor. */

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const deployment: Thing = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', namespace: 'shop', uid: 'u-app', generation: 3 },
  spec: {
    replicas: 2,
    template: {
      spec: {
        containers: [
          {
            name: 'app',
            image: 'app:1',
            env: [
              { name: 'DB_ADDR', value: 'mysql.shop:3306' },
              { name: 'DB_PASSWORD', value: 'correct-horse-1' },
              { name: 'SIGNING', value: 'correct-horse-2' },
            ],
            args: ['--token', 'correct-horse-3'],
            readinessProbe: {
              httpGet: { port: 80, path: '/', httpHeaders: [{ name: 'Authorization', value: 'correct-horse-4' }] },
            },
            resources: { limits: { memory: '256Mi' } },
          },
        ],
      },
    },
  },
};
const config: Thing = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop', uid: 'u-settings' },
  data: { PEER: 'mysql.shop', DB_PASSWORD: 'correct-horse-5' },
};

async function open() {
  const kube = await connectKube([deployment, config]);
  const server = createAckServer({ cloud: undefined, world: kube.world, clock: Date.now });
  const gateway = createGateway({
    own: { connection: connectInProcess(server, 'ack'), access: toolAccess },
    extras: [],
    pins: { holds: async () => false, repin: async () => undefined },
    audit: {
      append: async () => Promise.reject(new Error('nothing is written here')),
      list: async () => [],
      head: async () => ({ count: 0, hash: '' }),
      verify: async () => ({ ok: true, count: 0, head: '' }),
    },
    approvalSecret: '',
    isStopped: async () => undefined,
    redactor: createRedactor(),
    clock: Date.now,
    log: { warn: () => undefined },
  });
  cleanups.push(async () => {
    await gateway.close();
    await kube.close();
  });
  return createPrepare({ gateway, policy: { allowGitOps: false }, words });
}

function incidentWith(object: ObjectRef, plan: { id: string; [field: string]: string | ObjectRef }): Incident {
  const title = { en: 'Change it', zh: '变更' };
  return {
    id: 'I-7K3F',
    rev: 1,
    key: 'k',
    cluster: { id: 'test', name: 'test', environment: 'prod' },
    state: 'open',
    finding: {
      id: 'f',
      cause: 'OOMKilled',
      severity: 'critical',
      confidence: 'proven',
      object,
      symptoms: [],
      summary: title,
      evidence: [],
      remedies: [{ id: plan.id, when: 'now', title, risk: 'low', plan: { ...plan } }],
    },
    title,
    severity: 'critical',
    coverage: 1,
    unknown: [],
    alertNames: [],
    alertCount: 0,
    source: 'watch',
    flaps: 0,
    attempts: [],
    timeline: [],
    places: [],
    language: 'en',
    openedAt: 0,
    updatedAt: 0,
    dueAt: 0,
  };
}

const app = { kind: 'Deployment', namespace: 'shop', name: 'app' };
const settings = { kind: 'ConfigMap', namespace: 'shop', name: 'settings' };

test('the difference shows the limit that changes, and of the secrets beside it only that they are there', async () => {
  const prepare = await open();
  const remedy = { id: 'raise-memory-limit', target: app, container: 'app', from: '256Mi', to: '512Mi' };
  const prepared = await prepare(incidentWith(app, remedy), 'raise-memory-limit');
  const all = JSON.stringify(prepared);
  expect(all).toContain('-              memory: 256Mi');
  expect(all).toContain('+              memory: 512Mi');
  expect(all).not.toContain('correct-horse');
});

test('a key of a ConfigMap is shown with its old and new value, and can be put back', async () => {
  const prepare = await open();
  const remedy = { id: 'set-config-key', target: settings, key: 'PEER', value: 'mysql.shop:3306' };
  const prepared = await prepare(incidentWith(settings, remedy), 'set-config-key');
  const all = JSON.stringify(prepared);
  expect(all).toContain('-  PEER: mysql.shop\\n+  PEER: mysql.shop:3306');
  expect(all).toContain('DB_PASSWORD: <secret:');
  expect(all).not.toContain('correct-horse');
});

test('a change whose way back holds a secret is left to people: a placeholder is never written', async () => {
  const prepare = await open();
  const remedy = { id: 'set-config-key', target: settings, key: 'DB_PASSWORD', value: 'abc' };
  expect(await prepare(incidentWith(settings, remedy), 'set-config-key')).toEqual({
    kind: 'refused',
    why: { key: 'incidents.refused.secret', params: { object: 'ConfigMap shop/settings' } },
  });
});
