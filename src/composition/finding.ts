import { z } from 'zod';
import { type Reading, readingOf } from '../approvals/readers.ts';
import { type ConversationRef, conversationKey } from '../chat/types.ts';
import type { Asker, Views } from '../conversations/ports.ts';
import { kindsIn } from '../flow/kinds.ts';
import { type Found, type Inventory, type Understood, understand } from '../flow/understand.ts';
import type { ClusterRef } from '../incidents/records.ts';
import type { Collection, CollectionSpec, Store } from '../storage/store.ts';
import { NOT_YOURS, notYours } from '../tools/rights-limits.ts';
import type { ToolGateway, ToolResult } from '../tools/types.ts';
import type { Ground } from './ground.ts';

/** The view `copilot_find`: which cluster, namespace or object a sentence means, among what the asker may see. */

const asked = z.object({
  text: z.string().default(''),
  kinds: z.array(z.string()).min(1).optional(),
  level: z.enum(['any', 'cluster', 'namespace', 'object']).default('any'),
});
type Asked = z.output<typeof asked>;

const found = z.object({
  clusterId: z.string(),
  namespace: z.string().optional(),
  kind: z.string().optional(),
  name: z.string().optional(),
});
const spokenSchema = z.object({ id: z.string(), rev: z.number(), target: found, at: z.number() });
type Spoken = z.infer<typeof spokenSchema>;
/** What was spoken of last, by conversation. */
const spokenSpec: CollectionSpec<Spoken> = { name: 'spoken-of', schema: spokenSchema };

/** What is looked through where nothing says which kind; of one name the first kind counts. */
const USUAL = ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'Job', 'Service'];
/** Looked through as well where the usual ones have no such name. */
const FURTHER = ['Pod', 'Node', 'Ingress', 'HorizontalPodAutoscaler', 'PersistentVolumeClaim', 'ConfigMap'];
const MOST_CLUSTERS = 5;
const MOST_PAGES = 20;
/** "It" is what was spoken of within this time. */
const MEMORY_MS = 30 * 60_000;

export interface FindingParts {
  ground: Pick<Ground, 'policy' | 'clock'> & { store: Pick<Store, 'collection'> };
  gateway: Pick<ToolGateway, 'read'>;
  clusters: () => Promise<ClusterRef[]>;
}

export interface Finding {
  views: Views;
  /** Keeps what an answer was about, for the sentence after it. */
  spokeOf(conversation: ConversationRef, target: Found): Promise<void>;
}

export function createFinding({ ground, gateway, clusters }: FindingParts): Finding {
  const { policy, clock } = ground;
  const spoken = ground.store.collection(spokenSpec);

  async function lastOf(conversation: ConversationRef): Promise<Found | undefined> {
    const kept = await spoken.get(conversationKey(conversation));
    return kept && clock() - kept.at < MEMORY_MS ? kept.target : undefined;
  }

  async function find(wish: Asked, { user, conversation }: Asker, signal?: AbortSignal): Promise<Sought> {
    const reading = readingOf(policy, user);
    const all = await clusters();
    const known = all.filter((one) => reading.cluster([one.id, one.name]) !== 'none');
    if (known.length === 0) return all.length > 0 ? { failed: notYours('Clusters') } : NO_CLUSTER;
    const named = understand(wish.text, { clusters: known, namespaces: [], objects: [] }, { level: 'cluster' });
    const meant = named.kind === 'one' ? known.filter(({ id }) => id === named.target.clusterId) : known;
    const looked = meant.slice(0, MOST_CLUSTERS);
    const names = lister(gateway, user, signal);
    const namespaces = (await Promise.all(looked.map(({ id }) => names(id, 'Namespace')))).flat();
    const silent = namespaces.map(refusalIn).find((one) => one !== undefined);
    if (silent && looked.length === 1) return { failed: silent };
    const last = await lastOf(conversation).then((one) => (one && sees(reading, known, one) ? one : undefined));
    const inventory: Inventory = { clusters: known, namespaces: namespaces.filter(isName), objects: [] };
    const level = wish.level === 'any' && looked.every((one) => isLimited(reading, one)) ? 'namespace' : wish.level;
    if (level === 'cluster') return { known, understood: understand(wish.text, inventory, { level, last }) };
    const mentioned = kindsIn(wish.text).map(({ kind }) => kind);
    const first = wish.kinds ?? [...USUAL, ...mentioned.filter((kind) => LISTED.has(kind) && kind !== 'Pod')];
    const inKinds = async (kinds: readonly string[]) =>
      (await Promise.all(looked.flatMap(({ id }) => [...new Set(kinds)].map((kind) => names(id, kind))))).flat();
    const listed = await inKinds(first);
    const objects = listed.filter(isName);
    const wishes = { level, last, kinds: wish.kinds };
    const understood = understand(wish.text, { ...inventory, objects }, wishes);
    if (understood.kind !== 'none') return { known, understood };
    const failed = listed.map(refusalIn).find((one) => one !== undefined);
    if (failed) return { failed };
    if (wish.kinds) return { known, understood: elsewhere(understood, known, looked) };
    const more = (await inKinds(FURTHER)).filter(isName);
    const second = understand(wish.text, { ...inventory, objects: [...objects, ...more] }, wishes);
    return { known, understood: elsewhere(second, known, looked) };
  }

  async function spokeOf(conversation: ConversationRef, target: Found): Promise<void> {
    await keep(spoken, conversationKey(conversation), found.parse(target), clock());
  }

  return {
    spokeOf,
    views: {
      async copilot_find(args, asker, signal) {
        const sought = await find(asked.parse(args), asker, signal);
        if ('failed' in sought) return sought.failed;
        const { known, understood } = sought;
        if (understood.kind === 'one' && understood.target.namespace !== undefined)
          await spokeOf(asker.conversation, understood.target);
        return told(understood, known);
      },
    },
  };
}

