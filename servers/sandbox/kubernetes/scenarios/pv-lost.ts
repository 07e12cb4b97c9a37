import type { Scenario } from './scenario.ts';

/** The volume behind a claim was deleted. */
export const pvLost: Scenario = {
  id: 'pv-lost',
  cause: 'PVLost',
  title: { en: 'The volume behind a claim was deleted', zh: '存储卷被删除' },
  break: ({ context, drop }) => {
    const claim = context.read.get('persistentvolumeclaims', 'prod', 'data-redis-0');
    drop('persistentvolumes', [undefined, claim?.spec.volumeName ?? '']);
  },
};
