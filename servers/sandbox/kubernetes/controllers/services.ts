import type { KubeObject } from '../objects.ts';
import type { Change } from '../store.ts';
import { type Context, isFinished, isReady, keyOf, splitKey } from './context.ts';
import type { Controller } from './engine.ts';
import { numberOf } from './hash.ts';
import type { EndpointAddress, Pod, Service, ServicePort } from './kinds.ts';
import { matchesPairs } from './selectors.ts';

/** Gives Services their addresses, and lists the ready pods behind each as Endpoints and an EndpointSlice. */
export function services(context: Context): Controller {
  const { read } = context;
  return {
    name: 'service',
    concerns: (change) => {
      if (change.plural === 'services' || change.plural === 'endpoints') return [keyOf(change.object)];
      if (change.plural !== 'pods' || !routingChanged(change)) return [];
      return read
        .list('services', change.object.metadata.namespace)
        .filter((service) => selects(service, change))
        .map(keyOf);
    },
    reconcile: (key) => {
      const [namespace, name] = splitKey(key);
      const service = read.get('services', namespace, name);
      if (!service || service.metadata.deletionTimestamp) return forget(context, namespace, name);
      if (service.spec.type === 'ExternalName') return undefined;
      const whole = address(context, service);
      if (whole.spec.selector) writeEndpoints(context, whole);
      return undefined;
    },
  };
}

/** Only what routes: not each of a pod's status fields. */
function routingChanged({ type, object, previous }: Change): boolean {
  if (type !== 'MODIFIED' || !previous) return true;
  const view = (pod: Pod): unknown => [
    pod.metadata.labels,
    pod.status?.podIP,
    isReady(pod),
    isFinished(pod),
    pod.spec.nodeName,
  ];
  return JSON.stringify(view(object as Pod)) !== JSON.stringify(view(previous as Pod));
}

const selects = (service: Service, { object, previous }: Change): boolean =>
  Boolean(service.spec.selector) &&
  [object, previous].some((pod) => pod && matchesPairs(service.spec.selector ?? {}, pod.metadata.labels));

function forget(context: Context, namespace: string, name: string): undefined {
  if (context.read.get('endpoints', namespace, name)) context.store.remove('endpoints', namespace, name);
  for (const slice of slicesOf(context, namespace, name)) {
    context.store.remove('endpointslices', namespace, slice.metadata.name);
  }
}

const slicesOf = (context: Context, namespace: string, service: string): KubeObject[] =>
  context.read
    .list('endpointslices', namespace)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);

/** Adds a cluster IP and a load balancer's address where they are missing. */
function address(context: Context, service: Service): Service {
  let next = service;
  if (!service.spec.clusterIP) {
    const clusterIP = freeAddress(context, service);
    next = context.store.update('services', {
      ...service,
      spec: { ...service.spec, clusterIP, clusterIPs: [clusterIP] },
    }) as Service;
  }
  if (service.spec.type === 'LoadBalancer' && !hasAddress(service)) {
    const n = numberOf(`${context.clusterId}/${keyOf(service)}`);
    const ip = `47.${96 + (n % 20)}.${(n >> 8) & 255}.${1 + ((n >> 16) & 127)}`;
    context.store.updateStatus('services', next.metadata.namespace, next.metadata.name, {
      loadBalancer: { ingress: [{ ip }] },
    });
    context.record(next, {
      reason: 'EnsuredLoadBalancer',
      message: 'Ensured load balancer',
      component: 'service-controller',
    });
  }
  return next;
}

const hasAddress = ({ status }: Service): boolean =>
  ((status?.loadBalancer as { ingress?: unknown[] } | undefined)?.ingress?.length ?? 0) > 0;

function freeAddress(context: Context, service: Service): string {
  const taken = new Set(context.read.list('services').map(({ spec }) => spec.clusterIP));
  for (let salt = 0; ; salt++) {
    const n = numberOf(`${keyOf(service)}/${salt}`);
    const ip = `192.168.${n & 255}.${1 + ((n >> 8) % 253)}`;
    if (!taken.has(ip)) return ip;
  }
}

