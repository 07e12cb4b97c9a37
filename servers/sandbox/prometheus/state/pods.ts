import type { Container, ContainerStatus, Pod } from '../../kubernetes/controllers/pod-kinds.ts';
import { amount } from '../../kubernetes/controllers/quantities.ts';
import { known, oneHot, type StateSample, sample, seconds } from './sample.ts';

type PodLabels = { namespace: string | undefined; pod: string; uid: string };

const PHASES = ['Pending', 'Succeeded', 'Failed', 'Unknown', 'Running'];
const REASONS = ['Evicted', 'NodeAffinity', 'NodeLost', 'Shutdown', 'UnexpectedAdmissionError'];

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/pod-metrics.md */
export function describePod(pod: Pod): StateSample[] {
  const labels = { namespace: pod.metadata.namespace, pod: pod.metadata.name, uid: pod.metadata.uid };
  return [
    ...identity(pod, labels),
    ...standing(pod, labels),
    ...claims(pod, labels),
    ...pod.spec.containers.flatMap((container) => amounts(container, pod, labels)),
    ...(pod.status?.containerStatuses ?? []).flatMap((status) => containerState('', status, labels)),
    ...(pod.status?.initContainerStatuses ?? []).flatMap((status) => containerState('init_', status, labels)),
  ];
}

function identity(pod: Pod, labels: PodLabels): StateSample[] {
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
  return [
    sample(
      'kube_pod_info',
      {
        ...labels,
        host_ip: pod.status?.hostIP,
        pod_ip: pod.status?.podIP,
        node: pod.spec.nodeName,
        created_by_kind: owner?.kind,
        created_by_name: owner?.name,
        priority_class: pod.spec.priorityClassName,
        host_network: String(pod.spec.hostNetwork ?? false),
      },
      1,
    ),
    sample(
      'kube_pod_owner',
      { ...labels, owner_kind: owner?.kind, owner_name: owner?.name, owner_is_controller: owner && 'true' },
      1,
    ),
    ...known('kube_pod_created', labels, seconds(pod.metadata.creationTimestamp)),
    ...known('kube_pod_start_time', labels, seconds(pod.status?.startTime)),
    ...known('kube_pod_deletion_timestamp', labels, seconds(pod.metadata.deletionTimestamp)),
  ];
}

function standing({ status }: Pod, labels: PodLabels): StateSample[] {
  const condition = (type: string) => status?.conditions?.find((one) => one.type === type);
  const ready = condition('Ready')?.status;
  const scheduled = condition('PodScheduled');
  const unschedulable = scheduled?.status === 'False' && scheduled.reason === 'Unschedulable';
  const tristate = { label: 'condition', values: ['true', 'false', 'unknown'] };
  return [
    ...oneHot('kube_pod_status_phase', labels, { label: 'phase', values: PHASES, actual: status?.phase }),
    ...oneHot('kube_pod_status_reason', labels, { label: 'reason', values: REASONS, actual: status?.reason }),
    ...(ready ? oneHot('kube_pod_status_ready', labels, { ...tristate, actual: ready.toLowerCase() }) : []),
    ...(scheduled
      ? oneHot('kube_pod_status_scheduled', labels, { ...tristate, actual: scheduled.status.toLowerCase() })
      : []),
    ...(unschedulable ? [sample('kube_pod_status_unschedulable', labels, 1)] : []),
  ];
}

function claims({ spec }: Pod, labels: PodLabels): StateSample[] {
  return (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim: claim }) =>
    claim
      ? [
          sample(
            'kube_pod_spec_volumes_persistentvolumeclaims_info',
            { ...labels, volume: name, persistentvolumeclaim: claim.claimName },
            1,
          ),
        ]
      : [],
  );
}

const UNITS: Record<string, string> = { cpu: 'core', memory: 'byte', 'ephemeral-storage': 'byte' };

function amounts({ name, resources }: Container, { spec }: Pod, labels: PodLabels): StateSample[] {
  return (['requests', 'limits'] as const).flatMap((kind) =>
    Object.entries(resources?.[kind] ?? {}).map(([resource, quantity]) =>
      sample(
        `kube_pod_container_resource_${kind}`,
        {
          ...labels,
          container: name,
          node: spec.nodeName,
          resource: resource.replace(/[-./]/g, '_'),
          unit: UNITS[resource] ?? 'integer',
        },
        amount(quantity),
      ),
    ),
  );
}

function containerState(init: string, status: ContainerStatus, pod: PodLabels): StateSample[] {
  const labels = { ...pod, container: status.name };
  const prefix = `kube_pod_${init}container`;
  const { waiting, running, terminated } = status.state;
  const last = status.lastState.terminated;
  return [
    sample(
      `${prefix}_info`,
      { ...labels, image: status.image, image_id: status.imageID, container_id: status.containerID },
      1,
    ),
    sample(`${prefix}_status_ready`, labels, status.ready),
    sample(`${prefix}_status_restarts_total`, labels, status.restartCount),
    sample(`${prefix}_status_waiting`, labels, waiting !== undefined),
    sample(`${prefix}_status_running`, labels, running !== undefined),
    sample(`${prefix}_status_terminated`, labels, terminated !== undefined),
    ...(waiting ? [sample(`${prefix}_status_waiting_reason`, { ...labels, reason: waiting.reason }, 1)] : []),
    ...(terminated ? [sample(`${prefix}_status_terminated_reason`, { ...labels, reason: terminated.reason }, 1)] : []),
    ...(last ? [sample(`${prefix}_status_last_terminated_reason`, { ...labels, reason: last.reason }, 1)] : []),
    ...(last ? [sample(`${prefix}_status_last_terminated_exitcode`, labels, last.exitCode)] : []),
    ...known(`${prefix}_status_last_terminated_timestamp`, labels, seconds(last?.finishedAt)),
    ...known(`${prefix}_state_started`, labels, seconds(running?.startedAt)),
  ];
}
