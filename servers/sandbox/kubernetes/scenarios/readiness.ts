import type { Scenario } from './scenario.ts';

/** A readiness probe asks the wrong port. */
export const readiness: Scenario = {
  id: 'readiness',
  cause: 'ReadinessProbeWrongPort',
  title: { en: 'A readiness probe asks the wrong port', zh: '就绪探针端口写错' },
  break: ({ container }) =>
    container('catalog', ({ readinessProbe }) => {
      if (readinessProbe?.httpGet) readinessProbe.httpGet.port = 9090;
    }),
};
