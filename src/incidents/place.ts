import type { ClusterRef, IncomingAlert } from './records.ts';

/** Where an alert points at, in the words of Prometheus' exporters, ARMS and CloudMonitor. */

const CLUSTER = ['cluster_id', 'clusterId', 'clustername', 'cluster_name', 'cluster', '_aliyun_arms_involvedObject_id'];
const NAMESPACE = ['namespace', 'kubernetes_namespace', 'exported_namespace'];

type Labels = IncomingAlert['labels'];

/** The cluster that the labels name; where they name none and there is only one, that one. */
export function clusterOf(labels: Labels, clusters: readonly ClusterRef[]): ClusterRef | undefined {
  const named = CLUSTER.flatMap((label) => labels[label] ?? []);
  const found = clusters.find(({ id, name }) => named.includes(id) || named.includes(name));
  return found ?? (clusters.length === 1 ? clusters[0] : undefined);
}

/** What is no name of a namespace names none: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
export function namespaceOf(labels: Labels): string | undefined {
  return NAMESPACE.flatMap((label) => labels[label] ?? []).find((name) =>
    /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/.test(name),
  );
}

/** Labels that name an object, the most telling first. */
const OBJECTS = [
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['job_name', 'Job'],
  ['cronjob', 'CronJob'],
  ['persistentvolumeclaim', 'PersistentVolumeClaim'],
  ['horizontalpodautoscaler', 'HorizontalPodAutoscaler'],
  ['ingress', 'Ingress'],
  ['service', 'Service'],
  ['pod', 'Pod'],
  ['pod_name', 'Pod'],
  ['_aliyun_arms_involvedObject_name', ''],
  ['node', 'Node'],
] as const;

/** kube-state-metrics puts its own name into these where an alert forgot to. */
const EXPORTERS = /^(?:.*kube-state-metrics.*|prometheus.*|node-exporter.*|kubelet)$/;

/** The objects an alert names. */
export function objectsOf(labels: Labels): { kind: string; name: string }[] {
  return OBJECTS.flatMap(([label, kind]) => {
    const name = labels[label];
    return name && !(kind === 'Service' && EXPORTERS.test(name)) ? [{ kind, name }] : [];
  });
}

/** Alerts that say that all is well, or speak of other alerts only. */
const HEARTBEATS = new Set(['Watchdog', 'DeadMansSwitch', 'InfoInhibitor']);

export function isHeartbeat({ alertname = '' }: Labels): boolean {
  return HEARTBEATS.has(alertname);
}
