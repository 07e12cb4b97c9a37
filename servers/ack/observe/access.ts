import { readFileSync } from 'node:fs';
import { notConfigured } from '../errors.ts';
import type { Cluster } from '../kube/clusters.ts';
import type { PrometheusEntry } from '../kube/clusters-file.ts';

/** How to reach the HTTP API of one Prometheus. Holds secrets: it never leaves this server. */
export interface PrometheusAccess {
  url: string;
  authorization?: string;
  ca?: string;
  insecureSkipVerify?: boolean;
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** As clusters.yaml or PROMETHEUS_URL name it. */
export function fromEntry({
  url,
  bearerToken,
  basic: login,
  caFile,
  insecureSkipVerify,
}: PrometheusEntry): PrometheusAccess {
  const address = new URL(url);
  const { username, password } = address;
  address.username = '';
  address.password = '';
  const authorization =
    bearerToken !== undefined
      ? `Bearer ${bearerToken}`
      : login
        ? basic(login.username, login.password)
        : username && basic(decodeURIComponent(username), decodeURIComponent(password));
  return {
    url: address.href.replace(/\/+$/, ''),
    ...(authorization && { authorization }),
    ...(caFile !== undefined && { ca: readCa(caFile) }),
    ...(insecureSkipVerify && { insecureSkipVerify }),
  };
}

interface ArmsAddresses {
  publicUrl?: string;
  privateUrl?: string;
  /** Of version 1, where the instance is protected by one. */
  token?: string;
}

/**
 * As ARMS names it: version 1 takes its own token, version 2 the access key. The key goes over TLS or within this machine only.
 * https://help.aliyun.com/zh/arms/prometheus-monitoring/obtain-the-url-of-an-http-api
 */
export function fromArms(
  { publicUrl, privateUrl, token }: ArmsAddresses,
  keys: { accessKeyId: string; accessKeySecret: string },
): PrometheusAccess | undefined {
  const url = (publicUrl ?? privateUrl)?.replace(/\/+$/, '');
  if (url === undefined) return undefined;
  const { protocol, hostname } = new URL(url);
  const safe = protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
  const authorization = token ?? (safe ? basic(keys.accessKeyId, keys.accessKeySecret) : undefined);
  return { url, ...(authorization && { authorization }) };
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw notConfigured(`${file}, the CA of a Prometheus in clusters.yaml, cannot be read.`, cause);
  }
}

/** The cluster's Prometheus; refuses with NOT_CONFIGURED where none is known. */
export async function prometheusFor(cluster: Cluster): Promise<PrometheusAccess> {
  const access = await cluster.prometheus();
  if (access) return access;
  throw notConfigured(`No Prometheus is known for the cluster ${cluster.name}.`);
}
