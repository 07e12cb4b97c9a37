import { above, below, CLUSTER, COREDNS, minutes, type Signal, usual } from '../signal.ts';

const category = 'control-plane';
const api = { ...usual, category, sources: ['apiserver'] } as const;
const dns = { ...usual, category, sources: ['coredns'] } as const;
const WEBHOOK = { kind: 'Webhook', name: ['name'] } as const;

/** The API server, its webhooks, etcd, the scheduler's queue, and DNS. Thresholds are those of kubernetes-mixin's alert rules where it has them. */
export const controlPlane: readonly Signal[] = [
  {
    ...api,
    code: 'CP1',
    promql:
      'sum(rate(apiserver_request_total{code=~"5..",verb!="WATCH"}[1h])) / sum(rate(apiserver_request_total{verb!="WATCH"}[1h]))',
    levels: [above(0.01, 'critical'), above(0.001)],
    unit: 'ratio',
    naming: CLUSTER,
    // A counter by code begins with the first answer of that code.
    empty: 'good',
    outage: true,
  },
  {
    ...api,
    code: 'CP2',
    promql:
      'histogram_quantile(0.99, sum by (le, verb) (rate(apiserver_request_sli_duration_seconds_bucket{verb=~"GET|POST|PUT|PATCH|DELETE|LIST",subresource!~"log|exec|attach|portforward|proxy"}[1h])))',
    levels: [
      { ...above(5), only: { verb: 'LIST' } },
      { ...above(1), except: { verb: 'LIST' } },
    ],
    unit: 'seconds',
    naming: { kind: 'Verb', name: ['verb'] },
  },
  {
    ...api,
    code: 'CP3',
    promql:
      'sum(rate(apiserver_request_terminations_total[10m])) / (sum(rate(apiserver_request_total[10m])) + sum(rate(apiserver_request_terminations_total[10m])))',
    levels: [above(0.2, 'high')],
    unit: 'ratio',
    naming: CLUSTER,
    empty: 'good',
  },
  {
    ...api,
    code: 'CP4',
    promql:
      'histogram_quantile(0.01, sum without (namespace, service, endpoint) (rate(apiserver_client_certificate_expiration_seconds_bucket[5m]))) and on (job, instance) apiserver_client_certificate_expiration_seconds_count > 0',
    levels: [below(86_400, 'critical'), below(7 * 86_400)],
    unit: 'seconds',
    naming: { kind: 'APIServer', name: ['instance'] },
    empty: 'none',
  },
  {
    ...usual,
    category,
    sources: ['aggregator'],
    code: 'CP5',
    promql: '(1 - max by (name, namespace) (avg_over_time(aggregator_unavailable_apiservice[10m]))) * 100',
    levels: [below(85, 'high')],
    unit: 'percent',
    naming: { kind: 'APIService', name: ['name'] },
  },
  {
    ...api,
    code: 'CP6',
    promql:
      'sum by (name, type) (rate(apiserver_admission_webhook_rejection_count{error_type=~"calling_webhook_error|apiserver_internal_error"}[15m]))',
    levels: [above(0, 'high')],
    unit: 'rate',
    naming: WEBHOOK,
    empty: 'good',
  },
  {
    ...api,
    code: 'CP7',
    promql:
      'histogram_quantile(0.99, sum by (le, name) (rate(apiserver_admission_webhook_admission_duration_seconds_bucket[15m])))',
    levels: [above(1)],
    unit: 'seconds',
    naming: WEBHOOK,
    empty: 'none',
  },
  {
    ...api,
    code: 'CP8',
    promql: 'sum by (group, version, resource, removed_release) (apiserver_requested_deprecated_apis) > 0',
    levels: [above(0)],
    unit: 'count',
    naming: { kind: 'API', name: ['resource'] },
    // The API server only has a series for what was asked for.
    empty: 'good',
    flag: true,
  },
  {
    ...api,
    code: 'CP9',
    promql:
      'count(count by (git_version) (label_replace(kubernetes_build_info{job!~"kube-dns|coredns"}, "git_version", "$1", "git_version", "(v[0-9]*.[0-9]*).*")))',
    levels: [above(1, 'low')],
    unit: 'count',
    naming: CLUSTER,
  },
  {
    ...usual,
    category,
    sources: ['etcd'],
    code: 'CP10',
    promql: 'max by (instance) (etcd_mvcc_db_total_size_in_bytes / etcd_server_quota_backend_bytes)',
    levels: [above(0.8, 'high')],
    unit: 'ratio',
    naming: { kind: 'Etcd', name: ['instance'] },
  },
  {
    ...usual,
    category,
    sources: ['scheduler'],
    code: 'CP11',
    // Of several schedulers one leads; the others' queues are empty.
    promql: 'max by (queue) (scheduler_pending_pods)',
    levels: [{ ...above(0), only: { queue: 'unschedulable' } }],
    graceMs: minutes(5),
    unit: 'count',
    naming: { kind: 'Queue', name: ['queue'] },
  },
  {
    ...dns,
    code: 'DNS1',
    promql: 'sum(rate(coredns_dns_responses_total{rcode="SERVFAIL"}[5m])) / sum(rate(coredns_dns_responses_total[5m]))',
    levels: [above(0.03, 'critical'), above(0.01)],
    unit: 'ratio',
    naming: COREDNS,
    empty: 'good',
  },
  {
    ...dns,
    code: 'DNS2',
    promql: 'histogram_quantile(0.99, sum by (le) (rate(coredns_dns_request_duration_seconds_bucket[5m])))',
    levels: [above(0.5)],
    unit: 'seconds',
    naming: COREDNS,
  },
  {
    ...usual,
    category,
    sources: ['kube-state-metrics'],
    code: 'DNS3',
    promql: 'max(kube_deployment_status_replicas_available{namespace="kube-system", deployment="coredns"})',
    levels: [below(1, 'critical'), below(2)],
    unit: 'count',
    naming: COREDNS,
    api: ['Deployment'],
  },
];
