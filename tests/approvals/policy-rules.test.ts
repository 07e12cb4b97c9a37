import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { digestOf, planSchema } from '../../src/approvals/plan.ts';
import {
  builtInPolicy,
  hasRole,
  parsePolicy,
  refusalToDecide,
  refusalToRequest,
  ruleFor,
} from '../../src/approvals/policy.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { planOf } from '../tasks/cloud.ts';
import { patchPlan, policyOf, slack, web } from './support.ts';

const PEOPLE = `groups: { sre: ['slack:T1:cy'] }
roles: { operator: ['web:console:ann', 'group:sre'], approver: ['web:console:bob'] }
`;
const step = (args: JsonObject) => {
  const [first] = planOf('x', 1).steps;
  if (!first) throw new Error('No step');
  return { ...first, args };
};

describe('a mistake in the file', () => {
  test.each([
    [
      'roles:\n  operator: [web:console:ann]\n  approver:\n    - group:sre',
      'policy.yaml:4: roles.approver.0: group:sre',
    ],
    ['roles: {}\ngroups:\n  sre:\n    - bob', 'policy.yaml:4: groups.sre.0: is not platform:tenant:id'],
    ['roles: {}\nrules:\n  - action: workload.*\n    approvers: [boss]', 'policy.yaml:4: rules.0.approvers.0: boss'],
    [
      'roles: {}\nrules:\n  - action: workload.*\n    approvals: 4',
      'policy.yaml:4: rules.0.approvals: is not 1, 2 or 3',
    ],
    ['roles: {}\nrules:\n\n  - autonomy: autopilot', 'policy.yaml:4: rules.0.autonomy: autopilot has to name'],
    ['roles: {}\nrules:\n  - cluster: a\n    clusters: [b]', 'policy.yaml:3: rules.0.cluster: is given twice'],
    ['roles: {}\nrules:\n  - namespaces: []', 'policy.yaml:3: rules.0.namespaces: names nothing'],
    ['roles: {}\nquietHours:\n  - from: "25:00"\n    to: "07:00"', 'policy.yaml:3: quietHours.0.from: is not a time'],
    ['roles: {}\nquietHours:\n  - from: "22:00"', 'policy.yaml:3: quietHours.0.to'],
    ['roles: {}\n\ntimeZone: Mars/Base', 'policy.yaml:3: timeZone: is not an IANA time zone'],
    ['roles: {}\nquietHours:\n  - { from: "22:00", to: "07:00", days: [noday] }', 'policy.yaml:3: quietHours.0.days.0'],
    ['roles: {}\nprotectedNamespace: [a]', 'policy.yaml:2: protectedNamespace'],
    ['roles: {}\nallowGitOps: perhaps', 'policy.yaml:2: allowGitOps'],
    [
      'roles: {}\naliases:\n  Ada: [web:console:ada]\n  Bo:\n    - web:console:ada',
      'policy.yaml:5: aliases.Bo.0: web:console:ada is Ada already',
    ],
  ])('is told with line, key and the next step: %j', (text, place) => {
    expect(() => policyOf(text)).toThrow(place);
    expect(() => policyOf(text)).toThrow('docs/policy.md');
  });

  test('is not in the example', () => {
    const example = parsePolicy(readFileSync('policy.example.yaml', 'utf8'), 'policy.example.yaml');
    expect(example.rules.length).toBeGreaterThan(3);
    expect(example.rules.at(-1)?.autonomy).toBe('observe');
  });

  test('is not in a file of before there was more to say', () => {
    const policy = policyOf(`roles: { operator: ['web:console:ann'], approver: ['web:console:bob'] }
rules: [{ action: cluster.create, environment: prod, approvers: [approver], expiresMinutes: 60, maxObjects: 9 }]`);
    expect(ruleFor(policy, { action: 'cluster.create', environment: 'prod' })).toMatchObject({
      maxObjects: 9,
      approvals: 1,
    });
  });
});

describe('the rule for a plan', () => {
  const policy = policyOf(`${PEOPLE}rules:
  - { action: workload.*, cluster: 'prod-*', approvals: 2 }
  - { action: workload.*, clusters: [dev-1, '*-lab-*'], namespaces: 'team-*', autonomy: autopilot }
  - { action: '*', namespace: [payments], autonomy: observe }
  - { action: workload.*, expiresMinutes: 7 }`);
  const rule = (cluster: string, namespace?: string) =>
    ruleFor(policy, { ...patchPlan(), cluster, target: { namespace } });

  test('is found by cluster and namespace, in the order of the file', () => {
    expect(rule('prod-eu', 'payments').approvals).toBe(2);
    expect(rule('dev-1', 'team-a').autonomy).toBe('autopilot');
    expect(rule('eu-lab-3', 'team-a').autonomy).toBe('autopilot');
    expect(rule('lab', 'team-a').autonomy).toBe('copilot');
    expect(rule('dev-1', 'payments').autonomy).toBe('observe');
    expect(rule('dev-1', 'other').expiresMinutes).toBe(7);
  });

  test('is not one for a namespace where the plan does not say which one it changes', () => {
    expect(rule('dev-1').autonomy).toBe('copilot');
    expect(ruleFor(policy, { action: 'workload.patch', environment: 'dev' }).expiresMinutes).toBe(7);
  });

  test('looks at the arguments of the steps, whatever the plan calls itself', () => {
    const hidden = [
      { namespace: 'payments' },
      { kind: 'Namespace', name: 'payments' },
      { object: { metadata: { namespace: 'payments' } } },
    ];
    for (const args of hidden) {
      const plan = patchPlan('api', { target: undefined, steps: [step(args)] });
      expect(refusalToRequest(policy, web('ann'), plan)?.key).toBe('approvals.refused.observe');
    }
    const byId = ruleFor(policy, {
      ...patchPlan('api', { steps: [step({ clusterId: 'prod-eu' })] }),
      cluster: 'dev-1',
    });
    expect(byId.approvals).toBe(2);
  });

  test('is the strictest where a plan touches several namespaces', () => {
    const plan = patchPlan('api', {
      cluster: 'dev-1',
      target: { namespace: 'team-a' },
      steps: [step({ namespace: 'other' })],
    });
    expect(ruleFor(policy, plan)).toMatchObject({ autonomy: 'copilot', expiresMinutes: 7 });
    const watched = patchPlan('api', { target: { namespace: 'team-a' }, steps: [step({ namespace: 'payments' })] });
    expect(ruleFor(policy, watched).autonomy).toBe('observe');
  });
});

