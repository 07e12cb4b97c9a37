import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isPublic } from '../../src/helm/addresses.ts';
import { readChart } from '../../src/helm/chart.ts';
import { readCredentials } from '../../src/helm/credentials.ts';
import { createHttp } from '../../src/helm/http.ts';
import { createChartThread } from '../../src/helm/rendering.ts';
import { type ChartSources, createChartSources } from '../../src/helm/sources.ts';
import { webChart } from './archives.ts';
import { hexOf, registryAnswer, serve } from './places.ts';

const thread = createChartThread();
afterAll(() => thread.close());
const BASIC = `Basic ${Buffer.from('robot:hunter2').toString('base64')}`;
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'charts-'));
  closing.push(() => rmSync(folder, { recursive: true }));
});

async function server(answer: Parameters<typeof serve>[0]) {
  const one = await serve(answer);
  closing.push(one.close);
  return one;
}

interface Options {
  repositories?: string[];
  auths?: Record<string, object>;
  clock?: () => number;
}

function sourcesOf({ repositories = [], auths = {}, clock = () => 0 }: Options): ChartSources {
  const hosts = new Set(repositories.map((one) => new URL(one.replace(/^oci:/, 'http:')).host));
  const http = createHttp((host) => hosts.has(host));
  closing.push(() => http.close());
  return createChartSources({
    folder,
    repositories,
    http,
    thread,
    credentials: readCredentials(JSON.stringify({ auths })),
    clock,
  });
}

async function versionOf(sources: ChartSources, reference: string, version?: string) {
  const { source, place } = await sources.find({ reference, version });
  const { metadata } = await readChart(source);
  return `${metadata.name} ${metadata.version} from ${place}`;
}

