import { expect, test } from 'vitest';
import type { Plan } from '../../src/approvals/plan.ts';
import { type Policy, parsePolicy, type Rule, refusalToRequest, refusalToRun } from '../../src/approvals/policy.ts';
import { COPILOT } from '../../src/approvals/system-users.ts';
import { planOf } from '../tasks/cloud.ts';
import { web } from './support.ts';

/** Random plans against random policies, judged by an oracle that knows how each plan was made. */

const NAMESPACES = ['shop', 'pay', 'team-a', 'team-b', 'kube-system', 'kube-public', 'kube-node-lease', 'k8s-copilot'];
const ALWAYS = NAMESPACES.slice(4);
const ACTIONS = ['workload.patch', 'workload.scale', 'service.patch', 'node.drain', 'config.patch'];
const CLUSTERS = ['prod-1', 'prod-2', 'dev-1'];
const ENVIRONMENTS = ['prod', 'staging', 'dev'] as const;

/** Mulberry32: small, and the same numbers in each run. */
function randomFrom(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const upTo = (count: number) => Math.floor(next() * count);
  return {
    upTo,
    chance: (share: number) => next() < share,
    pick: <T>(list: readonly [T, ...T[]] | T[]) => list[upTo(list.length)] as T,
  };
}
type Random = ReturnType<typeof randomFrom>;

function randomPolicy({ upTo, chance, pick }: Random): Policy {
  const rules = Array.from({ length: upTo(5) }, () => {
    const autonomy = pick(['observe', 'copilot', 'autopilot']);
    return {
      action: pick(
        autonomy === 'autopilot' ? ['workload.*', 'node.drain'] : ['*', 'workload.*', 'node.drain', 'service.patch'],
      ),
      autonomy,
      maxObjects: 1 + upTo(6),
      ...(chance(0.3) && { environment: pick([...ENVIRONMENTS]) }),
      ...(chance(0.3) && { cluster: pick(['prod-*', 'dev-1']) }),
      ...(chance(0.3) && { namespaces: [pick(['team-*', 'shop', '*'])] }),
    };
  });
  const roles = { operator: ['web:console:ann'], approver: ['web:console:bob'] };
  return parsePolicy(JSON.stringify({ roles, rules, protectedNamespaces: chance(0.3) ? ['pay'] : [] }), 'policy.yaml');
}

function randomPlan(random: Random): { plan: Plan; namespaces: string[]; objects: number } {
  const { upTo, chance, pick } = random;
  const namespaces = new Set<string>();
  const use = () => {
    const namespace = pick(chance(0.25) ? ALWAYS : NAMESPACES.slice(0, 4));
    namespaces.add(namespace);
    return namespace;
  };
  const plan = planOf('x', 1 + upTo(3), {
    action: pick(ACTIONS),
    environment: pick([...ENVIRONMENTS]),
    cluster: pick(CLUSTERS),
  });
  const hidden = (args: Plan['steps'][number]['args']) => ({ ...args, ...hide(random, use) });
  const objects = upTo(9);
  const made: Plan = {
    ...plan,
    ...(chance(0.5) && { target: { namespace: use(), kind: 'Deployment', name: 'api' } }),
    steps: plan.steps.map((step) => ({ ...step, args: hidden(step.args) })),
    undo: plan.undo.map((step) => ({ ...step, args: chance(0.2) ? hidden(step.args) : step.args })),
    blastRadius: { objects, text: { en: '', zh: '' } },
  };
  return { plan: made, namespaces: [...namespaces], objects };
}

/** The places in which a call can name a namespace, or none. */
function hide({ pick, chance }: Random, use: () => string): Plan['steps'][number]['args'] {
  if (chance(0.4)) return {};
  return pick([
    () => ({ namespace: use() }),
    () => ({ kind: 'Namespace', name: use() }),
    () => ({ object: { metadata: { namespace: use() } } }),
    () => ({ change: [{ items: [{ metadata: { name: 'a', namespace: use() } }] }] }),
  ])();
}

/** First fit, as docs/policy.md says it, for one namespace. */
function firstRule(policy: Policy, plan: Plan, namespace: string | undefined): Rule | undefined {
  const like = (pattern: string, name: string) =>
    new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name);
  return policy.rules.find(
    ({ action, environment, clusters, namespaces }) =>
      like(action, plan.action) &&
      (environment === '*' || environment === plan.environment) &&
      (!clusters || clusters.some((pattern) => like(pattern, plan.cluster))) &&
      (!namespaces || (namespace !== undefined && namespaces.some((pattern) => like(pattern, namespace)))),
  );
}

test('10,000 random plans against random policies never pass a protected namespace, maxObjects or observe', () => {
  const random = randomFrom(20_261_125);
  const seen = { protected: 0, observe: 0, objects: 0, allowed: 0 };
  for (let round = 0; round < 10_000; round++) {
    const policy = randomPolicy(random);
    const { plan, namespaces, objects } = randomPlan(random);
    const rules = (namespaces.length > 0 ? namespaces : [undefined]).map((name) => firstRule(policy, plan, name));
    const broken = {
      protected: namespaces.some((name) => policy.protectedNamespaces.includes(name)),
      observe: rules.some((rule) => rule?.autonomy === 'observe'),
      objects: rules.some((rule) => objects > (rule?.maxObjects ?? 5)),
    };
    const forbidden = broken.protected || broken.observe || broken.objects;
    const told = [
      refusalToRequest(policy, web('ann'), plan),
      refusalToRequest(policy, COPILOT, plan),
      refusalToRun(policy, plan),
    ];
    const label = `round ${round}: ${JSON.stringify(broken)}`;
    if (forbidden) expect(told, label).not.toContain(undefined);
    else expect(told, label).toEqual([undefined, undefined, undefined]);
    for (const kind of ['protected', 'observe', 'objects'] as const) if (broken[kind]) seen[kind]++;
    if (!forbidden) seen.allowed++;
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(500);
});
