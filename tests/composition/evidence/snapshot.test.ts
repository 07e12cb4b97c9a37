import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { firingAlerts } from '../../../src/composition/evidence/alerts.ts';
import { openSnapshot } from '../../../src/composition/evidence/snapshot.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function folder(files: Record<string, unknown>): string {
  const made = mkdtempSync(join(tmpdir(), 'snapshot-'));
  folders.push(made);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(made, path)), { recursive: true });
    writeFileSync(join(made, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return made;
}

const open = (files: Record<string, unknown>) => openSnapshot(folder(files));
const meta = (name: string, namespace?: string) => ({ name, ...(namespace !== undefined && { namespace }) });
const pod = (name: string, namespace = 'prod') => ({ metadata: meta(name, namespace), spec: {}, status: {} });
const pods = (...items: object[]) => ({ kind: 'PodList', apiVersion: 'v1', items });
const logOf = { namespace: 'prod', pod: 'web-1', container: 'web', previous: false };

describe('the objects of a snapshot', () => {
  test('items of a typed list need no kind of their own', async () => {
    const { source, namespaces } = open({ 'prod/pods.json': pods(pod('web-1'), pod('web-2')) });
    const found = await source.list('Pod', 'prod');
    expect(found).toEqual({
      items: [expect.objectContaining({ kind: 'Pod' }), expect.objectContaining({ kind: 'Pod' })],
    });
    expect(namespaces).toEqual(['prod']);
  });

  test('a list of many kinds tells which of them it holds, and nothing of the others', async () => {
    const yaml =
      'apiVersion: v1\nkind: List\nitems:\n- {kind: Pod, metadata: {name: a, namespace: prod}}\n- {kind: ConfigMap, metadata: {name: b, namespace: prod}}\n';
    const { source } = open({ 'all.yaml': yaml });
    expect(await source.list('ConfigMap', 'prod')).toMatchObject({ items: [{ metadata: { name: 'b' } }] });
    expect(await source.list('Secret', 'prod')).toEqual({ unknown: 'the snapshot holds no list of Secret of prod' });
  });

  test('an empty list is known to be empty; a kind without a file is unknown', async () => {
    const { source } = open({
      'prod/pods.json': pods(pod('web-1')),
      'prod/services.json': { kind: 'ServiceList', apiVersion: 'v1', items: [] },
    });
    expect(await source.list('Service', 'prod')).toEqual({ items: [] });
    expect(await source.list('Ingress', 'prod')).toHaveProperty('unknown');
    expect(await source.list('Node')).toHaveProperty('unknown');
  });

  test('a list of one namespace says nothing of another, nor of the whole cluster', async () => {
    const { source } = open({
      'prod/pods.json': pods(pod('web-1')),
      'prod/services.json': { kind: 'ServiceList', items: [] },
      'staging/pods.json': pods(pod('web-1', 'staging')),
    });
    expect(await source.list('Pod')).toMatchObject({ items: [{}, {}] });
    expect(await source.list('Service')).toHaveProperty('unknown');
    expect(await source.list('Service', 'staging')).toHaveProperty('unknown');
  });

  test('single objects beside lists are shown, and known not to be all', async () => {
    const { source } = open({
      'prod/pods.json': pods(pod('web-1')),
      'secret.yaml': 'kind: Secret\nmetadata: {name: one, namespace: prod}\ndata: {key: c2VjcmV0}\n',
    });
    expect(await source.list('Secret', 'prod')).toMatchObject({
      items: [{ metadata: { name: 'one' } }],
      incomplete: expect.stringContaining('no list of Secret'),
    });
  });

  test('where there are single objects only, they are taken for the whole', async () => {
    const { source } = open({ 'a.yaml': 'kind: Pod\nmetadata: {name: a}\n---\nkind: Node\nmetadata: {name: b}\n' });
    expect(await source.list('Node')).toMatchObject({ items: [{ metadata: { name: 'b' } }] });
    expect(await source.list('Service')).toHaveProperty('unknown');
  });

  test('values of Secrets stay outside, their keys are known', async () => {
    const secret = {
      kind: 'SecretList',
      items: [{ metadata: meta('db', 'prod'), data: { password: 'aHVudGVyMg==' } }],
    };
    const found = await open({ 'prod/secrets.json': secret }).source.list('Secret', 'prod');
    expect(found).toMatchObject({ items: [{ dataSizes: { password: 0 } }] });
    expect(JSON.stringify(found)).not.toContain('aHVudGVyMg');
  });

  test('the newest moment of the objects is now, not what lies ahead by its nature', async () => {
    const lease = { metadata: meta('a', 'prod'), spec: { renewTime: '2026-11-25T12:00:05.000000Z' } };
    const { source } = open({
      'prod/leases.json': { kind: 'LeaseList', items: [lease] },
      'prod/certificates.json': {
        kind: 'CertificateList',
        items: [{ metadata: meta('tls', 'prod'), status: { notAfter: '2027-01-01T00:00:00Z' } }],
      },
    });
    expect(await source.now()).toBe(Date.parse('2026-11-25T12:00:05Z'));
  });
});

describe('what cannot be read', () => {
  test('a broken file is named where its list is missed, and hides no other', async () => {
    const { source } = open({
      'prod/pods.json': pods(pod('web-1')),
      'prod/services.json': '{"kind": "ServiceList", "ite',
    });
    expect(await source.list('Pod', 'prod')).toMatchObject({ items: [{}] });
    expect(await source.list('Service', 'prod')).toEqual({ unknown: expect.stringContaining('prod/services.json') });
  });

  test('aliases that would make a small file large are refused', async () => {
    const lines = ['a: &a [x,x,x,x,x,x,x,x,x]'];
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf'].map((pair) => [...pair]))
      lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]`);
    const { source } = open({
      'prod/pods.json': pods(pod('web-1')),
      'bomb.yaml': `kind: ConfigMap\nmetadata: {name: bomb, namespace: prod}\ndata:\n  ${lines.join('\n  ')}\n`,
    });
    expect(await source.list('ConfigMap', 'prod')).toEqual({ unknown: expect.stringContaining('bomb.yaml') });
  });

  test.each([
    ['a folder that is not there', () => '/nowhere/at/all'],
    ['a folder without objects', () => folder({ 'notes.txt': 'hello' })],
    ['a folder with nothing but a broken file', () => folder({ 'pods.json': '{' })],
  ])('%s is refused with the next move', (_, path) => {
    expect(() => openSnapshot(path())).toThrow(
      expect.objectContaining({ code: 'SNAPSHOT_UNREADABLE', hint: expect.stringContaining('cluster-info dump') }),
    );
  });

  test('objects without a name and items that are none are left out', async () => {
    const { source } = open({ 'prod/pods.json': pods(pod('web-1'), { spec: {} }, null as unknown as object) });
    expect(await source.list('Pod', 'prod')).toMatchObject({ items: [{ metadata: { name: 'web-1' } }] });
  });
});

describe('the logs of a snapshot', () => {
  const base = { 'prod/pods.json': pods(pod('web-1')) };
  const header = (container: string) => `==== START logs for container ${container} of pod prod/web-1 ====\n`;
  const footer = (container: string) => `==== END logs for container ${container} of pod prod/web-1 ====\n`;

  test('each container of a pod has its own part', async () => {
    const text = `${header('web')}listening\n${footer('web')}${header('proxy')}upstream lost\n${footer('proxy')}`;
    const { source } = open({ ...base, 'prod/web-1/logs.txt': text });
    expect(await source.logs(logOf)).toMatchObject({ text: expect.stringMatching(/^listening\s*$/) });
    expect(await source.logs({ ...logOf, container: 'proxy' })).toMatchObject({
      text: expect.stringContaining('lost'),
    });
    expect(await source.logs({ ...logOf, container: 'other' })).toHaveProperty('unknown');
  });

  test('without a header it is of whatever container is asked for', async () => {
    const { source } = open({ ...base, 'prod/web-1/logs.txt': 'panic: no\n' });
    expect(await source.logs(logOf)).toMatchObject({ text: 'panic: no\n' });
  });

  test('the run before has a file of its own, and is not made up from the present one', async () => {
    const { source } = open({ ...base, 'prod/web-1/web.log': 'now\n', 'prod/web-1/web.previous.log': 'before\n' });
    expect(await source.logs(logOf)).toEqual({ text: 'now\n' });
    expect(await source.logs({ ...logOf, previous: true })).toEqual({ text: 'before\n' });
    expect(await source.logs({ ...logOf, container: 'proxy', previous: true })).toHaveProperty('unknown');
  });
});

describe('alerts and metrics beside the objects', () => {
  const labels = { alertname: 'KubePodCrashLooping', pod: 'web-1' };

  test.each([
    ['a webhook body', { version: '4', alerts: [{ status: 'firing', labels, startsAt: '2026-11-25T11:00:00Z' }] }],
    ["Alertmanager's list", [{ status: { state: 'active' }, labels, startsAt: '2026-11-25T11:00:00Z' }]],
    ["Prometheus' answer", { data: { alerts: [{ state: 'firing', labels, activeAt: '2026-11-25T11:00:00Z' }] } }],
  ])('%s is read', (_, body) => {
    const { alerts } = open({ 'prod/pods.json': pods(pod('web-1')), 'alerts.json': body });
    expect(alerts).toEqual([{ labels, annotations: {}, startsAt: Date.parse('2026-11-25T11:00:00Z') }]);
  });

  test('what is resolved, suppressed, pending or a heartbeat is no alert', () => {
    expect(
      firingAlerts([
        { status: 'resolved', labels },
        { status: { state: 'suppressed' }, labels },
        { state: 'pending', labels },
        { status: 'firing', labels: { alertname: 'Watchdog' } },
        'nonsense',
      ]),
    ).toEqual([]);
  });

  test('a query is found by its text whatever its spaces, and other queries are unknown', async () => {
    const result = { data: { resultType: 'vector', result: [{ metric: { pod: 'web-1' }, value: [1, '0.5'] }] } };
    const { source } = open({
      'prod/pods.json': pods(pod('web-1')),
      'metrics.json': { 'sum(rate(x[5m]))  /  2': result },
    });
    expect(await source.metrics('sum(rate(x[5m])) / 2')).toEqual({
      series: [{ metric: { pod: 'web-1' }, points: [[1, 0.5]] }],
    });
    expect(await source.metrics('up')).toEqual({ unknown: 'metrics.json does not hold this query' });
  });
});
