import { z } from 'zod';
import { anywhere } from '../cloud/sdk.ts';
import { isoTime, taskState, taskStates } from '../cloud/values.ts';
import { readTool } from '../tool.ts';

export const taskGet = readTool({
  name: 'task_get',
  title: 'Get a cloud task',
  description: 'How far a task of the cloud is: its state, stage, percentage and, when it failed, why.',
  input: { taskId: z.string() },
  output: {
    taskId: z.string(),
    clusterId: z.string().optional(),
    type: z.string(),
    state: taskStates,
    stage: z.string().optional(),
    /** Percent of the stages that are done. */
    progress: z.number().optional(),
    stages: z.array(
      z.object({
        state: taskStates,
        message: z.string().optional(),
        startedAt: z.string().optional(),
        endedAt: z.string().optional(),
      }),
    ),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
    createdAt: z.string().optional(),
    updatedAt: z.string().optional(),
  },
  say: ({ type, state, stage, error }) => [`${type}: ${state}`, stage, error?.message].filter(Boolean).join(', '),
  async run({ taskId }, { cloud }) {
    /** https://api.alibabacloud.com/document/CS/2015-12-15/DescribeTaskInfo */
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
      type: task.taskType ?? 'unknown',
      state,
      stage: task.currentStage || undefined,
      progress: state === 'success' ? 100 : stages.length > 0 ? Math.round((100 * done) / stages.length) : undefined,
      stages,
      error: code || message ? { code, message } : undefined,
      createdAt: isoTime(task.created),
      updatedAt: isoTime(task.updated),
    };
  },
});
