import { z } from 'zod';
import { type FlowRun, read } from '../../../src/flow/kit.ts';
import type { Target } from '../../../src/flow/target.ts';
import { fieldsOf, rowOf } from './rows.ts';

/** The pods of a workload, those in trouble first, then the newest. */

export interface FoundPod {
  name: string;
  restarts: number;
  wrong: boolean;
}

const owner = z.object({
  object: z.object({
    spec: z.object({ selector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }).optional() }),
  }),
});
const page = z.object({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string(), creationTimestamp: z.string().nullish() }),
      status: z
        .looseObject({ containerStatuses: z.array(z.looseObject({ restartCount: z.number().default(0) })).nullish() })
        .prefault({}),
    }),
  ),
  serverTime: z.string(),
});

/** A pod is its own. A CronJob's are found by their name: it selects none. */
export function* choosePods({ clusterId, namespace = '', kind, name = '' }: Target): FlowRun<FoundPod[]> {
  const selector =
    kind === 'Pod'
      ? { fieldSelector: `metadata.name=${name}` }
      : kind === 'CronJob'
        ? {}
        : yield* selectorOf({ clusterId, namespace, kind: kind ?? '', name });
  const args = { clusterId, namespace, kind: 'Pod', fields: fieldsOf('Pod'), limit: 200 };
  const { items, serverTime } = page.parse(yield* read('k8s_list', { ...args, ...selector }));
  return items
    .filter(({ metadata }) => kind !== 'CronJob' || metadata.name.startsWith(`${name}-`))
    .map((item) => ({
      name: item.metadata.name,
      created: Date.parse(item.metadata.creationTimestamp ?? '') || 0,
      restarts: (item.status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
      wrong: rowOf('Pod', item, serverTime).wrong,
    }))
    .sort((one, other) => Number(other.wrong) - Number(one.wrong) || other.created - one.created)
    .map(({ created: _, ...pod }) => pod);
}

function* selectorOf(reference: { clusterId: string; namespace: string; kind: string; name: string }) {
  const { object } = owner.parse(yield* read('k8s_get', reference));
  const labels = Object.entries(object.spec.selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  // Without labels to go by, no pod is its own for certain.
  return { labelSelector: labels.join(',') || `nothing-selects=${reference.name}` };
}
