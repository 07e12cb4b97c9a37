import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, event, node, pod, waiting } from '../objects.ts';

const image = 'docker.io/library/redis:7';
const redis = container({ image });
const limited = `Failed to pull image "${image}": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/redis/manifests/sha256:1: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit`;
const app = (ready = 0) => deployment('prod/app', { ready, containers: [redis] });
const backingOff = pod('prod/app-1', {
  containers: [redis],
  phase: 'Pending',
  statuses: [containerStatus({ state: waiting('ImagePullBackOff', `Back-off pulling image "${image}"`) })],
});
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const imageRateLimitedCase: CauseCase = {
  cause: 'ImageRateLimited',
  firing: {
    objects: [node('node-a'), app(), backingOff, event('Pod prod/app-1', 'Failed', limited, { count: 5 })],
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), app(1), pod('prod/app-1', { containers: [redis] })] },
  recovered: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', { containers: [redis] }),
      event('Pod prod/app-1', 'Failed', limited, { minutesAgo: 61 }),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      app(),
      backingOff,
      event('Pod prod/app-1', 'Failed', `Failed to pull image "${image}": dial tcp 1.2.3.4:443: i/o timeout`),
    ],
    expect: { cause: 'RegistryUnreachable', ...expect },
  },
};
