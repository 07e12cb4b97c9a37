import { above, below, CLUSTER, minutes, NODE, named, type Signal, usual } from '../signal.ts';

const state = { ...usual, sources: ['kube-state-metrics'] } as const;
const volume = {
  ...usual,
  category: 'storage',
  sources: ['volumes'],
  unit: 'ratio',
  naming: named('PersistentVolumeClaim', 'persistentvolumeclaim'),
} as const;
const CLAIM = named('PersistentVolumeClaim', 'persistentvolumeclaim');
/** Pods that hold a place on a node. */
const HOLDING = 'max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"}) == 1';
const requests = (resource: string) =>
  `max by (namespace, pod, container, node) (kube_pod_container_resource_requests{resource="${resource}"}) * on (namespace, pod) group_left () (${HOLDING})`;
const allocatable = (resource: string) => `max by (node) (kube_node_status_allocatable{resource="${resource}"})`;
/** What is requested of what is left when the largest node is lost. */
const withoutLargest = (resource: string) =>
  `sum(${requests(resource)}) / (sum(${allocatable(resource)}) - max(${allocatable(resource)}))`;

/** Volumes. Thresholds are those of kubernetes-mixin's alert rules. */
export const storage: readonly Signal[] = [
  {
    ...volume,
    code: 'ST1',
    promql:
      '(kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) < 0.15 and predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 24 * 3600) < 0',
    over: 'kubelet_volume_stats_capacity_bytes',
    levels: [below(0.15, 'high')],
    graceMs: minutes(60),
    confidence: 0.7,
  },
  {
    ...volume,
    code: 'ST2',
    promql: 'kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes',
    levels: [below(0.03, 'critical')],
  },
  {
    ...volume,
    code: 'ST3',
    promql: 'kubelet_volume_stats_inodes_free / kubelet_volume_stats_inodes',
    levels: [below(0.03, 'high')],
  },
  {
    ...state,
    category: 'storage',
    code: 'ST4',
    promql:
      'kube_persistentvolume_status_phase{phase=~"Failed|Pending"} > 0 or kube_persistentvolumeclaim_status_phase{phase=~"Pending|Lost"} > 0',
    over: 'kube_persistentvolume_status_phase{phase="Bound"} or kube_persistentvolumeclaim_status_phase{phase="Bound"}',
    levels: [above(0)],
    graceMs: minutes(5),
    unit: 'count',
    naming: { kind: 'Volume', name: ['persistentvolumeclaim', 'persistentvolume'], namespace: ['namespace'] },
    empty: 'none',
    api: ['PersistentVolume', 'PersistentVolumeClaim'],
    flag: true,
  },
];

/** Certificates of cert-manager. */
export const security: readonly Signal[] = [
  {
    ...usual,
    category: 'security',
    sources: ['cert-manager'],
    code: 'SEC1',
    promql: '(certmanager_certificate_expiration_timestamp_seconds - time()) / 86400',
    levels: [below(7, 'critical'), below(21)],
    unit: 'days',
    naming: { kind: 'Certificate', name: ['name'], namespace: ['exported_namespace', 'namespace'] },
    empty: 'none',
    api: ['Certificate'],
  },
];

const observability = { ...usual, category: 'observability', naming: CLUSTER } as const;

/** Whether there is anything to judge by. */
export const coverage: readonly Signal[] = [
  {
    ...observability,
    code: 'OBS1',
    promql: 'count by (job) (up == 0) / count by (job) (up)',
    over: 'count by (job) (up)',
    levels: [above(0.1)],
    unit: 'ratio',
    naming: { kind: 'ScrapeJob', name: ['job'] },
    sources: [],
  },
  {
    ...observability,
    code: 'OBS2',
    promql: 'absent(kube_node_info)',
    levels: [above(0)],
    unit: 'count',
    sources: [],
    empty: 'good',
    flag: true,
  },
  {
    ...observability,
    code: 'OBS3',
    promql: 'count_over_time((count(kube_node_info))[7d:1h])',
    levels: [],
    unit: 'hours',
    sources: ['kube-state-metrics'],
  },
  {
    ...observability,
    code: 'OBS4',
    promql: 'sum(rate(prometheus_rule_evaluation_failures_total[15m]))',
    levels: [above(0, 'low')],
    unit: 'rate',
    sources: ['prometheus'],
  },
];

/** Room for what may come: one node less, a week more. */
export const capacity: readonly Signal[] = [
  {
    ...state,
    category: 'capacity',
    code: 'CAP1',
    promql: withoutLargest('cpu'),
    levels: [above(1, 'high')],
    unit: 'ratio',
    naming: CLUSTER,
    api: ['Node', 'Pod'],
  },
  {
    ...state,
    category: 'capacity',
    code: 'CAP2',
    promql: withoutLargest('memory'),
    levels: [above(1, 'high')],
    unit: 'ratio',
    naming: CLUSTER,
    api: ['Node', 'Pod'],
  },
  {
    ...usual,
    category: 'capacity',
    sources: ['node-exporter'],
    code: 'CAP3',
    // As a share of all memory, so that one line does for every size.
    promql: 'predict_linear((sum(node_memory_MemAvailable_bytes))[7d:1h], 7 * 86400) / sum(node_memory_MemTotal_bytes)',
    levels: [below(0.1)],
    confidence: 0.7,
    unit: 'ratio',
    naming: CLUSTER,
  },
];

