import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { approvalCard } from '../../src/approvals/card.ts';
import type { Plan } from '../../src/approvals/plan.ts';
import { loadPolicy, type Policy } from '../../src/approvals/policy.ts';
import { AUTOPILOT, COPILOT } from '../../src/approvals/system-users.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { asked, type House, openHouse, patchPlan, policyOf, web } from './support.ts';

const translate = loadMessages('templates/messages');
const withRule = (rule: string, more = '') =>
  policyOf(`roles: { operator: ['web:console:ann'], approver: ['web:console:bob'] }
${more}
rules:
  - { action: workload.*, autonomy: autopilot${rule} }`);
const pilot = withRule('');

let house: House;
beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.store.dispose());

let requests = 0;
async function request(policy: Policy, name = 'api', change: Partial<Plan> = {}) {
  const key = `run-${++requests}.0`;
  const answer = await house.open(policy).request(asked(COPILOT, patchPlan(name, change), key));
  if ('refused' in answer) return { state: answer.refused.key, why: undefined };
  return { ...answer.approval, why: answer.approval.note?.key };
}

describe('autopilot', () => {
  test('runs what its rule allows unasked, says so on the card, and leaves it in the log', async () => {
    const approval = await request(pilot);
    expect(approval).toMatchObject({ state: 'used', decidedBy: AUTOPILOT, approvedBy: [AUTOPILOT], taskId: 'T-1000' });
    const [shown] = house.shown;
    if (!shown) throw new Error('Nothing was shown');
    const look = { t: translate.en, language: 'en' as const, timeZone: 'UTC', pace: 1, selfApproval: false };
    const card = approvalCard(shown, look);
    expect(JSON.stringify(card)).toContain('Autopilot approved this by policy');
    expect(card.closed).toBe(true);
    expect(await house.logged()).toEqual([
      'web:console:autopilot approval.approve intended',
      'web:console:copilot approval.request pending',
    ]);
  });

  test('answers the same request with the same decision', async () => {
    const approvals = house.open(pilot);
    const twice = asked(COPILOT, patchPlan(), 'run-once.0');
    const [one, other] = await Promise.all([approvals.request(twice), approvals.request(twice)]);
    const third = await approvals.request(twice);
    const ids = [one, other, third].map((answer) => ('approval' in answer ? answer.approval.id : ''));
    expect(new Set(ids).size).toBe(1);
    expect(house.started).toHaveLength(1);
  });

  test('asks, and says why, for what is beyond its limits', async () => {
    const why = async (policy: Policy, change: Partial<Plan> = {}) => (await request(policy, 'web', change)).why;
    const target = { namespace: 'shop', kind: 'Deployment', name: 'web' };
    expect(await why(pilot, { target: { ...target, percent: 50 } })).toBe('approvals.asks.percent');
    expect(await why(pilot, { target })).toBe('approvals.asks.percent-unknown');
    expect(await why(pilot, { target: { namespace: 'shop' } })).toBe('approvals.asks.object-unknown');
    expect(await why(pilot, { target, chosenBy: 'model' })).toBe('approvals.asks.model');
    expect(house.started).toEqual([]);
    expect(house.shown.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending', 'pending']);
  });

  test('refuses what nobody may approve either', async () => {
    const target = { namespace: 'shop', kind: 'Deployment', name: 'web' };
    expect(await request(withRule(', maxPercent: 40'), 'web', { target: { ...target, percent: 50 } })).toMatchObject({
      state: 'approvals.refused.percent',
    });
    const system = { namespace: 'kube-system', kind: 'Deployment', name: 'coredns', percent: 10 };
    expect(await request(pilot, 'web', { target: system })).toMatchObject({ state: 'approvals.refused.protected' });
    expect(house.started).toEqual([]);
  });

  test('leaves an object alone after a change, whoever approved that, and goes on after the cooldown', async () => {
    const policy = withRule(', cooldownMinutes: 10');
    expect((await request(policy)).state).toBe('used');
    const again = await request(policy);
    expect(again).toMatchObject({ state: 'pending', why: 'approvals.asks.cooldown' });
    house.state.now += 5 * 60_000;
    await house.open(policy).decide('id' in again ? again.id : '', web('bob'), 'approve');
    house.state.now += 6 * 60_000;
    expect((await request(policy)).why).toBe('approvals.asks.cooldown');
    house.state.now += 10 * 60_000;
    expect((await request(policy)).state).toBe('used');
  });

  test('keeps to its daily cap for each cluster and action class, also when many ask at once', async () => {
    const policy = withRule(', dailyCap: 3');
    const many = await Promise.all(Array.from({ length: 10 }, (_, at) => request(policy, `app-${at}`)));
    expect(many.filter(({ state }) => state === 'used')).toHaveLength(3);
    expect(many.filter(({ why }) => why === 'approvals.asks.cap')).toHaveLength(7);
    expect((await request(policy, 'elsewhere', { cluster: 'dev-2' })).state).toBe('used');
    expect((await request(policy, 'other', { action: 'workload.restart' })).state).toBe('used');
  });

  test('over two replicas never passes the cap', async () => {
    const policy = withRule(', dailyCap: 2');
    const replicas = [house.open(policy), house.open(policy), house.open(policy)];
    await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        replicas[at % 3]?.request(asked(COPILOT, patchPlan(`a${at}`), `r-${at}.0`)),
      ),
    );
    expect(house.started.length).toBeLessThanOrEqual(2);
  });

  test('counts a day as the policy’s time zone has it', async () => {
    const policy = withRule(', dailyCap: 1', 'timeZone: America/New_York');
    house.state.now = Date.UTC(2026, 10, 26, 4, 50);
    expect((await request(policy, 'one')).state).toBe('used');
    house.state.now = Date.UTC(2026, 10, 26, 4, 59);
    expect((await request(policy, 'two')).why).toBe('approvals.asks.cap');
    house.state.now = Date.UTC(2026, 10, 26, 5, 1);
    expect((await request(policy, 'three')).state).toBe('used');
  });

  test('asks in the quiet hours and while everything is stopped', async () => {
    const policy = withRule('', "quietHours: [{ from: '22:00', to: '07:00', timeZone: UTC }]");
    house.state.now = Date.UTC(2026, 10, 25, 23);
    expect((await request(policy)).why).toBe('approvals.asks.quiet');
    house.state.now = Date.UTC(2026, 10, 26, 8);
    await house.killSwitch.set(true, web('bob'));
    expect((await request(policy)).why).toBe('approvals.asks.stopped');
    await house.killSwitch.set(false, web('bob'));
    expect((await request(policy)).state).toBe('used');
  });

  test('what it asks for a person may still approve', async () => {
    const approval = await request(withRule(', dailyCap: 1'), 'one');
    const second = await request(withRule(', dailyCap: 1'), 'two');
    expect([approval.state, second.state]).toEqual(['used', 'pending']);
    const decided = await house.open(pilot).decide('id' in second ? second.id : '', web('bob'), 'approve');
    expect(decided).toMatchObject({ approval: { state: 'used', approvedBy: [web('bob')] } });
  });

  test('its decision counts only while the policy still says so', async () => {
    const approval = await request(pilot);
    if (!('plan' in approval)) throw new Error('Not decided');
    const { id, plan } = approval;
    expect(await house.open(pilot).stillApproved(id, plan)).toBe(true);
    for (const autonomy of ['copilot', 'observe']) {
      const other = policyOf(`roles: {}\nrules: [{ action: workload.*, autonomy: ${autonomy} }]`);
      expect(await house.open(other).stillApproved(id, plan)).toBe(false);
    }
    const closed = withRule('', 'protectedNamespaces: [sh*]');
    expect(await house.open(closed).stillApproved(id, plan)).toBe(false);
  });

  test('a process that dies before or after the decision leaves one task to the next one', async () => {
    const killed = () => Promise.reject(new Error('killed'));
    for (const [at, death] of [{ stoppedBy: killed }, { startTask: killed }].entries()) {
      const ask = asked(COPILOT, patchPlan(`dying-${at}`), `run-dies-${at}.0`);
      await expect(house.open(pilot, death).request(ask)).rejects.toThrow('killed');
      await house.open(pilot).recover();
      expect(await house.open(pilot).request(ask)).toMatchObject({ approval: { state: 'used' } });
      expect(house.started).toHaveLength(at + 1);
    }
  });

  test('fails closed when the log cannot be written', async () => {
    const append: House['audit']['append'] = (entry) =>
      entry.outcome === 'intended' ? Promise.reject(new Error('disk full')) : house.audit.append(entry);
    const broken = house.open(pilot, { audit: { append } });
    await expect(broken.request(asked(COPILOT, patchPlan(), 'run-log.0'))).rejects.toThrow('disk full');
    expect(house.started).toEqual([]);
    expect(await house.documents.count({ where: { state: 'approved' } })).toBe(0);
  });
});

