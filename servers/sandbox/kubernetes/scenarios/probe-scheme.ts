import type { Scenario } from './scenario.ts';

/** A liveness probe speaks HTTPS to an HTTP port. */
export const probeScheme: Scenario = {
  id: 'probe-scheme',
  cause: 'LivenessProbeWrongProtocol',
  title: { en: 'A liveness probe speaks HTTPS to an HTTP port', zh: '存活探针用 HTTPS 访问 HTTP 端口' },
  break: ({ container }) =>
    container('web', ({ livenessProbe }) => {
      if (livenessProbe?.httpGet) livenessProbe.httpGet.scheme = 'HTTPS';
    }),
};
