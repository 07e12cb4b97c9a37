import { z } from 'zod';
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
export async function openTaskOf(cloud: Cloud, clusterId: string, wanted: { type: string; target: string }) {
  const { items } = await listTasks(cloud, clusterId);
  for (const task of items.filter((each) => each.type === wanted.type && isOpen(each))) {
    const { target } = await describeTask(cloud, task.taskId);
    if (target === wanted.target) return task;
  }
  return undefined;
}

/** True for a task that has not ended. */
export function isOpen({ state }: { state: z.infer<typeof taskStates> }): boolean {
  return state === 'running' || state === 'paused';
}
