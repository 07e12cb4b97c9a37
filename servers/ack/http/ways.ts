import { z } from 'zod';
import { refusal } from '../errors.ts';
import type { KubeObject } from '../kube/objects.ts';

/** How people come to an Ingress or a Service from outside, as the cluster itself tells. */
export interface WayIn {
  /** Addresses or names of its load balancer. */
  balancers: string[];
  host: string | undefined;
  secure: boolean;
  port: number;
}

const balancer = z
  .object({
    loadBalancer: z
      .object({ ingress: z.array(z.object({ ip: z.string().optional(), hostname: z.string().optional() })).nullish() })
      .nullish(),
  })
  .catch({});

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
const ingressSpec = z.object({
  tls: z.array(z.object({ hosts: z.array(z.string()).nullish() })).nullish(),
  rules: z.array(z.object({ host: z.string().optional() })).nullish(),
});

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/service-v1/ */
const serviceSpec = z.object({
  type: z.string().default('ClusterIP'),
  ports: z
    .array(z.object({ port: z.number(), name: z.string().optional(), protocol: z.string().default('TCP') }))
    .nullish(),
});

const balancersOf = ({ status }: KubeObject): string[] =>
  (balancer.parse(status ?? {}).loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);

/** Refuses with INVALID_ARGUMENT a host that the Ingress does not have. */
export function wayOfIngress(ingress: KubeObject, wanted: string | undefined): WayIn {
  const { tls, rules } = ingressSpec.parse(ingress.spec ?? {});
  const hosts = (rules ?? []).map(({ host }) => host);
  const host = wanted ?? hosts.find((each) => each !== undefined && !each.startsWith('*'));
  if (wanted !== undefined && !hosts.some((each) => covers(each, wanted))) {
    const known = hosts.filter((each) => each !== undefined).join(', ') || 'none';
    throw refusal('INVALID_ARGUMENT', `The Ingress ${ingress.metadata.name} has no host ${wanted}; it has ${known}`);
  }
  const secure = host !== undefined && (tls ?? []).some((each) => each.hosts?.some((one) => covers(one, host)));
  return { balancers: balancersOf(ingress), host, secure, port: secure ? 443 : 80 };
}

/** A wildcard stands for one label. https://kubernetes.io/docs/concepts/services-networking/ingress/#hostname-wildcards */
function covers(rule: string | undefined, host: string): boolean {
  if (rule === undefined || rule === '') return true;
  return rule.startsWith('*.') ? host.slice(host.indexOf('.')) === rule.slice(1) : rule === host;
}

/** Undefined for a Service that nobody reaches from outside. */
export function wayOfService(service: KubeObject): WayIn | undefined {
  const { type, ports } = serviceSpec.parse(service.spec ?? {});
  if (type !== 'LoadBalancer') return undefined;
  const open = (ports ?? []).filter(({ protocol }) => protocol === 'TCP');
  const web = open.find(({ name, port }) => name === 'http' || port === 80) ?? open[0];
  const secure = web?.port === 443 || web?.name === 'https';
  return { balancers: balancersOf(service), host: undefined, secure, port: web?.port ?? 80 };
}
