import type { Scenario } from './scenario.ts';

/** A typo in an image tag. */
export const image: Scenario = {
  id: 'image',
  cause: 'ImageNotFound',
  title: { en: 'A typo in an image tag', zh: '镜像标签写错' },
  break: ({ image }) => image('catalog', 'shop/catalog:3.2.O'),
};
