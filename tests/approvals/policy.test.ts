import { describe, expect, test } from 'vitest';
import { parsePolicy, ruleFor } from '../../src/approvals/policy.ts';

describe('a policy file', () => {
  test.each([
    ['roles: [', 'policy.yaml:1'],
    ['roles: {}\nrules:\n  - action: cluster.*\n    selfAproval: true', 'policy.yaml:3'],
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
