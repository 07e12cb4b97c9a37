import type { Made } from './openmetrics.ts';
import { counter, DAY, gauge, histogram, LONG, oneHot } from './openmetrics-parts.ts';

/** A small cluster over eight days with something wrong for every code of the catalogue, and what each expression must give. */

/** The end: an hour sharp, so that subqueries by the hour meet samples. */
export const END = Date.parse('2026-11-20T12:00:00Z');
export const GIB = 1024 ** 3;
const end = END / 1000;

/** What a row must be: these of its labels, and its value within `off` of it (relative; 0: to the last digit that floats keep). */
export interface Wanted {
  labels: Record<string, string>;
  value: number;
  off?: number;
}

const NODES = [
  { node: 'node-a', ip: '10.0.0.1', pool: 'np-1', cpu: 4, memory: 16, pods: 4 },
  { node: 'node-b', ip: '10.0.0.2', pool: 'np-1', cpu: 8, memory: 64, pods: 110 },
  { node: 'node-c', ip: '10.0.0.3', pool: 'np-2', cpu: 4, memory: 16, pods: 110 },
] as const;
const machine = (index: 0 | 1 | 2, port = 9100) => ({ instance: `${NODES[index].ip}:${port}`, job: 'node' });
const [a, b, c] = [machine(0), machine(1), machine(2)];
const kubelet = (index: 0 | 1 | 2) => ({ instance: `${NODES[index].ip}:10250`, job: 'kubelet' });

interface Pod {
  pod: string;
  node: string;
  owner: [kind: string, name: string];
  phase?: 'Pending' | 'Failed';
  namespace?: string;
  cpu?: number;
  memory?: number;
  /** Cores used, bytes used. */
  used?: [number, number];
}

const OF_WEB: Pod['owner'] = ['ReplicaSet', 'web-7d9c5b8f6d'];
export const PODS: Pod[] = [
  { pod: 'web-7d9c5b8f6d-aaaaa', node: 'node-a', owner: OF_WEB, cpu: 3, memory: GIB, used: [0.5, 0.5 * GIB] },
  { pod: 'web-7d9c5b8f6d-bbbbb', node: 'node-a', owner: OF_WEB, cpu: 3, memory: GIB, used: [0.7, 0.5 * GIB] },
  { pod: 'crash-5c9d8b7f9-ccccc', node: 'node-a', owner: ['ReplicaSet', 'crash-5c9d8b7f9'], cpu: 1, memory: GIB },
  { pod: 'oom-6f5d4c8b9-ddddd', node: 'node-a', owner: ['ReplicaSet', 'oom-6f5d4c8b9'], used: [0.1, 0.95 * GIB] },
  { pod: 'db-0', node: 'node-b', owner: ['StatefulSet', 'db'], cpu: 2, memory: 4 * GIB, used: [0.2, 3 * GIB] },
  { pod: 'image-8c7b6d5f4-eeeee', node: 'node-c', owner: ['ReplicaSet', 'image-8c7b6d5f4'], phase: 'Pending' },
  { pod: 'big-9d8c7b6f5-fffff', node: '', owner: ['ReplicaSet', 'big-9d8c7b6f5'], phase: 'Pending' },
  { pod: 'gone-1', node: 'node-c', owner: ['ReplicaSet', 'gone-7d6c5b4f3'], phase: 'Failed', namespace: 'batch' },
  { pod: 'gone-2', node: 'node-c', owner: ['ReplicaSet', 'gone-7d6c5b4f3'], phase: 'Failed', namespace: 'batch' },
];
const placeOf = ({ pod, namespace = 'shop' }: Pod) => ({ namespace, pod });
const containerOf = (one: Pod) => ({ ...placeOf(one), container: 'app' });

const PHASES = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];
const named = (pod: string) => PODS.find((one) => one.pod.startsWith(pod)) ?? { pod, node: '', owner: OF_WEB };
const at = (pod: string) => placeOf(named(pod));

/** Counted in steps within the last day: one at each of these hours before the end. */
const steps = (hours: readonly number[]) => (before: number) => hours.filter((hour) => hour * 60 >= before).length;
const LAST_DAY = { hours: 26 };

