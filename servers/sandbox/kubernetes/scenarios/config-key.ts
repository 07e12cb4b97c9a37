import type { Scenario } from './scenario.ts';

/** A key that is not in the ConfigMap. */
export const configKey: Scenario = {
  id: 'config-key',
  cause: 'ConfigMapKeyMissing',
  title: { en: 'A key that is not in the ConfigMap', zh: 'ConfigMap 中缺少键' },
  break: ({ container }) =>
    container('app-xyz', (each) => {
      const configMapKeyRef = { name: 'app-xyz-config', key: 'CURRENCY' };
      each.env = [...(each.env ?? []), { name: 'CURRENCY', valueFrom: { configMapKeyRef } }];
    }),
};
