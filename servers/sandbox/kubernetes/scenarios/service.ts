import type { Scenario } from './scenario.ts';

/** A Service selects pods that do not exist. */
export const service: Scenario = {
  id: 'service',
  cause: 'ServiceSelectorMismatch',
  title: { en: 'A Service selects pods that do not exist', zh: 'Service 的选择器没有匹配的 Pod' },
  break: ({ edit }) =>
    edit('services', 'catalog', ({ spec }) => {
      spec.selector = { app: 'catalogue' };
    }),
};
