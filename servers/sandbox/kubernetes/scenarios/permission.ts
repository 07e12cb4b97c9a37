import type { Scenario } from './scenario.ts';

/** Redis runs as a user who may not write to its volume. */
export const permission: Scenario = {
  id: 'permission',
  cause: 'PermissionDenied',
  title: { en: 'Redis runs as a user who may not write to its volume', zh: 'Redis 的运行用户无权写入存储卷' },
  break: ({ edit }) =>
    edit('statefulsets', 'redis', ({ spec }) => {
      spec.template.spec.securityContext = { runAsUser: 1000 };
    }),
};
