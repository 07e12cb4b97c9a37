import type { Scenario } from './scenario.ts';

/**
 * An operator of long ago still lists ServiceCIDRs by the beta version of 1.31. That 1.37 serves it no more follows from
 * the usual six releases: https://kubernetes.io/docs/reference/using-api/deprecation-policy/
 */
export const oldApi: Scenario = {
  id: 'old-api',
  cause: 'DeprecatedAPI',
  onlyInReport: true,
  title: { en: 'A client still calls an API that is on its way out', zh: '仍有客户端调用即将移除的 API' },
  break: ({ context, world }) =>
    world('oldCalls', 'networking.k8s.io/v1beta1/servicecidrs', { removedIn: '1.37', since: context.now() }),
};
