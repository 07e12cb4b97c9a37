import type { ObjectRef } from '../finding.ts';
import type { Pod, Service } from '../kinds.ts';
import { refOf } from '../lines.ts';
import { oncePerScene } from '../once.ts';
import type { Workload } from '../owners.ts';
import { isActive, isReady } from '../pods.ts';
import type { Scene } from '../scene.ts';
import { hasLabels } from '../selectors.ts';
import { appliedSpec } from './applied.ts';

/** A Service and what it leads to. */
export interface ServiceView {
  service: Service;
  ref: ObjectRef;
  /** The pods alive that it selects. */
  pods: readonly Pod[];
  /** Those of them that it sends traffic to. */
  ready: readonly Pod[];
  /** The workloads whose template it selects, also those without pods. */
  workloads: readonly Workload[];
}

/** The Services of a scene, with lookups. */
export interface Services {
  views: readonly ServiceView[];
  /** All Services and all pods of the scope were seen. */
  known: boolean;
  /** The Services that select a workload. */
  ofWorkload(workload: Workload): readonly ServiceView[];
  /** Workloads of a namespace. */
  workloadsIn(namespace: string | undefined): readonly Workload[];
}

/** What each Service leads to. One question, for all rules together. */
export const servicesOf = oncePerScene(async (scene: Scene): Promise<Services> => {
  const { items, known } = await scene.list('Service');
  const pods = labelIndex(scene.pods.filter(isActive), ({ metadata: { namespace, labels } }) => ({
    namespace,
    labels,
  }));
  const templates = labelIndex(scene.workloads, ({ ref, templateLabels }) => ({
    namespace: ref.namespace,
    labels: templateLabels,
  }));
  const workloads = Map.groupBy(scene.workloads, ({ ref }) => ref.namespace);
  const views = items.map((service): ServiceView => {
    const { selector, publishNotReadyAddresses } = service.spec;
    const { namespace } = service.metadata;
    const selected = pods(namespace, selector);
    return {
      service,
      ref: refOf('Service', service),
      pods: selected,
      ready: publishNotReadyAddresses ? selected : selected.filter(isReady),
      workloads: templates(namespace, selector),
    };
  });
  const serving = new Map<Workload, ServiceView[]>();
  for (const view of views)
    for (const workload of view.workloads) serving.set(workload, [...(serving.get(workload) ?? []), view]);
  return {
    views,
    known: known && scene.podsKnown,
    ofWorkload: (workload) => serving.get(workload) ?? [],
    workloadsIn: (namespace) => workloads.get(namespace) ?? [],
  };
});

interface Labelled {
  namespace: string | undefined;
  labels: Record<string, string>;
}

/** Finds things by labels without going through all of them for each Service. */
function labelIndex<T>(
  all: readonly T[],
  read: (one: T) => Labelled,
): (namespace: string | undefined, selector: Record<string, string>) => T[] {
  const byPair = new Map<string, T[]>();
  for (const one of all) {
    const { namespace, labels } = read(one);
    for (const [key, value] of Object.entries(labels)) {
      const pair = `${namespace} ${key}=${value}`;
      const before = byPair.get(pair);
      if (before) before.push(one);
      else byPair.set(pair, [one]);
    }
  }
  return (namespace, selector) => {
    const lists = Object.entries(selector).map(([key, value]) => byPair.get(`${namespace} ${key}=${value}`) ?? []);
    const [shortest = []] = lists.sort((a, b) => a.length - b.length);
    return shortest.filter((one) => hasLabels(read(one).labels, selector));
  };
}

/** Sends traffic to pods by their labels. Without a selector somebody else fills in the endpoints. */
export function isSelecting({ service: { spec, metadata } }: ServiceView): boolean {
  return (
    spec.type !== 'ExternalName' && Object.keys(spec.selector).length > 0 && metadata.deletionTimestamp === undefined
  );
}

export type ServicePort = Service['spec']['ports'][number];

/** Where a port of a Service leads to on the pod: a number, or the name of a port. Without a target it is the same number. */
export function targetOfPort({ port, targetPort }: ServicePort): number | string {
  if (targetPort === undefined || targetPort === 0 || targetPort === '') return port;
  return typeof targetPort === 'string' && /^\d+$/.test(targetPort) ? Number(targetPort) : targetPort;
}

export interface DeclaredPort {
  container: string;
  name: string | undefined;
  containerPort: number;
  protocol: string;
}

/** The ports that the containers of pods say they have. Saying nothing is allowed, and says nothing. */
export function declaredPorts(pods: readonly Pod[]): DeclaredPort[] {
  const all = pods.slice(0, 20).flatMap(({ spec }) =>
    // Sidecars are init containers that go on: https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    [...spec.containers, ...spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')].flatMap(
      ({ name: container, ports }) =>
        ports.map(({ name, containerPort, protocol }) => ({ container, name, containerPort, protocol })),
    ),
  );
  return [...new Map(all.map((one) => [`${one.name} ${one.containerPort} ${one.protocol}`, one])).values()];
}

/** The ports that the Service was last applied with, where that is stored. */
export function appliedPorts(service: Service): { port: number; targetPort?: number | string }[] {
  const ports = appliedSpec(service)?.ports;
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((one: unknown) => {
    if (one === null || typeof one !== 'object' || !('port' in one) || typeof one.port !== 'number') return [];
    const target = 'targetPort' in one ? one.targetPort : undefined;
    const isTarget = typeof target === 'number' || typeof target === 'string';
    return [{ port: one.port, ...(isTarget && { targetPort: target }) }];
  });
}
