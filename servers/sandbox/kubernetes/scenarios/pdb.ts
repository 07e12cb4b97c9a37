import type { Scenario } from './scenario.ts';

/** A disruption budget lets no pod go. */
export const pdb: Scenario = {
  id: 'pdb',
  cause: 'PDBBlocksDrain',
  title: { en: 'A disruption budget lets no pod go', zh: '中断预算不允许驱逐任何 Pod' },
  break: ({ edit }) =>
    edit('poddisruptionbudgets', 'checkout', ({ spec }) => {
      spec.minAvailable = 2;
    }),
};
