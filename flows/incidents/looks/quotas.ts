import type { Cause } from '../causes.ts';

const BY_RESOURCE: readonly (readonly [Cause, RegExp])[] = [
  ['QuotaCPU', /^(?:(?:requests|limits)\.)?cpu$/],
  ['QuotaMemory', /^(?:(?:requests|limits)\.)?memory$/],
  ['QuotaServices', /^(?:services(?:\.(?:loadbalancers|nodeports))?|count\/services)$/],
  ['QuotaStorage', /storage$|persistentvolumeclaims$|\.storageclass\.storage\.k8s\.io\//],
  ['QuotaPods', /^(?:pods|count\/(?:pods|jobs\.batch|replicasets\.apps|deployments\.apps|statefulsets\.apps))$/],
];

/** The cause of a quota on this resource; undefined for those that have none of their own. */
export function causeOfQuota(resource: string): Cause | undefined {
  return BY_RESOURCE.find(([, pattern]) => pattern.test(resource))?.[0];
}
