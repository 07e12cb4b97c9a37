import { Cron } from 'croner';
import type {
  CronJob,
  DaemonSet,
  Deployment,
  Job,
  ReplicaSet,
  StatefulSet,
} from '../../kubernetes/controllers/kinds.ts';
import { conditions, count, known, type StateSample, sample, seconds } from './sample.ts';

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/deployment-metrics.md */
export function describeDeployment({ metadata, spec, status = {} }: Deployment): StateSample[] {
  const labels = { namespace: metadata.namespace, deployment: metadata.name };
  const name = (suffix: string) => `kube_deployment_${suffix}`;
  return [
    ...known(name('created'), labels, seconds(metadata.creationTimestamp)),
    ...known(name('metadata_generation'), labels, metadata.generation),
    sample(name('spec_replicas'), labels, spec.replicas ?? 1),
    sample(name('spec_paused'), labels, spec.paused ?? false),
    sample(name('status_replicas'), labels, count(status.replicas)),
    sample(name('status_replicas_ready'), labels, count(status.readyReplicas)),
    sample(name('status_replicas_available'), labels, count(status.availableReplicas)),
    sample(name('status_replicas_unavailable'), labels, count(status.unavailableReplicas)),
    sample(name('status_replicas_updated'), labels, count(status.updatedReplicas)),
    sample(name('status_observed_generation'), labels, count(status.observedGeneration)),
    ...conditions(name('status_condition'), labels, status.conditions),
  ];
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/replicaset-metrics.md */
export function describeReplicaSet({ metadata, spec, status = {} }: ReplicaSet): StateSample[] {
  const labels = { namespace: metadata.namespace, replicaset: metadata.name };
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  return [
    sample(
      'kube_replicaset_owner',
      { ...labels, owner_kind: owner?.kind, owner_name: owner?.name, owner_is_controller: owner && 'true' },
      1,
    ),
    ...known('kube_replicaset_created', labels, seconds(metadata.creationTimestamp)),
    sample('kube_replicaset_spec_replicas', labels, spec.replicas ?? 1),
    sample('kube_replicaset_status_replicas', labels, status.replicas ?? 0),
    sample('kube_replicaset_status_ready_replicas', labels, status.readyReplicas ?? 0),
  ];
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/statefulset-metrics.md */
export function describeStatefulSet({ metadata, spec, status = {} }: StatefulSet): StateSample[] {
  const labels = { namespace: metadata.namespace, statefulset: metadata.name };
  const name = (suffix: string) => `kube_statefulset_${suffix}`;
  return [
    ...known(name('created'), labels, seconds(metadata.creationTimestamp)),
    ...known(name('metadata_generation'), labels, metadata.generation),
    sample(name('replicas'), labels, spec.replicas ?? 1),
    sample(name('status_replicas'), labels, count(status.replicas)),
    sample(name('status_replicas_ready'), labels, count(status.readyReplicas)),
    sample(name('status_replicas_available'), labels, count(status.availableReplicas)),
    sample(name('status_replicas_current'), labels, count(status.currentReplicas)),
    sample(name('status_replicas_updated'), labels, count(status.updatedReplicas)),
    sample(name('status_observed_generation'), labels, count(status.observedGeneration)),
  ];
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/daemonset-metrics.md */
export function describeDaemonSet({ metadata, status = {} }: DaemonSet): StateSample[] {
  const labels = { namespace: metadata.namespace, daemonset: metadata.name };
  const name = (suffix: string) => `kube_daemonset_${suffix}`;
  return [
    ...known(name('created'), labels, seconds(metadata.creationTimestamp)),
    ...known(name('metadata_generation'), labels, metadata.generation),
    sample(name('status_desired_number_scheduled'), labels, count(status.desiredNumberScheduled)),
    sample(name('status_current_number_scheduled'), labels, count(status.currentNumberScheduled)),
    sample(name('status_number_ready'), labels, count(status.numberReady)),
    sample(name('status_number_available'), labels, count(status.numberAvailable)),
    sample(name('status_number_unavailable'), labels, count(status.numberUnavailable)),
    sample(name('status_number_misscheduled'), labels, count(status.numberMisscheduled)),
    sample(name('status_updated_number_scheduled'), labels, count(status.updatedNumberScheduled)),
  ];
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/job-metrics.md */
export function describeJob({ metadata, spec, status = {} }: Job): StateSample[] {
  const labels = { namespace: metadata.namespace, job_name: metadata.name };
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  const has = (type: string) => status.conditions?.find((one) => one.type === type && one.status === 'True');
  const failed = has('Failed');
  return [
    sample('kube_job_info', labels, 1),
    sample('kube_job_owner', { ...labels, owner_kind: owner?.kind, owner_name: owner?.name }, 1),
    ...known('kube_job_created', labels, seconds(metadata.creationTimestamp)),
    ...known('kube_job_spec_completions', labels, spec.completions),
    ...known('kube_job_spec_parallelism', labels, spec.parallelism),
    sample('kube_job_status_active', labels, status.active ?? 0),
    sample('kube_job_status_succeeded', labels, status.succeeded ?? 0),
    sample('kube_job_status_failed', { ...labels, reason: failed?.reason }, status.failed ?? 0),
    ...known('kube_job_status_start_time', labels, seconds(status.startTime)),
    ...known('kube_job_status_completion_time', labels, seconds(status.completionTime)),
    ...(failed ? [sample('kube_job_failed', { ...labels, condition: 'true', reason: failed.reason }, 1)] : []),
    ...(has('Complete') ? [sample('kube_job_complete', { ...labels, condition: 'true' }, 1)] : []),
  ];
}

/** https://github.com/kubernetes/kube-state-metrics/blob/main/docs/metrics/workload/cronjob-metrics.md */
export function describeCronJob(cronJob: CronJob): StateSample[] {
  const { metadata, spec, status = {} } = cronJob;
  const labels = { namespace: metadata.namespace, cronjob: metadata.name };
  return [
    sample(
      'kube_cronjob_info',
      { ...labels, schedule: spec.schedule, concurrency_policy: spec.concurrencyPolicy, timezone: spec.timeZone },
      1,
    ),
    ...known('kube_cronjob_created', labels, seconds(metadata.creationTimestamp)),
    sample('kube_cronjob_spec_suspend', labels, spec.suspend ?? false),
    sample('kube_cronjob_status_active', labels, status.active?.length ?? 0),
    ...known('kube_cronjob_status_last_schedule_time', labels, seconds(status.lastScheduleTime)),
    ...known('kube_cronjob_status_last_successful_time', labels, seconds(status.lastSuccessfulTime)),
    ...(spec.suspend ? [] : known('kube_cronjob_next_schedule_time', labels, nextSchedule(cronJob))),
  ];
}

/** Epoch seconds of the run that follows the last one, or the creation; undefined for a schedule that is none. */
function nextSchedule({ metadata, spec, status }: CronJob): number | undefined {
  try {
    const from = new Date(status?.lastScheduleTime ?? metadata.creationTimestamp);
    const cron = new Cron(spec.schedule, { timezone: spec.timeZone ?? 'UTC', paused: true });
    const next = cron.nextRun(from);
    return next ? next.getTime() / 1000 : undefined;
  } catch {
    return undefined;
  }
}
