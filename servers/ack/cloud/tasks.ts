import { z } from 'zod';
import { refusal } from '../errors.ts';
import { anywhere, type Cloud } from './sdk.ts';
import { isoTime, page, pageSize, taskState, taskStates } from './values.ts';

/** What every task tool says of a task; stage and progress are known only where the task itself was asked for. */
export const taskFields = {
  taskId: z.string(),
  type: z.string(),
  state: taskStates,
  stage: z.string().optional(),
  /** Percent of the stages that are done. */
  progress: z.number().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  createdAt: z.string().optional(),
  updatedAt: z.string().optional(),
};

/** One task with its stages. https://api.alibabacloud.com/document/CS/2015-12-15/DescribeTaskInfo */
export async function describeTask(cloud: Cloud, taskId: string) {
  const task = await cloud.cs.read(anywhere, (client) => client.describeTaskInfo(taskId));
  const state = taskState(task.state);
  const stages = (task.stages ?? []).map((stage) => ({
    state: taskState(stage.state),
    message: stage.message,
    startedAt: isoTime(stage.startTime),
    endedAt: isoTime(stage.endTime),
  }));
  const done = stages.filter((stage) => stage.state === 'success').length;
  const { code = '', message = '' } = task.error ?? {};
  return {
    taskId: task.taskId ?? taskId,
    clusterId: task.clusterId,
    target: task.target?.id,
    type: task.taskType ?? 'unknown',
    state,
    stage: task.currentStage || undefined,
    progress: state === 'success' ? 100 : stages.length > 0 ? Math.round((100 * done) / stages.length) : undefined,
    stages,
    error: code || message ? { code, message } : undefined,
    createdAt: isoTime(task.created),
    updatedAt: isoTime(task.updated),
  };
}

/**
 * A page of a cluster's tasks, newest first; the newest that has not ended says its stage and progress.
 * https://api.alibabacloud.com/document/CS/2015-12-15/DescribeClusterTasks
 */
export async function listTasks(cloud: Cloud, clusterId: string, pageNumber = 1) {
  const body = await cloud.cs.read(anywhere, (client, sdk) =>
    client.describeClusterTasks(clusterId, new sdk.DescribeClusterTasksRequest({ pageNumber, pageSize })),
  );
  const tasks = (body.tasks ?? []).map((task) => ({
    taskId: task.taskId ?? '',
    type: task.taskType ?? 'unknown',
    state: taskState(task.state),
    error: task.error?.message ? { code: task.error.code ?? '', message: task.error.message } : undefined,
    createdAt: isoTime(task.created),
    updatedAt: isoTime(task.updated),
  }));
  const open = tasks.find(isOpen);
  const { stage, progress } = open ? await describeTask(cloud, open.taskId) : {};
  return page(
    tasks.map((task) => ({ ...task, ...(task === open && { stage, progress }) })),
    pageNumber,
    body.pageInfo?.totalCount,
  );
}

/** The newest task of a type that works on something just now. */
export async function openTaskOf(cloud: Cloud, clusterId: string, wanted: TaskWish) {
  const { items } = await listTasks(cloud, clusterId);
  const [found] = await tasksOf(cloud, items.filter(isOpen), wanted);
  return found;
}

export interface TaskWish {
  type?: string | undefined;
  /** Id of what it works on; asks the cloud for each task of the type. */
  target?: string | undefined;
}

/** Those of a type, and on a target, in their order. */
export async function tasksOf<Task extends { taskId: string; type: string }>(
  cloud: Cloud,
  tasks: readonly Task[],
  { type, target }: TaskWish,
): Promise<Task[]> {
  const found: Task[] = [];
  for (const task of tasks.filter((each) => type === undefined || each.type === type))
    if (target === undefined || (await describeTask(cloud, task.taskId)).target === target) found.push(task);
  return found;
}

/**
 * What upgrades of add-ons are called among the tasks. The reference names `cluster_addon_install` only: a guess after it.
 * https://api.alibabacloud.com/document/CS/2015-12-15/DescribeTaskInfo
 */
export const ADDON_UPGRADE = 'cluster_addon_upgrade';

/** Says that work is under way of which no task is listed yet: the same call finds it a little later. */
export const notListedYet = (what: string) =>
  refusal('TIMEOUT', `${what} is being upgraded, and the cloud does not list the task of it yet`);

/** True for a task that has not ended. */
export function isOpen({ state }: { state: z.infer<typeof taskStates> }): boolean {
  return state === 'running' || state === 'paused';
}
