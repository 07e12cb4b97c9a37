import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Approval, approvalSpec, createApprovals } from '../src/approvals/approvals.ts';
import { createKillSwitch } from '../src/approvals/kill-switch.ts';
import { builtInPolicy } from '../src/approvals/policy.ts';
import { auditSpec, openAudit } from '../src/audit/audit.ts';
import type { PlanDraft } from '../src/flow/kit.ts';
import { openEmbeddedStore } from '../src/storage/embedded.ts';
import { createTaskRunner, taskSpec } from '../src/tasks/runner.ts';
import { createTasks, type Tasks } from '../src/tasks/tasks.ts';
import type { ToolGateway } from '../src/tools/types.ts';
import { percentile, print } from './figures.ts';

/** 200 steps that do nothing, in one task and in twenty at once: what the journal, the fence and the rights cost. */

const STEPS = 200;
const AT_ONCE = 20;
const ROUNDS = 7;
const folder = mkdtempSync(join(tmpdir(), 'k8s-copilot-bench-'));
const store = openEmbeddedStore({ file: join(folder, 'copilot.db') });
const audit = openAudit({ collection: store.collection(auditSpec), clock: Date.now });
const killSwitch = createKillSwitch({ store, audit, clock: Date.now });
const operator = { platform: 'web', tenant: 'console', id: 'operator' } as const;
const both = (text: string) => ({ en: text, zh: text });
const planOf = (steps: number): PlanDraft => ({
  action: 'cluster.nothing',
  title: both('Nothing'),
  why: both('To see how long it takes'),
  cluster: 'bench',
  environment: 'dev',
  steps: Array.from({ length: steps }, (_, n) => ({
    id: `s${n}`,
    title: both(`Step ${n}`),
    tool: 'nothing',
    args: { n },
    expectMinutes: 0,
  })),
  verify: [],
  undo: [],
  undoMode: 'ask',
  risk: 'low',
  blastRadius: { objects: 1, text: both('nothing') },
});
const gateway: ToolGateway = {
  tools: () => [],
  read: async () => ({ ok: true, data: {} }),
  write: async () => ({ ok: true, data: { done: true } }),
};
const tasks: Tasks = createTasks({
  tasks: store.collection(taskSpec),
  audit,
  clock: Date.now,
  wake: () => undefined,
  onChange: () => undefined,
});
const approvals = createApprovals({
  approvals: store.collection(approvalSpec),
  policy: builtInPolicy(),
  audit,
  clock: Date.now,
  startTask: (approval: Approval) => tasks.start(approval),
  onChange: async () => undefined,
});
const runner = createTaskRunner({
  tasks: store.collection(taskSpec),
  exclusive: true,
  gateway,
  stoppedBy: () => killSwitch.stoppedBy(),
  stillApproved: (id, plan) => approvals.stillApproved(id, plan),
  owner: 'bench',
  clock: Date.now,
  pace: 1,
  onChange: () => undefined,
  onEnded: () => undefined,
  onError: (error) => {
    throw error;
  },
});

async function approvedTask(key: string, plan: PlanDraft): Promise<string> {
  const conversation = { platform: 'web', tenant: 'console', id: 'c', kind: 'dm' } as const;
  const asked = await approvals.request({ key, plan, blocks: [], requestedBy: operator, conversation, language: 'en' });
  if ('refused' in asked) throw new Error(asked.refused.key);
  const decided = await approvals.decide(asked.approval.id, operator, 'approve');
  const id = decided.result === 'done' ? decided.approval.taskId : undefined;
  if (!id) throw new Error('No task');
  return id;
}

async function stepsPerSecond(name: string, count: number): Promise<number> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await approvedTask(`${name}-${n}`, planOf(STEPS / count)));
  const began = performance.now();
  await Promise.all(ids.map((id) => runner.drive(id)));
  const seconds = (performance.now() - began) / 1000;
  for (const id of ids) if ((await tasks.get(id))?.state !== 'succeeded') throw new Error(`${id} did not end well`);
  return STEPS / seconds;
}

for (const count of [1, AT_ONCE]) {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) rates.push(await stepsPerSecond(`bench-${count}-${round}`, count));
  const tasksAtOnce = count === 1 ? 'one task' : `${count} tasks at once`;
  print(
    `${STEPS} steps that do nothing in ${tasksAtOnce}, median of ${ROUNDS}`,
    `${percentile(rates, 0.5).toFixed(0)} steps/s`,
    'target >= 200 steps/s',
  );
}
await runner.stop();
await store.close();
rmSync(folder, { recursive: true, force: true });