function controlPlane(): Made[] {
  const requests = (verb: string, code: string, rate: number) =>
    counter('apiserver_request_total', { instance: 'api:6443', job: 'apiserver', verb, code, resource: 'pods' }, rate);
  const api = { instance: 'api:6443', job: 'apiserver' };
  const slow = (verb: string, rates: Record<string, number>) =>
    histogram('apiserver_request_sli_duration_seconds', { ...api, verb, subresource: '' }, rates);
  const build = (job: string, git_version: string) =>
    gauge('kubernetes_build_info', { instance: `${job}:1`, job, git_version }, 1);
  return [
    requests('GET', '200', 99.5),
    requests('GET', '500', 0.5),
    requests('WATCH', '200', 50),
    counter('apiserver_request_terminations_total', { ...api, code: '429' }, 50),
    ...slow('LIST', { '1': 0, '5': 0, '10': 1, '+Inf': 1 }),
    ...slow('GET', { '0.5': 1, '1': 1, '5': 1, '10': 1, '+Inf': 1 }),
    ...histogram('apiserver_client_certificate_expiration_seconds', api, {
      '0': 0,
      '86400': 0,
      '604800': 1,
      '+Inf': 1,
    }),
    gauge('apiserver_client_certificate_expiration_seconds_count', api, 100),
    gauge('aggregator_unavailable_apiservice', { ...api, name: 'v1beta1.metrics.k8s.io' }, 1),
    gauge('aggregator_unavailable_apiservice', { ...api, name: 'v1.apps' }, 0),
    counter(
      'apiserver_admission_webhook_rejection_count',
      { ...api, name: 'guard', type: 'validating', error_type: 'calling_webhook_error' },
      0.02,
    ),
    ...histogram(
      'apiserver_admission_webhook_admission_duration_seconds',
      { ...api, name: 'guard' },
      {
        '1': 0,
        '2.5': 1,
        '+Inf': 1,
      },
    ),
    gauge(
      'apiserver_requested_deprecated_apis',
      {
        ...api,
        group: 'flowcontrol.apiserver.k8s.io',
        version: 'v1beta3',
        resource: 'flowschemas',
        removed_release: '1.35',
      },
      1,
    ),
    build('apiserver', 'v1.34.1'),
    build('kubelet', 'v1.33.2-aliyun.1'),
    build('coredns', 'v1.2.3'),
    gauge('etcd_mvcc_db_total_size_in_bytes', { instance: 'etcd-1:2379' }, 1.8e9),
    gauge('etcd_server_quota_backend_bytes', { instance: 'etcd-1:2379' }, 2e9),
    gauge('scheduler_pending_pods', { instance: 'scheduler:1', queue: 'unschedulable' }, (before) =>
      before <= 30 ? 2 : 0,
    ),
    gauge('scheduler_pending_pods', { instance: 'scheduler:1', queue: 'active' }, 0),
    gauge('scheduler_pending_pods', { instance: 'scheduler:2', queue: 'unschedulable' }, 0),
    counter('coredns_dns_responses_total', { instance: 'dns:1', rcode: 'SERVFAIL' }, 0.2),
    counter('coredns_dns_responses_total', { instance: 'dns:1', rcode: 'NOERROR' }, 9.8),
    ...histogram('coredns_dns_request_duration_seconds', { instance: 'dns:1' }, { '0.25': 0, '1': 1, '+Inf': 1 }),
  ];
}

/** Seconds that node-c computed by then: a tenth of its time, and six tenths from 48 to 36 hours before the end. */
function busyC(before: number): number {
  const since = LONG.hours * 60 - before;
  const high = Math.min(12 * 60, Math.max(0, 48 * 60 - before));
  return (since * 0.1 + high * 0.5) * 60;
}

