import type { Namespace, Node } from '../../kubernetes/controllers/kinds.ts';
import { amount } from '../../kubernetes/controllers/quantities.ts';
import { conditions, known, oneHot, type StateSample, sample, seconds } from './sample.ts';

const RESOURCES: Record<string, string> = {
  cpu: 'core',
  memory: 'byte',
  pods: 'integer',
  'ephemeral-storage': 'byte',
};

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/cluster/node-metrics.md */
export function describeNode({ metadata, spec, status }: Node): StateSample[] {
  const labels = { node: metadata.name };
  const info = status.nodeInfo ?? {};
  return [
    sample(
      'kube_node_info',
      {
        ...labels,
        kernel_version: info.kernelVersion,
        os_image: info.osImage,
        container_runtime_version: info.containerRuntimeVersion,
        kubelet_version: info.kubeletVersion,
        provider_id: spec.providerID,
        internal_ip: status.addresses?.find(({ type }) => type === 'InternalIP')?.address,
      },
      1,
    ),
    sample('kube_node_labels', { ...labels, ...labelLabels(metadata.labels) }, 1),
    ...known('kube_node_created', labels, seconds(metadata.creationTimestamp)),
    sample('kube_node_spec_unschedulable', labels, spec.unschedulable ?? false),
    ...(spec.taints ?? []).map(({ key, value, effect }) =>
      sample('kube_node_spec_taint', { ...labels, key, value, effect }, 1),
    ),
    ...conditions('kube_node_status_condition', labels, status.conditions),
    ...(['capacity', 'allocatable'] as const).flatMap((kind) =>
      Object.entries(status[kind] ?? {}).map(([resource, quantity]) =>
        sample(
          `kube_node_status_${kind}`,
          { ...labels, resource: resource.replace(/[-./]/g, '_'), unit: RESOURCES[resource] ?? 'integer' },
          amount(quantity),
        ),
      ),
    ),
  ];
}

/** Labels of an object as kube-state-metrics names them when it is told to allow all. */
function labelLabels(labels: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(labels ?? {}).map(([name, value]) => [`label_${name.replace(/\W/g, '_')}`, value]),
  );
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/cluster/namespace-metrics.md */
export function describeNamespace({ metadata, status }: Namespace): StateSample[] {
  const labels = { namespace: metadata.name };
  const phase = metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? 'Active');
  return [
    ...known('kube_namespace_created', labels, seconds(metadata.creationTimestamp)),
    ...oneHot('kube_namespace_status_phase', labels, {
      label: 'phase',
      values: ['Active', 'Terminating'],
      actual: phase,
    }),
  ];
}
