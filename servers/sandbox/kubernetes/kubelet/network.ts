import { isIP } from 'node:net';
import { type Context, isReady } from '../controllers/context.ts';
import type { Pod, Service } from '../controllers/kinds.ts';
import { targetPort } from '../controllers/services.ts';
import { dnsAnswers, type Listening, policyAllows } from './reachability.ts';

export type { Listening };

/** What came of a try to connect, in the words of Node.js where it failed. */
export type Connection =
  | { ok: true; pod?: Pod }
  | { ok: false; code: 'ENOTFOUND' | 'EAI_AGAIN' | 'ECONNREFUSED' | 'ETIMEDOUT'; message: string };

export interface Address {
  host: string;
  port: number;
}

/** The host and port of a URL or of `host:port`. */
export function addressIn(text: string, defaultPort: number): Address | undefined {
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/]*@)?([^:/?#]+)(?::(\d+))?/i.exec(text.trim());
  if (!match?.[1]) return undefined;
  const port = match[2] ? Number(match[2]) : text.startsWith('https:') ? 443 : defaultPort;
  return { host: match[1], port };
}

const failed = (code: 'ECONNREFUSED' | 'ETIMEDOUT', ip: string, port: number): Connection => ({
  ok: false,
  code,
  message: `connect ${code} ${ip}:${port}`,
});

/** Tries to connect from a pod, as names, Services, policies and doors are at this moment. */
export function connect(context: Context, from: Pod, address: Address, listening: Listening): Connection {
  const { host, port } = address;
  if (!isIP(host) && !dnsAnswers(context, from)) {
    return { ok: false, code: 'EAI_AGAIN', message: `getaddrinfo EAI_AGAIN ${host}` };
  }
  const target = resolve(context, from.metadata.namespace ?? 'default', host);
  if (target === undefined) return { ok: false, code: 'ENOTFOUND', message: `getaddrinfo ENOTFOUND ${host}` };
  if (target === 'outside') return outside(context, { host, port });
  const proxy = context.ground.state().nodes[from.spec.nodeName ?? '']?.kubeProxy;
  if ('service' in target) {
    const ip = target.service.spec.clusterIP ?? '';
    if (proxy && ip !== 'None') return failed('ETIMEDOUT', ip, port);
    return toService(context, from, { service: target.service, port, listening });
  }
  return toPods(context, from, {
    targets: [target.pod],
    numbers: [port],
    listening,
    ip: target.pod.status?.podIP ?? '',
    port,
  });
}

function outside(context: Context, { host, port }: Address): Connection {
  const trouble = context.ground.state().hosts[`${host}:${port}`];
  return trouble === 'down' ? failed('ETIMEDOUT', host, port) : { ok: true };
}

type Target = { service: Service } | { pod: Pod } | 'outside' | undefined;

/** What a name means in a namespace. https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/ */
function resolve(context: Context, namespace: string, host: string): Target {
  if (isIP(host)) return byAddress(context, host);
  const labels = host.replace(/\.$/, '').split('.');
  const cluster = /\.svc(\.cluster\.local)?\.?$/.test(host);
  const short = cluster ? labels.slice(0, labels.indexOf('svc')) : labels;
  const service = serviceNamed(context, namespace, short);
  if (service) return service;
  if (cluster || labels.length === 1 || /\.(internal|local|invalid)$/.test(host)) return undefined;
  const second = short[1] ?? '';
  return short.length === 2 && context.read.get('namespaces', undefined, second) ? undefined : 'outside';
}

function serviceNamed(context: Context, namespace: string, labels: readonly string[]): Target {
  const [first = '', second = '', third = ''] = labels;
  const { read } = context;
  if (labels.length === 1) return target(read.get('services', namespace, first));
  if (labels.length === 2) {
    const elsewhere = read.get('services', second, first);
    return elsewhere ? target(elsewhere) : podOf(context, namespace, { pod: first, service: second });
  }
  return labels.length === 3 ? podOf(context, third, { pod: first, service: second }) : undefined;
}

function target(service: Service | undefined): Target {
  if (!service) return undefined;
  return service.spec.type === 'ExternalName' ? 'outside' : { service };
}

function podOf(context: Context, namespace: string, names: { pod: string; service: string }): Target {
  const pod = context.read.get('pods', namespace, names.pod);
  const fits =
    pod && (pod.spec.subdomain ?? '') === names.service && context.read.get('services', namespace, names.service);
  return fits ? { pod } : undefined;
}

function byAddress(context: Context, ip: string): Target {
  const service = context.read.list('services').find(({ spec }) => spec.clusterIP === ip);
  if (service) return { service };
  const pod = context.read.list('pods').find(({ status }) => status?.podIP === ip);
  return pod ? { pod } : 'outside';
}

interface ServiceCall {
  service: Service;
  port: number;
  listening: Listening;
}

function toService(context: Context, from: Pod, { service, port, listening }: ServiceCall): Connection {
  const { namespace, name } = service.metadata;
  const ip = service.spec.clusterIP ?? '';
  const headless = ip === 'None';
  const entry = service.spec.ports?.find((each) => each.port === port);
  if (!entry && !headless) return failed('ETIMEDOUT', ip, port);
  const addresses =
    context.read.get('endpoints', namespace, name)?.subsets?.flatMap((each) => each.addresses ?? []) ?? [];
  const targets = addresses.flatMap(
    ({ targetRef }) => context.read.get('pods', namespace, targetRef?.name ?? '') ?? [],
  );
  if (addresses.length > 0 && targets.length === 0) return { ok: true };
  const numbers = targets.map((pod) => (headless || !entry ? port : (targetPort(entry, pod) ?? port)));
  return toPods(context, from, {
    targets,
    numbers,
    listening,
    ip: headless ? (targets[0]?.status?.podIP ?? name) : ip,
    port,
  });
}

interface PodsCall {
  targets: readonly Pod[];
  numbers: readonly number[];
  listening: Listening;
  ip: string;
  port: number;
}

/** One pod that answers is enough. Nobody there, or nobody at that port: refused. A policy in between: no answer. */
function toPods(context: Context, from: Pod, { targets, numbers, listening, ip, port }: PodsCall): Connection {
  let blocked = false;
  for (const [n, pod] of targets.entries()) {
    const number = numbers[n] ?? port;
    if (!policyAllows(context, { from, to: pod, port: number })) blocked = true;
    else if (listening(pod, number)) return { ok: true, pod };
  }
  const waits =
    blocked || targets.some((pod) => !isReady(pod) && context.ground.state().nodes[pod.spec.nodeName ?? '']);
  return failed(waits ? 'ETIMEDOUT' : 'ECONNREFUSED', ip, port);
}
