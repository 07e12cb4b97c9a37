import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BORN, CLUSTER, startCluster, type TestCluster } from './cluster.ts';

let cluster: TestCluster;
beforeAll(() => {
  cluster = startCluster();
  cluster.run({ name: 'web' });
  cluster.pass(3600);
});
afterAll(() => cluster.close());

const end = String(BORN / 1000 + 3600);
const start = String(BORN / 1000 + 3000);

describe("Prometheus' HTTP API", () => {
  test('an instant query answers at the time of the world', async () => {
    expect(await cluster.call('query', { query: 'time()' })).toEqual({
      http: 200,
      status: 'success',
      data: { resultType: 'scalar', result: [BORN / 1000 + 3600, String(BORN / 1000 + 3600)] },
    });
  });

  test('the same query may come as a form, and the time as RFC 3339', async () => {
    const time = new Date(BORN + 60_000).toISOString();
    const answer = await cluster.call('query', { query: 'vector(1)', time }, 'POST');
    expect(answer.data).toEqual({ resultType: 'vector', result: [{ metric: {}, value: [BORN / 1000 + 60, '1'] }] });
  });

  test('a range query takes a step in seconds or as a duration', async () => {
    for (const step of ['300', '5m']) {
      const answer = await cluster.call('query_range', { query: 'vector(1)', start, end, step });
      const values = [0, 300, 600].map((seconds) => [Number(start) + seconds, '1']);
      expect(answer.data).toEqual({ resultType: 'matrix', result: [{ metric: {}, values }] });
    }
  });

  test('a text and a range vector keep their types', async () => {
    expect((await cluster.call('query', { query: '"a"' })).data).toMatchObject({ resultType: 'string' });
    expect((await cluster.call('query', { query: 'up[1m]' })).data).toMatchObject({ resultType: 'matrix' });
  });

  const refused: [what: string, path: string, parameters: Record<string, string>, answer: object][] = [
    [
      'no query',
      'query',
      {},
      {
        http: 400,
        errorType: 'bad_data',
        error: 'invalid parameter "query": 1:1: parse error: no expression found in input',
      },
    ],
    [
      'a query that is none',
      'query',
      { query: 'sum(' },
      { http: 400, error: 'invalid parameter "query": 1:5: parse error: unexpected end of input' },
    ],
    [
      'a time that is none',
      'query',
      { query: 'up', time: 'noon' },
      { http: 400, error: 'invalid parameter "time": cannot parse "noon" to a valid timestamp' },
    ],
    [
      'an end before the start',
      'query_range',
      { query: 'up', start: end, end: start, step: '60' },
      { http: 400, error: 'invalid parameter "end": end timestamp must not be before start time' },
    ],
    [
      'a step of nothing',
      'query_range',
      { query: 'up', start, end, step: '0' },
      {
        http: 400,
        error:
          'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
      },
    ],
    [
      'too many points',
      'query_range',
      { query: 'up', start: '0', end, step: '15' },
      {
        http: 400,
        error:
          'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
      },
    ],
    ['what cannot be evaluated', 'query', { query: 'up * on (nothing) up' }, { http: 422, errorType: 'execution' }],
    [
      'no time left',
      'query',
      { query: 'max_over_time((sum(up))[6d:1s])', timeout: '1ms' },
      { http: 503, errorType: 'timeout', error: 'query timed out in expression evaluation' },
    ],
    ['series without a selector', 'series', {}, { http: 400, error: 'no match[] parameter provided' }],
    ['an endpoint that is not there', 'admin/tsdb/snapshot', {}, { http: 404, errorType: 'not_found' }],
  ];
  test.each(refused)('%s is refused', async (_, path, parameters, answer) => {
    expect(await cluster.call(path, parameters)).toMatchObject({ status: 'error', ...answer });
  });

  test('series, labels and their values can be listed', async () => {
    const series = await cluster.call('series', { 'match[]': 'kube_pod_info{pod="web"}' });
    expect(series.data).toMatchObject([{ __name__: 'kube_pod_info', namespace: 'prod', node: 'node-1' }]);
    expect((await cluster.call('labels', { 'match[]': 'up' })).data).toEqual([
      '__name__',
      'instance',
      'job',
      'metrics_path',
      'node',
    ]);
    expect((await cluster.call('label/node/values', { 'match[]': 'up' })).data).toEqual(['node-1', 'node-2', 'node-3']);
    expect((await cluster.call('label/__name__/values')).data).toContain('container_memory_working_set_bytes');
  });

  test('it says which Prometheus it is', async () => {
    expect((await cluster.call('status/buildinfo')).data).toMatchObject({ version: expect.stringMatching(/^3\./) });
  });

  test('a cluster without the add-on has none', async () => {
    const call = { method: 'GET', query: new URLSearchParams({ query: 'up' }), body: '' };
    const other = await cluster.prometheus.handle({ ...call, path: '/prometheus/c-other/api/v1/query' });
    expect(other).toMatchObject({ status: 404, body: { status: 'error', errorType: 'not_found' } });
    cluster.world.addons.remove(`${CLUSTER}/arms-prometheus`);
    const removed = await cluster.prometheus.handle({ ...call, path: `/prometheus/${CLUSTER}/api/v1/query` });
    expect(removed.status).toBe(404);
  });
});