const machineCost = { ...usual, category: 'cost', sources: ['node-exporter'], naming: NODE, levels: [] } as const;
const stateCost = { ...state, category: 'cost', empty: 'none' } as const;
const CPU_7D =
  '(1 - avg by (instance) (sum without (mode) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m]))))[7d:5m]';
const REQUESTED =
  'sum by (namespace) (max by (namespace, pod, container) (kube_pod_container_resource_requests{resource="cpu"}))';

/** What is paid for and not used. No part of the score. */
export const cost: readonly Signal[] = [
  { ...machineCost, code: 'CST1', promql: `avg_over_time(${CPU_7D})`, unit: 'ratio' },
  { ...machineCost, code: 'CST2', promql: `quantile_over_time(0.95, ${CPU_7D})`, unit: 'ratio' },
  {
    ...machineCost,
    code: 'CST3',
    promql: 'max_over_time((node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes)[7d:5m])',
    unit: 'bytes',
  },
  {
    ...stateCost,
    code: 'CST4',
    promql: `sum by (node) (${requests('cpu')}) / on (node) ${allocatable('cpu')}`,
    levels: [],
    unit: 'ratio',
    naming: NODE,
    api: ['Node', 'Pod'],
  },
  {
    ...usual,
    category: 'cost',
    sources: ['cadvisor', 'kube-state-metrics'],
    code: 'CST5',
    // As a share of what is requested, so that one line does for every namespace.
    promql: `(${REQUESTED} - sum by (namespace) (quantile_over_time(0.95, (sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m])))[7d:5m]))) / ${REQUESTED}`,
    levels: [above(0.2, 'info')],
    confidence: 0.5,
    unit: 'ratio',
    naming: { kind: 'Namespace', name: ['namespace'] },
    empty: 'none',
  },
  {
    ...stateCost,
    code: 'CST6',
    // Only claims that are a week old; and none at all where Prometheus does not keep which pods use which.
    promql:
      'kube_persistentvolumeclaim_info and on (namespace, persistentvolumeclaim) max_over_time(kube_persistentvolumeclaim_info[1h] offset 7d) and on () count(kube_pod_spec_volumes_persistentvolumeclaims_info) > 0 unless on (namespace, persistentvolumeclaim) max_over_time(kube_pod_spec_volumes_persistentvolumeclaims_info[7d])',
    over: 'kube_persistentvolumeclaim_info',
    levels: [above(0, 'info')],
    unit: 'count',
    naming: CLAIM,
    flag: true,
  },
  {
    ...stateCost,
    code: 'CST7',
    promql: 'kube_persistentvolume_status_phase{phase=~"Released|Available"} == 1',
    over: 'kube_persistentvolume_info',
    levels: [above(0, 'info')],
    graceMs: minutes(24 * 60),
    unit: 'count',
    naming: { kind: 'PersistentVolume', name: ['persistentvolume'] },
    api: ['PersistentVolume'],
    flag: true,
  },
  {
    ...stateCost,
    code: 'CST8',
    // Where no endpoint at all is kept, nothing follows from one that is missing.
    promql:
      'kube_service_spec_type{type="LoadBalancer"} and on () count(kube_endpoint_address) > 0 unless on (namespace, service) label_replace(count by (namespace, endpoint) (kube_endpoint_address{ready="true"}), "service", "$1", "endpoint", "(.*)")',
    over: 'kube_service_spec_type{type="LoadBalancer"}',
    levels: [above(0, 'info')],
    graceMs: minutes(7 * 24 * 60),
    unit: 'count',
    naming: named('Service', 'service'),
    api: ['Service'],
    flag: true,
  },
];

/** What right-sizing is fed with. */
export const rightsize: readonly Signal[] = [
  {
    ...usual,
    category: 'cost',
    sources: ['cadvisor'],
    fed: true,
    code: 'RS1',
    promql:
      'quantile_over_time(0.95, (sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m])))[1d:5m])',
    levels: [],
    unit: 'cores',
    naming: { kind: 'Pod', name: ['pod'], namespace: ['namespace'] },
  },
  {
    ...usual,
    category: 'cost',
    sources: ['cadvisor'],
    fed: true,
    code: 'RS2',
    promql:
      'max_over_time((max by (namespace, pod, container) (container_memory_working_set_bytes{container!="",container!="POD"}))[1d:1m])',
    levels: [],
    unit: 'bytes',
    naming: { kind: 'Pod', name: ['pod'], namespace: ['namespace'] },
  },
];
