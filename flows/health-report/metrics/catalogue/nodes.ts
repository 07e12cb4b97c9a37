import { above, below, minutes, NODE, type Signal, usual } from '../signal.ts';

const category = 'nodes';
const machine = { ...usual, category, sources: ['node-exporter'], naming: NODE } as const;
const kubelet = { ...usual, category, sources: ['kubelet'], naming: NODE } as const;
const state = { ...usual, category, sources: ['kube-state-metrics'], naming: NODE } as const;
const rule = { confidence: 0.5 } as const;
const DISKS = 'fstype!~"tmpfs|overlay|squashfs"';

/** Machines: what Kubernetes says of them, and what node-exporter and the kubelet measure. Thresholds are those of node-mixin's and kubernetes-mixin's alert rules where they have them. */
export const nodes: readonly Signal[] = [
  {
    ...state,
    code: 'N1',
    promql:
      'kube_node_status_condition{condition="Ready",status="true"} == 0 and on (node) kube_node_spec_unschedulable == 0',
    over: 'kube_node_info',
    levels: [{ severity: 'high', op: '<=', value: 0 }],
    graceMs: minutes(15),
    unit: 'count',
    api: ['Node'],
    flag: true,
  },
  {
    ...state,
    code: 'N2',
    promql:
      'kube_node_status_condition{condition=~"MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable",status="true"} == 1',
    over: 'kube_node_info',
    levels: [above(0, 'high')],
    graceMs: minutes(10),
    unit: 'count',
    api: ['Node'],
    flag: true,
  },
  {
    ...state,
    code: 'N3',
    promql: 'max by (node) (changes(kube_node_status_condition{status="true",condition="Ready"}[15m]))',
    levels: [above(2)],
    unit: 'count',
  },
  {
    ...kubelet,
    code: 'N4',
    promql: 'max by (instance, eviction_signal) (increase(kubelet_evictions[1d]))',
    // The counter begins with the first eviction.
    over: 'kubelet_running_pods',
    levels: [above(0)],
    unit: 'count',
    empty: 'good',
  },
  {
    ...state,
    code: 'N5',
    promql:
      'sum by (node) (max by (node, namespace, pod) (kube_pod_info{node!=""}) * on (namespace, pod) group_left () (max by (namespace, pod) (kube_pod_status_phase{phase="Running"}) == 1)) / on (node) max by (node) (kube_node_status_capacity{resource="pods"})',
    levels: [above(0.95)],
    unit: 'ratio',
    api: ['Node', 'Pod'],
  },
  {
    ...machine,
    ...rule,
    code: 'N6',
    promql:
      'quantile_over_time(0.95, (1 - avg by (instance) (sum without (mode) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m]))))[1d:5m])',
    levels: [above(0.85)],
    unit: 'ratio',
  },
  {
    ...machine,
    ...rule,
    code: 'N7',
    promql: 'max_over_time((1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)[1d:5m])',
    levels: [above(0.9)],
    unit: 'ratio',
  },
  {
    ...machine,
    ...rule,
    code: 'N8',
    promql: 'rate(node_pressure_cpu_waiting_seconds_total[10m])',
    levels: [above(0.2)],
    unit: 'ratio',
  },
  {
    ...machine,
    ...rule,
    code: 'N9',
    promql: 'rate(node_pressure_memory_waiting_seconds_total[10m])',
    levels: [above(0.1)],
    unit: 'ratio',
  },
  {
    ...machine,
    code: 'N10',
    promql: `node_filesystem_avail_bytes{${DISKS}} / node_filesystem_size_bytes < 0.40 and predict_linear(node_filesystem_avail_bytes{${DISKS}}[6h], 24 * 3600) < 0 and node_filesystem_readonly == 0`,
    over: `node_filesystem_size_bytes{${DISKS}}`,
    levels: [below(0.4, 'high')],
    confidence: 0.7,
    unit: 'ratio',
  },
  {
    ...machine,
    code: 'N11',
    promql: `node_filesystem_avail_bytes{${DISKS}} / node_filesystem_size_bytes`,
    levels: [below(0.03, 'critical'), below(0.05)],
    unit: 'ratio',
  },
  {
    ...machine,
    code: 'N12',
    promql: `node_filesystem_files_free{${DISKS}} / node_filesystem_files`,
    levels: [below(0.03, 'critical'), below(0.05)],
    unit: 'ratio',
  },
  {
    ...machine,
    code: 'N13',
    promql: 'node_nf_conntrack_entries / node_nf_conntrack_entries_limit',
    levels: [above(0.75)],
    unit: 'ratio',
  },
  {
    ...machine,
    code: 'N14',
    promql: 'abs(node_timex_offset_seconds)',
    levels: [above(0.05)],
    unit: 'seconds',
  },
  {
    ...kubelet,
    code: 'N15',
    promql: 'histogram_quantile(0.99, sum by (le, instance) (rate(kubelet_pleg_relist_duration_seconds_bucket[5m])))',
    levels: [{ severity: 'high', op: '>=', value: 10 }],
    graceMs: minutes(5),
    unit: 'seconds',
  },
  {
    ...machine,
    ...rule,
    code: 'N16',
    promql: 'rate(node_disk_io_time_weighted_seconds_total[5m])',
    levels: [above(10)],
    graceMs: minutes(30),
    unit: 'count',
  },
  {
    ...machine,
    code: 'N17',
    promql: 'rate(node_network_receive_errs_total[5m]) / rate(node_network_receive_packets_total[5m])',
    levels: [above(0.01)],
    graceMs: minutes(60),
    unit: 'ratio',
  },
  {
    ...machine,
    code: 'N18',
    promql: 'node_filefd_allocated / node_filefd_maximum',
    levels: [above(0.9, 'critical'), above(0.7)],
    graceMs: minutes(15),
    unit: 'ratio',
  },
];
