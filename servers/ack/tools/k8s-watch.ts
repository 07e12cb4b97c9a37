import { z } from 'zod';
import { clusterId, json } from '../kube/kube-tool.ts';
import { readTool } from '../tool.ts';

export const k8sWatch = readTool({
  name: 'k8s_watch',
  title: 'Wait for what changes in a cluster',
  description:
    'Waits until pods begin or cease to look ill, nodes change or warnings come, and tells them. The first call, and one whose cursor is too old, gives all that looks ill now (`resynced`). The server goes on watching between calls and stops some minutes after the last. `unknown` says what it cannot follow just now.',
  input: {
    clusterId,
    /** What the last answer gave. */
    cursor: z.string().max(100).optional(),
    waitSeconds: z.number().min(0).max(25).default(20),
  },
  output: {
    cursor: z.string(),
    changes: z.array(z.object({ type: z.enum(['suspect', 'recovered', 'gone', 'warning', 'node']), object: json })),
    resynced: z.boolean(),
    unknown: z.array(z.object({ what: z.string(), why: z.string() })),
  },
  say: ({ changes, resynced }) => `${changes.length} ${resynced ? 'look ill' : 'changes'}.`,
  async run({ clusterId: id, cursor, waitSeconds }, { clusters, watches, signal }) {
    return watches.poll(await clusters.find(id), cursor, waitSeconds * 1000, signal);
  },
});
