import { z } from 'zod';
import type { HealthCluster } from '../../health/ports.ts';
import type { Ground } from '../ground.ts';
import type { Hands } from '../hands.ts';
import type { OwnRead } from '../own-reads.ts';
import { gatherFacts } from './gather.ts';
import { withHealthThread } from './thread.ts';

export interface RemovalCheckParts {
  ground: Pick<Ground, 'clock'>;
  hands: Pick<Hands, 'gateway'>;
  clusters: () => Promise<HealthCluster[]>;
}

const asked = z.object({ clusterId: z.string(), nodepoolId: z.string(), nodes: z.array(z.string()) });
/** As far back as the gates look. */
const DAYS = 7;

/** Judges a removal once more after the nodes were emptied and before they go: on fresh data, by the same gates. */
export function createRemovalCheck({ ground, hands, clusters }: RemovalCheckParts): OwnRead {
  return async (args, signal) => {
    const { clusterId, ...removal } = asked.parse(args);
    const cluster = (await clusters()).find(({ id }) => id === clusterId);
    if (!cluster) throw new Error(`There is no cluster ${clusterId}`);
    const {
      verdict,
      gate = '',
      text,
    } = await withHealthThread(async (sink) => {
      const options = { gateway: hands.gateway, sink, clock: ground.clock, ...(signal && { signal }) };
      const { facts } = await gatherFacts(cluster, DAYS, options);
      return sink.run('recheck', facts, removal, signal);
    });
    return { ok: true, data: { verdict, gate, text: text.en } };
  };
}
