import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { describeClusterNodes } from '../../../servers/sandbox/cs/nodes.ts';
import { removeNodePoolNodes } from '../../../servers/sandbox/cs/pool-changes.ts';
import { controllerOf, isFinished } from '../../../servers/sandbox/kubernetes/controllers/context.ts';
import type { Pod } from '../../../servers/sandbox/kubernetes/controllers/kinds.ts';
import { matches } from '../../../servers/sandbox/kubernetes/controllers/selectors.ts';
import { breakIt, findScenario, mendIt } from '../../../servers/sandbox/kubernetes/scenarios/switch.ts';
import { STAGES, startTask } from '../../../servers/sandbox/tasks.ts';
import { startDemo, type TestDemo } from './controllers/harness.ts';

/** Machines as the cloud tells of them and takes them away, with the Kubernetes that runs on them. */

let demo: TestDemo;
beforeEach(() => {
  demo = startDemo();
}, 60_000);
afterEach(() => demo.close());

const nodesSchema = z.object({
  nodes: z.array(
    z.looseObject({
      instance_id: z.string(),
      node_name: z.string(),
      nodepool_id: z.string(),
      instance_charge_type: z.string(),
      expired_time: z.string(),
    }),
  ),
});

const call = (query: Record<string, string> = {}, path: Record<string, string> = {}) => ({
  world: demo.world,
  path: { cluster: demo.id, ...path },
  query,
  body: undefined,
  action: 'Call',
  baseUrl: '',
});
const machines = () => nodesSchema.parse(describeClusterNodes(call())).nodes;
const nodeNames = () => demo.read.list('nodes').map(({ metadata }) => metadata.name);
const podsOn = (node: string) => demo.read.list('pods').filter(({ spec }) => spec.nodeName === node);
const lasting = (node: string) =>
  podsOn(node).filter(({ metadata }) => metadata.ownerReferences?.every(({ kind }) => kind !== 'DaemonSet'));
const pool = () => demo.world.pools.list(demo.id)[0];

/** The node that no disk ties anything to. */
const freeNode = (): string =>
  nodeNames().find((name) =>
    lasting(name).every(({ spec }) => spec.volumes?.every((volume) => !volume.persistentVolumeClaim) ?? true),
  ) ?? '';

/** Has the cloud take that node away. */
function remove(query: Record<string, string> = {}) {
  const node = freeNode();
  const machine = machines().find(({ node_name }) => node_name === node);
  if (!machine) throw new Error(`${node} is no machine`);
  const answer = removeNodePoolNodes(
    call({ instance_ids: JSON.stringify([machine.instance_id]), ...query }, { pool: machine.nodepool_id }),
  );
  const { task_id: task } = z.object({ task_id: z.string() }).parse(answer);
  return { node, task };
}

describe('how a machine is paid for', () => {
  test('pay as you go never expires; a subscription does, until the scenario is mended', () => {
    const scenario = findScenario('prepaid');
    if (!scenario) throw new Error('prepaid');
    const charges = () =>
      machines().map(({ instance_charge_type, expired_time }) => [instance_charge_type, expired_time]);
    const paidAsUsed = charges();
    expect(paidAsUsed).toEqual(Array(3).fill(['PostPaid', '2099-12-31T15:59:00Z']));
    breakIt(demo.motion.context, scenario);
    const until = new Date(demo.now() + 75 * 86_400_000).toISOString().replace('.000Z', 'Z');
    expect(charges()).toEqual(Array(3).fill(['PrePaid', until]));
    mendIt(demo.motion.context, scenario);
    expect(charges()).toEqual(paidAsUsed);
  });

  test('the machines of a subscribed pool are paid for to the end of their present month', () => {
    const [stored] = demo.world.pools.list(demo.id);
    if (!stored) throw new Error('no pool');
    const scaling_group = { ...stored.spec.scaling_group, instance_charge_type: 'PrePaid' as const };
    demo.world.pools.put({ ...stored, spec: { ...stored.spec, scaling_group } });
    for (const { instance_charge_type, expired_time } of machines()) {
      expect(instance_charge_type).toBe('PrePaid');
      const days = (Date.parse(expired_time) - demo.now()) / 86_400_000;
      expect(days).toBeGreaterThan(0);
      expect(days).toBeLessThan(31);
    }
  });
});

