import type { Scenario } from './scenario.ts';

/** A liveness probe asks for a path that is not there. */
export const probePath: Scenario = {
  id: 'probe-path',
  cause: 'LivenessProbeWrongPath',
  title: { en: 'A liveness probe asks for a path that is not there', zh: '存活探针路径写错' },
  break: ({ container }) =>
    container('catalog', ({ livenessProbe }) => {
      if (livenessProbe?.httpGet) livenessProbe.httpGet.path = '/live';
    }),
};
