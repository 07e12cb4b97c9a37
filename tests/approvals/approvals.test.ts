import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Approval,
  type Approvals,
  approvalSpec,
  createApprovals,
  type PlanRequest,
} from '../../src/approvals/approvals.ts';
import { createKillSwitch } from '../../src/approvals/kill-switch.ts';
import { builtInPolicy, type Policy, parsePolicy } from '../../src/approvals/policy.ts';
import { auditSpec, openAudit } from '../../src/audit/audit.ts';
import type { Collection } from '../../src/storage/store.ts';
import { temporaryStore } from '../support/store.ts';
import { operator, planOf } from '../tasks/cloud.ts';

const slack = (id: string) => ({ platform: 'slack' as const, tenant: 'T1', id });
const team = parsePolicy(
  `roles:
  operator: ['slack:T1:ann', 'slack:T1:bob']
  approver: ['slack:T1:bob', 'slack:T1:cy']
rules:
  - { action: cluster.*, environment: prod, expiresMinutes: 60, maxObjects: 20 }
  - { action: watch.only, autonomy: observe }`,
  'policy.yaml',
);

let store: Awaited<ReturnType<typeof temporaryStore>>;
let documents: Collection<Approval>;
let audit: ReturnType<typeof openAudit>;
let now: number;
let started: string[];
let shown: Approval[];
let auditWorks: boolean;

beforeEach(async () => {
  store = await temporaryStore();
  documents = store.collection(approvalSpec);
  audit = openAudit({ collection: store.collection(auditSpec), clock: () => now });
  now = 1_000_000;
  started = [];
  shown = [];
  auditWorks = true;
});
afterEach(() => store.dispose());

function open(policy: Policy, startTask?: (approval: Approval) => Promise<string>): Approvals {
  return createApprovals({
    approvals: documents,
    policy,
    audit: { append: (entry) => (auditWorks ? audit.append(entry) : Promise.reject(new Error('disk full'))) },
    clock: () => now,
    startTask: startTask ?? (async ({ id }) => `T-${started.push(id)}000`),
    onChange: async (approval) => void shown.push(approval),
  });
}

function asked(by: PlanRequest['requestedBy'], change: Partial<PlanRequest> = {}): PlanRequest {
  const { id: _, expiresAt: __, ...plan } = planOf('x', 2, { environment: 'prod' });
  const conversation = { platform: 'web', tenant: 'console', id: 'c1', kind: 'dm' } as const;
  return { key: 'run-1.4', plan, blocks: [], requestedBy: by, conversation, language: 'en', ...change };
}

async function requested(approvals: Approvals, by: PlanRequest['requestedBy'], change?: Partial<PlanRequest>) {
  const answer = await approvals.request(asked(by, change));
  if ('refused' in answer) throw new Error(answer.refused.key);
  return answer.approval;
}

const logged = async () => (await audit.list({ limit: 10_000 })).map(({ action, outcome }) => `${action} ${outcome}`);

describe('asking for an approval', () => {
  test('twice with one key is one request with a short id that can be typed', async () => {
    const approvals = open(team);
    const [first, second] = await Promise.all([requested(approvals, slack('ann')), requested(approvals, slack('ann'))]);
    expect(first.id).toMatch(/^[a-z2-9]{4}$/);
    expect(second.id).toBe(first.id);
    expect(await documents.count()).toBe(1);
  });

  test('gives the plan its expiry by policy', async () => {
    expect((await requested(open(team), slack('ann'))).expiresAt).toBe(now + 60 * 60_000);
    expect((await requested(open(builtInPolicy()), operator, { key: 'other' })).expiresAt).toBe(now + 24 * 3600_000);
  });

  test('is refused without the role, beyond the blast radius, and where the policy only watches', async () => {
    const approvals = open(team);
    const why = async (by: string, plan: Partial<PlanRequest['plan']>) => {
      const answer = await approvals.request(asked(slack(by), { plan: { ...asked(operator).plan, ...plan } }));
      return 'refused' in answer ? answer.refused.key : 'allowed';
    };
    expect(await why('eve', {})).toBe('approvals.refused.requester');
    expect(await why('ann', { blastRadius: { objects: 21, text: { en: '', zh: '' } } })).toBe(
      'approvals.refused.blast-radius',
    );
    expect(await why('ann', { action: 'watch.only' })).toBe('approvals.refused.observe');
    expect(await documents.count()).toBe(0);
  });
});

