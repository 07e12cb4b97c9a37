import type { Translate } from '../../src/chat/messages.ts';
import type { Language, LocalText } from '../../src/chat/types.ts';
import type { PlanDraft } from '../../src/flow/kit.ts';
import { clusterArgs, poolArgs } from './args.ts';
import type { Option } from './option.ts';

type Words = Record<Language, Translate>;
type Step = PlanDraft['steps'][number];
type Undo = PlanDraft['undo'][number];
type Check = PlanDraft['verify'][number];

const KEY_TAG = 'k8s-copilot/key';
const clusterId = { $from: 'cluster.clusterId' };

/** The whole way from nothing to a checked cluster, with exact arguments, and the way back. */
export function buildPlan(option: Option, words: Words): PlanDraft {
  const { wish, pool, cost } = option;
  const text = textIn(words);
  return {
    action: 'cluster.create',
    title: text('plan.text.title', { name: wish.name, region: wish.region }),
    why: text('plan.text.why', { nodes: pool.count, type: pool.instanceTypes[0] ?? '', zones: wish.zones.length }),
    cluster: wish.name,
    environment: wish.purpose,
    steps: [networkStep(option, text), clusterStep(option, text), poolStep(option, text), ...addonStep(option, text)],
    verify: checks(option, text),
    undo: undo(option, text),
    undoMode: 'ask',
    risk: wish.purpose === 'prod' ? 'medium' : 'low',
    ...(cost.complete && { cost: { amount: cost.amount, currency: cost.currency, per: 'month' as const } }),
    blastRadius: {
      objects: 2 + pool.count + option.network.nodes.length + option.network.pods.length,
      text: text('plan.text.blast', { nodes: pool.count }),
    },
  };
}

/** What an interrupted build has so far: enough to go on from the cluster instead of from nothing. */
export interface Built {
  clusterId: string;
  vswitches: { id: string; zone: string; role: string }[];
}

/** Goes on in a cluster whose first node pool could not be filled: a pool of other types or in fewer zones, then the rest. */
export function buildRest(option: Option, built: Built, words: Words): PlanDraft {
  const whole = buildPlan(option, words);
  const { name } = option.pool;
  const text = textIn(words);
  const nodes = built.vswitches.filter(({ zone, role }) => role === 'node' && option.wish.zones.includes(zone));
  const known = { clusterId: built.clusterId };
  const pool = poolStep(option, text);
  const steps = [
    { ...pool, args: { ...pool.args, vswitchIds: nodes.map(({ id }) => id) } },
    ...addonStep(option, text),
  ];
  return {
    ...whole,
    action: 'nodepool.create',
    steps: steps.map((step) => ({
      ...step,
      args: { ...step.args, ...known },
      ...(step.adopt && { adopt: { ...step.adopt, args: { ...step.adopt.args, ...known } } }),
      ...(step.until && { until: { ...step.until, args: { ...step.until.args, ...known } } }),
    })),
    verify: whole.verify.map((check) => ({ ...check, args: { ...check.args, ...known } })),
    undo: [
      {
        id: 'delete-pool',
        of: pool.id,
        title: text('plan.step.delete-pool', { name }),
        tool: 'nodepool_delete',
        args: { ...known, nodepoolId: { $from: `${pool.id}.nodepoolId` }, confirmName: name },
        expectMinutes: 2,
      },
    ],
    blastRadius: { objects: 1 + option.pool.count, text: text('plan.text.blast-pool', { nodes: option.pool.count }) },
  };
}

type Text = (key: string, params?: Record<string, string | number>) => LocalText;

function textIn(words: Words): Text {
  return (key, params) => ({ en: words.en(key, params), zh: words.zh(key, params) });
}

function networkStep({ wish, network }: Option, text: Text): Step {
  const vswitches = [
    ...network.nodes.map(({ zone, cidr }) => ({ zone, cidr, name: `${wish.name}-node-${zone}`, role: 'node' })),
    ...network.pods.map(({ zone, cidr }) => ({ zone, cidr, name: `${wish.name}-pod-${zone}`, role: 'pod' })),
  ];
  return {
    id: 'network',
    title: text('plan.step.network'),
    tool: 'network_create',
    args: { region: wish.region, vpc: { cidr: network.vpcCidr, name: `${wish.name}-vpc` }, vswitches },
    expectMinutes: 1,
  };
}

