import { demo, listScenarios, type Stage, switchScenario } from './demo-control.ts';
import { faultsSchema } from './faults.ts';
import { addonState, clusterState, liveAddons, livePools, poolStatus } from './state.ts';
import { currentVersion, progressOf } from './tasks.ts';
import type { World } from './world.ts';

/** Answers `/_sandbox/...`: what tests and operators do to the world itself. Undefined for what is not there. */
export function control(
  stage: Stage,
  { method, path, body }: { method: string; path: string; body: string },
): { status: number; body: unknown } | undefined {
  const { world } = stage;
  switch (`${method} ${path}`) {
    case 'POST /_sandbox/demo':
      return demo(stage);
    case 'GET /_sandbox/scenarios':
      return listScenarios(stage);
    case 'POST /_sandbox/break':
      return switchScenario(stage, 'break', body);
    case 'POST /_sandbox/mend':
      return switchScenario(stage, 'mend', body);
    case 'GET /_sandbox/faults':
      return { status: 200, body: world.faults() };
    case 'PUT /_sandbox/faults':
      return setFaults(world, body);
    case 'GET /_sandbox/state':
      return { status: 200, body: snapshot(world) };
    case 'POST /_sandbox/reset':
      world.reset();
      return { status: 200, body: {} };
    default:
      return undefined;
  }
}

function setFaults(world: World, body: string) {
  const parsed = faultsSchema.safeParse(parseJson(body));
  if (!parsed.success) return { status: 400, body: { code: 'invalid-faults', message: parsed.error.message } };
  world.setFaults(parsed.data);
  return { status: 200, body: parsed.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The world as it stands; `accepted` counts the calls that took effect, by action. */
function snapshot(world: World) {
  const clusters = world.clusters.list().filter((cluster) => clusterState(world, cluster) !== 'deleted');
  return {
    now: new Date(world.now()).toISOString(),
    clusters: clusters.map((cluster) => ({
      id: cluster.id,
      name: cluster.name,
      region: cluster.region,
      state: clusterState(world, cluster),
      version: currentVersion(world, cluster),
      tags: Object.fromEntries(cluster.tags.map(({ key, value }) => [key, value])),
      nodePools: livePools(world, cluster.id).map((pool) => ({
        id: pool.id,
        name: pool.spec.nodepool_info.name,
        desiredSize: pool.desiredSize,
        ...poolStatus(world, pool),
      })),
      addons: liveAddons(world, cluster.id).map((addon) => ({
        name: addon.name,
        version: currentVersion(world, addon),
        state: addonState(world, addon),
      })),
      tasks: world.tasks
        .list(cluster.id)
        .map((task) => ({ id: task.id, type: task.type, state: progressOf(task, world.now()).state })),
    })),
    vpcs: world.vpcs.list().map((vpc) => ({
      id: vpc.id,
      name: vpc.name,
      cidr: vpc.cidr,
      vswitches: world.vswitches.list(vpc.id).map(({ id, zone, cidr, name }) => ({ id, zone, cidr, name })),
    })),
    accepted: world.accepted(),
  };
}