describe('what nobody may ask for', () => {
  const policy = policyOf(`${PEOPLE}protectedNamespaces: ['vault-*']\nrules: [{ action: workload.*, maxPercent: 30 }]`);
  const refused = (change: Parameters<typeof patchPlan>[1]) =>
    refusalToRequest(policy, web('ann'), patchPlan('api', change))?.key;

  test('is a change in a protected namespace, of the cluster’s own, the bot’s own, or named in the policy', () => {
    for (const namespace of ['kube-system', 'kube-public', 'kube-node-lease', 'k8s-copilot', 'vault-eu']) {
      expect(refused({ target: { namespace } })).toBe('approvals.refused.protected');
      expect(refused({ steps: [step({ namespace })] })).toBe('approvals.refused.protected');
      expect(refused({ target: { kind: 'Namespace', name: namespace } })).toBe('approvals.refused.protected');
    }
    expect(refused({ target: { namespace: 'kube-systems' } })).toBeUndefined();
  });

  test('is found inside an object that a step would apply, were it the namespace itself', () => {
    const applied = (object: JsonObject) => refused({ steps: [step({ object })] });
    expect(applied({ kind: 'Deployment', metadata: { name: 'web', namespace: 'vault-eu' } })).toBe(
      'approvals.refused.protected',
    );
    expect(applied({ kind: 'Namespace', metadata: { name: 'vault-eu' } })).toBe('approvals.refused.protected');
    expect(applied({ kind: 'Namespace', metadata: { name: 'shop' } })).toBeUndefined();
    expect(applied({ kind: 'ConfigMap', metadata: { name: 'vault-eu', namespace: 'shop' } })).toBeUndefined();
    const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
      step({ object: { kind: 'ConfigMap', metadata: { name, namespace: 'shop' } } }),
    );
    expect(refused({ steps: many })).toBe('approvals.refused.blast-radius');
  });

  test('is a change whose namespace nobody can tell yet, or of two clusters at once', () => {
    expect(refused({ steps: [step({ namespace: { $from: 'other.namespace' } })] })).toBe(
      'approvals.refused.namespace-unclear',
    );
    expect(refused({ steps: [step({ clusterId: 'c1' }), step({ clusterId: 'c2' })] })).toBe(
      'approvals.refused.clusters',
    );
  });

  test('is more than the blast radius, in the plan’s own words or by what its steps name', () => {
    expect(refused({ target: { namespace: 'shop', percent: 31 } })).toBe('approvals.refused.percent');
    expect(refused({ target: { namespace: 'shop', percent: 30 } })).toBeUndefined();
    expect(refused({ blastRadius: { objects: 6, text: { en: '', zh: '' } } })).toBe('approvals.refused.blast-radius');
    const steps = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => step({ namespace: 'shop', kind: 'Deployment', name }));
    expect(refused({ steps })).toBe('approvals.refused.blast-radius');
  });
});

describe('people', () => {
  const policy = policyOf(`${PEOPLE}aliases: { Bob: ['web:console:bob', 'slack:T1:bob'] }`);

  test('have a role by themselves or through a group, exactly as they are written', () => {
    expect(hasRole(policy, slack('cy'), ['operator'])).toBe(true);
    expect(hasRole(policy, { ...slack('cy'), tenant: 'T2' }, ['operator'])).toBe(false);
    expect(hasRole(policy, web('cy'), ['operator'])).toBe(false);
    expect(hasRole(policy, web('ann'), ['constructor', '__proto__', 'nobody'])).toBe(false);
  });

  test('get no rights by an alias, they only are the same person', () => {
    const plan = patchPlan();
    expect(refusalToDecide(policy, slack('bob'), { plan, requestedBy: web('ann') })?.key).toBe(
      'approvals.refused.approver',
    );
    expect(refusalToDecide(policy, web('bob'), { plan, requestedBy: slack('bob') })?.key).toBe(
      'approvals.refused.self',
    );
  });

  test('alone in the built-in policy may approve their own fixes', () => {
    const alone = builtInPolicy();
    for (const action of ['workload.patch', 'service.patch', 'node.drain', 'incident.undo']) {
      const plan = patchPlan('api', { action });
      expect(refusalToRequest(alone, web('operator'), plan)).toBeUndefined();
      expect(refusalToDecide(alone, web('operator'), { plan, requestedBy: web('operator') })).toBeUndefined();
      expect(ruleFor(alone, plan).autonomy).toBe('copilot');
    }
  });
});

test('the digest of a plan that was stored before plans had a target is the same', () => {
  expect(digestOf(planSchema.parse(planOf('p-a2b3', 2)))).toBe(
    'eb0cf5854d8aba89288b3ec91a36e8ed5b6a9ad338a8a348b3452ac80cc62bb3',
  );
});
