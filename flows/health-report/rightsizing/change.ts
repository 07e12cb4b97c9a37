import type { Shape } from '../../../servers/ack/kube/survey/survey.ts';

/** A container's sizes before and after. CPU in millicores, memory in bytes. */
export interface ContainerChange {
  name: string;
  cpu?: { from: number | undefined; to: number };
  memory?: { from: number | undefined; to: number; limitFrom: number | undefined; limitTo: number };
}

export type Qos = 'Guaranteed' | 'Burstable' | 'BestEffort';

type Container = Pick<Shape['containers'][number], 'name' | 'requests' | 'limits'>;

/** The containers as they will be. */
export function applied(containers: readonly Container[], changes: readonly ContainerChange[]): Container[] {
  return containers.map((container) => {
    const change = changes.find(({ name }) => name === container.name);
    const { cpu, memory } = change ?? {};
    return {
      name: container.name,
      requests: { ...container.requests, ...(cpu && { cpu: cpu.to }), ...(memory && { memory: memory.to }) },
      limits: { ...container.limits, ...(memory && { memory: memory.limitTo }) },
    };
  });
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export function qosOf(containers: readonly Container[]): Qos {
  const amounts = containers.flatMap(({ requests, limits }) => [
    { request: requests.cpu, limit: limits.cpu },
    { request: requests.memory, limit: limits.memory },
  ]);
  if (amounts.every(({ request, limit }) => !request && !limit)) return 'BestEffort';
  return amounts.every(({ request, limit }) => limit !== undefined && limit > 0 && (request ?? limit) === limit)
    ? 'Guaranteed'
    : 'Burstable';
}

/** What all containers of a pod ask for, or may take, of a resource. */
export function sumOf(containers: readonly Container[], of: 'requests' | 'limits', resource: 'cpu' | 'memory'): number {
  return containers.reduce((total, container) => total + (container[of][resource] ?? 0), 0);
}
