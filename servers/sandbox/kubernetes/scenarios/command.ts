import type { Scenario } from './scenario.ts';

/** The command is not in the image. */
export const command: Scenario = {
  id: 'command',
  cause: 'CommandNotFound',
  title: { en: 'The command is not in the image', zh: '启动命令在镜像中不存在' },
  break: ({ container }) =>
    container('web', (each) => {
      each.command = ['nodejs', 'server.js'];
    }),
};
