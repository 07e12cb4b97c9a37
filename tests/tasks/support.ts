import { createTaskRunner, type RunnerOptions, taskSpec } from '../../src/tasks/runner.ts';
import type { Task } from '../../src/tasks/types.ts';
import { temporaryStore } from '../support/store.ts';
import { type Cloud, createCloud } from './cloud.ts';

/** A runner over the real store and the pretended cloud, on a world clock a thousand times faster. */
export async function openBench() {
  const store = await temporaryStore();
  const tasks = store.collection(taskSpec);
  const cloud = createCloud();
  const errors: unknown[] = [];
  const seen: Task[] = [];
  const ended: Task[] = [];
  const runner = (change: Partial<RunnerOptions> = {}) =>
    createTaskRunner({
      tasks,
      exclusive: true,
      gateway: cloud,
      stoppedBy: async () => undefined,
      stillApproved: async () => true,
      owner: 'one',
      clock: Date.now,
      pace: 1000,
      onChange: (task) => seen.push(task),
      onEnded: (task) => ended.push(task),
      onError: (error) => errors.push(error),
      ...change,
    });
  return { store, tasks, cloud, errors, seen, ended, runner };
}

/** Everything that was made more than once. */
export function doubles({ made }: Cloud): string[] {
  const keys = made.map(({ key }) => key);
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}
