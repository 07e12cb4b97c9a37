import { z } from 'zod';
import { bytesOf, clusterId, json, maxAnswerBytes, namespace, wireOf } from '../kube/kube-tool.ts';
import { scanCluster } from '../kube/scan/scan.ts';
import type { Suspect } from '../kube/scan/suspects.ts';
import { readTool } from '../tool.ts';

const suspects = z.array(
  z.object({
    kind: z.string(),
    namespace: z.string().optional(),
    name: z.string(),
    why: z.string(),
    /** The whole object, of the first three of each owner that look alike. */
    object: json.optional(),
  }),
);

export const k8sScan = readTool({
  name: 'k8s_scan',
  title: 'Scan a cluster for what looks ill',
  description:
    'Looks at every pod, node and workload once: counts, and those that look ill, with the whole object of the first few that look alike. `complete` is false when anything could not be read; `unknown` says what and why. Made for clusters of any size.',
  input: { clusterId, namespaces: z.array(namespace).min(1).max(200).optional() },
  output: {
    counts: z.object({
      pods: z.object({
        total: z.number(),
        ready: z.number(),
        byPhase: z.record(z.string(), z.number()),
        suspects: z.number(),
      }),
      nodes: z.object({ total: z.number(), ready: z.number(), suspects: z.number() }),
      workloads: z.object({ total: z.number(), suspects: z.number() }),
    }),
    pods: suspects,
    nodes: suspects,
    workloads: suspects,
    complete: z.boolean(),
    unknown: z.array(z.object({ what: z.string(), why: z.string() })),
    tookMs: z.number(),
    serverTime: z.string(),
  },
  say: ({ counts, complete }) =>
    `${counts.pods.suspects} of ${counts.pods.total} pods, ${counts.nodes.suspects} of ${counts.nodes.total} nodes and ${counts.workloads.suspects} of ${counts.workloads.total} workloads look ill${complete ? '' : '; not everything could be read'}.`,
  async run({ clusterId: id, namespaces }, context) {
    const wire = await wireOf(id, context);
    const startedAt = performance.now();
    const found = await scanCluster(wire, namespaces, context.signal);
    return { ...fitted(found), tookMs: Math.round(performance.now() - startedAt) };
  },
});

/** Only so many whole objects that all fits into an answer, nodes first; the names of all stay. */
function fitted<Found extends { pods: Suspect[]; nodes: Suspect[]; workloads: Suspect[] }>(found: Found): Found {
  const names = [...found.nodes, ...found.pods, ...found.workloads].map(({ object: _, ...rest }) => rest);
  let left = maxAnswerBytes - bytesOf(names);
  const cut = (list: Suspect[]) =>
    list.map(({ object, ...rest }): Suspect => {
      const size = object ? bytesOf(object) : 0;
      if (!object || size > left) return rest;
      left -= size;
      return { ...rest, object };
    });
  return { ...found, nodes: cut(found.nodes), pods: cut(found.pods), workloads: cut(found.workloads) };
}
