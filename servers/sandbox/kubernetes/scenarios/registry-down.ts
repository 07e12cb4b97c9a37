import type { Scenario } from './scenario.ts';

/** The image registry cannot be reached. */
export const registryDown: Scenario = {
  id: 'registry-down',
  cause: 'RegistryUnreachable',
  title: { en: 'The image registry cannot be reached', zh: '镜像仓库无法访问' },
  break: ({ world, image }) => {
    world('registries', 'registry.cn-hangzhou.aliyuncs.com', 'unreachable');
    image('web', 'shop/web:5.0.4');
  },
};
