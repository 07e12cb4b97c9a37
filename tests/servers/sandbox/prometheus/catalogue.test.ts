import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue } from './catalogue.ts';
import { startCluster, type TestCluster } from './cluster.ts';

describe('the queries of the catalogue', () => {
  let cluster: TestCluster;
  beforeAll(() => {
    cluster = startCluster();
    for (const node of ['node-1', 'node-2', 'node-3']) {
      for (const name of ['web', 'api']) cluster.run({ name: `${name}-${node}`, node });
    }
    cluster.run({ namespace: 'kube-system', name: 'coredns-1', workload: 'Deployment/coredns' });
    cluster.pass(2 * 86_400);
  });
  afterAll(() => cluster.close());

  test.each(catalogue)('%s is answered', async (_, query) => {
    const answer = await cluster.call('query', { query });
    expect(answer).toMatchObject({ http: 200, status: 'success' });
  });

  test('what tells of trouble is silent while the cluster is well', async () => {
    const troubles = [
      'N1',
      'N2',
      'N10',
      'W1',
      'W2',
      'W3',
      'W5',
      'W6',
      'W7',
      'W8',
      'W9',
      'W11',
      'W14',
      'W15',
      'ST1',
      'ST4',
      'OBS1',
      'OBS2',
    ];
    const firing: string[] = [];
    for (const [id, query] of catalogue) {
      if (troubles.includes(id) && (await cluster.query(query)).length > 0) firing.push(id);
    }
    expect(firing).toEqual([]);
  });

  test('what measures has values', async () => {
    const measuring = [
      'CP1',
      'CP2',
      'CP4',
      'CP9',
      'CP11',
      'DNS1',
      'DNS2',
      'N5',
      'N6',
      'N7',
      'N11',
      'N12',
      'N13',
      'N14',
      'N15',
      'W4',
      'W17',
      'W18',
      'W21',
      'OBS3',
      'OBS4',
      'CAP1',
      'CAP2',
      'CAP3',
      'CST1',
      'CST3',
      'CST4',
      'CST5',
      'RS1',
      'RS2',
    ];
    const missing: string[] = [];
    for (const [id, query] of catalogue) {
      if (!measuring.includes(id)) continue;
      const values = await cluster.query(query);
      if (values.length === 0 || values.some(({ value }) => Number.isNaN(value))) missing.push(id);
    }
    expect(missing).toEqual([]);
  });

  test('shares lie between nothing and all', async () => {
    for (const id of ['N5', 'N6', 'N7', 'N11', 'N12', 'N13', 'W18', 'CAP1', 'CAP2', 'CST1', 'CST4']) {
      const query = catalogue.find(([one]) => one === id)?.[1] ?? '';
      for (const { value } of await cluster.query(query)) {
        expect(value, id).toBeGreaterThan(0);
        expect(value, id).toBeLessThan(1);
      }
    }
  });
});
