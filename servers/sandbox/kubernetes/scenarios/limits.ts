import type { Scenario } from './scenario.ts';

/** A LimitRange allows less than the pods ask for. */
export const limits: Scenario = {
  id: 'limits',
  cause: 'LimitRangeViolated',
  title: { en: 'A LimitRange allows less than the pods ask for', zh: 'LimitRange 允许的上限低于 Pod 的要求' },
  break: ({ make, restart }) => {
    const limits = [{ type: 'Container', max: { memory: '128Mi' } }];
    make('limitranges', {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'small', namespace: 'prod' },
      spec: { limits },
    });
    restart('app-xyz');
  },
};
