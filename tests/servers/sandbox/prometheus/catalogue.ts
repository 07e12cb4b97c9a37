/** The queries of the project's signals by id; all of them must be answered. */
export const catalogue: readonly [id: string, query: string][] = [
  [
    'CP1',
    'sum(rate(apiserver_request_total{code=~"5..",verb!="WATCH"}[1h])) / sum(rate(apiserver_request_total{verb!="WATCH"}[1h]))',
  ],
  [
    'CP2',
    'histogram_quantile(0.99, sum by (le, verb) (rate(apiserver_request_sli_duration_seconds_bucket{verb=~"GET|POST|PUT|PATCH|DELETE|LIST",subresource!~"log|exec|attach|portforward|proxy"}[1h])))',
  ],
  [
    'CP3',
    'sum(rate(apiserver_request_terminations_total[10m])) / (sum(rate(apiserver_request_total[10m])) + sum(rate(apiserver_request_terminations_total[10m])))',
  ],
  [
    'CP4',
    'histogram_quantile(0.01, sum without (namespace, service, endpoint) (rate(apiserver_client_certificate_expiration_seconds_bucket[5m]))) and on (job, instance) apiserver_client_certificate_expiration_seconds_count > 0',
  ],
  ['CP5', '(1 - max by (name, namespace) (avg_over_time(aggregator_unavailable_apiservice[10m]))) * 100'],
  [
    'CP6',
    'sum by (name, type) (rate(apiserver_admission_webhook_rejection_count{error_type=~"calling_webhook_error|apiserver_internal_error"}[15m]))',
  ],
  [
    'CP7',
    'histogram_quantile(0.99, sum by (le, name) (rate(apiserver_admission_webhook_admission_duration_seconds_bucket[15m])))',
  ],
  ['CP8', 'sum by (group, version, resource, removed_release) (apiserver_requested_deprecated_apis) > 0'],
  [
    'CP9',
    'count(count by (git_version) (label_replace(kubernetes_build_info{job!~"kube-dns|coredns"}, "git_version", "$1", "git_version", "(v[0-9]*.[0-9]*).*")))',
  ],
  ['CP10', 'max by (instance) (etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes)'],
  ['CP11', 'sum by (queue) (scheduler_pending_pods)'],
  ['DNS1', 'sum(rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m])) / sum(rate(coredns_dns_responses_total[5m]))'],
  ['DNS2', 'histogram_quantile(0.99, sum by (le) (rate(coredns_dns_request_duration_seconds_bucket[5m])))'],
  ['DNS3', 'sum(kube_deployment_status_replicas_available{namespace="kube-system", deployment="coredns"})'],
  [
    'N1',
    'kube_node_status_condition{condition="Ready",status="true"} == 0 and on (node) kube_node_spec_unschedulable == 0',
  ],
  [
    'N2',
    'kube_node_status_condition{condition=~"MemoryPressure|DiskPressure|PIDPressure|NetworkUnavailable",status="true"} == 1',
  ],
  ['N3', 'sum by (node) (changes(kube_node_status_condition{status="true",condition="Ready"}[15m]))'],
  ['N4', 'sum by (instance, eviction_signal) (increase(kubelet_evictions[1d]))'],
  [
    'N5',
    'sum by (node) (kube_pod_info{node!=""} * on (namespace, pod) group_left () (max by (namespace, pod) (kube_pod_status_phase{phase="Running"}) == 1)) / on (node) max by (node) (kube_node_status_capacity{resource="pods"})',
  ],
  [
    'N6',
    'quantile_over_time(0.95, (1 - avg by (instance) (sum without (mode) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m]))))[1d:5m])',
  ],
  ['N7', 'max_over_time((1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)[1d:5m])'],
  ['N8', 'rate(node_pressure_cpu_waiting_seconds_total[10m])'],
  ['N9', 'rate(node_pressure_memory_waiting_seconds_total[10m])'],
  [
    'N10',
    'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs"} / node_filesystem_size_bytes < 0.40 and predict_linear(node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs"}[6h], 24 * 3600) < 0 and node_filesystem_readonly == 0',
  ],
  ['N11', 'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs"} / node_filesystem_size_bytes'],
  ['N12', 'node_filesystem_files_free{fstype!~"tmpfs|overlay|squashfs"} / node_filesystem_files'],
  ['N13', 'node_nf_conntrack_entries / node_nf_conntrack_entries_limit'],
  ['N14', 'abs(node_timex_offset_seconds)'],
  ['N15', 'histogram_quantile(0.99, sum by (le, instance) (rate(kubelet_pleg_relist_duration_seconds_bucket[5m])))'],
  ['N16', 'rate(node_disk_io_time_weighted_seconds_total[5m])'],
  ['N17', 'rate(node_network_receive_errs_total[5m]) / rate(node_network_receive_packets_total[5m])'],
  ['N18', 'node_filefd_allocated / node_filefd_maximum'],
  ['W1', 'max_over_time(kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}[5m]) >= 1'],
  ['W2', 'kube_pod_container_status_waiting_reason{reason!~"CrashLoopBackOff|ContainerCreating|PodInitializing"} > 0'],
  [
    'W3',
    'sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[1d])) > 0 and on (namespace, pod, container) max by (namespace, pod, container) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled"}) == 1',
  ],
  ['W4', 'sum by (namespace, pod, container) (increase(kube_pod_container_status_restarts_total[1d]))'],
  [
    'W5',
    'sum by (namespace, pod) (max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown|Failed"}) * on (namespace, pod) group_left () topk by (namespace, pod) (1, max by (namespace, pod, owner_kind) (kube_pod_owner{owner_kind!="Job"}))) > 0',
  ],
  ['W6', 'sum by (namespace, pod) (kube_pod_status_unschedulable) == 1'],
  [
    'W7',
    '(kube_deployment_spec_replicas > kube_deployment_status_replicas_available) and (changes(kube_deployment_status_replicas_updated[10m]) == 0)',
  ],
  ['W8', 'kube_deployment_status_condition{condition="Progressing",status="false"} != 0'],
  [
    'W9',
    '(kube_statefulset_replicas != kube_statefulset_status_replicas_ready) and (changes(kube_statefulset_status_replicas_updated[10m]) == 0)',
  ],
  ['W10', 'kube_daemonset_status_desired_number_scheduled - kube_daemonset_status_number_available'],
  ['W11', 'kube_job_failed > 0'],
  ['W12', 'time() - kube_cronjob_next_schedule_time > 3600 and on (namespace, cronjob) kube_cronjob_spec_suspend == 0'],
  [
    'W13',
    'kube_horizontalpodautoscaler_status_current_replicas == kube_horizontalpodautoscaler_spec_max_replicas and kube_horizontalpodautoscaler_spec_max_replicas != kube_horizontalpodautoscaler_spec_min_replicas',
  ],
  ['W14', 'kube_horizontalpodautoscaler_status_condition{condition="ScalingActive",status="false"} == 1'],
  ['W15', 'kube_poddisruptionbudget_status_desired_healthy - kube_poddisruptionbudget_status_current_healthy > 0'],
  [
    'W16',
    'kube_poddisruptionbudget_status_pod_disruptions_allowed == 0 and kube_poddisruptionbudget_status_expected_pods > 0',
  ],
  [
    'W17',
    'sum by (namespace, pod, container) (increase(container_cpu_cfs_throttled_periods_total{container!=""}[1h])) / sum by (namespace, pod, container) (increase(container_cpu_cfs_periods_total{container!=""}[1h]))',
  ],
  [
    'W18',
    'max by (namespace, pod, container) (max_over_time(container_memory_working_set_bytes{container!="",container!="POD"}[1d])) / on (namespace, pod, container) max by (namespace, pod, container) (kube_pod_container_resource_limits{resource="memory"})',
  ],
  ['W19', 'sum by (namespace) (kube_pod_status_reason{reason="Evicted"})'],
  [
    'W20',
    'max without (instance, job, type) (kube_resourcequota{type="used"}) / on (namespace, resource, resourcequota) group_left () (max without (instance, job, type) (kube_resourcequota{type="hard"}) > 0)',
  ],
  [
    'W21',
    '1 - count(count by (namespace, pod, container) (kube_pod_container_resource_requests{resource="cpu"})) / count(count by (namespace, pod, container) (kube_pod_container_info))',
  ],
  [
    'W22',
    'sum by (ingress, exported_namespace) (rate(nginx_ingress_controller_requests{status=~"5.."}[5m])) / sum by (ingress, exported_namespace) (rate(nginx_ingress_controller_requests[5m]))',
  ],
  [
    'ST1',
    '(kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes) < 0.15 and predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 24 * 3600) < 0',
  ],
  ['ST2', 'kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes'],
  ['ST3', 'kubelet_volume_stats_inodes_free / kubelet_volume_stats_inodes'],
  [
    'ST4',
    'kube_persistentvolume_status_phase{phase=~"Failed|Pending"} > 0 or kube_persistentvolumeclaim_status_phase{phase=~"Pending|Lost"} > 0',
  ],
  ['SEC1', '(certmanager_certificate_expiration_timestamp_seconds - time()) / 86400'],
  ['OBS1', 'count by (job) (up == 0) / count by (job) (up)'],
  ['OBS2', 'absent(kube_node_info)'],
  ['OBS3', 'count_over_time((count(kube_node_info))[7d:1h])'],
  ['OBS4', 'sum(rate(prometheus_rule_evaluation_failures_total[15m]))'],
  [
    'CAP1',
    'sum(kube_pod_container_resource_requests{resource="cpu"} * on (namespace, pod) group_left () (max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"}) == 1)) / (sum(kube_node_status_allocatable{resource="cpu"}) - max(kube_node_status_allocatable{resource="cpu"}))',
  ],
  [
    'CAP2',
    'sum(kube_pod_container_resource_requests{resource="memory"} * on (namespace, pod) group_left () (max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"}) == 1)) / (sum(kube_node_status_allocatable{resource="memory"}) - max(kube_node_status_allocatable{resource="memory"}))',
  ],
  ['CAP3', 'predict_linear((sum(node_memory_MemAvailable_bytes))[7d:1h], 7 * 86400)'],
  [
    'CST1',
    'avg_over_time((1 - avg by (instance) (sum without (mode) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m]))))[7d:5m])',
  ],
  [
    'CST2',
    'quantile_over_time(0.95, (1 - avg by (instance) (sum without (mode) (rate(node_cpu_seconds_total{mode=~"idle|iowait"}[5m]))))[7d:5m])',
  ],
  ['CST3', 'max_over_time((node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes)[7d:5m])'],
  [
    'CST4',
    'sum by (node) (kube_pod_container_resource_requests{resource="cpu"} * on (namespace, pod) group_left () (max by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Running"}) == 1)) / on (node) max by (node) (kube_node_status_allocatable{resource="cpu"})',
  ],
  [
    'CST5',
    'sum by (namespace) (kube_pod_container_resource_requests{resource="cpu"}) - sum by (namespace) (quantile_over_time(0.95, (sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m])))[7d:5m]))',
  ],
  [
    'CST6',
    'max_over_time(kube_persistentvolumeclaim_info[7d]) unless on (namespace, persistentvolumeclaim) max_over_time(kube_pod_spec_volumes_persistentvolumeclaims_info[7d])',
  ],
  ['CST7', 'kube_persistentvolume_status_phase{phase=~"Released|Available"} == 1'],
  [
    'CST8',
    'kube_service_spec_type{type="LoadBalancer"} unless on (namespace, service) label_replace(count by (namespace, endpoint) (kube_endpoint_address{ready="true"}), "service", "$1", "endpoint", "(.*)")',
  ],
  [
    'RS1',
    'quantile_over_time(0.95, (sum by (namespace, pod, container) (rate(container_cpu_usage_seconds_total{container!="",container!="POD"}[5m])))[1d:5m])',
  ],
  [
    'RS2',
    'max_over_time((max by (namespace, pod, container) (container_memory_working_set_bytes{container!="",container!="POD"}))[1d:1m])',
  ],
];
