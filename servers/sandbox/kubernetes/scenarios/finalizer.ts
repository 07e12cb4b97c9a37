import type { Scenario } from './scenario.ts';

/** A finalizer whose owner is gone keeps an object. */
export const finalizer: Scenario = {
  id: 'finalizer',
  cause: 'FinalizerStuck',
  title: { en: 'A finalizer whose owner is gone keeps an object', zh: '无主的 finalizer 卡住了删除' },
  break: ({ make, drop }) => {
    const metadata = { name: 'old-exports', namespace: 'staging', finalizers: ['backup.example.com/snapshot'] };
    make('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { state: 'archived' } });
    drop('configmaps', ['staging', 'old-exports']);
  },
};
