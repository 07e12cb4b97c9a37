import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { parse } from 'yaml';
import { z } from 'zod';
import { refusal } from '../errors.ts';
import { anywhere, type Cloud } from './sdk.ts';

/** How to reach one API server. Lives in memory only and never leaves this server. */
interface Access {
  server: string;
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
  token?: string;
}

const base64 = z.string().transform((text) => Buffer.from(text, 'base64'));
const kubeconfig = z.object({
  clusters: z
    .array(z.object({ cluster: z.object({ server: z.url(), 'certificate-authority-data': base64.optional() }) }))
    .min(1),
  users: z
    .array(
      z.object({
        user: z.object({
          'client-certificate-data': base64.optional(),
          'client-key-data': base64.optional(),
          token: z.string().optional(),
        }),
      }),
    )
    .min(1),
});

/** A kubeconfig that is good for fifteen minutes. A secret. https://api.alibabacloud.com/document/CS/2015-12-15/DescribeClusterUserKubeconfig */
export async function shortLivedKubeconfig(cloud: Cloud, clusterId: string, privateAddress: boolean): Promise<string> {
  const { config = '' } = await cloud.cs.read(anywhere, (client, sdk) =>
    client.describeClusterUserKubeconfig(
      clusterId,
      new sdk.DescribeClusterUserKubeconfigRequest({ privateIpAddress: privateAddress, temporaryDurationMinutes: 15 }),
    ),
  );
  return config;
}

/** A key to the cluster for fifteen minutes. */
export async function shortLivedAccess(cloud: Cloud, clusterId: string, privateAddress: boolean): Promise<Access> {
  const parsed = kubeconfig.safeParse(parse(await shortLivedKubeconfig(cloud, clusterId, privateAddress)));
  const [first] = parsed.data?.clusters ?? [];
  const [who] = parsed.data?.users ?? [];
  // The text is a secret: no part of it may end up in a message.
  if (!first || !who) throw refusal('UNKNOWN', `The cloud gave a kubeconfig for ${clusterId} that could not be read`);
  const { 'client-certificate-data': cert, 'client-key-data': key, token } = who.user;
  const ca = first.cluster['certificate-authority-data'];
  return {
    server: first.cluster.server,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(token && { token }),
  };
}

const timeoutMs = 5_000;
const bodyLimit = 64 * 1024;

/** One GET of the API server: its status and up to 64 KiB of body. Throws where it cannot be reached within five seconds. */
export function get(access: Access, path: string, signal: AbortSignal): Promise<{ status: number; body: string }> {
  // The address may have a path of its own, behind a proxy for instance.
  const url = new URL(access.server.replace(/\/$/, '') + path);
  const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
  const { server: _, token, ...tls } = access;
  const options = {
    ...tls,
    headers: { accept: 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  };
  return new Promise((resolve, reject) => {
    const sent = send(url, options, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (body.length < bodyLimit) body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}
