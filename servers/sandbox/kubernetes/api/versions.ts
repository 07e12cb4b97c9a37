import { isRecord, listAt, numberAt, recordAt, recordsAt } from '../fields.ts';
import type { KubeObject, Resource } from '../objects.ts';
import { groupVersion } from '../resources.ts';

const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';

/** What an object is in some version, at least. */
interface Versioned {
  apiVersion: string;
  metadata: { annotations?: Record<string, string> };
  [field: string]: unknown;
}

/** A stored object in the version of a resource. Only autoscaling/v1 has other fields than what is stored. */
export function toVersion(object: KubeObject, resource: Resource): KubeObject {
  const apiVersion = groupVersion(resource);
  if (object.apiVersion === apiVersion) return object;
  return apiVersion === 'autoscaling/v1' ? scalerV1(object) : { ...object, apiVersion };
}

/** An object that came in the version of a resource, as it is stored. */
export function fromVersion<T extends Versioned>(object: T, stored: Resource): T {
  const apiVersion = groupVersion(stored);
  if (object.apiVersion === apiVersion) return object;
  return object.apiVersion === 'autoscaling/v1' ? scalerV2(object) : { ...object, apiVersion };
}

const isCpu = (metric: Record<string, unknown>): boolean => {
  const source = recordAt(metric, 'resource');
  return source.name === 'cpu' && numberAt(source, 'target', 'averageUtilization') !== undefined;
};

function scalerV1(object: KubeObject): KubeObject {
  const metrics = recordsAt(object, 'spec', 'metrics');
  const cpu = metrics.find(isCpu);
  const others = metrics.filter((metric) => metric !== cpu);
  const { metrics: _, behavior: __, ...spec } = recordAt(object, 'spec');
  const { currentMetrics, conditions, ...status } = recordAt(object, 'status');
  const target = numberAt(cpu, 'resource', 'target', 'averageUtilization');
  const measured = listAt({ currentMetrics }, 'currentMetrics')
    .filter(isRecord)
    .find((one) => recordAt(one, 'resource').name === 'cpu');
  const current = numberAt(measured, 'resource', 'current', 'averageUtilization');
  const annotations = {
    ...object.metadata.annotations,
    ...(others.length > 0 && { [METRICS]: JSON.stringify(others) }),
    ...(conditions !== undefined && { [CONDITIONS]: JSON.stringify(conditions) }),
  };
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: { ...object.metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: { ...spec, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    status: { ...status, ...(current !== undefined && { currentCPUUtilizationPercentage: current }) },
  };
}

function scalerV2<T extends Versioned>(object: T): T {
  const { targetCPUUtilizationPercentage: target, ...spec } = recordAt(object, 'spec');
  const { [METRICS]: kept, [CONDITIONS]: _, ...annotations } = object.metadata.annotations ?? {};
  const cpu = {
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target ?? 80 } },
  };
  const others: unknown = kept === undefined ? [] : parsed(kept);
  const metrics = [
    ...(target === undefined && kept !== undefined ? [] : [cpu]),
    ...(Array.isArray(others) ? others : []),
  ];
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: { ...object.metadata, annotations },
    spec: { ...spec, metrics },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}
