import { smallDeployment } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** More copies than nodes, and each wants the same port of its node. */
export const hostPort: Scenario = {
  id: 'host-port',
  cause: 'HostPortConflict',
  title: {
    en: 'More copies than nodes, and each wants the same port of its node',
    zh: '副本数多于节点且占用同一主机端口',
  },
  break: ({ make }) =>
    make(
      'deployments',
      smallDeployment({
        name: 'promo',
        replicas: 4,
        container: { ports: [{ containerPort: 80, hostPort: 8088, protocol: 'TCP' }] },
      }),
    ),
};
