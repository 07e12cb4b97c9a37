import { describe, expect, test } from 'vitest';
import { optionsBlocks, planBlocks } from '../../../flows/plan-cluster/cards.ts';
import { loadKnowledge } from '../../../flows/plan-cluster/knowledge.ts';
import { optionsJson } from '../../../flows/plan-cluster/options-json.ts';
import { buildPlan } from '../../../flows/plan-cluster/plan.ts';
import { recommend } from '../../../flows/plan-cluster/recommend.ts';
import type { Requirements } from '../../../flows/plan-cluster/requirements.ts';
import { clusterSpec, nodePoolSpec } from '../../../servers/ack/spec.ts';
import { planSchema } from '../../../src/approvals/plan.ts';
import { loadMessages } from '../../../src/chat/messages.ts';

const knowledge = loadKnowledge();
const words = loadMessages('templates/messages');

const wishes: Requirements[] = [
  { region: 'cn-hangzhou', budget: 'medium', workload: 'nodejs', purpose: 'prod', availability: 'ha' },
  { purpose: 'dev', budget: 'low' },
  { region: 'cn-chengdu', autoscaling: true, storage: ['nas'], apiExposure: 'public', workload: 'ai' },
  { instanceType: 'ecs.g8y.xlarge', maintenanceWindow: 'sun 20:30 4h', deletionProtection: false },
  { network: 'terway-exclusive', monthlyBudget: 100 },
  { network: 'terway-trunk', clusterType: 'ack.standard', kubernetesVersion: '1.35', ingress: 'none' },
];

const optionFor = (asked: Requirements) => {
  const answer = recommend(asked, knowledge);
  const option = answer.ok ? answer.options[0] : undefined;
  if (!option) throw new Error(JSON.stringify(answer));
  return option;
};

/** References stand for what the tools return: here, for any word. */
const filled = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, inner) => (inner?.$from || inner?.$key ? 'made-before' : inner));

describe('the plan', () => {
  test.each(wishes)('of %j is a plan with arguments that the tools take', (asked) => {
    const plan = buildPlan(optionFor(asked), words);
    expect(() => planSchema.parse({ ...plan, id: 'p', expiresAt: 1 })).not.toThrow();
    const step = (tool: string) => filled(plan.steps.find((each) => each.tool === tool)?.args);
    expect(clusterSpec.safeParse(step('cluster_create')).error).toBeUndefined();
    const pool = Object.fromEntries(
      Object.entries(step('nodepool_create') ?? {}).filter(([key]) => key !== 'clusterId'),
    );
    expect(nodePoolSpec.safeParse(pool).error).toBeUndefined();
  });

  test('goes from the network over the cluster and its nodes to the add-ons, and checks what it made', () => {
    const plan = buildPlan(optionFor({}), words);
    expect(plan.steps.map(({ id }) => id)).toEqual(['network', 'cluster', 'pool-default', 'addons']);
    expect(plan.verify.map(({ id }) => id)).toEqual(['nodes-ready', 'addons-active', 'api-reachable']);
    expect(plan.undo.map(({ id }) => id)).toEqual(['unprotect', 'delete-cluster', 'delete-network']);
    expect(plan).toMatchObject({ undoMode: 'ask', environment: 'prod', action: 'cluster.create' });
  });

  test('refers to vSwitches by the order in which the network step asks for them', () => {
    const plan = buildPlan(optionFor({}), words);
    const [network, cluster] = plan.steps;
    const asked = network?.args.vswitches as { role: string }[];
    const named = cluster?.args.network as Record<'nodeVswitchIds' | 'podVswitchIds', { $from: string }[]>;
    const roles = (list: { $from: string }[]) => list.map(({ $from }) => asked[Number($from.split('.')[2])]?.role);
    expect(roles(named.nodeVswitchIds)).toEqual(['node', 'node', 'node']);
    expect(roles(named.podVswitchIds)).toEqual(['pod', 'pod', 'pod']);
  });

  test('keeps the maintenance window of Beijing time in UTC, on the day it is there', () => {
    const cluster = buildPlan(optionFor({ maintenanceWindow: 'thu 01:00 3h' }), words).steps[1];
    expect(cluster?.args.maintenanceWindow).toEqual({ time: '17:00:00Z', hours: 3, weekdays: ['Wednesday'] });
  });
});

describe('words', () => {
  test.each(wishes)('of %j exist in both languages', (asked) => {
    const answer = recommend(asked, knowledge);
    if (!answer.ok) throw new Error('refused');
    for (const language of ['en', 'zh'] as const)
      for (const option of answer.options) {
        const t = words[language];
        const blocks = [
          ...optionsBlocks(answer.options, t),
          ...planBlocks(option, buildPlan(option, words), t, language),
        ];
        expect(JSON.stringify(blocks)).not.toMatch(/undefined|plan\.[a-z]|\{[a-z]+\}/);
      }
  });

  test('the JSON of the options keeps the contract', () => {
    const json = optionsJson({ region: 'cn-hangzhou' }, knowledge, words);
    expect(json).toMatchObject({ schemaVersion: 1, missing: ['purpose', 'budget', 'workload'] });
    expect(json.options.map(({ rank }) => rank)).toEqual(['recommended', 'cheaper', 'stronger']);
    expect(json.options[0]).toMatchObject({
      region: 'cn-hangzhou',
      clusterSpec: 'ack.pro.small',
      kubernetesVersion: '1.36.1-aliyun.1',
      nodePools: [{ instanceType: 'ecs.g7.xlarge', count: 3, podsPerNode: 45 }],
      network: { plugin: 'terway', serviceCidr: '192.168.0.0/16' },
      monthlyCost: { currency: 'CNY' },
    });
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });

  test('the JSON of an impossible wish says why and what is near', () => {
    const json = optionsJson({ runtime: 'docker' }, knowledge, words);
    expect(json).toMatchObject({ options: [], refused: [{ code: 'docker', nearest: [{ value: 'containerd' }] }] });
  });
});
