import { z } from 'zod';
import { isNewer, minorOf } from './versions.ts';

/** What is looked at before a cluster is upgraded, and what each look means. No clock, no I/O: facts in, judgements out. */

/** A part of the facts, or why it could not be looked at. */
const known = <Schema extends z.ZodType>(schema: Schema) => z.union([z.object({ unknown: z.string() }), schema]);

const poolFacts = z.object({
  nodepoolId: z.string(),
  name: z.string(),
  state: z.string(),
  total: z.number(),
});

/** The answer of the view `copilot_upgrade_facts`. */
export const upgradeFacts = z.object({
  cluster: z.object({
    name: z.string(),
    state: z.string(),
    version: z.string(),
    nextVersion: z.string().optional(),
  }),
  pools: z.array(poolFacts),
  api: z.object({ status: z.string(), reason: z.string().optional() }),
  nodes: known(
    z.object({
      total: z.number(),
      notReady: z.array(z.string()),
      /** By version of the kubelet; `pool` is absent for nodes of none. */
      kubelets: z.array(z.object({ pool: z.string().optional(), version: z.string(), count: z.number() })),
    }),
  ),
  /** APIs that are on their way out and were asked for since the API server started. */
  deprecated: known(z.object({ apis: z.array(z.object({ api: z.string(), removedIn: z.string() })) })),
  /** Disruption budgets that allow none at the moment. */
  budgets: known(z.object({ stuck: z.array(z.string()), complete: z.boolean() })),
  /** Workloads of one copy. */
  singles: known(z.object({ names: z.array(z.string()), complete: z.boolean() })),
  addons: known(
    z.object({
      items: z.array(
        z.object({
          name: z.string(),
          version: z.string(),
          state: z.string(),
          /** The version that the target comes with. */
          offered: z.string().optional(),
        }),
      ),
    }),
  ),
  /** How many look ill, to be compared with afterwards. */
  suspects: known(z.object({ workloads: z.number(), nodes: z.number() })),
});
export type UpgradeFacts = z.output<typeof upgradeFacts>;

export interface Judged {
  id: string;
  state: 'block' | 'warn' | 'ok';
  /** Below `change.checks`. */
  key: string;
  params: Record<string, string | number>;
}

/** https://kubernetes.io/releases/version-skew-policy/#kubelet: up to three minor versions older than the API server. */
const MOST_SKEW = 3;
const MOST_NAMED = 6;

const judged = (id: string, state: Judged['state'], key: string, params: Judged['params'] = {}): Judged => ({
  id,
  state,
  key: `${id}.${key}`,
  params,
});
const unknown = (id: string, why: string): Judged => judged(id, 'warn', 'unknown', { why });

export function listed(names: readonly string[]): string {
  return names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ` … +${names.length - MOST_NAMED}` : '');
}

/** Every check before the control plane goes to `target`; those that stop it first. */
export function judgeUpgrade(facts: UpgradeFacts, target: string): Judged[] {
  const all = [
    running(facts),
    reachable(facts),
    apis(facts, target),
    skew(facts, target),
    nodes(facts),
    budgets(facts),
    singles(facts),
    ...addons(facts),
    judged('backup', 'warn', 'unknown'),
  ];
  const order = ['block', 'warn', 'ok'];
  return all.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
}

function running({ cluster }: UpgradeFacts): Judged {
  return cluster.state === 'running'
    ? judged('state', 'ok', 'ok')
    : judged('state', 'block', 'block', { state: cluster.state });
}

function reachable({ api }: UpgradeFacts): Judged {
  if (api.status === 'reachable') return judged('api', 'ok', 'ok');
  if (api.status === 'unreachable') return judged('api', 'block', 'block', { why: api.reason ?? '' });
  return unknown('api', api.reason ?? api.status);
}

function apis({ deprecated }: UpgradeFacts, target: string): Judged {
  if ('unknown' in deprecated) return unknown('apis', deprecated.unknown);
  const to = minorOf(target) ?? 0;
  const gone = deprecated.apis.filter(({ removedIn }) => (minorOf(removedIn) ?? 0) <= to);
  if (gone.length > 0)
    return judged('apis', 'block', 'block', { count: gone.length, apis: listed(gone.map(named)), version: target });
  if (deprecated.apis.length > 0)
    return judged('apis', 'warn', 'warn', {
      count: deprecated.apis.length,
      apis: listed(deprecated.apis.map(named)),
      version: target,
    });
  return judged('apis', 'ok', 'ok');
}

