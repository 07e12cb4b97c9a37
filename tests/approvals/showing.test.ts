import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/approvals/policy.ts';
import { showingPlaces } from '../../src/approvals/showing.ts';
import type { ConversationRef, UserRef } from '../../src/chat/types.ts';

const policy = parsePolicy(
  `
roles:
  operator: [slack:T1:alice, slack:T1:bob]
  approver: [slack:T1:alice, slack:T1:bob, slack:T2:else, dingtalk:D1:carol, email:dan@example.com]
`,
  'policy.yaml',
);
const alice: UserRef = { platform: 'slack', tenant: 'T1', id: 'alice' };
const dm: ConversationRef = { platform: 'slack', tenant: 'T1', id: 'D1', kind: 'dm' };
const plan = {
  action: 'workload.scale',
  environment: 'prod',
  cluster: 'shop',
  steps: [],
  verify: [],
  undo: [],
} as never;

describe('a request for approval', () => {
  test('made between four eyes goes to the approvers of that platform, and the asker cannot approve it', () => {
    expect(showingPlaces(policy, { conversation: dm, requestedBy: alice, plan })).toEqual([
      { place: dm, mayDecide: false },
      { place: { ...dm, id: 'bob' }, mayDecide: true },
    ]);
  });

  test('made in a group is shown there, and nowhere else', () => {
    const group = { ...dm, id: 'C1', kind: 'group' as const };
    expect(showingPlaces(policy, { conversation: group, requestedBy: alice, plan })).toEqual([
      { place: group, mayDecide: true },
    ]);
  });
});