function machines(): Made[] {
  const cpu = (labels: Record<string, string>, busy: (before: number) => number) => {
    const all = (before: number) => (LONG.hours * 60 - before) * 60;
    return [
      counter('node_cpu_seconds_total', { ...labels, cpu: '0', mode: 'user' }, busy, LONG),
      counter(
        'node_cpu_seconds_total',
        { ...labels, cpu: '0', mode: 'idle' },
        (before) => all(before) - busy(before),
        LONG,
      ),
      counter('node_cpu_seconds_total', { ...labels, cpu: '0', mode: 'iowait' }, () => 0, LONG),
    ];
  };
  const steady = (share: number) => (before: number) => (LONG.hours * 60 - before) * 60 * share;
  const memory = (labels: Record<string, string>, total: number, left: (before: number) => number) => [
    gauge('node_memory_MemTotal_bytes', labels, total * GIB, LONG),
    gauge('node_memory_MemAvailable_bytes', labels, (before) => left(before) * GIB, LONG),
  ];
  const disk = (labels: Record<string, string>, left: (before: number) => number, files: number) => [
    gauge('node_filesystem_avail_bytes', labels, left, { hours: 7 }),
    gauge('node_filesystem_size_bytes', labels, 100e9, { hours: 7 }),
    gauge('node_filesystem_readonly', labels, 0),
    gauge('node_filesystem_files_free', labels, files),
    gauge('node_filesystem_files', labels, 1e6),
  ];
  const root = { device: '/dev/vda1', fstype: 'ext4', mountpoint: '/' };
  return [
    ...cpu(a, steady(0.9)),
    ...cpu(b, steady(0.5)),
    ...cpu(c, busyC),
    ...memory(a, 16, () => 1),
    ...memory(b, 64, (before) => 8 + (2 * before) / (DAY * 60)),
    // Between two full hours, so that the forecast by the hour does not see it.
    ...memory(c, 16, (before) => (before >= 250 && before <= 290 ? 4 : 12)),
    counter('node_pressure_cpu_waiting_seconds_total', a, 0.3),
    counter('node_pressure_cpu_waiting_seconds_total', b, 0.01),
    counter('node_pressure_memory_waiting_seconds_total', a, 0.15),
    ...disk({ ...a, ...root, mountpoint: '/data' }, (before) => 20e9 + (1e9 * before) / 60, 5e5),
    ...disk({ ...b, ...root }, () => 50e9, 5e5),
    ...disk({ ...c, ...root }, () => 2e9, 4e4),
    ...disk({ ...c, device: 'tmpfs', fstype: 'tmpfs', mountpoint: '/run' }, () => 0, 0),
    gauge('node_nf_conntrack_entries', a, 800),
    gauge('node_nf_conntrack_entries_limit', a, 1000),
    gauge('node_timex_offset_seconds', b, -0.2),
    gauge('node_timex_offset_seconds', a, 0.001),
    counter('node_disk_io_time_weighted_seconds_total', { ...a, device: 'vda' }, 12),
    counter('node_network_receive_errs_total', { ...a, device: 'eth0' }, 2),
    counter('node_network_receive_packets_total', { ...a, device: 'eth0' }, 100),
    counter('node_network_receive_bytes_total', { ...a, device: 'eth0' }, 5000),
    counter('node_network_receive_bytes_total', { ...a, device: 'lo' }, 9000),
    counter('node_network_transmit_bytes_total', { ...a, device: 'eth0' }, 7000),
    gauge('node_filefd_allocated', c, 95),
    gauge('node_filefd_maximum', c, 100),
    counter('kubelet_evictions', { ...kubelet(0), eviction_signal: 'memory.available' }, steps([20, 9, 2]), LAST_DAY),
    gauge('kubelet_running_pods', kubelet(0), 4),
    gauge('kubelet_running_pods', kubelet(1), 1),
    ...histogram('kubelet_pleg_relist_duration_seconds', kubelet(1), { '1': 0, '10': 0, '+Inf': 1 }),
    ...histogram('kubelet_pleg_relist_duration_seconds', kubelet(0), { '0.01': 1, '10': 1, '+Inf': 1 }),
  ];
}

function nodeStates(): Made[] {
  const ready = (node: string, value: number | ((before: number) => number)) =>
    gauge('kube_node_status_condition', { node, condition: 'Ready', status: 'true' }, value);
  return [
    ready('node-a', 1),
    ready('node-b', (before) => ([12, 6].includes(before) ? 0 : 1)),
    ready('node-c', (before) => (before <= 40 ? 0 : 1)),
    ...NODES.flatMap(({ node, ip, pool, cpu, memory, pods }, index) => [
      gauge('kube_node_info', { node, internal_ip: ip }, 1, LONG),
      gauge('kube_node_labels', { node, label_alibabacloud_com_nodepool_id: pool }, 1, LONG),
      gauge('kube_node_spec_unschedulable', { node }, 0),
      gauge('kube_node_status_capacity', { node, resource: 'pods' }, pods),
      gauge('kube_node_status_allocatable', { node, resource: 'cpu' }, cpu),
      gauge('kube_node_status_allocatable', { node, resource: 'memory' }, memory * GIB),
      gauge('kube_node_status_condition', { node, condition: 'MemoryPressure', status: 'true' }, index === 0 ? 1 : 0),
    ]),
  ];
}

