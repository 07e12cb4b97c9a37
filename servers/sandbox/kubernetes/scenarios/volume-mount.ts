import type { Scenario } from './scenario.ts';

/** A folder of the node that is not there. */
export const volumeMount: Scenario = {
  id: 'volume-mount',
  cause: 'VolumeMountFailed',
  title: { en: 'A folder of the node that is not there', zh: '挂载的节点目录不存在' },
  break: ({ podSpec }) =>
    podSpec('payments', (spec) => {
      spec.volumes = [
        ...(spec.volumes ?? []),
        { name: 'shared', hostPath: { path: '/mnt/shared', type: 'Directory' } },
      ];
    }),
};
