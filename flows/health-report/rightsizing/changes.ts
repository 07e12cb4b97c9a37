import type { Message } from '../../../src/chat/messages.ts';
import type { ObjectRef, Proposal } from '../../../src/health/types.ts';
import type { Json, JsonObject } from '../../../src/tools/types.ts';

export type ResizeProposal = Extract<Proposal, { kind: 'resize' }>;

/** One object that is patched: arguments of `k8s_patch` without the cluster and what must still be so. */
export interface ResizeChange {
  id: 'sizes' | 'target';
  tool: 'k8s_patch';
  args: JsonObject;
  target: ObjectRef;
}

/** The autoscaler that moves along, if one does: to be read before `resizeChanges`. */
export function scalerOf({ object, autoscaler }: ResizeProposal): ObjectRef | undefined {
  if (!autoscaler) return undefined;
  const { namespace } = object;
  return { kind: 'HorizontalPodAutoscaler', ...(namespace !== undefined && { namespace }), name: autoscaler.name };
}

/**
 * The patches of a new size, in order: the autoscaler's target before the request, as it waits five minutes before it takes
 * pods away. A patch only names what is there: a container that is gone would be added.
 * https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export function resizeChanges(
  proposal: ResizeProposal,
  { workload, scaler }: { workload: JsonObject; scaler?: JsonObject | undefined },
): ResizeChange[] | { refused: Message } {
  const { object, containers } = proposal;
  const named = `${object.namespace ?? ''}/${object.name}`;
  const present = namesIn(at(workload, ['spec', 'template', 'spec', 'containers']));
  const gone = containers.find(({ name }) => !present.includes(name));
  if (gone) return { refused: { key: 'rightsizing.refused.changed', params: { object: named, container: gone.name } } };
  const patched = containers.map(({ name, requests, limits }) => ({
    name,
    resources: {
      ...(Object.keys(requests).length > 0 && { requests }),
      ...(Object.keys(limits).length > 0 && { limits }),
    },
  }));
  const patch = { spec: { template: { spec: { containers: patched } } } };
  const sizes: ResizeChange = {
    id: 'sizes',
    tool: 'k8s_patch',
    args: { ...reference(object), patchType: 'strategic', patch },
    target: object,
  };
  const target = targetChange(proposal, scaler);
  if (target === 'changed')
    return { refused: { key: 'rightsizing.refused.scaler', params: { name: proposal.autoscaler?.name ?? '' } } };
  return target ? [target, sizes] : [sizes];
}

function targetChange(proposal: ResizeProposal, scaler: JsonObject | undefined): ResizeChange | 'changed' | undefined {
  const ref = scalerOf(proposal);
  if (!ref || !proposal.autoscaler) return undefined;
  const metrics = at(scaler, ['spec', 'metrics']);
  const index = Array.isArray(metrics) ? metrics.findIndex(goesByCpu) : -1;
  if (index < 0 || !Array.isArray(metrics)) return 'changed';
  const now = at(metrics[index], ['resource', 'target', 'averageUtilization']);
  if (typeof now !== 'number') return 'changed';
  const path = `/spec/metrics/${index}/resource/target/averageUtilization`;
  // The list is one value to a merge, so the one field is named; the test holds on to what was seen.
  const patch = [
    { op: 'test', path, value: now },
    { op: 'replace', path, value: proposal.autoscaler.cpuTarget },
  ];
  return { id: 'target', tool: 'k8s_patch', args: { ...reference(ref), patchType: 'json', patch }, target: ref };
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/ */
const goesByCpu = (metric: Json): boolean =>
  at(metric, ['resource', 'name']) === 'cpu' && at(metric, ['resource', 'target', 'type']) === 'Utilization';

function at(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, key) => (inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? inner[key] : undefined),
    value,
  );
}

const namesIn = (list: Json | undefined): string[] =>
  Array.isArray(list) ? list.map((item) => at(item, ['name'])).filter((name) => typeof name === 'string') : [];

const reference = ({ kind, namespace, name }: ObjectRef): JsonObject => ({
  kind,
  ...(namespace !== undefined && { namespace }),
  name,
});
