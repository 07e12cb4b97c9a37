import { smallDeployment } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** An image that runs as root where root is not allowed. */
export const nonRoot: Scenario = {
  id: 'non-root',
  cause: 'SecurityContextRejected',
  title: { en: 'An image that runs as root where root is not allowed', zh: '不允许 root 而镜像以 root 运行' },
  break: ({ make }) =>
    make('deployments', smallDeployment({ name: 'promo', pod: { securityContext: { runAsNonRoot: true } } })),
};
