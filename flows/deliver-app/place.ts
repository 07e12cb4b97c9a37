import { z } from 'zod';
import { ask, type FlowContext, FlowError, type FlowRun, say } from '../../src/flow/kit.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { asObject } from './objects.ts';
import { look } from './patient.ts';
import type { Place } from './plan.ts';

/** Where a release goes: the cluster, and the namespace in it. */

const clusters = z.looseObject({
  items: z.array(
    z.looseObject({ id: z.string(), name: z.string(), environment: z.enum(['prod', 'staging', 'dev']).optional() }),
  ),
});
const named = z.looseObject({ items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })) });

/** The cluster a sentence names, or the only one; else the person is asked. Undefined, said already, where there is none. */
export function* choosePlace({ text, t }: FlowContext): FlowRun<Place | undefined> {
  const { items } = clusters.parse(yield* look('k8s_clusters', {}));
  // One of which nobody says what it is for counts as production.
  const places = items.map(({ id, name, environment = 'prod' as const }) => ({
    clusterId: id,
    cluster: name,
    environment,
  }));
  const words = new Set(text.toLowerCase().match(/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/g) ?? []);
  const spoken = places.filter(({ clusterId, cluster }) => words.has(clusterId) || words.has(cluster.toLowerCase()));
  const among = spoken.length > 0 ? spoken : places;
  const [first] = among;
  if (!first) {
    yield* say('incidents.flow.no-cluster');
    return undefined;
  }
  if (among.length === 1) return first;
  const choices = among.slice(0, 10).map(({ cluster, environment }, at) => ({
    id: `${at}`,
    label: `${cluster} (${t(`deliver.environment-${environment}`)})`,
  }));
  const answer = yield* ask({ key: 'cluster', title: { key: 'deliver.which-cluster' }, choices });
  return 'choice' in answer ? among[Number(answer.choice)] : undefined;
}

/** The namespaces there are; empty where they cannot be listed, as by somebody who may read only some. */
export function* namespacesOf({ clusterId }: Place): FlowRun<string[]> {
  try {
    return yield* listNamespaces(clusterId);
  } catch (error) {
    if (error instanceof FlowError && error.code !== 'ENDED') return [];
    throw error;
  }
}

function* listNamespaces(clusterId: string): FlowRun<string[]> {
  const found = named.safeParse(
    yield* look('k8s_list', { clusterId, kind: 'Namespace', fields: ['metadata.name'], limit: 500 }),
  );
  return found.success ? found.data.items.map(({ metadata }) => metadata.name) : [];
}

/** One object as it is; undefined where there is none of that name. */
export function* objectAt(
  clusterId: string,
  { kind, namespace, name }: { kind: string; namespace: string; name: string },
): FlowRun<JsonObject | undefined> {
  const answer = yield* look('k8s_list', {
    clusterId,
    kind,
    namespace,
    fieldSelector: `metadata.name=${name}`,
    limit: 2,
  });
  const items = Array.isArray(answer.items) ? answer.items.map(asObject) : [];
  const [found] = items;
  return found && { ...found, kind };
}

const RUNS = ['Deployment', 'StatefulSet', 'CronJob'] as const;

/** What runs under that name already. */
export function* workloadAt(clusterId: string, namespace: string, name: string): FlowRun<JsonObject | undefined> {
  for (const kind of RUNS) {
    const found = yield* objectAt(clusterId, { kind, namespace, name });
    if (found) return found;
  }
  return undefined;
}
