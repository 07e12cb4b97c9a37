import type { Scenario } from './scenario.ts';

/** A liveness probe asks the wrong port. */
export const probe: Scenario = {
  id: 'probe',
  cause: 'LivenessProbeWrongPort',
  title: { en: 'A liveness probe asks the wrong port', zh: '存活探针端口写错' },
  break: ({ container }) =>
    container('checkout', ({ livenessProbe }) => {
      if (livenessProbe?.httpGet) livenessProbe.httpGet.port = 8081;
    }),
};
