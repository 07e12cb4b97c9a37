import { describe, expect, test } from 'vitest';
import type { ConsoleSources, IncidentSummary, ReportSource, Viewer } from '../../adapters/console/wire.ts';
import { parsePolicy } from '../../src/approvals/policy.ts';
import { withPageRights } from '../../src/composition/page-rights.ts';
import { emptySources } from '../adapters/console/fakes.ts';
import { scene } from '../e2e/incident-scene.ts';

const POLICY = `
roles: { operator: [web:console:olga], team: [web:console:sam], dev: [web:console:dan] }
readers:
  - roles: [operator]
  - { roles: [team], cluster: shop-prod, namespace: shop }
  - { roles: [dev], cluster: c-dev }
`;
const viewer = (id: string): Viewer => ({ user: { platform: 'web', tenant: 'console', id }, language: 'en' });
const [example] = scene().incidents;
if (!example) throw new Error('no example');
const { object: _, namespace: __, ...bare } = example;
const on = (id: string, more: Partial<IncidentSummary>): IncidentSummary => ({
  ...bare,
  id,
  cluster: 'shop-prod',
  ...more,
});
const incidents = [
  on('I-1', { object: { kind: 'Deployment', namespace: 'shop', name: 'a' } }),
  on('I-2', { object: { kind: 'Deployment', namespace: 'pay', name: 'a' } }),
  // Found in shop, but it is the node's.
  on('I-3', { namespace: 'shop', object: { kind: 'Node', name: 'n' } }),
  on('I-4', { cluster: 'shop-dev', namespace: 'shop' }),
];
const done: string[] = [];
const reports = {
  list: async () => ({
    reports: [
      { id: 'R1', cluster: 'c-prod' },
      { id: 'R2', cluster: 'c-dev' },
    ],
    clusters: [{ id: 'c-prod' }, { id: 'c-dev' }],
    mayAct: true,
  }),
  get: async (_viewer: Viewer, id: string) => ({ report: { cluster: { id: id === 'R1' ? 'c-prod' : 'c-dev' } } }),
  page: async () => 'page',
  png: async () => new Uint8Array(),
  create: async () => ({ ok: done.push('create') > 0 }),
  snooze: async () => ({ ok: done.push('snooze') > 0 }),
  propose: async () => ({ conversation: `${done.push('propose')}` }),
} as unknown as ReportSource;
const sources: ConsoleSources = withPageRights(
  {
    ...emptySources,
    incidents: async () => incidents,
    incident: async (_viewer, id) => incidents.find((one) => one.id === id) as never,
    clusters: async () => ['shop-prod', 'shop-dev'].map((name) => ({ name, environment: 'prod', state: 'running' })),
    reports,
  },
  parsePolicy(POLICY, 'policy.yaml'),
  async () => [
    { id: 'c-prod', name: 'shop-prod' },
    { id: 'c-dev', name: 'shop-dev' },
  ],
);
const ids = async (who: string) => (await sources.incidents(viewer(who), { state: 'all' })).map(({ id }) => id);

describe('the console’s boards', () => {
  test('show incidents of what one may read', async () => {
    expect([await ids('olga'), await ids('sam'), await ids('dan'), await ids('nobody')]).toEqual([
      ['I-1', 'I-2', 'I-3', 'I-4'],
      ['I-1'],
      ['I-4'],
      [],
    ]);
    expect(await sources.incident(viewer('sam'), 'I-1')).toBeDefined();
    expect(await sources.incident(viewer('sam'), 'I-2')).toBeUndefined();
  });

  test('show clusters of which one may read anything', async () => {
    const names = async (who: string) => (await sources.clusters(viewer(who))).map(({ name }) => name);
    expect([await names('sam'), await names('dan'), await names('nobody')]).toEqual([['shop-prod'], ['shop-dev'], []]);
  });

  test('show and make reports of clusters that one may read whole', async () => {
    expect(await sources.reports?.list(viewer('dan'), {})).toMatchObject({
      reports: [{ id: 'R2' }],
      clusters: [{ id: 'c-dev' }],
    });
    expect(await sources.reports?.list(viewer('sam'), {})).toMatchObject({ reports: [], clusters: [] });
    const sam = viewer('sam');
    expect(await sources.reports?.get(sam, 'R1')).toBeUndefined();
    expect(await sources.reports?.page(sam, 'R1')).toBeUndefined();
    expect(await sources.reports?.png(sam, 'R1', { name: 'x', theme: 'dark' })).toBeUndefined();
    expect(await sources.reports?.create(sam, { cluster: 'c-prod', days: 7 })).toEqual({ refused: 'unknown' });
    expect(await sources.reports?.snooze(sam, 'W3', { cluster: 'c-prod', until: 5 })).toEqual({ refused: 'unknown' });
    expect(await sources.reports?.propose(sam, 'R1', 'x')).toEqual({ refused: 'unknown' });
    expect(done).toEqual([]);
    expect(await sources.reports?.page(viewer('dan'), 'R2')).toBe('page');
  });
});