describe('the bot’s own names', () => {
  test('may ask where policy lets it, and decide nothing', async () => {
    const watching = policyOf('roles: {}\nrules: [{ action: workload.*, autonomy: observe }]');
    expect((await request(watching)).state).toBe('approvals.refused.observe');
    const copilot = withRule('').rules.map((rule) => ({ ...rule, autonomy: 'copilot' as const }));
    const asking = { ...pilot, rules: copilot };
    const pending = await request(asking);
    expect(pending.state).toBe('pending');
    for (const user of [COPILOT, AUTOPILOT]) {
      const decided = await house.open(asking).decide('id' in pending ? pending.id : '', user, 'approve');
      expect(decided).toMatchObject({ result: 'forbidden' });
    }
    expect(house.started).toEqual([]);
  });

  test.each(['autopilot', 'copilot'])('%s can be nobody’s name and nobody’s right', (name) => {
    expect(() => loadPolicy(undefined, ['ann', name])).toThrow('CONSOLE_USERS');
    for (const text of [
      `roles: { approver: ['web:console:${name}'] }`,
      `roles: {}\ngroups: { bots: ['web:console:${name}'] }`,
      `roles: {}\naliases: { Ada: ['web:console:${name}'] }`,
    ])
      expect(() => policyOf(text)).toThrow('the bot itself');
  });
});
