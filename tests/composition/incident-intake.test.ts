import { expect, test } from 'vitest';
import { auditSpec, openAudit } from '../../src/audit/audit.ts';
import { createIncidentRoom } from '../../src/composition/incidents.ts';
import { alertSpec, deliverySpec, incidentSpec } from '../../src/incidents/records.ts';
import { createRedactor } from '../../src/tools/redaction.ts';
import type { ToolGateway } from '../../src/tools/types.ts';
import { alert, words } from '../incidents/room.ts';
import { temporaryStore } from '../support/store.ts';
import { samples } from '../tools/secret-corpus.ts';

test('what an alert tells of secrets is in no store, no card and no line of the audit log', async () => {
  const store = await temporaryStore();
  const clock = () => 1_000_000_000_000;
  const audit = openAudit({ collection: store.collection(auditSpec), clock });
  const said: string[] = [];
  const gateway: Pick<ToolGateway, 'read'> = {
    read: async () => ({
      ok: true,
      data: {
        items: [
          { id: 'c1', name: 'one' },
          { id: 'c2', name: 'two' },
        ],
      },
    }),
  };
  const outbox = {
    async put(...told: unknown[]) {
      said.push(JSON.stringify(told));
      return true;
    },
  };
  const { incidents } = createIncidentRoom(
    {
      config: { LANGUAGE: 'en', TIMEZONE: 'UTC', DATA_DIR: '/nowhere' },
      ...{ store, audit, translate: words, clock, policy: { allowGitOps: false } },
      onError: (error: unknown) => {
        throw error;
      },
    } as never,
    { gateway, redactor: createRedactor(), pace: 10_000, hasClusters: () => true } as never,
    { approvals: {}, tasks: {} } as never,
    outbox as never,
    { listening: async () => [], languageOf: () => 'en' },
  );
  for (const { text } of samples) {
    const told = alert({ alertname: `Cannot log in: ${text}`, error: text }, { annotations: { summary: text } });
    await incidents.take('alertmanager', [told]);
  }
  await incidents.idle();
  const kept = await Promise.all([
    store.collection(incidentSpec).find({}),
    store.collection(alertSpec).find({}),
    store.collection(deliverySpec).find({}),
    audit.list({ limit: 1000 }),
  ]);
  expect(kept.map((rows) => rows.length > 0)).toEqual([true, true, true, true]);
  expect(said.length).toBeGreaterThan(0);
  const all = JSON.stringify([kept, said.map((one) => JSON.parse(one))]);
  expect(
    samples.filter(({ secret }) => all.includes(JSON.stringify(secret).slice(1, -1))).map(({ shape }) => shape),
  ).toEqual([]);
  incidents.stop();
  await store.dispose();
});
