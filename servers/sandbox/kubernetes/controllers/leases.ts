import type { Context } from './context.ts';
import type { Controller } from './engine.ts';

const SYSTEM = 'kube-system';
/** The real ones renew every two seconds; what looks at them counts in minutes. */
const EVERY_MS = 20_000;
const COMPONENTS = [
  ['kube-scheduler', 'scheduler'],
  ['kube-controller-manager', 'controller-manager'],
  ['cloud-controller-manager', undefined],
] as const;

/**
 * The leases by which the components of the control plane elect their leaders; one that is down stops to renew its own.
 * https://kubernetes.io/docs/concepts/architecture/leases/
 */
export function leases(context: Context): Controller {
  return {
    name: 'lease',
    concerns: ({ plural, object, type }) =>
      plural === 'namespaces' && type === 'ADDED' && object.metadata.name === SYSTEM ? ['all'] : [],
    reconcile: () => {
      if (!context.read.get('namespaces', undefined, SYSTEM)) return undefined;
      const { components } = context.ground.state();
      for (const [name, component] of COMPONENTS)
        if (component === undefined || components[component] !== 'down') renew(context, name);
      return context.now() + EVERY_MS;
    },
  };
}

function renew(context: Context, name: string): void {
  const known = context.read.get('leases', SYSTEM, name);
  const renewTime = new Date(context.now()).toISOString().replace('Z', '000Z');
  const holder = (known?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;
  const spec = { holderIdentity: holder ?? `${name}_${context.clusterId}`, leaseDurationSeconds: 15, renewTime };
  if (known) context.store.update('leases', { ...known, spec });
  else
    context.create('leases', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name, namespace: SYSTEM },
      spec,
    });
}
