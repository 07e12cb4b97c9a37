import { addressAt, parseCidr } from './cidr.ts';
import type { Node, Pool, Task, TaskFault, VSwitch } from './documents.ts';
import { soldOut } from './faults.ts';
import { resourceId } from './ids.ts';
import { nodeCounts, nodeHoldsAddress } from './state.ts';
import { secondsBefore } from './tasks.ts';
import type { World } from './world.ts';

/** The first address and the last three of a vSwitch belong to the system. */
const RESERVED = 4;

const holders = (world: World, vswitch: VSwitch): Node[] =>
  world.nodes.list().filter((node) => node.vswitchId === vswitch.id && nodeHoldsAddress(world, node));

/** Addresses of a vSwitch that are still free. Pods take none in this world. */
export function freeAddresses(world: World, vswitch: VSwitch): number {
  if (world.faults().ipNotEnough) return 0;
  return (parseCidr(vswitch.cidr)?.size ?? 0) - RESERVED - holders(world, vswitch).length;
}

/** A place for one node: a zone's vSwitch, a type in stock there and a free address. */
type Place = Pick<Node, 'id' | 'zone' | 'vswitchId' | 'instanceType' | 'ip'>;

/** The places found, and why there were fewer than asked for. */
export interface Placement {
  places: Place[];
  shortage?: { code: string; message: string };
}

/**
 * Finds places for `count` more nodes of a pool, each in the vSwitch with the fewest. In a zone without stock BALANCE leaves the
 * node out, so that zones stay even; the other policies take the next zone.
 */
export function place(world: World, pool: Pool, count: number): Placement {
  const refused = accountRefusal(world);
  if (refused) return { places: [], shortage: refused };
  const vswitches = pool.spec.scaling_group.vswitch_ids.flatMap((id) => world.vswitches.get(id) ?? []);
  const load = new Map(vswitches.map((vswitch) => [vswitch.id, 0]));
  const taken = new Set<string>();
  for (const node of world.nodes.list()) if (nodeHoldsAddress(world, node)) taken.add(`${node.vswitchId}/${node.ip}`);
  for (const node of world.nodes.list(pool.id).filter((node) => nodeCounts(world, node))) add(load, node.vswitchId);
  const result: Placement = { places: [] };
  for (let n = 0; n < count; n++) {
    const byLoad = [...vswitches].sort((a, b) => (load.get(a.id) ?? 0) - (load.get(b.id) ?? 0));
    const candidates = pool.spec.scaling_group.multi_az_policy === 'BALANCE' ? byLoad.slice(0, 1) : byLoad;
    const tries = candidates.map((vswitch) => placeIn(world, pool, vswitch, taken));
    const found = tries.find((attempt) => 'ip' in attempt);
    const failed = tries.find((attempt) => 'code' in attempt);
    if (found && 'ip' in found) {
      result.places.push(found);
      taken.add(`${found.vswitchId}/${found.ip}`);
      add(load, found.vswitchId);
    } else if (failed && 'code' in failed) {
      result.shortage = failed;
      add(load, candidates[0]?.id ?? '');
    }
  }
  return result;
}

const add = (load: Map<string, number>, id: string) => load.set(id, (load.get(id) ?? 0) + 1);

function placeIn(
  world: World,
  pool: Pool,
  vswitch: VSwitch,
  taken: Set<string>,
): Place | { code: string; message: string } {
  const types = pool.spec.scaling_group.instance_types;
  const instanceType = types.find((type) => !soldOut(world.faults(), vswitch.zone, type));
  if (!instanceType) {
    return {
      code: 'OperationDenied.NoStock',
      message: `The requested resource is sold out in the specified zone ${vswitch.zone}: ${types.join(', ')}. Try other types of resources or other regions and zones.`,
    };
  }
  const ip = world.faults().ipNotEnough ? undefined : freeAddress(vswitch, taken);
  if (!ip) {
    return {
      code: 'InvalidVSwitchId.IpNotEnough',
      message: `The specified VSwitch ${vswitch.id} does not have enough IP addresses.`,
    };
  }
  return { id: resourceId('i', vswitch.region), zone: vswitch.zone, vswitchId: vswitch.id, instanceType, ip };
}

function freeAddress(vswitch: VSwitch, taken: Set<string>): string | undefined {
  const block = parseCidr(vswitch.cidr);
  if (!block) return undefined;
  for (let n = 1; n <= block.size - RESERVED; n++) {
    const ip = addressAt(block, n);
    if (!taken.has(`${vswitch.id}/${ip}`)) return ip;
  }
  return undefined;
}

function accountRefusal(world: World): Placement['shortage'] | undefined {
  const faults = world.faults();
  if (faults.insufficientBalance) {
    return { code: 'InvalidAccountStatus.NotEnoughBalance', message: 'Your account does not have enough balance.' };
  }
  if (faults.quotaExceeded) {
    return {
      code: 'QuotaExceeded.ElasticQuota',
      message: 'The number of the specified ECS instances has exceeded the quota of the specified instance type.',
    };
  }
  return undefined;
}

/** The fault of a task that could not find every place: it fails while its last nodes join. */
export function shortageFault(stages: { name: string }[], shortage: Placement['shortage']): TaskFault | undefined {
  return shortage && { kind: 'fail', stage: stages.length - 1, ...shortage };
}

/** Stores the nodes of a task: one after another they show from `CreateInstances` on, and are Ready before the task ends or fails. */
export function bringNodes(world: World, pool: Pool, task: Task, places: Place[]): void {
  const first = task.stages.findIndex(({ name }) => name === 'CreateInstances');
  const from = secondsBefore(task, first);
  const until = secondsBefore(task, task.stages.length - 1) + (task.stages.at(-1)?.seconds ?? 0) / 2;
  const step = (until - from) / (2 * Math.max(1, places.length));
  for (const [n, spot] of places.entries()) {
    const showsAfter = from + n * step;
    const readyAfter = showsAfter + (until - from) / 2;
    world.nodes.put({
      ...spot,
      clusterId: pool.clusterId,
      poolId: pool.id,
      joinTaskId: task.id,
      showsAfter,
      readyAfter,
    });
  }
}
