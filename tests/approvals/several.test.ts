import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { approvalCard } from '../../src/approvals/card.ts';
import { builtInPolicy, type Policy } from '../../src/approvals/policy.ts';
import { COPILOT } from '../../src/approvals/system-users.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import type { UserRef } from '../../src/chat/types.ts';
import { asked, type House, openHouse, patchPlan, policyOf, slack, web } from './support.ts';

const translate = loadMessages('templates/messages');
const ROLES = `groups:
  sre: ['slack:T1:cy', 'slack:T1:ada']
roles:
  operator: ['web:console:ann', 'web:console:ada']
  approver: ['web:console:bob', 'web:console:ada', 'group:sre']
aliases:
  Ada Lovelace: ['web:console:ada', 'slack:T1:ada']
`;
const two = policyOf(`${ROLES}rules:\n  - { action: 'workload.*', approvals: 2 }`);

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.store.dispose());

async function pending(policy: Policy, by: UserRef = web('ann')) {
  const answer = await house.open(policy).request(asked(by, patchPlan(), `run-${by.id}.0`));
  if ('refused' in answer) throw new Error(answer.refused.key);
  return answer.approval;
}

const cardText = (at = -1) => {
  const approval = house.shown.at(at);
  if (!approval) throw new Error('Nothing was shown');
  const look = { t: translate.en, language: 'en' as const, timeZone: 'UTC', pace: 1, selfApproval: false };
  return JSON.stringify(approvalCard(approval, { ...look, approvals: 2 }));
};

describe('a plan that takes two people', () => {
  test('waits after the first, says who that was, and runs after the second', async () => {
    const approvals = house.open(two);
    const { id, plan } = await pending(two);
    const first = await approvals.decide(id, web('bob'), 'approve');
    expect(first).toMatchObject({ result: 'done', approval: { state: 'pending', approvedBy: [web('bob')] } });
    expect(await approvals.stillApproved(id, plan)).toBe(false);
    expect(house.started).toEqual([]);
    expect(cardText()).toContain('1 of 2: bob');
    expect(cardText()).toContain(`approve:${id}`);
    const second = await approvals.decide(id, slack('cy'), 'approve');
    expect(second).toMatchObject({ approval: { state: 'used', approvedBy: [web('bob'), slack('cy')] } });
    expect(house.started).toEqual([id]);
    expect(cardText()).toContain('Approved by bob and cy');
    expect(await approvals.stillApproved(id, plan)).toBe(true);
  });

  test('counts a person once, whichever of the accounts is used, and tells', async () => {
    const approvals = house.open(two);
    const { id } = await pending(two);
    await approvals.decide(id, web('ada'), 'approve');
    for (const account of [web('ada'), slack('ada')]) {
      expect(await approvals.decide(id, account, 'approve')).toMatchObject({ why: { key: 'approvals.refused.twice' } });
    }
    expect(house.started).toEqual([]);
  });

  test('is not approved by its asker through another account', async () => {
    const { id } = await pending(two, web('ada'));
    expect(await house.open(two).decide(id, slack('ada'), 'approve')).toMatchObject({
      why: { key: 'approvals.refused.self' },
    });
  });

  test('is ended by one rejection, also after an approval', async () => {
    const approvals = house.open(two);
    const { id, plan } = await pending(two);
    await approvals.decide(id, web('bob'), 'approve');
    expect(await approvals.decide(id, slack('cy'), 'reject')).toMatchObject({ approval: { state: 'rejected' } });
    expect(await approvals.decide(id, web('ada'), 'approve')).toEqual({ result: 'decided' });
    expect(await approvals.stillApproved(id, plan)).toBe(false);
    expect(cardText()).toContain('Rejected by cy');
    expect(house.started).toEqual([]);
  });

  test('does not count the vote of somebody who has lost the role since', async () => {
    const { id } = await pending(two);
    await house.open(two).decide(id, web('bob'), 'approve');
    const without = { ...two, roles: { ...two.roles, approver: ['group:sre', 'web:console:ada'] } };
    expect(await house.open(without).decide(id, slack('cy'), 'approve')).toMatchObject({
      approval: { state: 'pending' },
    });
    expect(await house.open(without).decide(id, web('ada'), 'approve')).toMatchObject({ approval: { state: 'used' } });
  });

  test('runs no longer when one of the two has lost the role', async () => {
    const { id, plan } = await pending(two);
    for (const user of [web('bob'), slack('cy')]) await house.open(two).decide(id, user, 'approve');
    expect(await house.open(two).stillApproved(id, plan)).toBe(true);
    const smaller = { ...two, groups: { sre: ['slack:T1:ada'] } };
    expect(await house.open(smaller).stillApproved(id, plan)).toBe(false);
  });

  test('of many clicks at once of two people runs once', async () => {
    const [one, other] = [house.open(two), house.open(two)];
    const { id } = await pending(two);
    const clicks = Array.from({ length: 100 }, (_, at) =>
      (at % 4 < 2 ? one : other).decide(id, at % 2 ? web('bob') : slack('cy'), 'approve'),
    );
    await Promise.all(clicks);
    expect(house.started).toEqual([id]);
  });
});

describe('a plan that nobody could approve', () => {
  const finalizer = patchPlan('stuck', { action: 'finalizer.remove', target: { kind: 'Namespace', name: 'old' } });

  test('is refused plainly where the policy knows too few people', async () => {
    const answer = await house.open(builtInPolicy()).request(asked(web('operator'), finalizer, 'run-1.0'));
    expect(answer).toEqual({ refused: { key: 'approvals.refused.too-few', params: { needed: 2, people: 1 } } });
    const said = 'refused' in answer ? translate.en(answer.refused) : '';
    expect(said).toContain('it cannot be approved');
  });

  test('is open to two of several people, of whom the asker may be one', async () => {
    const approvals = house.open(builtInPolicy(['ann', 'bob']));
    const answer = await approvals.request(asked(web('ann'), finalizer, 'run-1.0'));
    const id = 'approval' in answer ? answer.approval.id : '';
    for (const name of ['ann', 'bob']) await approvals.decide(id, web(name), 'approve');
    expect(house.started).toEqual([id]);
  });

  test('is refused where the asker may not be one of them and only one more is left', async () => {
    const pair = policyOf(`roles: { operator: ['web:console:ann'], approver: ['web:console:ann', 'web:console:bob'] }
rules: [{ action: workload.*, approvals: 2 }]`);
    const byPerson = await house.open(pair).request(asked(web('ann'), patchPlan(), 'run-1.0'));
    expect(byPerson).toMatchObject({ refused: { params: { needed: 2, people: 1 } } });
    expect(await house.open(pair).request(asked(COPILOT, patchPlan(), 'run-2.0'))).toHaveProperty('approval');
  });
});
