import type { Scenario } from './scenario.ts';

/** A disk cannot be attached. */
export const attach: Scenario = {
  id: 'attach',
  cause: 'VolumeAttachFailed',
  title: { en: 'A disk cannot be attached', zh: '云盘挂载到节点失败' },
  break: ({ world, edit }) => {
    world('components', 'attacher', 'down');
    edit('statefulsets', 'redis', ({ spec }) => {
      spec.template.metadata = { ...spec.template.metadata, annotations: { 'shop.example.com/rotated': 'yes' } };
    });
  },
};