type Sought = { known: ClusterRef[]; understood: Understood } | { failed: ToolResult };
const NO_CLUSTER: Sought = { known: [], understood: { kind: 'several', targets: [] } };
type Named = { clusterId: string; kind: string; namespace?: string; name: string };

const LISTED = new Set([...USUAL, ...FURTHER, 'NodePool', 'Secret', 'ReplicaSet', 'PersistentVolume']);

const isName = (one: Named | { refused: ToolResult }): one is Named => !('refused' in one);

/** That something is not for the asker is no failure: it is as though it were not there. */
function refusalIn(one: Named | { refused: ToolResult }): ToolResult | undefined {
  if (isName(one)) return undefined;
  return one.refused.ok || one.refused.error.code === NOT_YOURS ? undefined : one.refused;
}

const isLimited = (reading: Reading, { id, name }: ClusterRef): boolean => reading.cluster([id, name]) === 'some';

/** Whether somebody still may see what was spoken of: another person of the conversation may have asked. */
function sees(reading: Reading, known: readonly ClusterRef[], { clusterId, namespace }: Found): boolean {
  const names = known.filter(({ id }) => id === clusterId).flatMap(({ id, name }) => [id, name]);
  if (names.length === 0) return false;
  return reading.cluster(names) === 'all' || (namespace !== undefined && reading.namespace(names, namespace));
}

/** What is not found in the clusters that were looked through may be in one of the others: the cluster is asked for. */
function elsewhere(understood: Understood, known: readonly ClusterRef[], looked: readonly ClusterRef[]): Understood {
  if (understood.kind !== 'none' || understood.nearest.length > 0 || looked.length === known.length) return understood;
  return looked.length === 1 ? understood : { kind: 'several', targets: known.map(({ id }) => ({ clusterId: id })) };
}

const names = z.object({
  items: z.array(z.object({ metadata: z.object({ name: z.string(), namespace: z.string().optional() }) })),
  continue: z.string().optional(),
});
const pools = z.object({ items: z.array(z.object({ name: z.string() })) });

/** The names of one kind, as the asker may list them; what could not be listed stands for itself. */
function lister(gateway: Pick<ToolGateway, 'read'>, user: Asker['user'], signal: AbortSignal | undefined) {
  const call = (tool: string, args: Record<string, string | number | string[]>) =>
    gateway.read({ tool, args, actor: user, ...(signal && { signal }) });
  return async (clusterId: string, kind: string): Promise<(Named | { refused: ToolResult })[]> => {
    if (kind === 'NodePool') {
      const result = await call('nodepool_list', { clusterId });
      if (!result.ok) return [{ refused: result }];
      return pools.parse(result.data).items.map(({ name }) => ({ clusterId, kind, name }));
    }
    const all: Named[] = [];
    let from: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const fields = ['metadata.name', 'metadata.namespace'];
      const result = await call('k8s_list', { clusterId, kind, fields, limit: 500, ...(from && { continue: from }) });
      if (!result.ok) return [...all, { refused: result }];
      const { items, continue: next } = names.parse(result.data);
      all.push(...items.map(({ metadata: { name, namespace } }) => named(clusterId, kind, name, namespace)));
      if (next === undefined) break;
      from = next;
    }
    return all;
  };
}

const named = (clusterId: string, kind: string, name: string, namespace: string | undefined): Named => ({
  clusterId,
  kind,
  name,
  ...(namespace && { namespace }),
});

/** With each cluster's name and purpose, as `src/flow/target.ts` reads it. */
function told(understood: Understood, known: readonly ClusterRef[]): ToolResult {
  const shown = (target: Found) => {
    const { name = target.clusterId, environment = 'prod' } = known.find(({ id }) => id === target.clusterId) ?? {};
    return { ...found.parse(target), cluster: name, environment };
  };
  const data =
    understood.kind === 'one'
      ? { kind: 'one', target: shown(understood.target) }
      : understood.kind === 'several'
        ? { kind: 'several', targets: understood.targets.map(shown) }
        : { kind: 'none', word: understood.word, nearest: understood.nearest.map(shown) };
  return { ok: true, data: JSON.parse(JSON.stringify(data)) };
}

/** The last answer wins; one that came between is written over once more. */
async function keep(spoken: Collection<Spoken>, id: string, target: Found, at: number): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    const before = await spoken.get(id);
    const next = { id, rev: (before?.rev ?? 0) + 1, target: found.parse(target), at };
    if (before ? await spoken.replace(next) : await spoken.insert(next)) return;
  }
}
