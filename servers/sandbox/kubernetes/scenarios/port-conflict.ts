import type { Scenario } from './scenario.ts';

/** A sidecar listens on the port of the app. */
export const portConflict: Scenario = {
  id: 'port-conflict',
  cause: 'PortConflict',
  title: { en: 'A sidecar listens on the port of the app', zh: '边车容器占用了应用的端口' },
  break: ({ podSpec }) =>
    podSpec('web', ({ containers }) => {
      const [web] = containers;
      if (web) containers.push({ name: 'preview', image: web.image, resources: { ...web.resources } });
    }),
};
