import { z } from 'zod';
import { anywhere } from '../cloud/sdk.ts';
import { isoTime, nextToken, page, pageSize, taskState, taskStates } from '../cloud/values.ts';
import { readTool } from '../tool.ts';

export const taskList = readTool({
  name: 'task_list',
  title: "List a cluster's cloud tasks",
  description: 'What the cloud has done and is doing with a cluster, newest first.',
  input: { clusterId: z.string(), state: taskStates.optional(), nextToken },
  output: {
    items: z.array(
      z.object({
        taskId: z.string(),
        type: z.string(),
        state: taskStates,
        error: z.object({ code: z.string(), message: z.string() }).optional(),
        createdAt: z.string().optional(),
        updatedAt: z.string().optional(),
      }),
    ),
    nextToken: z.string().optional(),
  },
  say: ({ items }) => items.map(({ taskId, type, state }) => `${type} ${taskId}: ${state}`).join('; ') || 'No task.',
  async run({ clusterId, state, nextToken: token = '1' }, { cloud }) {
    /** https://api.alibabacloud.com/document/CS/2015-12-15/DescribeClusterTasks */
    const body = await cloud.cs.read(anywhere, (client, sdk) =>
      client.describeClusterTasks(
        clusterId,
        new sdk.DescribeClusterTasksRequest({ pageNumber: Number(token), pageSize }),
      ),
    );
    const tasks = (body.tasks ?? []).map((task) => ({
      taskId: task.taskId ?? '',
      type: task.taskType ?? 'unknown',
      state: taskState(task.state),
      error: task.error?.message ? { code: task.error.code ?? '', message: task.error.message } : undefined,
      createdAt: isoTime(task.created),
      updatedAt: isoTime(task.updated),
    }));
    const { items, ...rest } = page(tasks, Number(token), body.pageInfo?.totalCount);
    return { items: items.filter((task) => state === undefined || task.state === state), ...rest };
  },
});
