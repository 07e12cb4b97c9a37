import type { Scenario } from './scenario.ts';

/** A workload requests ten times what it uses. */
export const overRequested: Scenario = {
  id: 'over-requested',
  cause: 'OverRequested',
  onlyInReport: true,
  title: { en: 'A workload requests ten times what it uses', zh: '工作负载申请的资源是实际用量的十倍' },
  break: ({ container }) =>
    container('checkout', (checkout) => {
      checkout.resources = { requests: { cpu: '1500m', memory: '1536Mi' }, limits: { cpu: '2', memory: '2Gi' } };
    }),
};
