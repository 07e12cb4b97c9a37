import { z } from 'zod';
import { type Collector, rowsOf } from './collector.ts';
import { listOf, metadata, millis, sorted, words } from './values.ts';

/** Services, their endpoints, what leads to them, and how many policies a namespace has. */

const serviceSchema = z.object({
  metadata,
  spec: z.object({ type: z.string().nullish(), selector: words }).prefault({}),
});

export const createServices = () =>
  rowsOf('Service', { schema: serviceSchema }, ({ metadata: about, spec }) => ({
    namespace: about.namespace,
    name: about.name,
    type: spec.type ?? 'ClusterIP',
    ...(Object.keys(spec.selector).length > 0 && { selector: sorted(spec.selector) }),
    createdAt: millis(about.creationTimestamp) ?? 0,
  }));

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/ */
const sliceSchema = z.object({
  metadata,
  addressType: z.string().default('IPv4'),
  endpoints: listOf(
    z.object({ addresses: listOf(z.string()), conditions: z.object({ ready: z.boolean().nullish() }).nullish() }),
  ),
});

export interface EndpointSlices extends Collector {
  ready(namespace: string, service: string): number;
}

/** Ready endpoints by Service; one that has both kinds of addresses is counted once. */
export function createEndpointSlices(): EndpointSlices {
  let counts = new Map<string, Record<string, number>>();
  return {
    kind: 'EndpointSlice',
    begin() {
      counts = new Map();
    },
    item(raw) {
      const { metadata: about, addressType, endpoints } = sliceSchema.parse(raw);
      const service = about.labels['kubernetes.io/service-name'];
      if (!service) return;
      const key = `${about.namespace}/${service}`;
      // Not known counts as ready, as the API asks for.
      const ready = endpoints.filter((one) => one.addresses.length > 0 && one.conditions?.ready !== false).length;
      const known = counts.get(key) ?? {};
      counts.set(key, { ...known, [addressType]: (known[addressType] ?? 0) + ready });
    },
    ready: (namespace, service) => Math.max(0, ...Object.values(counts.get(`${namespace}/${service}`) ?? {})),
  };
}

const backend = z.object({ service: z.object({ name: z.string() }).nullish() }).nullish();
const ingressSchema = z.object({
  metadata,
  spec: z
    .object({
      defaultBackend: backend,
      rules: listOf(z.object({ http: z.object({ paths: listOf(z.object({ backend })) }).nullish() })),
    })
    .prefault({}),
});

interface Route {
  kind: string;
  namespace: string;
  name: string;
  /** `SERVICE`, or `NAMESPACE/SERVICE` of another one. */
  backends: string[];
}

/** https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/ */
export const createIngresses = () =>
  rowsOf('Ingress', { schema: ingressSchema }, ({ metadata: about, spec }): Route => {
    const all = [
      spec.defaultBackend,
      ...spec.rules.flatMap(({ http }) => http?.paths.map((path) => path.backend) ?? []),
    ];
    const names = all.flatMap((one) => one?.service?.name ?? []);
    return { kind: 'Ingress', namespace: about.namespace, name: about.name, backends: [...new Set(names)].sort() };
  });

const routeSchema = z.object({
  metadata,
  spec: z
    .object({
      rules: listOf(
        z.object({
          backendRefs: listOf(
            z.object({
              group: z.string().nullish(),
              kind: z.string().nullish(),
              name: z.string(),
              namespace: z.string().nullish(),
            }),
          ),
        }),
      ),
    })
    .prefault({}),
});

/** https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
export const createHttpRoutes = () =>
  rowsOf(
    'HTTPRoute',
    { apiVersion: 'gateway.networking.k8s.io/v1', schema: routeSchema },
    ({ metadata: { namespace, name }, spec }): Route => {
      const names = spec.rules
        .flatMap(({ backendRefs }) => backendRefs)
        .filter(({ group, kind }) => !group && (kind ?? 'Service') === 'Service')
        .map((ref) => (ref.namespace && ref.namespace !== namespace ? `${ref.namespace}/${ref.name}` : ref.name));
      return { kind: 'HTTPRoute', namespace, name, backends: [...new Set(names)].sort() };
    },
  );

export const createNetworkPolicies = () =>
  rowsOf('NetworkPolicy', { schema: z.object({ metadata }) }, ({ metadata: { namespace } }) => namespace);

export const createNamespaces = () =>
  rowsOf('Namespace', { schema: z.object({ metadata }) }, ({ metadata: about }) => {
    const terminatingSince = millis(about.deletionTimestamp);
    return {
      name: about.name,
      labels: sorted(about.labels),
      ...(terminatingSince !== undefined && { terminatingSince }),
    };
  });
