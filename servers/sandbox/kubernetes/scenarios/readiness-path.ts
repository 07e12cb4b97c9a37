import type { Scenario } from './scenario.ts';

/** A release has moved its health page. */
export const readinessPath: Scenario = {
  id: 'readiness-path',
  cause: 'ReadinessProbeWrongPath',
  title: { en: 'A release has moved its health page', zh: '新版本移动了健康检查路径' },
  break: ({ image }) => image('web', 'shop/web:5.1.0'),
};
