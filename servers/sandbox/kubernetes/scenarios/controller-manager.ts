import type { Scenario } from './scenario.ts';

/** The controller manager is down. */
export const controllerManager: Scenario = {
  id: 'controller-manager',
  cause: 'ControllerManagerDown',
  title: { en: 'The controller manager is down', zh: '控制器管理器停止' },
  break: ({ world, scale }) => {
    world('components', 'controller-manager', 'down');
    scale('web', 4);
  },
};
