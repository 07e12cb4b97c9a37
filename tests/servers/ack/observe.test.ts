import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { fromArms, fromEntry, type PrometheusAccess } from '../../../servers/ack/observe/access.ts';
import { type QueryLimits, query } from '../../../servers/ack/observe/prometheus.ts';
import { getLogs, signature } from '../../../servers/ack/observe/sls.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Seen {
  url: URL;
  headers: IncomingHttpHeaders;
  form: URLSearchParams;
}

/** A server that answers everything the same, and writes down what came. */
async function serve(answer: (call: number) => { status?: number; headers?: Record<string, string>; body: unknown }) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    seen.push({ url: new URL(request.url ?? '/', 'http://x'), headers: request.headers, form });
    const { status = 200, headers = {}, body } = answer(seen.length);
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const signal = new AbortController().signal;
const usual: QueryLimits = { maxSeries: 50, maxPoints: 500, timeoutSeconds: 20, signal };
const ask = (access: PrometheusAccess, limits: Partial<QueryLimits> = {}) =>
  query(access, 'query', { query: 'up' }, { ...usual, ...limits });
const success = (data: object) => ({ body: { status: 'success', data } });

describe('a query of Prometheus', () => {
  it('is sent as a form below the address, with its credentials', async () => {
    const { url, seen } = await serve(() =>
      success({ resultType: 'vector', result: [{ metric: { job: 'a' }, value: [1, '2'] }] }),
    );
    const access = fromEntry({ url: `${url}/prometheus/`, bearerToken: 't' });
    expect(await ask(access)).toEqual({
      resultType: 'vector',
      series: [{ metric: { job: 'a' }, points: [[1, '2']] }],
      truncated: false,
    });
    expect(seen).toMatchObject([
      { url: { pathname: '/prometheus/api/v1/query' }, headers: { authorization: 'Bearer t' } },
    ]);
    expect(seen[0]?.form.get('query')).toBe('up');
  });

  it('tells Prometheus how long it may take, and does not wait longer', async () => {
    const { url, seen } = await serve(() => success({ resultType: 'vector', result: [] }));
    await ask({ url }, { timeoutSeconds: 7 });
    expect(seen[0]?.form.get('timeout')).toBe('7s');
  });

  it('passes on as many series as are asked for, and whole ones only where not all fit into an answer', async () => {
    const series = (count: number, length: number) =>
      Array.from({ length: count }, (_, n) => ({
        metric: { n: String(n) },
        values: Array.from({ length }, (_, at) => [at, '0.123456789']),
      }));
    const { url } = await serve((call) =>
      success({ resultType: 'matrix', result: call === 1 ? series(60, 600) : series(20, 6000) }),
    );
    const all = await ask({ url }, { maxSeries: 60, maxPoints: 600 });
    expect([all.series.length, all.series[0]?.points.length, all.truncated]).toEqual([60, 600, false]);
    const some = await ask({ url }, { maxSeries: 60, maxPoints: 11_000 });
    expect(some.truncated).toBe(true);
    expect(some.series.length).toBeGreaterThan(5);
    expect(some.series.every(({ points }) => points.length === 6000)).toBe(true);
    expect(JSON.stringify(some).length).toBeLessThan(1_750_000);
  });

  it('passes on fifty series of the newest five hundred points, and says that it cut', async () => {
    const values = Array.from({ length: 600 }, (_, n) => [n, String(n)]);
    const result = Array.from({ length: 60 }, (_, n) => ({ metric: { n: String(n) }, values }));
    const { url } = await serve(() => success({ resultType: 'matrix', result }));
    const { series, truncated } = await ask({ url });
    expect({ series: series.length, points: series[0]?.points.length, first: series[0]?.points[0], truncated }).toEqual(
      {
        series: 50,
        points: 500,
        first: [100, '100'],
        truncated: true,
      },
    );
  });

  it.each([
    [
      400,
      { status: 'error', errorType: 'bad_data', error: 'parse error' },
      { code: 'INVALID_ARGUMENT', message: 'bad_data: parse error' },
    ],
    [503, { status: 'error', errorType: 'timeout', error: 'slow' }, { code: 'Timeout', retryable: true }],
    [
      422,
      { status: 'error', errorType: 'execution', error: 'many-to-many' },
      { code: 'QueryFailed', retryable: false },
    ],
    [401, 'login please', { code: 'Unauthorized' }],
    [502, '<html>bad gateway</html>', { code: 'Unreachable', retryable: true }],
  ])('answered %i tells what is wrong', async (status, body, error) => {
    const { url } = await serve(() => ({ status, body }));
    await expect(ask({ url })).rejects.toMatchObject({ error });
  });
});

