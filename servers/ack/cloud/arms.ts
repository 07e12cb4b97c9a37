import { z } from 'zod';
import { refusal } from '../errors.ts';
import type { Cloud } from './sdk.ts';

const answer = z.object({
  Data: z
    .object({
      HttpApiInterUrl: z.string().optional(),
      HttpApiIntraUrl: z.string().optional(),
      AuthToken: z.string().optional(),
    })
    .nullish(),
});

/** The addresses of a cluster's managed Prometheus, and the token it may ask for (a secret); refuses with NOT_FOUND where it has none. https://api.alibabacloud.com/document/ARMS/2019-08-08/GetPrometheusInstance */
export async function prometheusOf(cloud: Cloud, region: string, clusterId: string) {
  const body = await cloud.arms.read(region, (client, { $OpenApiUtil }) => {
    const params = new $OpenApiUtil.Params({
      action: 'GetPrometheusInstance',
      version: '2019-08-08',
      protocol: 'HTTPS',
      pathname: '/',
      method: 'POST',
      authType: 'AK',
      style: 'RPC',
      reqBodyType: 'formData',
      bodyType: 'json',
    });
    const request = new $OpenApiUtil.OpenApiRequest({ query: { RegionId: region, ClusterId: clusterId } });
    // Plain options work; the class that the types ask for is not exported.
    return client.callApi(params, request, {} as Parameters<typeof client.callApi>[2]);
  });
  const { Data } = answer.parse(body);
  if (!Data?.HttpApiInterUrl && !Data?.HttpApiIntraUrl)
    throw refusal('NOT_FOUND', `The cluster ${clusterId} has no managed Prometheus`);
  return {
    ...(Data.HttpApiInterUrl && { publicUrl: Data.HttpApiInterUrl }),
    ...(Data.HttpApiIntraUrl && { privateUrl: Data.HttpApiIntraUrl }),
    ...(Data.AuthToken && { token: Data.AuthToken }),
  };
}
