import { smallDeployment } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** Docker Hub limits the pulls. */
export const rateLimit: Scenario = {
  id: 'rate-limit',
  cause: 'ImageRateLimited',
  title: { en: 'Docker Hub limits the pulls', zh: 'Docker Hub 拉取限流' },
  break: ({ world, make }) => {
    world('registries', 'docker.io', 'rate-limited');
    make('deployments', smallDeployment({ name: 'promo' }));
  },
};
