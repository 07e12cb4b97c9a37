import { z } from 'zod';
import { anywhere } from '../cloud/sdk.ts';
import { taskState } from '../cloud/values.ts';
import { writeTool } from '../tool.ts';

export const taskCancel = writeTool({
  name: 'task_cancel',
  title: 'Cancel a cloud task',
  description: 'Stops a running task of the cloud; what it has done so far stays. A task that has ended is left alone.',
  destructive: true,
  input: { taskId: z.string() },
  output: { taskId: z.string(), state: z.string() },
  say: ({ taskId, state }) => `Task ${taskId}: ${state}.`,
  preview: ({ taskId }) => ({ taskId }),
  async run({ taskId }, { cloud }) {
    const task = await cloud.cs.read(anywhere, (client) => client.describeTaskInfo(taskId));
    const state = taskState(task.state);
    if (state !== 'running' && state !== 'paused') return { taskId, state };
    /** https://api.alibabacloud.com/document/CS/2015-12-15/CancelTask */
    await cloud.cs.write(anywhere, async (client) => ({ body: await client.cancelTask(taskId) }));
    return { taskId, state: 'canceling' };
  },
});