describe('deciding', () => {
  test('a thousand clicks at once are one task and one line in the log', async () => {
    const approvals = open(team);
    const { id } = await requested(approvals, slack('ann'));
    const people = ['bob', 'cy'];
    const clicks = Array.from({ length: 1000 }, (_, index) =>
      approvals.decide(id, slack(people[index % 2] ?? ''), 'approve'),
    );
    const results = (await Promise.all(clicks)).map(({ result }) => result);
    expect(results.filter((result) => result === 'done')).toHaveLength(1);
    expect(results.filter((result) => result === 'decided')).toHaveLength(999);
    expect(started).toEqual([id]);
    expect(await logged()).toEqual(['approval.approve intended', 'approval.request pending']);
  });

  test('over two replicas at once has one winner too', async () => {
    const [one, two] = [open(team), open(team)];
    const { id } = await requested(one, slack('ann'));
    const both = await Promise.all([one.decide(id, slack('bob'), 'approve'), two.decide(id, slack('cy'), 'reject')]);
    expect(both.map(({ result }) => result).sort()).toEqual(['decided', 'done']);
  });

  test('takes the role at the moment of the click, and another person than the one who asked', async () => {
    const approvals = open(team);
    const { id } = await requested(approvals, slack('bob'));
    expect(await approvals.decide(id, slack('ann'), 'approve')).toMatchObject({
      why: { key: 'approvals.refused.approver' },
    });
    expect(await approvals.decide(id, slack('bob'), 'approve')).toMatchObject({
      why: { key: 'approvals.refused.self' },
    });
    expect(await approvals.decide(id, { ...slack('cy'), tenant: 'T2' }, 'approve')).toMatchObject({
      result: 'forbidden',
    });
    expect(await approvals.decide(id, slack('cy'), 'approve')).toMatchObject({ result: 'done' });
  });

  test('the local operator may approve what he asked for', async () => {
    const approvals = open(builtInPolicy());
    const { id } = await requested(approvals, operator);
    const decided = await approvals.decide(id, operator, 'approve');
    expect(decided).toMatchObject({ approval: { state: 'used', taskId: 'T-1000', decidedBy: operator } });
  });

  test('whoever asked may withdraw or change without being an approver', async () => {
    const approvals = open(team);
    const { id } = await requested(approvals, slack('ann'));
    expect(await approvals.decide(id, slack('ann'), 'change')).toMatchObject({ approval: { state: 'change' } });
    expect(started).toEqual([]);
  });

  test('too late is told as expired, and nothing starts', async () => {
    const approvals = open(team);
    const { id, expiresAt } = await requested(approvals, slack('ann'));
    now = expiresAt;
    expect(await approvals.decide(id, slack('bob'), 'approve')).toEqual({ result: 'expired' });
    expect(await approvals.decide(id, slack('bob'), 'approve')).toEqual({ result: 'expired' });
    expect(started).toEqual([]);
  });

  test('what nobody decided expires by itself and is shown so', async () => {
    const approvals = open(team);
    const { expiresAt } = await requested(approvals, slack('ann'));
    await approvals.expireDue();
    expect(shown.at(-1)?.state).toBe('pending');
    now = expiresAt;
    await approvals.expireDue();
    expect(shown.at(-1)?.state).toBe('expired');
  });

  test('a plan that was altered in the store is not run', async () => {
    const approvals = open(team);
    const stored = await requested(approvals, slack('ann'));
    await documents.replace({ ...stored, rev: stored.rev + 1, plan: { ...stored.plan, cluster: 'another' } });
    await expect(approvals.decide(stored.id, slack('bob'), 'approve')).rejects.toThrow('altered');
    expect(started).toEqual([]);
  });

  test('fails closed when the log cannot be written', async () => {
    const approvals = open(team);
    const { id } = await requested(approvals, slack('ann'));
    auditWorks = false;
    await expect(approvals.decide(id, slack('bob'), 'approve')).rejects.toThrow('disk full');
    expect(started).toEqual([]);
    expect((await documents.get(id))?.state).toBe('pending');
    auditWorks = true;
    expect(await approvals.decide(id, slack('bob'), 'approve')).toMatchObject({ result: 'done' });
  });

  test('a process that dies between the decision and the task starts it after the restart', async () => {
    const dying = open(team, () => Promise.reject(new Error('killed')));
    const { id } = await requested(dying, slack('ann'));
    await expect(dying.decide(id, slack('bob'), 'approve')).rejects.toThrow('killed');
    const after = open(team);
    await after.recover();
    await after.recover();
    expect(started).toEqual([id]);
    expect(await documents.get(id)).toMatchObject({ state: 'used', taskId: 'T-1000' });
  });

  test('an approval counts no longer once its approver has lost the role', async () => {
    const approvals = open(team);
    const { id, plan } = await requested(approvals, slack('ann'));
    await approvals.decide(id, slack('cy'), 'approve');
    expect(await approvals.stillApproved(id, plan)).toBe(true);
    const without = { ...team, roles: { ...team.roles, approver: ['slack:T1:bob'] } };
    expect(await open(without).stillApproved(id, plan)).toBe(false);
  });

  test('an approval counts for exactly the plan that was shown, whatever a task holds', async () => {
    const approvals = open(team);
    const { id, plan } = await requested(approvals, slack('ann'));
    await approvals.decide(id, slack('cy'), 'approve');
    const [first, ...rest] = plan.steps;
    if (!first) throw new Error('The plan has no step');
    const altered = { ...plan, steps: [{ ...first, args: { ...first.args, size: 999 } }, ...rest] };
    expect(await approvals.stillApproved(id, altered)).toBe(false);
  });
});

describe('the kill switch', () => {
  test('is seen by every replica at once and outlives a restart', async () => {
    const open = () => createKillSwitch({ store, audit, clock: () => now });
    const [one, two] = [open(), open()];
    await one.set(true, slack('bob'));
    expect(await two.stoppedBy()).toBe('bob');
    expect(await open().stoppedBy()).toBe('bob');
    await two.set(false, slack('cy'));
    expect(await one.stoppedBy()).toBeUndefined();
    expect(await logged()).toEqual(['changes.resume intended', 'changes.stop done']);
  });

  test('stops even when the log is broken, and is not lifted then', async () => {
    const broken = { append: () => Promise.reject(new Error('disk full')) };
    const kill = createKillSwitch({ store, audit: broken, clock: () => now });
    await expect(kill.set(true, slack('bob'))).rejects.toThrow('disk full');
    expect(await kill.stoppedBy()).toBe('bob');
    await expect(kill.set(false, slack('bob'))).rejects.toThrow('disk full');
    expect(await kill.stoppedBy()).toBe('bob');
  });
});
