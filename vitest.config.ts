import { defineConfig } from 'vitest/config';

/** Three layers: `unit` is fast and local, `e2e` drives real processes and a real browser, `mongo` needs a MongoDB. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/e2e/**', 'tests/mongo/**'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
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