test('one node of the demo holds nothing that has no sibling elsewhere, no budget that it needs, or a disk of its zone', () => {
  const replicated = (pod: Pod): boolean => {
    const [set] = demo.read
      .list('replicasets', pod.metadata.namespace)
      .filter(({ metadata }) => metadata.uid === controllerOf(pod)?.uid);
    return Number(set?.spec.replicas) > 1;
  };
  const budgeted = ({ metadata }: Pod) =>
    demo.read
      .list('poddisruptionbudgets', metadata.namespace)
      .some(({ spec, status }) => matches(spec.selector, metadata.labels) && Number(status?.disruptionsAllowed) > 0);
  const movable = (pod: Pod) =>
    isFinished(pod) || (replicated(pod) && (pod.metadata.namespace !== 'kube-system' || budgeted(pod)));
  const nodes = nodeNames().filter((name) => lasting(name).every(movable));
  expect(nodes).toHaveLength(1);
  expect(lasting(nodes[0] ?? '').length).toBeGreaterThan(4);
});

describe('a node that the cloud takes away', () => {
  test('is emptied first, then its machine, its Node and its place in the pool are gone, and the shop goes on', () => {
    const { node, task } = remove();
    expect(pool()?.desiredSize).toBe(2);
    demo.pass(50);
    expect(demo.read.get('nodes', undefined, node)?.spec.unschedulable).toBe(true);
    expect(lasting(node).map(({ metadata }) => metadata.name)).toEqual([]);
    expect(nodeNames()).toContain(node);
    demo.pass(120);
    expect(nodeNames()).not.toContain(node);
    expect(machines()).toHaveLength(2);
    expect(podsOn(node)).toEqual([]);
    expect(demo.world.tasks.get(task)?.type).toBe('node_remove');
    demo.pass(300);
    expect(nodeNames()).toHaveLength(2);
    const ready = demo.read.list('deployments').filter(({ spec, status }) => status?.readyReplicas !== spec.replicas);
    expect(ready.map(({ metadata }) => metadata.name)).toEqual([]);
  });

  test('is emptied no faster than disruption budgets allow', () => {
    demo.edit('poddisruptionbudgets', ['prod', 'web'], (budget) => {
      Object.assign(budget.spec, { maxUnavailable: 0 });
    });
    demo.pass(10);
    const { node } = remove();
    demo.pass(50);
    expect(lasting(node).map(({ metadata }) => metadata.labels?.app)).toEqual(['web']);
  });

  test('is not emptied before it goes where nobody asked for that', () => {
    const before = demo.pods('web').map(({ metadata }) => metadata.name);
    const { node } = remove({ drain_node: 'false' });
    demo.pass(50);
    expect(lasting(node).length).toBeGreaterThan(0);
    expect(demo.pods('web').map(({ metadata }) => metadata.name)).toEqual(before);
    demo.pass(120);
    expect(nodeNames()).not.toContain(node);
  });
});

describe('a pool that is upgraded', () => {
  test('has its nodes changed one after the other, and nothing on them starts anew', () => {
    const stored = pool();
    const cluster = demo.world.clusters.get(demo.id);
    if (!stored || !cluster) throw new Error('no pool');
    const { version } = cluster;
    demo.world.clusters.put({ ...cluster, upgrades: [{ to: '1.36.9-aliyun.1', taskId: 'T-done' }] });
    const target = { id: stored.id, type: 'nodepool' };
    const task = startTask(demo.world, {
      clusterId: demo.id,
      type: 'nodepool_upgrade',
      target,
      stages: STAGES.poolUpgrade,
    });
    demo.world.pools.put({ ...stored, upgrades: [{ to: '1.36.9-aliyun.1', taskId: task.id }] });
    const kubelets = () =>
      demo.read.list('nodes').map(({ status }) => (status?.nodeInfo?.kubeletVersion === `v${version}` ? 'old' : 'new'));
    const pods = () =>
      demo.read
        .list('pods')
        .filter((pod) => !isFinished(pod))
        .map(({ metadata }) => metadata.uid)
        .sort();
    const before = pods();
    const seen = new Set<number>();
    for (let passed = 0; passed < 320; passed += 20) {
      demo.pass(20);
      seen.add(kubelets().filter((one) => one === 'new').length);
    }
    expect([...seen]).toEqual([0, 1, 2, 3]);
    expect(before.filter((uid) => !pods().includes(uid))).toEqual([]);
  });
});