function pods(): Made[] {
  return PODS.flatMap((one) => {
    const { node, owner, phase = 'Running', cpu, memory, used } = one;
    const container = containerOf(one);
    const [kind, name] = owner;
    const ask = (resource: string, value: number | undefined) =>
      value === undefined
        ? []
        : [gauge('kube_pod_container_resource_requests', { ...container, node, resource }, value)];
    return [
      gauge('kube_pod_info', { ...placeOf(one), node }, 1),
      gauge('kube_pod_container_info', container, 1),
      gauge('kube_pod_owner', { ...placeOf(one), owner_kind: kind, owner_name: name }, 1, LAST_DAY),
      ...oneHot('kube_pod_status_phase', placeOf(one), ['phase', PHASES, phase]),
      ...ask('cpu', cpu),
      ...ask('memory', memory),
      ...(used
        ? [
            counter('container_cpu_usage_seconds_total', container, used[0], LONG),
            gauge('container_memory_working_set_bytes', container, used[1], LAST_DAY),
          ]
        : []),
    ];
  });
}

function troubles(): Made[] {
  const restarts = (pod: string, hours: readonly number[]) =>
    counter('kube_pod_container_status_restarts_total', { ...at(pod), container: 'app' }, steps(hours), LAST_DAY);
  const waiting = (pod: string, reason: string) =>
    gauge('kube_pod_container_status_waiting_reason', { ...at(pod), container: 'app', reason }, (before) =>
      before <= 50 ? 1 : 0,
    );
  return [
    waiting('crash', 'CrashLoopBackOff'),
    waiting('image', 'ImagePullBackOff'),
    restarts('crash', [22, 18, 15, 12, 9, 6, 3, 1]),
    restarts('oom', [20, 10, 4]),
    restarts('web', []),
    gauge(
      'kube_pod_container_status_last_terminated_reason',
      { ...at('oom'), container: 'app', reason: 'OOMKilled' },
      1,
      LAST_DAY,
    ),
    gauge('kube_pod_container_resource_limits', { ...at('oom'), container: 'app', resource: 'memory' }, GIB),
    gauge('kube_pod_status_unschedulable', at('big'), 1),
    counter('container_cpu_cfs_throttled_periods_total', { ...at('web'), container: 'app' }, 4),
    counter('container_cpu_cfs_periods_total', { ...at('web'), container: 'app' }, 10),
    ...['gone-1', 'gone-2'].map((pod) => gauge('kube_pod_status_reason', { ...at(pod), reason: 'Evicted' }, 1)),
  ];
}

function controllers(): Made[] {
  const shop = { namespace: 'shop' };
  const deployment = (name: string, wanted: number, available: number, namespace = 'shop') => {
    const labels = { namespace, deployment: name };
    return [
      gauge('kube_deployment_spec_replicas', labels, wanted),
      gauge('kube_deployment_status_replicas_available', labels, available),
      gauge('kube_deployment_status_replicas_updated', labels, wanted),
    ];
  };
  const hpa = (name: string, current: number, most: number) => {
    const labels = { ...shop, horizontalpodautoscaler: name };
    return [
      gauge('kube_horizontalpodautoscaler_status_current_replicas', labels, current),
      gauge('kube_horizontalpodautoscaler_spec_max_replicas', labels, most),
      gauge('kube_horizontalpodautoscaler_spec_min_replicas', labels, 2),
    ];
  };
  const pdb = (name: string, [wanted, healthy, allowed]: [number, number, number]) => {
    const labels = { ...shop, poddisruptionbudget: name };
    return [
      gauge('kube_poddisruptionbudget_status_desired_healthy', labels, wanted),
      gauge('kube_poddisruptionbudget_status_current_healthy', labels, healthy),
      gauge('kube_poddisruptionbudget_status_pod_disruptions_allowed', labels, allowed),
      gauge('kube_poddisruptionbudget_status_expected_pods', labels, 3),
    ];
  };
  const quota = (type: string, value: number) =>
    gauge(
      'kube_resourcequota',
      { ...shop, resourcequota: 'all', resource: 'pods', type, instance: 'ksm:1', job: 'ksm' },
      value,
    );
  const db = { ...shop, statefulset: 'db' };
  const agent = { namespace: 'kube-system', daemonset: 'agent' };
  const report = { ...shop, cronjob: 'report' };
  const ingress = { ingress: 'web', exported_namespace: 'shop', instance: 'nginx:1' };
  return [
    ...deployment('coredns', 2, 1, 'kube-system'),
    ...deployment('web', 3, 2),
    ...deployment('api', 2, 2),
    gauge(
      'kube_deployment_status_condition',
      { ...shop, deployment: 'api', condition: 'Progressing', status: 'false' },
      1,
    ),
    gauge('kube_statefulset_replicas', db, 3),
    gauge('kube_statefulset_status_replicas_ready', db, 2),
    gauge('kube_statefulset_status_replicas_updated', db, 3),
    gauge('kube_daemonset_status_desired_number_scheduled', agent, 3),
    gauge('kube_daemonset_status_number_available', agent, 2),
    gauge('kube_job_failed', { ...shop, job_name: 'import', condition: 'true' }, 1),
    gauge('kube_job_info', { ...shop, job_name: 'import' }, 1),
    gauge('kube_cronjob_next_schedule_time', report, end - 7200),
    gauge('kube_cronjob_spec_suspend', report, 0),
    ...hpa('web', 10, 10),
    ...hpa('api', 3, 5),
    gauge(
      'kube_horizontalpodautoscaler_status_condition',
      {
        ...shop,
        horizontalpodautoscaler: 'api',
        condition: 'ScalingActive',
        status: 'false',
      },
      1,
    ),
    ...pdb('web', [3, 2, 1]),
    ...pdb('db', [2, 2, 0]),
    quota('used', 95),
    quota('hard', 100),
    counter('nginx_ingress_controller_requests', { ...ingress, status: '200' }, 9),
    counter('nginx_ingress_controller_requests', { ...ingress, status: '502' }, 1),
  ];
}