/** The number a Service's port leads to in this pod; undefined for a name that none of its containers has. */
export function targetPort(port: ServicePort, pod: Pod): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target;
  if (/^\d+$/.test(target)) return Number(target);
  return pod.spec.containers.flatMap(({ ports }) => ports ?? []).find(({ name }) => name === target)?.containerPort;
}

interface Group {
  ports: { name?: string; port: number; protocol: string }[];
  addresses: EndpointAddress[];
  notReadyAddresses: EndpointAddress[];
}

function writeEndpoints(context: Context, service: Service): void {
  const { namespace = 'default', name } = service.metadata;
  const pods = context.read
    .list('pods', namespace)
    .filter(
      (pod) => matchesPairs(service.spec.selector ?? {}, pod.metadata.labels) && pod.status?.podIP && !isFinished(pod),
    );
  const groups = groupPods(service, pods);
  const subsets = groups.map(({ ports, addresses, notReadyAddresses }) => ({
    ...(addresses.length > 0 && { addresses }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
    ...(ports.length > 0 && { ports }),
  }));
  put(context, 'endpoints', {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace, ...(service.metadata.labels && { labels: service.metadata.labels }) },
    ...(subsets.length > 0 && { subsets }),
  });
  writeSlice(context, service, groups);
}

/** Pods that resolve the ports alike belong together; a pod that has none of the named ports is in no group. */
function groupPods(service: Service, pods: readonly Pod[]): Group[] {
  const groups = new Map<string, Group>();
  for (const pod of pods) {
    const ports = (service.spec.ports ?? []).flatMap((port) => {
      const number = targetPort(port, pod);
      return number === undefined
        ? []
        : [{ ...(port.name && { name: port.name }), port: number, protocol: port.protocol ?? 'TCP' }];
    });
    if (ports.length === 0 && (service.spec.ports?.length ?? 0) > 0) continue;
    const id = JSON.stringify(ports);
    const group = groups.get(id) ?? { ports, addresses: [], notReadyAddresses: [] };
    groups.set(id, group);
    const ready = isReady(pod) || (service.spec.publishNotReadyAddresses ?? false);
    (ready ? group.addresses : group.notReadyAddresses).push(addressOf(pod));
  }
  return [...groups.values()];
}

const addressOf = ({ metadata, spec, status }: Pod): EndpointAddress => ({
  ip: status?.podIP ?? '',
  ...(spec.nodeName && { nodeName: spec.nodeName }),
  targetRef: { kind: 'Pod', namespace: metadata.namespace ?? 'default', name: metadata.name, uid: metadata.uid },
});

function writeSlice(context: Context, service: Service, groups: Group[]): void {
  const { namespace = 'default', name } = service.metadata;
  const [group] = groups;
  const endpoints = (list: EndpointAddress[], ready: boolean) =>
    list.map(({ ip, nodeName, targetRef }) => ({
      addresses: [ip],
      conditions: { ready, serving: ready, terminating: false },
      ...(nodeName && { nodeName }),
      targetRef,
    }));
  put(context, 'endpointslices', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name:
        slicesOf(context, namespace, name)[0]?.metadata.name ??
        `${name}-${numberOf(service.metadata.uid).toString(36).slice(0, 5)}`,
      namespace,
      labels: {
        'kubernetes.io/service-name': name,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [
        {
          apiVersion: 'v1',
          kind: 'Service',
          name,
          uid: service.metadata.uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    addressType: 'IPv4',
    endpoints: groups.flatMap((each) => [
      ...endpoints(each.addresses, true),
      ...endpoints(each.notReadyAddresses, false),
    ]),
    ports: group?.ports ?? [],
  });
}

function put(
  context: Context,
  plural: 'endpoints' | 'endpointslices',
  draft: Omit<KubeObject, 'metadata'> & {
    apiVersion: string;
    kind: string;
    metadata: Partial<KubeObject['metadata']> & { name: string; namespace: string };
  },
): void {
  const known = context.store.get(plural, draft.metadata.namespace, draft.metadata.name);
  if (!known) context.store.create(plural, draft);
  else context.store.update(plural, { ...draft, metadata: { ...known.metadata, ...draft.metadata } });
}
