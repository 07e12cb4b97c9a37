import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planCluster } from '../../../flows/plan-cluster/flow.ts';
import { loadKnowledge } from '../../../flows/plan-cluster/knowledge.ts';
import { recommend } from '../../../flows/plan-cluster/recommend.ts';
import { requirementsSchema } from '../../../flows/plan-cluster/requirements.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import { begin, reply } from '../../../src/flow/clarify/engine.ts';
import { parseClarifyTemplate } from '../../../src/flow/clarify/template.ts';
import type { Answer, Command, FlowContext } from '../../../src/flow/kit.ts';
import { replay } from '../../../src/flow/replay.ts';

const words = loadMessages('templates/messages');
const flow = planCluster({ knowledge: loadKnowledge(), words });
const template = parseClarifyTemplate(readFileSync('templates/clarify/plan-cluster.yaml', 'utf8'));
const context: FlowContext = {
  t: words.en,
  language: 'en',
  user: { platform: 'web', tenant: 'local', id: 'ann' },
  startedAt: 0,
  text: '',
};
const seed = { region: 'cn-hangzhou', purpose: 'prod', budget: 'medium', workload: 'nodejs', availability: 'ha' };
const unanswered: Answer = { ok: false, code: 'TIMEOUT', message: 'no answer' };

/** Runs the flow, leaving out its word that it is looking: reads fail, dialogues answer `seed`, and each other command is answered by the script in turn. */
function play(...script: unknown[]): Command[] {
  const run = replay(flow, {}, context, []);
  const asked: Command[] = [];
  for (let position = run.position(); position.kind === 'asks'; ) {
    const { command } = position;
    if (command.verb === 'read') position = run.answer(unanswered);
    else if (command.verb === 'clarify')
      position = run.answer({ ok: true, value: { ...seed, ...correctionIn(command.text) } });
    else {
      if (!(command.verb === 'say' && command.message.key === 'plan.flow.looking')) asked.push(command);
      if (command.verb !== 'say' && script.length === 0) return asked;
      position = run.answer({
        ok: true,
        value: command.verb === 'say' ? null : JSON.parse(JSON.stringify(script.shift())),
      });
    }
  }
  expect(run.position().kind).toBe('finished');
  return asked;
}

const correctionIn = (text: string) => (text.includes('Beijing') ? { region: 'cn-beijing' } : {});
const planOf = (command: Command | undefined) => (command?.verb === 'propose' ? command.plan : undefined);
const said = (commands: Command[]) => commands.flatMap((each) => (each.verb === 'say' ? [each.message.key] : []));

const vswitches = ['i', 'j', 'k'].map((zone) => ({ id: `vsw-${zone}`, zone: `cn-hangzhou-${zone}`, role: 'node' }));
const results = { network: { vpcId: 'vpc-1', vswitches }, cluster: { clusterId: 'c1' } };

describe('the dialogue', () => {
  test('one sentence of the seed case leaves nothing to ask', () => {
    const turn = begin(template, flow.sources, '华东1（杭州），中等预算，Node.js 电商，生产级高可用 ACK', 'zh');
    expect(turn.outcome).toMatchObject({ kind: 'complete', values: seed });
  });

  test('an empty start asks the four essential questions and no other', () => {
    let turn = begin(template, flow.sources, '', 'en');
    const asked: (string | undefined)[] = [];
    for (const answer of ['cn-hangzhou', 'Production', 'Medium', 'Node.js']) {
      asked.push(turn.state.asking);
      turn = reply(template, flow.sources, turn.state, { kind: 'text', text: answer }, 'en');
    }
    expect(asked).toEqual(['region', 'purpose', 'budget', 'workload']);
    expect(turn.outcome.kind).toBe('complete');
  });

  test('a limit of nodes is not their number', () => {
    const { values } = begin(template, flow.sources, '北京 生产 弹性伸缩 最多20个节点', 'zh').state;
    expect(values.maxNodes?.value).toBe(20);
    expect(values.nodeCount).toBeUndefined();
  });

  test.each([
    ['name shop-2', { name: 'shop-2' }],
    ['名字 shop-2', { name: 'shop-2' }],
    ['名称改成 shop-2', { name: 'shop-2' }],
    ['叫 shop-2', { name: 'shop-2' }],
    ['call it shop-2', { name: 'shop-2' }],
    ['call it the best, on shop.example.com', {}],
    ['zones i and j', { zones: ['i', 'j'] }],
    ['可用区 cn-hangzhou-i、cn-hangzhou-j', { zones: ['cn-hangzhou-i', 'cn-hangzhou-j'] }],
    ['any zone i want', {}],
    ['maintenance window on Sunday at 3:00 for 4h', { maintenanceWindow: 'sun 03:00 4h' }],
    ['维护窗口周六 01:30', { maintenanceWindow: 'sat 01:30 3h' }],
    ['组件 arms-prometheus、ack-node-problem-detector', { addons: ['arms-prometheus', 'ack-node-problem-detector'] }],
    ['3000 元以内', { monthlyBudget: 3000 }],
    ['under 3000 CNY a month', { monthlyBudget: 3000 }],
    ['预算 1.5 万', { monthlyBudget: 15_000 }],
  ])('"%s" is understood', (text, wanted) => {
    const { values } = begin(template, flow.sources, text, 'en').state;
    const plain = Object.fromEntries(Object.entries(values).map(([id, { value }]) => [id, value]));
    expect(requirementsSchema.parse(plain)).toEqual(wanted);
  });

  test('an amount of money answers the question of the budget', () => {
    expect(begin(template, flow.sources, '杭州 生产 Node.js 每月3000元以内', 'zh').outcome.kind).toBe('complete');
    const asked = begin(template, flow.sources, '杭州 生产 Node.js', 'zh');
    expect(asked.state.asking).toBe('budget');
    const answered = reply(template, flow.sources, asked.state, { kind: 'text', text: '3000 元以内' }, 'zh');
    expect(answered.outcome).toMatchObject({ kind: 'complete', values: { monthlyBudget: 3000 } });
  });

  test('zones by their letters are those of the region', () => {
    const answer = recommend(requirementsSchema.parse({ zones: 'i and j' }), loadKnowledge());
    expect(answer.ok && answer.options[0]?.wish.zones).toEqual(['cn-hangzhou-i', 'cn-hangzhou-j']);
  });

  test('three zones in a region of two are refused at once', () => {
    const turn = begin(template, flow.sources, '成都，生产级高可用集群', 'zh');
    expect(turn.state.refused ?? turn.notes.map(({ key }) => key)).toBeTruthy();
    expect(turn.outcome.kind).not.toBe('complete');
  });
});

