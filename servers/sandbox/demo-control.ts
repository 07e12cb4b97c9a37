import { z } from 'zod';
import { findDemo, type OpenCluster, seedDemo } from './kubernetes/demo.ts';
import { scenarios } from './kubernetes/scenarios/registry.ts';
import { breakIt, findScenario, mendIt } from './kubernetes/scenarios/switch.ts';
import { clusterState } from './state.ts';
import type { World } from './world.ts';

/** What scenarios work on: a world, and a way to its clusters. */
export interface Stage {
  world: World;
  open(id: string): OpenCluster | undefined;
}

interface Reply {
  status: number;
  body: unknown;
}

const wishSchema = z.object({ scenario: z.string(), cluster: z.string().optional() });

const refused = (status: number, code: string, message: string): Reply => ({ status, body: { code, message } });

/** The demo's cluster, made when it is not there yet. */
export function demo(stage: Stage): Reply {
  const { id } = seedDemo(stage.world, stage.open);
  return { status: 200, body: { cluster: id, name: stage.world.clusters.get(id)?.name } };
}

/** All scenarios, each with where it is on. */
export function listScenarios({ world }: Stage): Reply {
  const on = (id: string) =>
    running(world).flatMap((cluster) => {
      const since = world.grounds.get(cluster.id)?.scenarios[id]?.since;
      return since === undefined ? [] : [{ cluster: cluster.id, since: new Date(since).toISOString() }];
    });
  return {
    status: 200,
    body: {
      demo: findDemo(world) ?? null,
      scenarios: scenarios.map(({ id, cause, title }) => ({ id, cause, title, on: on(id) })),
    },
  };
}

/** Switches a scenario on or off, in the named cluster, else in the demo's. */
export function switchScenario(stage: Stage, way: 'break' | 'mend', text: string): Reply {
  const wish = wishSchema.safeParse(parseJson(text));
  if (!wish.success)
    return refused(400, 'invalid-request', 'Send {"scenario": "oom"}, and "cluster" where it is not the demo.');
  const scenario = findScenario(wish.data.scenario);
  if (!scenario) {
    const known = scenarios.map(({ id }) => id).join(', ');
    return refused(404, 'unknown-scenario', `There is no scenario ${wish.data.scenario}. There are: ${known}.`);
  }
  const cluster = clusterFor(stage, wish.data.cluster);
  if (!cluster) return refused(404, 'unknown-cluster', `No running cluster is called ${wish.data.cluster}.`);
  try {
    const changed = (way === 'break' ? breakIt : mendIt)(cluster.motion.context, scenario);
    return {
      status: 200,
      body: {
        scenario: scenario.id,
        cause: scenario.cause,
        title: scenario.title,
        cluster: cluster.id,
        on: way === 'break',
        changed,
      },
    };
  } catch (error) {
    return refused(409, 'scenario-impossible', error instanceof Error ? error.message : String(error));
  }
}

const running = (world: World) =>
  world.clusters.list().filter((cluster) => ['running', 'upgrading'].includes(clusterState(world, cluster)));

function clusterFor(stage: Stage, wanted: string | undefined): OpenCluster | undefined {
  if (wanted === undefined) return seedDemo(stage.world, stage.open);
  const found = running(stage.world).find(({ id, name }) => id === wanted || name === wanted);
  return found && stage.open(found.id);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
