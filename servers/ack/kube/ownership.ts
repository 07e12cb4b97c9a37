import { recordOf } from './objects.ts';

export interface DeclaredOwner {
  tool: 'Helm' | 'ArgoCD' | 'Flux';
  name: string;
}

/**
 * The tool that keeps an object as it is written elsewhere, so that a change here would be taken back. Each writes its own marks:
 * https://helm.sh/docs/chart_best_practices/labels/ https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 * https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
export function declaredOwner(object: Record<string, unknown>): DeclaredOwner | undefined {
  const metadata = recordOf(object.metadata);
  const mark = (key: string) => recordOf(metadata.labels)[key] ?? recordOf(metadata.annotations)[key];
  const named = (...keys: string[]) => keys.map(mark).find((value) => typeof value === 'string') as string | undefined;
  const flux = named('kustomize.toolkit.fluxcd.io/name', 'helm.toolkit.fluxcd.io/name');
  if (flux !== undefined) return { tool: 'Flux', name: flux };
  const argo = named('argocd.argoproj.io/tracking-id', 'argocd.argoproj.io/instance');
  if (argo !== undefined) return { tool: 'ArgoCD', name: argo.split(':')[0] ?? argo };
  const release = named('meta.helm.sh/release-name');
  if (release !== undefined) return { tool: 'Helm', name: release };
  if (mark('app.kubernetes.io/managed-by') === 'Helm')
    return { tool: 'Helm', name: named('app.kubernetes.io/instance', 'helm.sh/chart') ?? 'unknown' };
  return undefined;
}
