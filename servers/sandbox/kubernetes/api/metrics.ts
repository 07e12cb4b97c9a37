import { timestamp } from '../births.ts';
import { ApiError, notFound } from '../errors.ts';
import type { Target } from './reply.ts';
import { json, type KubeRequest, type Reply } from './reply.ts';
import { labelTest } from './selectors.ts';

/** Answers metrics.k8s.io/v1beta1: what metrics-server measured last. https://github.com/kubernetes-sigs/metrics-server */
export function metrics(request: KubeRequest, target: Target): Reply {
  const { motion, store } = request.cluster;
  if (!motion) {
    throw new ApiError({
      code: 503,
      reason: 'ServiceUnavailable',
      message: 'the server is currently unable to handle the request',
    });
  }
  const fits = labelTest(request.query.get('labelSelector') ?? '');
  const sample = { timestamp: timestamp(store.now()), window: '15s' };
  const items = target.resource.plural === 'nodes' ? nodeItems(request, sample) : podItems(request, target, sample);
  const { name } = target;
  if (name === undefined) {
    const kind = `${target.resource.kind}List`;
    const chosen = items.filter(({ metadata }) => fits(metadata.labels));
    return json({ kind, apiVersion: 'metrics.k8s.io/v1beta1', metadata: {}, items: chosen });
  }
  const found = items.find(({ metadata }) => metadata.name === name);
  if (!found)
    throw notFound({ group: 'metrics.k8s.io', plural: target.resource.plural, kind: target.resource.kind }, name);
  return json({ kind: target.resource.kind, apiVersion: 'metrics.k8s.io/v1beta1', ...found });
}

const amounts = ({ cpuCores, memoryBytes }: { cpuCores: number; memoryBytes: number }) => ({
  cpu: `${Math.round(cpuCores * 1e9)}n`,
  memory: `${Math.round(memoryBytes / 1024)}Ki`,
});

type Sample = { timestamp: string; window: string };

function nodeItems({ cluster: { motion, store } }: KubeRequest, sample: Sample) {
  return (motion?.usage.nodes() ?? []).map((node) => ({
    metadata: {
      name: node.name,
      creationTimestamp: sample.timestamp,
      labels: store.get('nodes', undefined, node.name)?.metadata.labels ?? {},
    },
    ...sample,
    usage: amounts(node),
  }));
}

function podItems({ cluster: { motion, store } }: KubeRequest, { namespace }: Target, sample: Sample) {
  const pods = (motion?.usage.pods() ?? []).filter((pod) => namespace === undefined || pod.namespace === namespace);
  return pods.map((pod) => ({
    metadata: {
      name: pod.name,
      namespace: pod.namespace,
      creationTimestamp: sample.timestamp,
      labels: store.get('pods', pod.namespace, pod.name)?.metadata.labels ?? {},
    },
    ...sample,
    containers: pod.containers.map((one) => ({ name: one.name, usage: amounts(one) })),
  }));
}
