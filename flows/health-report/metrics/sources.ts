import type { MetricRow } from '../../../src/health/types.ts';
import { TALLY } from './queries.ts';
import { scoped } from './scoped.ts';
import type { Source } from './signal.ts';

/** Which exporters there are: told by one query, so that nothing is asked for that nobody exports. */

/** What each exporter always has, however well all goes. */
const PROBES: Record<Source, string> = {
  aggregator: 'aggregator_unavailable_apiservice',
  apiserver: 'apiserver_request_total',
  cadvisor: 'container_cpu_usage_seconds_total',
  'cert-manager': 'certmanager_certificate_expiration_timestamp_seconds',
  coredns: 'coredns_dns_responses_total',
  etcd: 'etcd_server_quota_backend_bytes',
  'kube-state-metrics': 'kube_node_info',
  kubelet: '{__name__=~"kubelet_running_pods|kubelet_pleg_relist_duration_seconds_count"}',
  'nginx-ingress': 'nginx_ingress_controller_requests',
  'node-exporter': 'node_memory_MemTotal_bytes',
  prometheus: 'prometheus_rule_evaluation_failures_total',
  scheduler: 'scheduler_pending_pods',
  volumes: 'kubelet_volume_stats_capacity_bytes',
};

export const ALL_SOURCES = Object.keys(PROBES) as Source[];

/** One row for each exporter that is there. */
export function sourcesQuery(matcher?: string): string {
  const parts = Object.entries(PROBES).map(
    ([source, metric]) => `label_replace(count(${metric}), "${TALLY}", "${source}", "${TALLY}", "")`,
  );
  return scoped(parts.join(' or '), matcher);
}

/** What `sourcesQuery` came to. */
export function readSources(rows: readonly MetricRow[]): Set<Source> {
  const found = new Set(rows.filter(({ value }) => value > 0).map(({ labels }) => labels[TALLY]));
  return new Set(ALL_SOURCES.filter((source) => found.has(source)));
}
