import { z } from 'zod';
import { notConfigured } from '../errors.ts';
import { listSome } from '../kube/client.ts';
import { isFailure } from '../kube/failure.ts';
import { clusterId, namespace, wireOf } from '../kube/kube-tool.ts';
import { quantity } from '../kube/quantity.ts';
import type { KubeWire } from '../kube/wire.ts';
import { readTool } from '../tool.ts';

const usage = z.object({ cpu: z.string().default('0'), memory: z.string().default('0') });
/** https://github.com/kubernetes/metrics/blob/master/pkg/apis/metrics/v1beta1/types.go */
const podMetrics = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  containers: z.array(z.object({ name: z.string(), usage })),
});
const nodeMetrics = z.object({ metadata: z.object({ name: z.string() }), usage });
const nodeSizes = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.object({ allocatable: usage.optional() }),
});

const figures = { cpuCores: z.number(), memoryBytes: z.number() };
const most = 5_000;

export const k8sTop = readTool({
  name: 'k8s_top',
  title: 'Usage of nodes or pods',
  description:
    'What nodes or pods use just now, as metrics-server has measured it, largest memory first; of nodes also the share of what can be allocated.',
  input: { clusterId, of: z.enum(['nodes', 'pods']), namespace: namespace.optional() },
  output: {
    items: z.array(
      z.object({
        name: z.string(),
        namespace: z.string().optional(),
        ...figures,
        cpuShare: z.number().optional(),
        memoryShare: z.number().optional(),
        containers: z.array(z.object({ name: z.string(), ...figures })).optional(),
      }),
    ),
    complete: z.boolean(),
    serverTime: z.string(),
  },
  say: ({ items }) =>
    items
      .slice(0, 5)
      .map(({ name, memoryBytes }) => `${name}: ${Math.round(memoryBytes / 2 ** 20)} MiB`)
      .join('; ') || 'Nothing.',
  async run({ clusterId: id, of, namespace: within }, context) {
    const wire = await wireOf(id, context);
    const read = of === 'nodes' ? nodes(wire, context.signal) : pods(wire, within, context.signal);
    const { items, complete, serverTime } = await read.catch((thrown: unknown) => {
      if (isFailure(thrown, 'NotFound', 'NOT_FOUND', 'ServiceUnavailable'))
        throw notConfigured('The cluster has no metrics-server that answers (metrics.k8s.io).', thrown);
      throw thrown;
    });
    const sorted = items.sort((one, other) => other.memoryBytes - one.memoryBytes);
    return { items: sorted.slice(0, 500), complete: complete && sorted.length <= 500, serverTime };
  },
});

const metricsApi = 'metrics.k8s.io/v1beta1';
const figuresOf = ({ cpu, memory }: z.output<typeof usage>) => ({
  cpuCores: quantity(cpu) ?? 0,
  memoryBytes: quantity(memory) ?? 0,
});

async function pods(wire: KubeWire, within: string | undefined, signal: AbortSignal) {
  const selection = { apiVersion: metricsApi, kind: 'PodMetrics', namespace: within };
  const { items, ...rest } = await listSome(wire, selection, { most, signal });
  return {
    ...rest,
    items: items.map((raw) => {
      const { metadata, containers } = podMetrics.parse(raw);
      const each = containers.map((container) => ({ name: container.name, ...figuresOf(container.usage) }));
      const sum = (field: 'cpuCores' | 'memoryBytes') => each.reduce((total, one) => total + one[field], 0);
      const { name, namespace: of } = metadata;
      return { name, namespace: of, cpuCores: sum('cpuCores'), memoryBytes: sum('memoryBytes'), containers: each };
    }),
  };
}

async function nodes(wire: KubeWire, signal: AbortSignal) {
  const [measured, { items: known }] = await Promise.all([
    listSome(wire, { apiVersion: metricsApi, kind: 'NodeMetrics' }, { most, signal }),
    listSome(wire, { kind: 'Node' }, { most, signal }),
  ]);
  const sizes = new Map(
    known.map((raw) => nodeSizes.parse(raw)).map(({ metadata, status }) => [metadata.name, status.allocatable]),
  );
  const share = (used: number, of: string | undefined) => {
    const whole = quantity(of);
    return whole ? used / whole : undefined;
  };
  const items = measured.items.map((raw) => {
    const { metadata, usage: used } = nodeMetrics.parse(raw);
    const { cpuCores, memoryBytes } = figuresOf(used);
    const size = sizes.get(metadata.name);
    return {
      name: metadata.name,
      cpuCores,
      memoryBytes,
      cpuShare: share(cpuCores, size?.cpu),
      memoryShare: share(memoryBytes, size?.memory),
    };
  });
  return { ...measured, items };
}
