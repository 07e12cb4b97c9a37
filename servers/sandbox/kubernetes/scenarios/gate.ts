import type { Scenario } from './scenario.ts';

/** A scheduling gate that nobody opens. */
export const gate: Scenario = {
  id: 'gate',
  cause: 'SchedulingGated',
  title: { en: 'A scheduling gate that nobody opens', zh: '调度门控无人放行' },
  break: ({ podSpec }) =>
    podSpec('catalog', (spec) => {
      spec.schedulingGates = [{ name: 'shop.example.com/approved' }];
    }),
};
