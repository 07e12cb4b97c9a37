import { z } from 'zod';
import { listTasks, taskFields, tasksOf } from '../cloud/tasks.ts';
import { nextToken, taskStates } from '../cloud/values.ts';
import { readTool } from '../tool.ts';

export const taskList = readTool({
  name: 'task_list',
  title: "List a cluster's cloud tasks",
  description:
    'What the cloud has done and is doing with a cluster, newest first; the newest under way with its stage and percentage.',
  input: {
    clusterId: z.string(),
    state: taskStates.optional(),
    type: z.string().optional(),
    /** Id of what they work on, such as a node pool. */
    target: z.string().optional(),
    /** Only those that are newer than this task. */
    after: z.string().optional(),
    nextToken,
  },
  output: { items: z.array(z.object(taskFields)), nextToken: z.string().optional() },
  say: ({ items }) => items.map(({ taskId, type, state }) => `${type} ${taskId}: ${state}`).join('; ') || 'No task.',
  async run({ clusterId, state, type, target, after, nextToken: token = '1' }, { cloud }) {
    const { items, ...rest } = await listTasks(cloud, clusterId, Number(token));
    const known = items.findIndex(({ taskId }) => taskId === after);
    const newer = known < 0 ? items : items.slice(0, known);
    const wanted = newer.filter((task) => state === undefined || task.state === state);
    return { items: await tasksOf(cloud, wanted, { type, target }), ...rest };
  },
});
