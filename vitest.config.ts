import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const MODEL = 'tests/support/model-setup.ts';

/**
 * `unit` is fast and local; `long` is local too, and too thorough to wait for (`*.long.test.ts`); `e2e` drives real processes and a
 * real browser; `mongo` needs a MongoDB. With `MODEL=slow`, `failing` or `rubbish` the bots of unit and e2e have such a language model.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/e2e/**', 'tests/mongo/**', 'tests/**/*.long.test.ts'],
          testTimeout: 20_000,
          globalSetup: MODEL,
          // Much is waiting, and loading the same modules anew for each file took a third of the time: files of one worker share
          // them, so no file may leave anything behind (fake timers, environment, working folder).
          isolate: false,
          maxWorkers: Math.max(2, availableParallelism() - 1),
        },
      },
      { test: { name: 'long', include: ['tests/**/*.long.test.ts'], testTimeout: 120_000 } },
      {
        test: {
          name: 'e2e',
          globalSetup: MODEL,
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      { test: { name: 'mongo', include: ['tests/mongo/**/*.test.ts'], testTimeout: 60_000, fileParallelism: false } },
    ],
  },
});
