import type { KubeObject } from '../../kubernetes/objects.ts';
import type { Labels } from '../promql/labels.ts';
import { type Family, histogramPlans, integral, type Plan, type Scene } from './plan.ts';
import { sumOfTracks } from './state.ts';

/** An estimate of the traffic of a small quiet cluster: verb, resource, group, requests a second, mean seconds. */
const TRAFFIC: [verb: string, resource: string, group: string, perSecond: number, mean: number][] = [
  ['GET', 'leases', 'coordination.k8s.io', 4, 0.004],
  ['PUT', 'leases', 'coordination.k8s.io', 4, 0.008],
  ['GET', 'pods', '', 2, 0.006],
  ['LIST', 'pods', '', 0.2, 0.04],
  ['WATCH', 'pods', '', 0.1, 300],
  ['PATCH', 'pods', '', 0.1, 0.012],
  ['PATCH', 'nodes', '', 0.3, 0.01],
  ['POST', 'events', '', 0.2, 0.009],
  ['GET', 'deployments', 'apps', 0.5, 0.005],
];

const BOUNDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 1, 1.5, 2, 5, 10, 30, 60];
const CERTIFICATE_BOUNDS = [0, 1800, 3600, 86_400, 7 * 86_400, 30 * 86_400, 182 * 86_400, 365 * 86_400];
const target = { job: 'apiserver', instance: 'apiserver:6443' };
const histogram = (name: string): string[] => ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`);

type Plans = (scene: Scene, name: string) => Iterable<Plan>;

function* requestTotals(scene: Scene, name: string): Generator<Plan> {
  for (const [verb, resource, group, rate] of TRAFFIC) {
    for (const [code, share] of [
      ['200', 0.998],
      ['404', 0.002],
      ['500', 0],
    ] as const) {
      yield counter({ name, verb, resource, group, code }, { scene, rate: () => rate * share });
    }
  }
}

function* requestDurations({ born: from, since }: Scene, name: string): Generator<Plan> {
  for (const [verb, resource, group, rate, mean] of TRAFFIC) {
    const labels = { ...target, verb, resource, group, scope: 'namespace' };
    yield* histogramPlans({ name, labels, from, since, bounds: BOUNDS, rate: () => rate, mean: () => mean });
  }
}

function counter(labels: Labels, { scene, rate }: { scene: Scene; rate: (time: number) => number }): Plan {
  const { born, since } = scene;
  const { name = '', ...others } = labels;
  return {
    labels: { __name__: name, ...target, ...others },
    from: born,
    valueAt: integral(rate, born, since),
  };
}

const certificates: Plans = ({ born: from, since }, name) =>
  histogramPlans({
    name,
    labels: target,
    from,
    since,
    bounds: CERTIFICATE_BOUNDS,
    rate: () => 0.2,
    // An estimate: client certificates that have years to go.
    mean: () => 5e9,
  });

/** Aggregated APIs are there while the service behind them has a ready address. */
function* aggregated({ history, born }: Scene, name: string): Generator<Plan> {
  const hasService = [...history.tracks('kube_service_info')].some(({ labels }) => labels.service === 'metrics-server');
  if (!hasService) return;
  const ready = readyAddresses(history, 'kube-system', 'metrics-server');
  yield {
    labels: { __name__: name, ...target, name: 'v1beta1.metrics.k8s.io' },
    from: born,
    valueAt: (time) => Number(ready(time) === 0),
  };
}

/** How many ready addresses a service has at a moment. */
export const readyAddresses = (history: Scene['history'], namespace: string, service: string) =>
  sumOfTracks(
    history,
    'kube_endpoint_address',
    (labels) => labels.namespace === namespace && labels.endpoint === service && labels.ready === 'true',
  );

interface Webhook {
  name: string;
  clientConfig?: { service?: { namespace: string; name: string } };
}

function webhooksOf({ store }: Scene): { webhook: Webhook; type: string; since: number }[] {
  return (['validating', 'mutating'] as const).flatMap((kind) => {
    const type = kind === 'validating' ? 'validating' : 'admit';
    return store
      .list(`${kind}webhookconfigurations`)
      .flatMap((object) =>
        hooks(object).map((webhook) => ({ webhook, type, since: Date.parse(object.metadata.creationTimestamp) })),
      );
  });
}

const hooks = ({ webhooks }: KubeObject): Webhook[] => (Array.isArray(webhooks) ? webhooks : []);

function* webhookRejections(scene: Scene, name: string): Generator<Plan> {
  for (const { webhook, type, since } of webhooksOf(scene)) {
    const service = webhook.clientConfig?.service;
    const ready = service ? readyAddresses(scene.history, service.namespace, service.name) : () => 1;
    const labels = { name: webhook.name, type, operation: 'CREATE', error_type: 'calling_webhook_error' };
    yield {
      labels: { ...target, ...labels, __name__: name, rejection_code: '500' },
      from: since,
      valueAt: integral((time) => (ready(time) > 0 ? 0 : 0.05), since, scene.since),
    };
  }
}

function* webhookDurations(scene: Scene, name: string): Generator<Plan> {
  for (const { webhook, type, since } of webhooksOf(scene)) {
    const labels = { ...target, name: webhook.name, type, operation: 'CREATE' };
    yield* histogramPlans({
      name,
      labels,
      from: since,
      since: scene.since,
      bounds: BOUNDS,
      rate: () => 0.1,
      mean: () => 0.01,
    });
  }
}

function* buildInfo({ history, born }: Scene, name: string): Generator<Plan> {
  for (const { labels, times } of history.tracks('kube_node_info')) {
    const { node = '', kubelet_version = '' } = labels;
    if (!kubelet_version) continue;
    yield {
      labels: { __name__: name, job: 'kubelet', instance: node, git_version: kubelet_version },
      from: Math.max(born, times[0] ?? born),
      valueAt: () => 1,
    };
  }
}

function* pendingPods({ history, born }: Scene, name: string): Generator<Plan> {
  const unschedulable = sumOfTracks(history, 'kube_pod_status_unschedulable', () => true);
  for (const queue of ['active', 'backoff', 'unschedulable', 'gated']) {
    yield {
      labels: { __name__: name, job: 'kube-scheduler', instance: 'scheduler:10259', queue },
      from: born,
      valueAt: (time) => (queue === 'unschedulable' ? unschedulable(time) : 0),
    };
  }
}

/** One series for each deprecated API that was asked for. https://kubernetes.io/blog/2020/09/03/warnings/ */
function* oldCalls({ ground }: Scene, name: string): Generator<Plan> {
  for (const [api, { removedIn, since }] of Object.entries(ground.oldCalls)) {
    const [group = '', version = '', resource = ''] = api.split('/');
    yield {
      labels: { ...target, __name__: name, group, version, resource, subresource: '', removed_release: removedIn },
      from: since,
      valueAt: () => 1,
    };
  }
}

const steady =
  (labels: Labels, perSecond: number): Plans =>
  (scene, name) => [counter({ ...labels, name }, { scene, rate: () => perSecond })];

const byName: Record<string, Plans> = {
  apiserver_request_total: requestTotals,
  apiserver_requested_deprecated_apis: oldCalls,
  apiserver_request_terminations_total: steady({ component: 'apiserver' }, 0),
  aggregator_unavailable_apiservice: aggregated,
  apiserver_admission_webhook_rejection_count: webhookRejections,
  kubernetes_build_info: buildInfo,
  scheduler_pending_pods: pendingPods,
  prometheus_rule_evaluation_failures_total: steady({ job: 'prometheus', instance: 'prometheus:9090' }, 0),
  ...Object.fromEntries(histogram('apiserver_request_sli_duration_seconds').map((name) => [name, requestDurations])),
  ...Object.fromEntries(
    histogram('apiserver_client_certificate_expiration_seconds').map((name) => [name, certificates]),
  ),
  ...Object.fromEntries(
    histogram('apiserver_admission_webhook_admission_duration_seconds').map((name) => [name, webhookDurations]),
  ),
};

/** The API server, the scheduler and Prometheus itself; of etcd a managed cluster shows nothing. */
export const controlPlane: Family = {
  names: Object.keys(byName),
  plans: (scene, name) => byName[name]?.(scene, name) ?? [],
};
