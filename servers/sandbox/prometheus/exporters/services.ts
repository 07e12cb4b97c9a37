import type { PodRuns, Run } from '../../kubernetes/kubelet/documents.ts';
import { busyness, isRunning } from '../../kubernetes/kubelet/usage.ts';
import type { KubeObject } from '../../kubernetes/objects.ts';
import type { Labels } from '../promql/labels.ts';
import { readyAddresses } from './control-plane.ts';
import { type Family, histogramPlans, integral, type Plan, type Scene } from './plan.ts';

const DNS_BOUNDS = [0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024];
/** Estimates of a quiet cluster: answers a second by code. */
const DNS_ANSWERS = { NOERROR: 24, NXDOMAIN: 9, SERVFAIL: 0 };
const dnsHistogram = ['bucket', 'sum', 'count'].map((part) => `coredns_dns_request_duration_seconds_${part}`);
const INGRESS = 'nginx_ingress_controller_requests';

const runsOf = (pod: PodRuns): Run[] => pod.containers.filter(({ init }) => !init).flatMap(({ runs }) => runs);

function* dnsPlans(scene: Scene, name: string): Generator<Plan> {
  for (const pod of scene.pods.filter(({ namespace, workload }) => isIn(namespace, workload, /coredns/))) {
    const labels = targetOf(pod, { job: 'coredns', port: 9153 });
    for (const plan of dnsSeries(name, labels, { from: pod.createdAt, since: scene.since }))
      yield whileRunning(plan, runsOf(pod));
  }
}

function* dnsSeries(name: string, labels: Labels, { from, since }: { from: number; since: number }): Generator<Plan> {
  if (name !== 'coredns_dns_responses_total') {
    const rate = (time: number) => 33 * busyness(time);
    yield* histogramPlans({ name, labels, from, since, bounds: DNS_BOUNDS, rate, mean: () => 0.0012 });
    return;
  }
  for (const [rcode, perSecond] of Object.entries(DNS_ANSWERS)) {
    const valueAt = integral((time) => perSecond * busyness(time), from, since);
    yield { labels: { __name__: name, ...labels, rcode, zone: '.' }, from, valueAt };
  }
}

/** A counter that is there while the program runs, and starts anew with each of its runs. */
function whileRunning({ labels, from, valueAt }: Plan, runs: readonly Run[]): Plan {
  return {
    labels,
    from,
    valueAt: (time) => {
      const run = runs.find((one) => isRunning(one, time));
      return run && (valueAt(time) ?? 0) - (valueAt(run.startedAt) ?? 0);
    },
  };
}

const isIn = (namespace: string, workload: string, pattern: RegExp): boolean =>
  namespace === 'kube-system' && pattern.test(workload);

const targetOf = ({ namespace, pod }: PodRuns, { job, port }: { job: string; port: number }): Labels => ({
  job,
  namespace,
  pod,
  instance: `${pod}:${port}`,
});

interface Rule {
  host?: string;
  http?: { paths?: { path?: string; backend?: { service?: { name: string } } }[] };
}

/** Requests that the ingress controller answered: 503 while the service behind has no ready address. */
function* ingressPlans(scene: Scene): Generator<Plan> {
  const controllers = scene.pods.filter(({ namespace, workload }) => isIn(namespace, workload, /nginx-ingress/));
  for (const pod of controllers) {
    for (const ingress of scene.store.list('ingresses')) {
      for (const route of routesOf(ingress)) {
        for (const plan of routePlans(scene, { pod, ingress, route })) yield whileRunning(plan, runsOf(pod));
      }
    }
  }
}

type Route = { host: string; path: string; service: string };

function routesOf({ spec }: KubeObject): Route[] {
  const rules: Rule[] = (spec as { rules?: Rule[] } | undefined)?.rules ?? [];
  return rules.flatMap(({ host = '*', http }) =>
    (http?.paths ?? []).map(({ path = '/', backend }) => ({ host, path, service: backend?.service?.name ?? '' })),
  );
}

function* routePlans(
  { history, since }: Scene,
  of: { pod: PodRuns; ingress: KubeObject; route: Route },
): Generator<Plan> {
  const { pod, ingress, route } = of;
  const namespace = ingress.metadata.namespace ?? '';
  const ready = readyAddresses(history, namespace, route.service);
  const from = Math.max(pod.createdAt, Date.parse(ingress.metadata.creationTimestamp));
  for (const status of ['200', '404', '503']) {
    const share = (time: number) => {
      if (status === '404') return 0.004;
      return (status === '200') === ready(time) > 0 ? 0.996 : 0;
    };
    yield {
      labels: {
        __name__: INGRESS,
        ...targetOf(pod, { job: 'ingress-nginx', port: 10254 }),
        ingress: ingress.metadata.name,
        exported_namespace: namespace,
        exported_service: route.service,
        host: route.host,
        path: route.path,
        method: 'GET',
        status,
      },
      from,
      valueAt: integral((time) => 6 * busyness(time) * share(time), from, since),
    };
  }
}

/** CoreDNS and the nginx ingress controller, while their pods run. */
export const services: Family = {
  names: ['coredns_dns_responses_total', ...dnsHistogram, INGRESS],
  plans: (scene, name) => (name === INGRESS ? ingressPlans(scene) : dnsPlans(scene, name)),
};