function storage(): Made[] {
  const volume = (name: string, left: (before: number) => number, inodes: number) => {
    const labels = { namespace: 'shop', persistentvolumeclaim: name };
    return [
      gauge('kubelet_volume_stats_available_bytes', labels, left, { hours: 7 }),
      gauge('kubelet_volume_stats_capacity_bytes', labels, 100e9, { hours: 7 }),
      gauge('kubelet_volume_stats_inodes_free', labels, inodes),
      gauge('kubelet_volume_stats_inodes', labels, 1e6),
    ];
  };
  const info = (name: string, when: object) =>
    gauge('kube_persistentvolumeclaim_info', { namespace: 'shop', persistentvolumeclaim: name }, 1, when);
  const used = (pod: string, name: string) =>
    gauge(
      'kube_pod_spec_volumes_persistentvolumeclaims_info',
      { namespace: 'shop', pod, persistentvolumeclaim: name },
      1,
      LONG,
    );
  const service = (name: string) =>
    gauge('kube_service_spec_type', { namespace: 'shop', service: name, type: 'LoadBalancer' }, 1);
  const phase = (labels: Record<string, string>, of: string) => gauge(`kube_${of}_status_phase`, labels, 1);
  return [
    ...volume('data-db-0', (before) => 10e9 + (0.2e9 * before) / 60, 5e5),
    ...volume('full-0', () => 2e9, 1e4),
    phase({ persistentvolume: 'pv-failed', phase: 'Failed' }, 'persistentvolume'),
    phase({ persistentvolume: 'pv-released', phase: 'Released' }, 'persistentvolume'),
    phase({ namespace: 'shop', persistentvolumeclaim: 'waits', phase: 'Pending' }, 'persistentvolumeclaim'),
    phase({ namespace: 'shop', persistentvolumeclaim: 'data-db-0', phase: 'Bound' }, 'persistentvolumeclaim'),
    ...['pv-failed', 'pv-released', 'pv-1'].map((name) =>
      gauge('kube_persistentvolume_info', { persistentvolume: name }, 1),
    ),
    ...['data-db-0', 'full-0', 'old'].map((name) => info(name, LONG)),
    info('waits', {}),
    used('db-0', 'data-db-0'),
    used('db-0', 'full-0'),
    service('empty'),
    service('web'),
    gauge('kube_endpoint_address', { namespace: 'shop', endpoint: 'web', ip: '10.1.0.1', ready: 'true' }, 1),
  ];
}

function others(): Made[] {
  const certificate = (name: string, days: number) =>
    gauge(
      'certmanager_certificate_expiration_timestamp_seconds',
      { name, exported_namespace: 'shop' },
      end + days * 86_400,
    );
  return [
    certificate('web-tls', 5),
    certificate('api-tls', 80),
    ...['1', '2', '3'].map((n) => gauge('up', { job: 'node', instance: n }, n === '1' ? 0 : 1)),
    gauge('up', { job: 'apiserver', instance: 'api:6443' }, 1),
    counter('prometheus_rule_evaluation_failures_total', { instance: 'prometheus:9090' }, 0.01),
  ];
}

/** All of it. */
export function clusterMetrics(): Made[] {
  return [
    ...controlPlane(),
    ...machines(),
    ...nodeStates(),
    ...pods(),
    ...troubles(),
    ...controllers(),
    ...storage(),
    ...others(),
  ];
}
