import { describe, expect, test } from 'vitest';
import { builtInPolicy, parsePolicy, refusalToDecide, ruleFor } from '../../src/approvals/policy.ts';

describe('a policy file', () => {
  test.each([
    ['roles: [', 'policy.yaml:1'],
    ['roles: {}\nrules:\n  - action: cluster.*\n    selfAproval: true', 'policy.yaml:4: rules.0.selfAproval'],
    ['roles:\n  approver:\n    - bob', 'policy.yaml:3'],
    ['rules: []', 'policy.yaml'],
  ])('that is wrong is refused with the line and the next step: %j', (text, place) => {
    expect(() => parsePolicy(text, 'policy.yaml')).toThrow(place);
    expect(() => parsePolicy(text, 'policy.yaml')).toThrow(/Mend the file|docs\/policy.md/);
  });

  test('is read from the top; the first rule that fits counts', () => {
    const policy = parsePolicy(
      'roles: {}\nrules:\n  - { action: cluster.delete, expiresMinutes: 5 }\n  - { action: cluster.*, environment: prod, expiresMinutes: 7 }',
      'policy.yaml',
    );
    const minutes = (action: string, environment: 'prod' | 'dev') =>
      ruleFor(policy, { action, environment }).expiresMinutes;
    expect([
      minutes('cluster.delete', 'prod'),
      minutes('cluster.create', 'prod'),
      minutes('cluster.create', 'dev'),
    ]).toEqual([5, 7, 15]);
  });
});

describe('without a policy file', () => {
  const plan = { action: 'cluster.create', environment: 'prod' as const };
  const user = (id: string) => ({ platform: 'web' as const, tenant: 'console', id });

  test('somebody who is alone may approve what he asked for', () => {
    const asked = { plan, requestedBy: user('operator') };
    expect(refusalToDecide(builtInPolicy(), user('operator'), asked)).toBeUndefined();
  });

  test('of several users another one has to, and strangers may nothing', () => {
    const policy = builtInPolicy(['alice', 'bob']);
    const asked = { plan, requestedBy: user('alice') };
    expect(refusalToDecide(policy, user('alice'), asked)).toEqual({ key: 'approvals.refused.self' });
    expect(refusalToDecide(policy, user('bob'), asked)).toBeUndefined();
    expect(refusalToDecide(policy, user('operator'), asked)).toMatchObject({ key: 'approvals.refused.approver' });
  });
});
