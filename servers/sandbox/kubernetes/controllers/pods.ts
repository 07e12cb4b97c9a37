import type { KubeObject } from '../objects.ts';
import { type Context, ownedBy } from './context.ts';
import type { Pod, PodTemplate, Toleration } from './pod-kinds.ts';

/** https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#defaulttolerationseconds */
const DEFAULT_TOLERATIONS: Toleration[] = [
  { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
  { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
];

interface NewPod {
  /** Else the owner's name and five letters. */
  name?: string;
  labels?: Record<string, string>;
  spec?: Partial<PodTemplate['spec']>;
}

/** Creates a pod of a template for its owner. Throws what the API server refuses. */
export function createPod(context: Context, owner: KubeObject, template: PodTemplate, extra: NewPod = {}): Pod {
  const spec = { ...template.spec, ...extra.spec };
  const given = spec.tolerations ?? [];
  const missing = DEFAULT_TOLERATIONS.filter(
    ({ key }) =>
      !given.some((other) => (!other.key || other.key === key) && (!other.effect || other.effect === 'NoExecute')),
  );
  const labels = { ...template.metadata?.labels, ...extra.labels };
  return context.create('pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(extra.name ? { name: extra.name } : { generateName: `${owner.metadata.name}-` }),
      namespace: owner.metadata.namespace ?? 'default',
      labels,
      ...(template.metadata?.annotations && { annotations: template.metadata.annotations }),
      ownerReferences: [ownedBy(owner)],
    },
    spec: { ...spec, tolerations: [...given, ...missing] },
    status: { phase: 'Pending', qosClass: qosOf(spec) },
  }) as Pod;
}

/** https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export function qosOf({ containers }: PodTemplate['spec']): string {
  const all = containers.map(({ resources }) => resources ?? {});
  if (all.every(({ requests, limits }) => !requests?.cpu && !requests?.memory && !limits?.cpu && !limits?.memory)) {
    return 'BestEffort';
  }
  const guaranteed = all.every(({ requests, limits }) =>
    ['cpu', 'memory'].every((name) => limits?.[name] && (requests?.[name] ?? limits[name]) === limits[name]),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** Deletes a pod gracefully and notes it on its owner. */
export function deletePod(context: Context, owner: KubeObject, pod: Pod, component: string): void {
  const grace = pod.spec.terminationGracePeriodSeconds ?? 30;
  context.store.remove('pods', pod.metadata.namespace, pod.metadata.name, { gracePeriodSeconds: grace });
  context.record(owner, { reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}`, component });
}