function clusterStep(option: Option, text: Text): Step {
  const { network, ...spec } = clusterArgs(option);
  return {
    id: 'cluster',
    title: text('plan.step.cluster'),
    tool: 'cluster_create',
    args: {
      ...spec,
      network: {
        ...network,
        vpcId: { $from: 'network.vpcId' },
        nodeVswitchIds: vswitchIds(option, 'node'),
        ...(network.plugin === 'terway' && { podVswitchIds: vswitchIds(option, 'pod') }),
      },
      nodepools: [],
    },
    adopt: {
      tool: 'cluster_list',
      args: { region: option.wish.region, tag: { key: KEY_TAG, value: { $key: true } } },
      result: { clusterId: 'items.0.clusterId' },
      settleSeconds: 20,
    },
    until: {
      tool: 'cluster_get',
      args: { clusterId },
      done: [{ path: 'state', in: ['running'] }],
      failed: [{ path: 'state', in: ['failed', 'unavailable', 'deleting', 'deleted', 'delete_failed'] }],
      everySeconds: 10,
      timeoutMinutes: 60,
      stage: 'stage',
      percent: 'progress',
    },
    expectMinutes: 10,
  };
}

function poolStep(option: Option, text: Text): Step {
  const { name } = option.pool;
  return {
    id: `pool-${name}`,
    title: text('plan.step.pool', { name }),
    tool: 'nodepool_create',
    args: { clusterId, ...poolArgs(option), vswitchIds: vswitchIds(option, 'node') },
    adopt: {
      tool: 'nodepool_list',
      args: { clusterId, name },
      result: { nodepoolId: 'items.0.nodepoolId' },
      settleSeconds: 10,
    },
    repeatable: true,
    until: {
      tool: 'task_list',
      args: { clusterId },
      done: [{ path: 'items.0.state', in: ['success'] }],
      failed: [{ path: 'items.0.state', in: ['failed', 'canceled'] }],
      everySeconds: 10,
      timeoutMinutes: 30,
      stage: 'items.0.stage',
      percent: 'items.0.progress',
      error: 'items.0.error',
    },
    expectMinutes: 6,
  };
}

function addonStep({ addons }: Option, text: Text): Step[] {
  const later = addons.filter(({ when }) => when === 'install');
  if (later.length === 0) return [];
  return [
    {
      id: 'addons',
      title: text('plan.step.addons'),
      tool: 'addon_install',
      args: { clusterId, addons: later.map(({ name, config }) => ({ name, ...(config && { config }) })) },
      until: {
        tool: 'cluster_get',
        args: { clusterId },
        done: [
          { path: 'addons', atLeast: addons.length },
          { path: 'addons', each: { path: 'state', in: ['active'] } },
        ],
        everySeconds: 10,
        timeoutMinutes: 20,
        stage: 'stage',
        percent: 'progress',
      },
      expectMinutes: 4,
    },
  ];
}

function checks({ wish, pool, addons }: Option, text: Text): Check[] {
  const often = { everySeconds: 10, timeoutMinutes: 10 };
  const answers = wish.apiExposure === 'public' ? ['reachable'] : ['reachable', 'private-unreachable'];
  return [
    {
      id: 'nodes-ready',
      title: text('plan.step.check-nodes'),
      tool: 'node_list',
      args: { clusterId },
      done: [{ path: 'ready', atLeast: pool.count }],
      ...often,
    },
    {
      id: 'addons-active',
      title: text('plan.step.check-addons'),
      tool: 'addon_list',
      args: { clusterId },
      done: [
        { path: 'active', atLeast: addons.length },
        { path: 'items', each: { path: 'state', in: ['active'] } },
      ],
      ...often,
    },
    {
      id: 'api-reachable',
      title: text('plan.step.check-api'),
      tool: 'cluster_check_api',
      args: { clusterId },
      done: [{ path: 'status', in: answers }],
      stage: 'status',
      ...often,
    },
  ];
}

/** Takes back in the opposite order. Deleting the cluster deletes its pools and add-ons with it. */
function undo({ wish }: Option, text: Text): Undo[] {
  return [
    {
      id: 'unprotect',
      of: 'cluster',
      title: text('plan.step.unprotect'),
      tool: 'cluster_modify',
      args: { clusterId, deletionProtection: false },
      expectMinutes: 1,
    },
    {
      id: 'delete-cluster',
      of: 'cluster',
      title: text('plan.step.delete-cluster'),
      tool: 'cluster_delete',
      args: { clusterId, confirmName: wish.name },
      until: {
        tool: 'cluster_list',
        args: { region: wish.region, name: wish.name },
        done: [{ path: 'items', each: { path: 'state', in: ['deleted'] } }],
        everySeconds: 10,
        timeoutMinutes: 30,
      },
      expectMinutes: 5,
    },
    {
      id: 'delete-network',
      of: 'network',
      title: text('plan.step.delete-network'),
      tool: 'network_delete',
      args: { region: wish.region, vpcId: { $from: 'network.vpcId' } },
      expectMinutes: 1,
    },
  ];
}

/** The ids by the order in which the network step asks: the nodes' vSwitches, then the pods'. */
function vswitchIds({ network }: Option, role: 'node' | 'pod') {
  const [first, list] = role === 'node' ? [0, network.nodes] : [network.nodes.length, network.pods];
  return list.map((_, at) => ({ $from: `network.vswitches.${first + at}.id` }));
}
