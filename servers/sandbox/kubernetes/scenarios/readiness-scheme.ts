import type { Scenario } from './scenario.ts';

/** A readiness probe speaks HTTPS to an HTTP port. */
export const readinessScheme: Scenario = {
  id: 'readiness-scheme',
  cause: 'ReadinessProbeWrongProtocol',
  title: { en: 'A readiness probe speaks HTTPS to an HTTP port', zh: '就绪探针用 HTTPS 访问 HTTP 端口' },
  break: ({ container }) =>
    container('payments', ({ readinessProbe }) => {
      if (readinessProbe?.httpGet) readinessProbe.httpGet.scheme = 'HTTPS';
    }),
};
