import { handMadeVolume } from './parts.ts';
import type { Scenario } from './scenario.ts';

/** An app was deleted; its load balancer and its disk were not. */
export const leftBehind: Scenario = {
  id: 'left-behind',
  cause: 'LeftBehind',
  onlyInReport: true,
  title: { en: 'A load balancer and a disk that nobody uses any more', zh: '无人再用的负载均衡和云盘' },
  break: ({ make }) => {
    make('persistentvolumes', handMadeVolume('old-blog-data', '200Gi', { storageClassName: 'alicloud-disk-essd' }));
    make('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'old-blog', namespace: 'staging', labels: { app: 'old-blog' } },
      spec: {
        type: 'LoadBalancer',
        selector: { app: 'old-blog' },
        ports: [{ name: 'http', port: 80, targetPort: 80 }],
      },
    });
  },
};
