import { smallDeployment } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** A new program crashes from its first release on. */
export const firstRelease: Scenario = {
  id: 'first-release',
  cause: 'AppCrash',
  title: { en: 'A new program crashes from its first release on', zh: '新应用首个版本即崩溃' },
  break: ({ make }) =>
    make(
      'deployments',
      smallDeployment({
        name: 'reviews',
        namespace: 'prod',
        image: 'registry.cn-hangzhou.aliyuncs.com/shop/reviews:1.0.0',
        container: {
          resources: { requests: { cpu: '50m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
        },
      }),
    ),
};
