import type { Scenario } from './scenario.ts';

/** An Ingress leads to a Service that does not exist. */
export const ingressBackend: Scenario = {
  id: 'ingress-backend',
  cause: 'IngressBackendMissing',
  title: { en: 'An Ingress leads to a Service that does not exist', zh: 'Ingress 后端 Service 不存在' },
  break: ({ edit }) =>
    edit('ingresses', 'shop', (ingress) => {
      const backend = { service: { name: 'website', port: { number: 80 } } };
      const rules = [{ host: 'shop.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
      ingress.spec = { ...(ingress.spec as object), rules };
    }),
};