const named = ({ api, removedIn }: { api: string; removedIn: string }): string => `${api} (${removedIn})`;

function skew({ nodes: facts }: UpgradeFacts, target: string): Judged {
  if ('unknown' in facts) return unknown('skew', facts.unknown);
  const least = (minorOf(target) ?? 0) - MOST_SKEW;
  const old = facts.kubelets.filter(({ version }) => (minorOf(version) ?? 0) < least);
  const count = old.reduce((sum, one) => sum + one.count, 0);
  const versions = listed([...new Set(old.map(({ version }) => version))]);
  return count > 0
    ? judged('skew', 'block', 'block', { count, versions, version: target, least: `1.${least}` })
    : judged('skew', 'ok', 'ok', { least: `1.${least}` });
}

function nodes({ nodes: facts }: UpgradeFacts): Judged {
  if ('unknown' in facts) return unknown('nodes', facts.unknown);
  const { notReady, total } = facts;
  return notReady.length > 0
    ? judged('nodes', 'warn', 'warn', { count: notReady.length, total, nodes: listed(notReady) })
    : judged('nodes', 'ok', 'ok', { total });
}

function budgets({ budgets: facts }: UpgradeFacts): Judged {
  if ('unknown' in facts) return unknown('budgets', facts.unknown);
  if (facts.stuck.length > 0)
    return judged('budgets', 'warn', 'warn', { count: facts.stuck.length, budgets: listed(facts.stuck) });
  return facts.complete ? judged('budgets', 'ok', 'ok') : unknown('budgets', '');
}

function singles({ singles: facts }: UpgradeFacts): Judged {
  if ('unknown' in facts) return unknown('singles', facts.unknown);
  if (facts.names.length > 0)
    return judged('singles', 'warn', 'warn', { count: facts.names.length, workloads: listed(facts.names) });
  return facts.complete ? judged('singles', 'ok', 'ok') : unknown('singles', '');
}

function addons({ addons: facts }: UpgradeFacts): Judged[] {
  if ('unknown' in facts) return [unknown('addons', facts.unknown)];
  const ill = facts.items.filter(({ state }) => state !== 'active');
  const behind = facts.items.filter(({ version, offered }) => offered !== undefined && isNewer(version, offered));
  const found = [
    ...(ill.length > 0
      ? [
          judged('addons', 'warn', 'ill', {
            count: ill.length,
            addons: listed(ill.map(({ name, state }) => `${name} (${state})`)),
          }),
        ]
      : []),
    ...(behind.length > 0
      ? [
          judged('addons', 'warn', 'behind', {
            count: behind.length,
            addons: listed(behind.map(({ name, version, offered }) => `${name} ${version} → ${offered ?? ''}`)),
          }),
        ]
      : []),
  ];
  return found.length > 0 ? found : [judged('addons', 'ok', 'ok', { count: facts.items.length })];
}

/** Pools with a kubelet that is older than the control plane, and with which versions. */
export function laggingPools(facts: UpgradeFacts): (z.output<typeof poolFacts> & { versions: string[] })[] {
  if ('unknown' in facts.nodes) return [];
  const { kubelets } = facts.nodes;
  return facts.pools.flatMap((pool) => {
    const versions = kubelets.filter((one) => one.pool === pool.nodepoolId).map(({ version }) => version);
    return versions.some((version) => isNewer(version, facts.cluster.version)) ? [{ ...pool, versions }] : [];
  });
}

/** Every check before a pool's nodes are brought to the version of the control plane. */
export function judgePoolUpgrade(facts: UpgradeFacts, pool: { state: string }): Judged[] {
  const all = [
    running(facts),
    pool.state === 'active' ? judged('pool', 'ok', 'ok') : judged('pool', 'block', 'block', { state: pool.state }),
    nodes(facts),
    budgets(facts),
    singles(facts),
  ];
  const order = ['block', 'warn', 'ok'];
  return all.sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
}