describe('the credentials of a Prometheus', () => {
  const keys = { accessKeyId: 'id', accessKeySecret: 'secret' };
  const basic = `Basic ${Buffer.from('id:secret').toString('base64')}`;

  it('come out of an address, and do not stay in it', () => {
    expect(fromEntry({ url: 'https://id:secret@prom.example/x/' })).toEqual({
      url: 'https://prom.example/x',
      authorization: basic,
    });
  });

  it('of ARMS are its token, else the access key, which goes over TLS only', () => {
    expect(fromArms({ publicUrl: 'http://arms.example', token: 'T' }, keys)?.authorization).toBe('T');
    expect(fromArms({ publicUrl: 'https://arms.example' }, keys)?.authorization).toBe(basic);
    expect(fromArms({ publicUrl: 'http://127.0.0.1:9090' }, keys)?.authorization).toBe(basic);
    expect(fromArms({ publicUrl: 'http://arms.example' }, keys)).toEqual({ url: 'http://arms.example' });
  });
});

describe('SLS', () => {
  const keys = { accessKeyId: 'bq2sjzesjmo86kq35behupbq', accessKeySecret: '4fdO2fTDDnZPU/L7CHNdemB2Nsk=' };

  // The example of https://help.aliyun.com/zh/sls/developer-reference/request-signatures
  it('requests are signed as its document shows', () => {
    const headers = {
      date: 'Mon, 09 Nov 2015 06:11:16 GMT',
      'x-log-apiversion': '0.6.0',
      'x-log-signaturemethod': 'hmac-sha1',
    };
    const parameters = { logstoreName: '', offset: '0', size: '1000' };
    expect(signature(keys, { method: 'GET', path: '/logstores', parameters, headers })).toBe(
      'LOG bq2sjzesjmo86kq35behupbq:jEYOTCJs2e88o+y5F4/S5IsnBJQ=',
    );
  });

  const access = (endpoint: string) => ({
    region: 'cn-hangzhou',
    project: 'k8s-log-c1',
    cloudId: 'c1',
    keys,
    endpoint,
  });
  const wanted = { logstore: 'audit-c1', query: '*', from: 1, to: 2, line: 10 };

  it('is asked again while it has not searched all of the time', async () => {
    const { url, seen } = await serve((call) => ({
      headers: { 'x-log-progress': call < 3 ? 'Incomplete' : 'Complete' },
      body: call < 3 ? [] : [{ __time__: '1', a: 'b' }],
    }));
    expect(await getLogs(access(url), wanted, signal)).toEqual({
      entries: [{ __time__: '1', a: 'b' }],
      complete: true,
    });
    expect(seen).toHaveLength(3);
    expect(seen[0]?.headers.host).toMatch(/^k8s-log-c1\./);
  });

  it('without the project is not set up', async () => {
    const { url } = await serve(() => ({ status: 404, body: { errorCode: 'ProjectNotExist', errorMessage: 'no' } }));
    await expect(getLogs(access(url), wanted, signal)).rejects.toMatchObject({ error: { code: 'NOT_CONFIGURED' } });
  });
});
