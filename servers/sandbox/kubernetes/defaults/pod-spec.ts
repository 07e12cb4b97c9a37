import { isRecord, textAt } from '../fields.ts';
import { each, fill, type Open, open } from './fill.ts';

/** What an API server fills into a pod's spec, alone or in a template. https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/core/v1/defaults.go */
export function defaultPodSpec(spec: Open): void {
  fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  if (typeof spec.serviceAccountName === 'string') fill(spec, { serviceAccount: spec.serviceAccountName });
  else if (typeof spec.serviceAccount === 'string') fill(spec, { serviceAccountName: spec.serviceAccount });
  for (const container of [...each(spec, 'initContainers'), ...each(spec, 'containers')]) defaultContainer(container);
  for (const volume of each(spec, 'volumes')) defaultVolume(volume);
}

function defaultContainer(container: Open): void {
  fill(container, {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: pullPolicy(textAt(container, 'image') ?? ''),
    resources: {},
  });
  for (const port of each(container, 'ports')) fill(port, { protocol: 'TCP' });
  for (const env of each(container, 'env')) {
    const source = env.valueFrom;
    if (isRecord(source) && isRecord(source.fieldRef)) fill(source.fieldRef, { apiVersion: 'v1' });
  }
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = container[field];
    if (isRecord(probe)) defaultProbe(probe);
  }
}

function defaultProbe(probe: Open): void {
  fill(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  if (isRecord(probe.httpGet)) fill(probe.httpGet, { path: '/', scheme: 'HTTP' });
  if (isRecord(probe.grpc)) fill(probe.grpc, { service: '' });
}

/** `Always` for `latest` and for no tag. */
function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = /:([^/:]+)$/.exec(image)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultVolume(volume: Open): void {
  const sources = Object.keys(volume).filter((field) => field !== 'name');
  if (sources.length === 0) volume.emptyDir = {};
  for (const field of ['secret', 'configMap', 'downwardAPI', 'projected']) {
    if (isRecord(volume[field])) fill(volume[field], { defaultMode: 420 });
  }
  if (isRecord(volume.hostPath)) fill(volume.hostPath, { type: '' });
}

/** What only a pod itself gets: requests that follow its limits, and the two tolerations of a lost node. */
export function defaultPod(pod: Open): void {
  const spec = open(pod, 'spec');
  defaultPodSpec(spec);
  fill(spec, { enableServiceLinks: true, serviceAccountName: 'default' });
  fill(spec, { serviceAccount: spec.serviceAccountName });
  for (const container of [...each(spec, 'initContainers'), ...each(spec, 'containers')]) {
    const resources = open(container, 'resources');
    if (isRecord(resources.limits)) fill(open(resources, 'requests'), resources.limits);
  }
  const tolerations = each(spec, 'tolerations');
  const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
    (key) => !tolerations.some((one) => covers(one, key)),
  );
  const added = missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 }));
  spec.tolerations = [...tolerations, ...added];
  fill(open(pod, 'status'), { phase: 'Pending' });
}

const covers = (toleration: Open, key: string): boolean =>
  (toleration.key === key || !toleration.key) && (toleration.effect === 'NoExecute' || !toleration.effect);

/** How a pod is treated when its node runs short. https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export function qosClass(spec: Open): string {
  const containers = [...each(spec, 'initContainers'), ...each(spec, 'containers')];
  const amounts = containers.map((container) => {
    const resources = isRecord(container.resources) ? container.resources : {};
    return [resources.requests, resources.limits].map((one) => (isRecord(one) ? one : {}));
  });
  const counted = (one: Open | undefined) => ['cpu', 'memory'].filter((name) => one?.[name] !== undefined);
  if (amounts.every((pair) => pair.every((one) => counted(one).length === 0))) return 'BestEffort';
  const guaranteed = amounts.every(
    ([requests, limits]) =>
      counted(limits).length === 2 && counted(requests).every((name) => requests?.[name] === limits?.[name]),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
