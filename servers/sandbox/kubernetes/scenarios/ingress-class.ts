import type { Scenario } from './scenario.ts';

/** An Ingress of a class nobody serves. */
export const ingressClass: Scenario = {
  id: 'ingress-class',
  cause: 'IngressClassMissing',
  title: { en: 'An Ingress of a class nobody serves', zh: 'Ingress 类不存在' },
  break: ({ edit }) =>
    edit('ingresses', 'shop', (ingress) => {
      ingress.spec = { ...(ingress.spec as object), ingressClassName: 'traefik' };
    }),
};
