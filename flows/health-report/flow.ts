import { z } from 'zod';
import { escapeMarkdown } from '../../src/chat/plain.ts';
import { ask, defineFlow, FlowError, type FlowRun, read, say } from '../../src/flow/kit.ts';
import { type Cluster, clustersIn, daysIn } from './wish.ts';

const listed = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), environment: z.string() })),
});

/** "Health report for prod, last 7 days": which cluster, then the report, which the view shows as a living card where one asked. */
export const healthReport = defineFlow({
  id: 'health-report',
  version: 1,
  input: z.object({}),
  *run(_input, { text }) {
    const cluster = yield* chooseCluster(text);
    if (!cluster) return;
    const days = daysIn(text);
    const name = escapeMarkdown(cluster.name);
    yield* say('health.looking', { cluster: name, days });
    try {
      yield* read('copilot_report', { clusterId: cluster.id, days });
    } catch (error) {
      if (!(error instanceof FlowError)) throw error;
      yield* say('health.failed', { cluster: name, why: escapeMarkdown(error.message) });
    }
  },
});

function* chooseCluster(text: string): FlowRun<Cluster | undefined> {
  const { items } = listed.parse(yield* read('copilot_health_clusters'));
  if (items.length === 0) {
    yield* say('health.no-cluster');
    return undefined;
  }
  const meant = clustersIn(text, items);
  if (meant.length === 1) return meant[0];
  const choices = meant.map(({ id, name, environment }) => ({ id, label: `${name} (${environment})` }));
  const answer = yield* ask({ key: 'cluster', title: { key: 'health.which' }, choices });
  return 'choice' in answer ? meant.find(({ id }) => id === answer.choice) : undefined;
}
