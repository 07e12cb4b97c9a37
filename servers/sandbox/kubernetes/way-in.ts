import type { Answer } from '../api.ts';
import { isReady } from './controllers/context.ts';
import type { Pod, Service } from './controllers/kinds.ts';
import { targetPort } from './controllers/services.ts';
import type { Moving } from './controllers/start.ts';
import { recordsAt, textAt } from './fields.ts';
import type { KubeObject } from './objects.ts';

/** What comes through the load balancers of a cluster: an Ingress controller's, or that of a Service itself. TLS is left out. */

interface Request {
  method: string;
  /** `/way-in/CLUSTER/ADDRESS:PORT/…` */
  path: string;
  host: string;
}

type Cluster = { motion: Moving };

/** The answer of what people reach at an address; `hang` where nothing is there. */
export function answerAt(open: (id: string) => Cluster | undefined, { method, path, host }: Request): Answer {
  const [, id = '', address = '', port = '', rest = '/'] =
    /^\/way-in\/([^/]+)\/([\d.]+):(\d+)(\/.*)?$/.exec(path) ?? [];
  const cluster = open(id)?.motion;
  const balancer = cluster?.context.read
    .list('services')
    .find((service) => service.spec.type === 'LoadBalancer' && addressOf(service) === address);
  if (!cluster || !balancer) return 'hang';
  if (method !== 'GET' && method !== 'HEAD') return said(405);
  const visit = { path: rest, host: host.replace(/:\d+$/, '') };
  if (balancer.metadata.name !== 'nginx-ingress-lb')
    return fromService(cluster, { service: balancer, port: Number(port), path: rest }) ?? 'hang';
  return podsOf(cluster, balancer).some(isReady) ? throughIngress(cluster, visit) : 'hang';
}

const addressOf = ({ status }: Service): string | undefined =>
  textAt(recordsAt(status, 'loadBalancer', 'ingress')[0], 'ip');

const words: Record<number, string> = {
  200: 'OK',
  404: 'Not Found',
  405: 'Method Not Allowed',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
};
const said = (status: number): Answer => ({ status, body: `${words[status] ?? 'Answer'} (${status})\n` });

interface Visit {
  host: string;
  path: string;
}

/** As ingress-nginx words it: 404 without a rule, 503 without endpoints, 502 where nobody listens. */
function throughIngress(cluster: Moving, visit: Visit): Answer {
  const found = backendFor(cluster, visit);
  if (!found) return said(404);
  const { namespace, name, port } = found;
  const service = cluster.context.read.get('services', namespace, name);
  if (!service || podsOf(cluster, service).every((pod) => !isReady(pod))) return said(503);
  const entry = service.spec.ports?.find((each) => each.port === port || each.name === port);
  if (!entry) return said(503);
  return fromService(cluster, { service, port: entry.port, path: visit.path }) ?? said(502);
}

interface Backend {
  namespace: string | undefined;
  name: string;
  port: string | number | undefined;
}

/** The longest path that fits wins. https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches */
function backendFor(cluster: Moving, { host, path }: Visit): Backend | undefined {
  const ours = cluster.context.read
    .list('ingresses')
    .filter(({ spec }) => textAt(spec, 'ingressClassName') === 'nginx');
  const fitting = ours.flatMap((ingress) =>
    recordsAt(ingress, 'spec', 'rules')
      .filter((rule) => fitsHost(textAt(rule, 'host'), host))
      .flatMap((rule) => recordsAt(rule, 'http', 'paths'))
      .filter((one) => fitsPath(one, path))
      .map((one) => ({ length: (textAt(one, 'path') ?? '/').length, backend: backendOf(ingress, one) })),
  );
  return fitting.sort((one, other) => other.length - one.length)[0]?.backend;
}

function backendOf(ingress: KubeObject, path: Record<string, unknown>): Backend {
  const { service } = (path.backend ?? {}) as {
    service?: { name?: string; port?: { name?: string; number?: number } };
  };
  return {
    namespace: ingress.metadata.namespace,
    name: service?.name ?? '',
    port: service?.port?.number ?? service?.port?.name,
  };
}

function fitsHost(rule: string | undefined, host: string): boolean {
  if (!rule) return true;
  return rule.startsWith('*.') ? host.slice(host.indexOf('.')) === rule.slice(1) : rule === host;
}

function fitsPath(rule: Record<string, unknown>, path: string): boolean {
  const wanted = textAt(rule, 'path') ?? '/';
  if (textAt(rule, 'pathType') === 'Exact') return path === wanted;
  const prefix = wanted.replace(/\/$/, '');
  return path === prefix || path.startsWith(`${prefix}/`);
}

const podsOf = ({ context }: Moving, { metadata }: Service): Pod[] =>
  (context.read.get('endpoints', metadata.namespace, metadata.name)?.subsets ?? [])
    .flatMap(({ addresses }) => addresses ?? [])
    .flatMap(({ targetRef }) => context.read.get('pods', metadata.namespace, targetRef?.name ?? '') ?? []);

/** What the first ready pod behind a Service answers; undefined where none does. */
function fromService(
  cluster: Moving,
  { service, port, path }: { service: Service; port: number; path: string },
): Answer | undefined {
  const entry = service.spec.ports?.find((each) => each.port === port);
  if (!entry) return undefined;
  for (const pod of podsOf(cluster, service).filter(isReady)) {
    const number = targetPort(entry, pod);
    const status = number === undefined ? undefined : cluster.answer(pod, number, path);
    if (status !== undefined) return said(status);
  }
  return undefined;
}
