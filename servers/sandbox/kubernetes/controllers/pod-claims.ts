import type { Context } from './context.ts';
import type { Claim, Pod } from './kinds.ts';

/** The claims a pod names, each with the object if there is one. */
export function claimsOf(context: Context, pod: Pod): { name: string; claim: Claim | undefined }[] {
  return (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => {
    if (!persistentVolumeClaim) return [];
    const name = persistentVolumeClaim.claimName;
    return [{ name, claim: context.read.get('persistentvolumeclaims', pod.metadata.namespace, name) }];
  });
}

/** Why no node can take a pod because of its claims, in the scheduler's words. */
export function claimsProblem(context: Context, pod: Pod): string | undefined {
  for (const { name, claim } of claimsOf(context, pod)) {
    if (!claim) return `persistentvolumeclaim "${name}" not found`;
    if (claim.metadata.deletionTimestamp) return `persistentvolumeclaim "${name}" is being deleted`;
    if (claim.status?.phase === 'Lost')
      return `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`;
    if (claim.status?.phase !== 'Bound' && !waitsForConsumer(context, claim)) {
      return 'pod has unbound immediate PersistentVolumeClaims';
    }
  }
  return undefined;
}

/** Whether a claim's class binds only when a pod has a node. */
export function waitsForConsumer(context: Context, claim: Claim): boolean {
  const name = claim.spec.storageClassName;
  const found = name ? context.read.get('storageclasses', undefined, name) : undefined;
  return found?.volumeBindingMode === 'WaitForFirstConsumer';
}