describe('the flow', () => {
  test('silent tools are notes on the options, not the end', () => {
    const [options] = play();
    if (options?.verb !== 'ask') throw new Error('no options');
    expect(options.ask.choices.map(({ id }) => id)).toEqual(['recommended', 'cheaper', 'stronger', 'change', 'cancel']);
    expect(JSON.stringify(options.ask.blocks)).toContain('did not answer about stock (TIMEOUT)');
  });

  test('the chosen option is proposed as a plan, and its success told', () => {
    const commands = play({ choice: 'cheaper' }, { kind: 'succeeded', taskId: 'T-7K3F', results });
    expect(planOf(commands[1])?.steps[2]?.args.instanceTypes).toContain('ecs.c7.xlarge');
    expect(said(commands)).toEqual(['plan.flow.done']);
  });

  test('words instead of a choice are a correction', () => {
    const commands = play({ text: 'Beijing instead' }, { choice: 'recommended' });
    expect(planOf(commands.at(-1))?.steps[0]?.args.region).toBe('cn-beijing');
  });

  test('a change asked for on the plan leads to other options', () => {
    const commands = play(
      { choice: 'recommended' },
      { kind: 'change-requested', reason: 'Beijing' },
      { choice: 'recommended' },
    );
    expect(planOf(commands.at(-1))?.steps[0]?.args.region).toBe('cn-beijing');
  });

  test('something is said before the cloud is asked, which may take seconds', () => {
    const run = replay(flow, {}, context, []);
    const first = run.answer({ ok: true, value: seed });
    expect(first).toMatchObject({ kind: 'asks', key: 'say:plan.flow.looking' });
  });

  test('cancelled options create nothing', () => {
    expect(said(play({ choice: 'cancel' }))).toEqual(['plan.flow.nothing']);
  });

  test('sold-out nodes lead on in the same cluster: larger types, or the zones that have some', () => {
    const failure = {
      stepId: 'pool-default',
      code: 'OperationDenied.NoStock',
      message: 'sold out in the specified zone cn-hangzhou-k',
    };
    const failed = { kind: 'failed', taskId: 'T-7K3F', results, failure };
    const commands = play(
      { choice: 'recommended' },
      failed,
      { choice: 'other-zones' },
      failed,
      { choice: 'other-types' },
      {
        kind: 'succeeded',
        taskId: 'T-8888',
        results: {},
      },
    );
    const plans = commands.flatMap((each) => planOf(each) ?? []);
    expect(plans.map(({ steps }) => steps.map(({ id }) => id))).toEqual([
      ['network', 'cluster', 'pool-default', 'addons'],
      ['pool-default-2', 'addons'],
      ['pool-default-3', 'addons'],
    ]);
    expect(plans[1]?.steps[0]?.args).toMatchObject({ clusterId: 'c1', vswitchIds: ['vsw-i', 'vsw-j'], desiredSize: 3 });
    expect(plans[2]?.steps[0]?.args.instanceTypes).toContain('ecs.g7.2xlarge');
    expect(JSON.stringify(plans.slice(1))).not.toContain('cluster.clusterId');
    expect(said(commands)).toEqual(['plan.flow.done']);
  });

  test('any other failure says how to retry and how to undo', () => {
    const failure = { stepId: 'cluster', code: 'ErrManagedAddonRoleNotAttach', message: 'authorise the roles' };
    const commands = play({ choice: 'recommended' }, { kind: 'failed', taskId: 'T-7K3F', results: {}, failure });
    const last = commands.at(-1);
    expect(last?.verb === 'say' && JSON.stringify(last.blocks)).toContain('undo T-7K3F');
  });
});
