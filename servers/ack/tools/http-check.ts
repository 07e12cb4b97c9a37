import { z } from 'zod';
import { refusal } from '../errors.ts';
import { resolveAddress } from '../http/addresses.ts';
import { ask } from '../http/ask.ts';
import { type WayIn, wayOfIngress, wayOfService } from '../http/ways.ts';
import { getObject } from '../kube/client.ts';
import type { Cluster } from '../kube/clusters.ts';
import { clusterId, name, namespace } from '../kube/kube-tool.ts';
import type { KubeObject } from '../kube/objects.ts';
import { looks } from '../kube/status/others.ts';
import type { KubeWire } from '../kube/wire.ts';
import { readTool } from '../tool.ts';

const input = {
  clusterId,
  namespace,
  /** One of the two. */
  ingress: name.optional(),
  service: name.optional(),
  /** One of the Ingress' hosts; its first where it is not given. */
  host: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'a host name')
    .optional(),
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]{0,1000}$/, 'a path that begins with /')
    .refine((path) => !/\/(\.|%2e){1,2}([/?#]|$)/i.test(path), 'without . and .. in it')
    .default('/'),
  /** Any status from 200 to 399 is well where it is not given. */
  expectStatus: z.int().min(100).max(599).optional(),
};
type Asked = z.output<z.ZodObject<typeof input>>;

const output = {
  /** `unknown`: it cannot be asked from here; `reason` says why. */
  verdict: z.enum(['ok', 'failed', 'unknown']),
  ok: z.boolean(),
  status: z.number().optional(),
  ms: z.number().optional(),
  /** Of the answer's body, which is not kept; counted up to a mebibyte. */
  bytes: z.number().optional(),
  url: z.string().optional(),
  reason: z.string().optional(),
  /** Why clients would not trust the certificate. */
  certificate: z.string().optional(),
};
type Verdict = z.input<z.ZodObject<typeof output>>;

export const httpCheck = readTool({
  name: 'http_check',
  title: 'Ask an application over HTTP',
  description:
    "One GET the way people come: through the load balancer of an Ingress or Service, at the address the cluster's own objects give. Follows no redirects and keeps nothing of the answer but status, time and size. Where there is no way in from here, the verdict is unknown.",
  input,
  output,
  say: ({ verdict, status, ms, reason }) =>
    verdict === 'ok' ? `${status} after ${ms} ms.` : `${verdict}: ${reason ?? status}`,
  async run(asked, { clusters, signal }): Promise<Verdict> {
    const { ingress, service } = asked;
    if ((ingress === undefined) === (service === undefined))
      throw refusal('INVALID_ARGUMENT', 'Give either an ingress or a service');
    const cluster = await clusters.find(asked.clusterId);
    const wire = await cluster.wire();
    const [kind, of] = ingress === undefined ? (['Service', service ?? ''] as const) : (['Ingress', ingress] as const);
    const { object, serverTime } = await getObject(wire, { kind, namespace: asked.namespace, name: of }, signal);
    const way = kind === 'Ingress' ? wayOfIngress(object, asked.host) : wayOfService(object);
    if (!way) return fromEndpoints(wire, object, signal);
    return through(cluster, { asked, way, young: isYoung(object, serverTime) }, signal);
  },
});

const unknown = (reason: string): Verdict => ({ verdict: 'unknown', ok: false, reason });
const failed = (reason: string, more: Partial<Verdict> = {}): Verdict => ({
  verdict: 'failed',
  ok: false,
  reason,
  ...more,
});

/** A load balancer takes its time: within the first two minutes a missing address is no answer yet. */
const isYoung = ({ metadata }: KubeObject, serverTime: string): boolean =>
  Date.parse(serverTime) - Date.parse(metadata.creationTimestamp ?? '') < 120_000;

interface Through {
  asked: Asked;
  way: WayIn;
  young: boolean;
}

async function through(cluster: Cluster, { asked, way, young }: Through, signal: AbortSignal): Promise<Verdict> {
  const [given] = way.balancers;
  if (given === undefined)
    return young ? failed('it has no address yet') : unknown('it has no address: nothing says how people reach it');
  const { entrance, privateIngress = false } = cluster;
  const found =
    entrance === undefined ? await resolveAddress(given, privateIngress) : { ok: true as const, address: given };
  if (!found.ok) return unknown(found.reason);
  const { secure, port, host = found.address } = way;
  const { path, expectStatus } = asked;
  const reached = await ask({ entrance, address: found.address, port, secure, host, path, signal });
  const url = `${secure ? 'https' : 'http'}://${host}${[80, 443].includes(port) ? '' : `:${port}`}${path}`;
  if (!reached.ok) return failed(reached.reason, { url });
  const { status, ms, bytes, certificate } = reached;
  const facts = { status, ms, bytes, url, ...(certificate !== undefined && { certificate }) };
  const well = expectStatus === undefined ? status >= 200 && status < 400 : status === expectStatus;
  return well ? { verdict: 'ok', ok: true, ...facts } : failed(`it answered ${status}`, facts);
}

/** Nobody can ask a Service inside the cluster from here; that nobody is behind it is known all the same. */
async function fromEndpoints(wire: KubeWire, service: KubeObject, signal: AbortSignal): Promise<Verdict> {
  const { judgement } = await looks.Service(wire, service, signal);
  const { ready, desired, state } = judgement;
  if (state !== 'healthy' && ready === 0) return failed(judgement.reason ?? 'no endpoint is ready');
  return unknown(`it has no way in from outside; ${ready} of ${desired} endpoints are ready`);
}