describe('charts of the folder', () => {
  test('are folders and archives, found by the name that they have themselves', async () => {
    writeFileSync(join(folder, 'web-1.0.0.tgz'), await webChart('1.0.0'));
    writeFileSync(join(folder, 'web-1.2.0.tgz'), await webChart('1.2.0'));
    writeFileSync(join(folder, 'broken-1.0.0.tgz'), 'no archive');
    mkdirSync(join(folder, 'own'));
    writeFileSync(join(folder, 'own', 'Chart.yaml'), 'apiVersion: v2\nname: mine\nversion: 0.1.0\n');
    const sources = sourcesOf({});
    expect(await versionOf(sources, 'web')).toBe('web 1.2.0 from CHARTS_DIR');
    expect(await versionOf(sources, 'web', '~1.0')).toBe('web 1.0.0 from CHARTS_DIR');
    expect(await versionOf(sources, 'mine')).toBe('mine 0.1.0 from CHARTS_DIR');
    await expect(sources.find({ reference: 'web', version: '3.x' })).rejects.toMatchObject({
      code: 'CHART_NOT_FOUND',
      message: expect.stringContaining('web 3.x'),
    });
    await expect(sources.find({ reference: 'broken' })).rejects.toMatchObject({ code: 'CHART_INVALID' });
    expect((await sources.list()).charts.map(({ name, version }) => `${name} ${version}`)).toEqual([
      'mine 0.1.0',
      'web 1.0.0',
      'web 1.2.0',
    ]);
  });

  test('that are not there yet are none', async () => {
    rmSync(folder, { recursive: true });
    expect(await sourcesOf({}).list()).toEqual({ charts: [], unknown: [] });
    mkdirSync(folder);
  });

  test('lead nowhere else: a link in one is refused', async () => {
    mkdirSync(join(folder, 'web'));
    writeFileSync(join(folder, 'web', 'Chart.yaml'), 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
    symlinkSync('/etc/passwd', join(folder, 'web', 'values.yaml'));
    await expect(sourcesOf({}).find({ reference: 'web' })).rejects.toThrow(/values\.yaml is a link/);
  });
});

describe('a repository', () => {
  const index = (entries: object[]) => JSON.stringify({ apiVersion: 'v1', entries: { web: entries } });

  test('is read by its index, the digest is checked, and the index is kept for five minutes', async () => {
    const [older, newer] = [await webChart('1.0.0'), await webChart('1.3.0+build.7')];
    let now = 0;
    const place = await server((path) => {
      if (path === '/charts/index.yaml')
        return {
          body: `apiVersion: v1\nentries:\n  web:\n    - {name: web, version: 1.0.0, urls: [web-1.0.0.tgz], digest: ${hexOf(older)}}\n    - {name: web, version: 1.3.0+build.7, description: A page, urls: [files/new.tgz], digest: "sha256:${hexOf(newer)}"}\n`,
        };
      return path === '/charts/web-1.0.0.tgz'
        ? { body: older }
        : path === '/charts/files/new.tgz'
          ? { body: newer }
          : { status: 404 };
    });
    const sources = sourcesOf({ repositories: [`${place.url}/charts`], clock: () => now });
    expect(await versionOf(sources, 'web')).toBe(`web 1.3.0+build.7 from ${place.url}/charts`);
    expect(await versionOf(sources, `${place.url}/charts/web`, '1.0.0')).toBe(`web 1.0.0 from ${place.url}/charts`);
    expect(await sources.list()).toMatchObject({
      charts: [{ name: 'web', version: '1.3.0+build.7', description: 'A page' }],
    });
    const read = () => place.asked.filter(({ path }) => path.endsWith('index.yaml')).length;
    expect(read()).toBe(1);
    now = 6 * 60_000;
    await sources.list();
    expect(read()).toBe(2);
  });

  test('that gives something else than its index says is refused', async () => {
    const chart = await webChart();
    const place = await server((path) =>
      path.endsWith('index.yaml')
        ? { body: index([{ name: 'web', version: '1.0.0', urls: ['a.tgz'], digest: hexOf('another') }]) }
        : { body: chart },
    );
    await expect(sourcesOf({ repositories: [place.url] }).find({ reference: 'web' })).rejects.toMatchObject({
      code: 'CHART_REFUSED',
      message: expect.stringContaining('digests differ'),
    });
  });

  test('is told its credentials, and nobody else is', async () => {
    const chart = await webChart();
    const other = await server(() => ({ body: chart }));
    const place = await server((path, { headers }) => {
      if (headers.authorization !== BASIC) return { status: 401 };
      return path.endsWith('index.yaml')
        ? { body: index([{ name: 'web', version: '1.0.0', urls: ['a.tgz'] }]) }
        : { status: 302, headers: { location: `${other.url}/stored?sig=x` } };
    });
    const auths = { [place.host]: { username: 'robot', password: 'hunter2' } };
    const sources = sourcesOf({ repositories: [place.url, `${other.url}/other`], auths });
    expect(await versionOf(sources, `${place.url}/web`)).toContain('web 1.0.0');
    expect(other.asked).toEqual([{ path: '/stored?sig=x', authorization: undefined }]);
    const without = sourcesOf({ repositories: [place.url] }).find({ reference: 'web' });
    await expect(without).rejects.toThrow(/401: an administrator sets its credentials in CHART_REGISTRY_CONFIG/);
  });

  test.each([
    ['another port of this machine', (other: string) => `${other}/x`],
    ['an inner address', () => 'https://10.0.0.7/x'],
    ['the machine’s own metadata', () => 'http://100.100.100.200/latest/meta-data'],
  ])('that sends one on to %s is not followed', async (_what, to) => {
    const other = await server(() => ({ body: 'secret' }));
    const place = await server(() => ({ status: 302, headers: { location: to(other.url) } }));
    await expect(sourcesOf({ repositories: [place.url] }).find({ reference: 'web' })).rejects.toMatchObject({
      code: 'CHART_REFUSED',
    });
    expect(other.asked).toEqual([]);
  });

  test('that sends one on to a name of an inner address is not followed', async () => {
    const other = await server(() => ({ body: 'secret' }));
    const place = await server(() => ({
      status: 302,
      headers: { location: `https://localhost:${other.host.split(':')[1]}/x` },
    }));
    await expect(sourcesOf({ repositories: [place.url] }).find({ reference: 'web' })).rejects.toMatchObject({
      code: 'CHART_UNREACHABLE',
      message: expect.stringContaining('EACCES'),
    });
    expect(other.asked).toEqual([]);
  });

  test('whose index leads to a plain address elsewhere is refused', async () => {
    const place = await server(() => ({
      body: index([{ name: 'web', version: '1.0.0', urls: ['http://other.example.com/web.tgz'] }]),
    }));
    await expect(sourcesOf({ repositories: [place.url] }).find({ reference: 'web' })).rejects.toMatchObject({
      code: 'CHART_REFUSED',
    });
  });

  test('that is busy is asked again, and one that is away keeps none of the others from answering', async () => {
    const chart = await webChart();
    let times = 0;
    const busy = await server((path) => {
      times += 1;
      if (times === 1) return { status: 503 };
      return path.endsWith('index.yaml')
        ? { body: index([{ name: 'web', version: '1.0.0', urls: ['a.tgz'] }]) }
        : { body: chart };
    });
    const away = await serve(() => ({}));
    await away.close();
    const sources = sourcesOf({ repositories: [away.url, busy.url] });
    expect(await versionOf(sources, 'web')).toBe(`web 1.0.0 from ${busy.url}`);
    expect((await sources.list()).unknown).toMatchObject([
      { place: away.url, why: expect.stringContaining('ECONNREFUSED') },
    ]);
    await expect(sources.find({ reference: 'other' })).rejects.toMatchObject({ code: 'CHART_UNREACHABLE' });
  });

  test('without an index says so', async () => {
    const place = await server(() => ({ body: 'a page' }));
    await expect(sourcesOf({ repositories: [place.url] }).find({ reference: 'web' })).rejects.toThrow(/no entries/);
  });
});

describe('a registry', () => {
  const oci = (host: string) => `oci://${host}/charts`;

  test('gives the newest of its tags, by a token for anyone, and its blobs from where it sends one', async () => {
    const charts = {
      '1.0.0': await webChart('1.0.0'),
      '2.0.0_build': await webChart('2.0.0+build'),
      latest: await webChart('9.0.0'),
    };
    const store = await server((path) => ({ body: charts[path.slice(1) as keyof typeof charts] ?? '' }));
    const place: Awaited<ReturnType<typeof serve>> = await server(
      registryAnswer({
        charts,
        realm: () => `${place.url}/token`,
        blob: (digest) => {
          const [tag] = Object.entries(charts).find(([, bytes]) => digest.endsWith(hexOf(bytes))) ?? [];
          return { status: 307, headers: { location: `${store.url}/${tag}` } };
        },
      }),
    );
    const sources = sourcesOf({ repositories: [oci(place.host), `${store.url}/listed`] });
    expect(await versionOf(sources, `${oci(place.host)}/web`)).toBe(`web 2.0.0+build from ${oci(place.host)}`);
    expect(store.asked).toEqual([{ path: '/2.0.0_build', authorization: undefined }]);
    expect(await versionOf(sources, 'web', '1.x')).toBe(`web 1.0.0 from ${oci(place.host)}`);
    expect((await sources.list()).unknown[0]).toEqual({ place: oci(place.host) });
  });

  test('is told its credentials where tokens are fetched, by its own house only', async () => {
    const charts = { '1.0.0': await webChart() };
    const stranger = await server(registryAnswer({ charts, basic: BASIC }));
    let realm = '';
    const place = await server(registryAnswer({ charts, basic: BASIC, realm: () => realm }));
    const auths = { [place.host]: { auth: BASIC.slice('Basic '.length) } };
    const sources = sourcesOf({ repositories: [oci(place.host)], auths });
    realm = `${place.url}/token`;
    expect(await versionOf(sources, 'web')).toContain('1.0.0');
    expect(
      place.asked.filter(({ path }) => path.startsWith('/token')).map(({ authorization }) => authorization),
    ).toEqual([BASIC, BASIC]);
    realm = `${stranger.url}/token`;
    await expect(sources.find({ reference: 'web' })).rejects.toMatchObject({ code: 'CHART_REFUSED' });
    expect(stranger.asked).toEqual([]);
  });

  test('that gives another blob than it says is refused', async () => {
    const charts = { '1.0.0': await webChart() };
    const place = await server(registryAnswer({ charts, blob: () => ({ body: 'another' }) }));
    await expect(sourcesOf({ repositories: [oci(place.host)] }).find({ reference: 'web' })).rejects.toMatchObject({
      code: 'CHART_REFUSED',
    });
  });

  test('whose image is no chart says so', async () => {
    const place = await server(
      registryAnswer({
        charts: { '1.0.0': await webChart() },
        contentType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      }),
    );
    await expect(sourcesOf({ repositories: [oci(place.host)] }).find({ reference: 'web' })).rejects.toThrow(
      /no chart of Helm/,
    );
  });
});

test.each([
  'oci://other.example.com/charts/web',
  'https://charts.example.com/../web',
  'https://charts.example.com.evil.com/web',
  '../web',
  '/etc/web',
  'file:///etc',
])('%s is in no place that is listed, and nobody is asked', async (reference) => {
  const sources = sourcesOf({ repositories: ['https://charts.example.com', 'oci://registry.example.com/charts'] });
  await expect(sources.find({ reference })).rejects.toMatchObject({
    code: 'CHART_REFUSED',
    message: expect.stringContaining('CHART_REPOSITORIES'),
  });
});

test.each([
  ['8.8.8.8', true],
  ['10.1.2.3', false],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['100.100.100.200', false],
  ['172.20.0.1', false],
  ['::1', false],
  ['fd00::1', false],
  ['::ffff:10.0.0.1', false],
  ['2606:4700::1111', true],
  ['no address', false],
])('%s is of the open internet: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

test('credentials that cannot be read are not repeated', () => {
  expect(() => readCredentials('{"auths": "hunter2"')).toThrow(/CHART_REGISTRY_CONFIG/);
  expect(() => readCredentials('{"auths": "hunter2"')).not.toThrow(/hunter2/);
  expect(readCredentials('{"auths":{"https://index.docker.io/v1/":{"auth":"YQ=="}}}')('registry-1.docker.io')).toBe(
    'YQ==',
  );
});
