import { type Context, isReady, keyOf, splitKey } from './context.ts';
import type { Controller } from './engine.ts';

/** Gives each Ingress of the nginx class the address of its controller's load balancer, while the controller runs. */
export function ingresses(context: Context): Controller {
  return {
    name: 'ingress',
    concerns: ({ plural, object }) => {
      if (plural === 'ingresses') return [keyOf(object)];
      const ours = plural === 'services' && object.metadata.name === 'nginx-ingress-lb';
      return ours ? context.read.list('ingresses').map(keyOf) : [];
    },
    reconcile: (key) => {
      const [namespace, name] = splitKey(key);
      const ingress = context.read.get('ingresses', namespace, name);
      const className = (ingress?.spec as { ingressClassName?: string } | undefined)?.ingressClassName;
      if (!ingress || className !== 'nginx') return undefined;
      const balancer = context.read.get('services', 'kube-system', 'nginx-ingress-lb')?.status?.loadBalancer;
      const runs = context.read
        .list('pods', 'kube-system')
        .some((pod) => pod.metadata.labels?.['k8s-app'] === 'ingress-nginx' && isReady(pod));
      if (!balancer) return undefined;
      if (!runs) return context.now() + 30_000;
      if (
        JSON.stringify((ingress.status as { loadBalancer?: unknown } | undefined)?.loadBalancer) ===
        JSON.stringify(balancer)
      )
        return undefined;
      context.store.updateStatus('ingresses', namespace, name, { loadBalancer: balancer });
      context.record(ingress, { reason: 'Sync', message: 'Scheduled for sync', component: 'nginx-ingress-controller' });
      return undefined;
    },
  };
}
