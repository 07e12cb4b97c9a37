import type { Scenario } from './scenario.ts';

/** An image for another CPU architecture. */
export const arch: Scenario = {
  id: 'arch',
  cause: 'ImageArchMismatch',
  title: { en: 'An image for another CPU architecture', zh: '镜像的 CPU 架构不符' },
  break: ({ image }) => image('app-xyz', 'shop/app-xyz:1.4.2-arm64'),
};
