import type { Pool, Task, TaskFault } from './documents.ts';
import type { Faults } from './faults.ts';
import { taskId } from './ids.ts';
import type { World } from './world.ts';

type Stage = { name: string; seconds: number };

/** Stages and their simulated seconds, by the real order of events; the real durations vary by minutes. */
export const STAGES = {
  vswitchSeconds: 5,
  vpcSeconds: 3,
  clusterCreate: (options: { nat: boolean; pools: boolean }): Stage[] => [
    { name: 'CreateSecurityGroup', seconds: 15 },
    ...(options.nat ? [{ name: 'CreateNatGateway', seconds: 30 }] : []),
    { name: 'CreateLoadBalancer', seconds: 45 },
    { name: 'CreateControlPlane', seconds: 150 },
    { name: 'InstallAddons', seconds: 60 },
    ...(options.pools ? [{ name: 'CreateNodePools', seconds: 300 }] : []),
  ],
  clusterDelete: [
    { name: 'RemoveNodes', seconds: 60 },
    { name: 'DeleteAddons', seconds: 30 },
    { name: 'DeleteControlPlane', seconds: 90 },
  ],
  clusterUpgrade: [
    { name: 'PreCheck', seconds: 30 },
    { name: 'UpgradeControlPlane', seconds: 300 },
  ],
  poolCreate: (nodes: number): Stage[] => [
    { name: 'CreateScalingGroup', seconds: 20 },
    ...(nodes > 0
      ? [
          { name: 'CreateInstances', seconds: 120 },
          { name: 'JoinNodes', seconds: 160 },
        ]
      : []),
  ],
  poolScaleOut: [
    { name: 'CreateInstances', seconds: 100 },
    { name: 'JoinNodes', seconds: 140 },
  ],
  poolScaleIn: [
    { name: 'DrainNodes', seconds: 60 },
    { name: 'ReleaseInstances', seconds: 60 },
  ],
  poolUpgrade: [
    { name: 'PreCheck', seconds: 20 },
    { name: 'UpgradeNodes', seconds: 280 },
  ],
  addonInstall: (addons: number): Stage[] => [
    { name: 'PreCheck', seconds: 15 },
    { name: 'InstallAddons', seconds: Math.min(180, 45 + addons * 15) },
  ],
  addonRemove: [{ name: 'UninstallAddons', seconds: 60 }],
  update: [{ name: 'Update', seconds: 6 }],
  inspect: [{ name: 'Inspect', seconds: 60 }],
};

/** How far a task has come at a moment. */
export interface Progress {
  state: 'running' | 'success' | 'fail' | 'paused' | 'canceled';
  /** Seconds of work done; stands still when stuck, paused, cancelled or failed. */
  seconds: number;
  /** Index of the stage it is in, or ended in. */
  stage: number;
  /** When it ended. */
  endedAt?: number;
}

/** The state of a task, from what is stored and the time alone. */
export function progressOf(task: Task, now: number): Progress {
  const until = task.cancelledAt ?? task.pausedAt ?? now;
  const worked = Math.max(0, (until - task.startsAt) / 1000);
  const total = secondsBefore(task, task.stages.length);
  const limit = task.fault ? secondsBefore(task, task.fault.stage) + stageSeconds(task, task.fault.stage) / 2 : total;
  const seconds = Math.min(worked, limit);
  const stage = stageAt(task, seconds);
  const done = { seconds, stage, endedAt: task.startsAt + limit * 1000 };
  if (worked >= limit && task.fault?.kind === 'fail') return { state: 'fail', ...done };
  if (worked >= limit && !task.fault) return { state: 'success', ...done };
  if (task.cancelledAt !== undefined) return { state: 'canceled', seconds, stage, endedAt: task.cancelledAt };
  return { state: task.pausedAt === undefined ? 'running' : 'paused', seconds, stage };
}

/** Seconds of work before the stage with this index begins. */
export const secondsBefore = (task: Task, stage: number): number =>
  task.stages.slice(0, stage).reduce((sum, { seconds }) => sum + seconds, 0);

const stageSeconds = (task: Task, stage: number): number => task.stages[stage]?.seconds ?? 0;

function stageAt(task: Task, seconds: number): number {
  const next = task.stages.findIndex((_, index) => secondsBefore(task, index + 1) > seconds);
  return next === -1 ? task.stages.length - 1 : next;
}

interface NewTask {
  clusterId: string;
  type: string;
  target: { id: string; type: string };
  stages: Stage[];
  startsAt?: number;
  parentId?: string;
  instanceIds?: string[];
  fault?: TaskFault | undefined;
}

/** Stores a new task. A switched-on `taskStuck` or `taskFail` of its type is written into it; else `fault` is. */
export function startTask(world: World, { fault, ...task }: NewTask): Task {
  const now = world.now();
  const planned = switchedOn(world.faults(), task) ?? fault;
  return world.tasks.put({
    startsAt: now,
    instanceIds: [],
    ...task,
    id: taskId(),
    createdAt: now,
    ...(planned && { fault: planned }),
  });
}

function switchedOn({ taskStuck, taskFail }: Faults, task: NewTask): TaskFault | undefined {
  const indexOf = (stage: string | undefined) => {
    const index = task.stages.findIndex(({ name }) => name === stage);
    return index === -1 ? task.stages.length - 1 : index;
  };
  if (taskStuck?.taskType === task.type) return { kind: 'stuck', stage: indexOf(taskStuck.stage) };
  if (taskFail?.taskType !== task.type) return undefined;
  return { kind: 'fail', stage: indexOf(taskFail.stage), code: taskFail.code, message: taskFail.message };
}

/** The progress of a stored task; a task that is gone counts as done. */
export function progressById(world: World, id: string): Progress {
  const task = world.tasks.get(id);
  return task ? progressOf(task, world.now()) : { state: 'success', seconds: Number.POSITIVE_INFINITY, stage: 0 };
}

/** The version of one of the machines of a pool, which are upgraded one after the other: the order of them is a guess. */
export function machineVersion(world: World, pool: Pool, { at, of }: { at: number; of: number }): string {
  return pool.upgrades.reduce((version, { to, taskId }) => {
    const task = world.tasks.get(taskId);
    if (!task) return to;
    const stage = task.stages.findIndex(({ name }) => name === 'UpgradeNodes');
    const due = secondsBefore(task, stage) + (stageSeconds(task, stage) * (at + 1)) / Math.max(1, of);
    return progressOf(task, world.now()).seconds >= due ? to : version;
  }, pool.version);
}

/** A version after those of its upgrades that have succeeded. */
export function currentVersion(
  world: World,
  thing: { version: string; upgrades: { to: string; taskId: string }[] },
): string {
  const done = thing.upgrades.filter(({ taskId }) => progressById(world, taskId).state === 'success');
  return done.at(-1)?.to ?? thing.version;
}
