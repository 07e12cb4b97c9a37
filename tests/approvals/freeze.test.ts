import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asked, type House, openHouse, patchPlan, policyOf, web } from './support.ts';

const frozen = policyOf(`roles: { operator: ['web:console:ann'], approver: ['web:console:bob'] }
quietHours: [{ from: '22:00', to: '07:00', timeZone: UTC, days: [fri], autonomy: observe }]`);
const FRIDAY_NOON = Date.UTC(2026, 10, 27, 12);
const FRIDAY_NIGHT = Date.UTC(2026, 10, 27, 22);

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.store.dispose());

describe('hours in which nothing is changed', () => {
  test('refuse new requests, but for taking back', async () => {
    const approvals = house.open(frozen);
    house.state.now = FRIDAY_NIGHT;
    expect(await approvals.request(asked(web('ann'), patchPlan(), 'run-1.0'))).toEqual({
      refused: { key: 'approvals.refused.quiet', params: { from: '22:00', to: '07:00' } },
    });
    const undo = patchPlan('api', { action: 'incident.undo', undoes: 'T-7K3F' });
    const answer = await approvals.request(asked(web('ann'), undo, 'run-2.0'));
    const id = 'approval' in answer ? answer.approval.id : '';
    expect(await approvals.decide(id, web('bob'), 'approve')).toMatchObject({ approval: { state: 'used' } });
  });

  test('refuse to approve what was asked before, and let it be rejected', async () => {
    const long = { ...frozen, rules: policyOf('roles: {}\nrules: [{ expiresMinutes: 1440 }]').rules };
    const approvals = house.open(long);
    house.state.now = FRIDAY_NOON;
    const answer = await approvals.request(asked(web('ann'), patchPlan(), 'run-1.0'));
    const id = 'approval' in answer ? answer.approval.id : '';
    house.state.now = FRIDAY_NIGHT;
    expect(await approvals.decide(id, web('bob'), 'approve')).toMatchObject({
      why: { key: 'approvals.refused.quiet' },
    });
    expect(house.started).toEqual([]);
    expect(await approvals.decide(id, web('bob'), 'reject')).toMatchObject({ approval: { state: 'rejected' } });
  });

  test('do not stop what was approved before they began', async () => {
    const approvals = house.open(frozen);
    house.state.now = FRIDAY_NIGHT - 60_000;
    const answer = await approvals.request(asked(web('ann'), patchPlan(), 'run-1.0'));
    if (!('approval' in answer)) throw new Error('Refused');
    const { id, plan } = answer.approval;
    await approvals.decide(id, web('bob'), 'approve');
    house.state.now = FRIDAY_NIGHT + 60_000;
    expect(await approvals.stillApproved(id, plan)).toBe(true);
  });
});
