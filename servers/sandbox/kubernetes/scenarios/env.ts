import type { Scenario } from './scenario.ts';

/** A variable that the app needs is not set. */
export const env: Scenario = {
  id: 'env',
  cause: 'EnvMissing',
  title: { en: 'A variable that the app needs is not set', zh: '缺少应用必需的环境变量' },
  break: ({ container }) =>
    container('app-xyz', (each) => {
      each.env = (each.env ?? []).filter(({ name }) => name !== 'SESSION_SECRET');
    }),
};
