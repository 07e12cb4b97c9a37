import type { Motion } from '../cluster.ts';
import type { Context } from '../controllers/context.ts';
import type { RunKeeper } from './runs.ts';
import { cpuAt, memoryAt, nodeCpuAt, nodeMemoryAt, runAt } from './usage.ts';

/** What the system of a machine uses besides pods: an estimate. */
const SYSTEM_BYTES = 900 * 2 ** 20;
const SYSTEM_CORES = 0.12;

/** What metrics-server says at this moment. */
export function measure(context: Context, runs: RunKeeper): Motion['usage'] {
  const present = () => runs.all().filter(({ goneAt }) => goneAt === undefined);
  const lost = (node: string) => context.ground.state().nodes[node]?.kubelet === 'down';
  return {
    pods: () =>
      present()
        .filter(({ node }) => !lost(node))
        .map(({ namespace, pod, containers }) => ({
          namespace,
          name: pod,
          containers: containers.flatMap((container) => {
            const run = runAt(container, context.now());
            if (!run || container.init) return [];
            return [
              { name: container.name, cpuCores: cpuAt(run, context.now()), memoryBytes: memoryAt(run, context.now()) },
            ];
          }),
        }))
        .filter(({ containers }) => containers.length > 0),
    nodes: () =>
      context.read
        .list('nodes')
        .map(({ metadata }) => metadata.name)
        .filter((name) => !lost(name))
        .map((name) => ({
          name,
          cpuCores: SYSTEM_CORES + nodeCpuAt(present(), name, context.now()),
          memoryBytes: SYSTEM_BYTES + nodeMemoryAt(present(), name, context.now()),
        })),
  };
}
