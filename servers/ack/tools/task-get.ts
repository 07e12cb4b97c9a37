import { z } from 'zod';
import { describeTask, taskFields } from '../cloud/tasks.ts';
import { taskStates } from '../cloud/values.ts';
import { readTool } from '../tool.ts';

export const taskGet = readTool({
  name: 'task_get',
  title: 'Get a cloud task',
  description: 'How far a task of the cloud is: its state, stage, percentage and, when it failed, why.',
  input: { taskId: z.string() },
  output: {
    ...taskFields,
    clusterId: z.string().optional(),
    /** Id of what it works on, such as a node pool. */
    target: z.string().optional(),
    stages: z.array(
      z.object({
        state: taskStates,
        message: z.string().optional(),
        startedAt: z.string().optional(),
        endedAt: z.string().optional(),
      }),
    ),
  },
  say: ({ type, state, stage, error }) => [`${type}: ${state}`, stage, error?.message].filter(Boolean).join(', '),
  run: ({ taskId }, { cloud }) => describeTask(cloud, taskId),
});
