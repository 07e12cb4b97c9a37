import { $OpenApiUtil } from '@alicloud/openapi-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { buildNetwork, callCs, clients, seedBody, startWorld, type TestWorld } from '../harness.ts';

let world: TestWorld;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const instanceSchema = z.object({ body: z.object({ Data: z.object({ HttpApiInterUrl: z.string() }) }) });

/** Asks ARMS for the address of a cluster's Prometheus. */
async function addressOf(ClusterId: string): Promise<string> {
  const params = new $OpenApiUtil.Params({
    action: 'GetPrometheusInstance',
    version: '2019-08-08',
    protocol: 'HTTP',
    pathname: '/',
    method: 'POST',
    authType: 'AK',
    style: 'RPC',
    reqBodyType: 'formData',
    bodyType: 'json',
  });
  const request = new $OpenApiUtil.OpenApiRequest({ query: { RegionId: 'cn-hangzhou', ClusterId } });
  const answer = await clients(world.url()).cs.callApi(params, request, { toMap: () => ({}) });
  return instanceSchema.parse(answer).body.Data.HttpApiInterUrl;
}

test('the address that ARMS names answers queries, with or without a token', async () => {
  const { cluster_id } = await callCs(world.url(), 'POST', '/clusters', seedBody(await buildNetwork(world)));
  await expect(addressOf(cluster_id)).rejects.toThrow('no Prometheus instance');
  world.pass(1800);
  const address = await addressOf(cluster_id);
  const query = new URLSearchParams({ query: 'vector(42)' });
  for (const headers of [{}, { authorization: 'Bearer a-token' }]) {
    const get = await fetch(`${address}/api/v1/query?${query}`, { headers });
    const post = await fetch(`${address}/api/v1/query`, { method: 'POST', body: query, headers });
    for (const response of [get, post]) {
      expect(response.headers.get('content-type')).toContain('application/json');
      expect(await response.json()).toMatchObject({
        status: 'success',
        data: { result: [{ value: [expect.any(Number), '42'] }] },
      });
    }
  }
});

test('a cluster that has just come has namespaces, in the time of the world', async () => {
  const { cluster_id } = await callCs(world.url(), 'POST', '/clusters', seedBody(await buildNetwork(world)));
  world.pass(1800);
  const ask = async (query: string) => {
    const response = await fetch(
      `${world.url()}/prometheus/${cluster_id}/api/v1/query?${new URLSearchParams({ query })}`,
    );
    return z
      .object({ data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()) })) }) })
      .parse(await response.json()).data.result;
  };
  const namespaces = 'kube_namespace_status_phase{phase="Active"}';
  await ask(namespaces);
  world.pass(60);
  expect((await ask(`${namespaces} == 1`)).map(({ metric }) => metric.namespace)).toContain('kube-system');
  expect(await ask(`${namespaces} offset 1h`)).toEqual([]);
});
