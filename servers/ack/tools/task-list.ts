import { z } from 'zod';
import { listTasks, taskFields } from '../cloud/tasks.ts';
import { nextToken, taskStates } from '../cloud/values.ts';
import { readTool } from '../tool.ts';

export const taskList = readTool({
  name: 'task_list',
  title: "List a cluster's cloud tasks",
  description:
    'What the cloud has done and is doing with a cluster, newest first; the newest under way with its stage and percentage.',
  input: { clusterId: z.string(), state: taskStates.optional(), nextToken },
  output: { items: z.array(z.object(taskFields)), nextToken: z.string().optional() },
  say: ({ items }) => items.map(({ taskId, type, state }) => `${type} ${taskId}: ${state}`).join('; ') || 'No task.',
  async run({ clusterId, state, nextToken: token = '1' }, { cloud }) {
    const { items, ...rest } = await listTasks(cloud, clusterId, Number(token));
    return { items: items.filter((task) => state === undefined || task.state === state), ...rest };
  },
});
