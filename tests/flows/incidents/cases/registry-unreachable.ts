import type { CauseCase } from '../case.ts';
import { containerStatus, deployment, event, node, pod, waiting } from '../objects.ts';

const image = 'registry.example.com/shop/app:1.4.2';
const app = (ready = 0) => deployment('prod/app', { ready });
const pulling = (message: string) =>
  pod('prod/app-1', { phase: 'Pending', statuses: [containerStatus({ state: waiting('ErrImagePull', message) })] });
const head = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to do request: Head "https://registry.example.com/v2/shop/app/manifests/1.4.2": `;
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const registryUnreachableCase: CauseCase = {
  cause: 'RegistryUnreachable',
  firing: {
    objects: [
      node('node-a'),
      app(),
      pulling(`${head}dial tcp: lookup registry.example.com on 10.0.0.2:53: no such host`),
    ],
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: { objects: [node('node-a'), app(1), pod('prod/app-1')] },
  recovered: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1'),
      event('Pod prod/app-1', 'Failed', `Failed to pull image "${image}": ${head}dial tcp 1.2.3.4:443: i/o timeout`, {
        minutesAgo: 65,
      }),
    ],
  },
  nearest: {
    objects: [
      node('node-a'),
      app(),
      pulling(
        `${head.replace('failed to do request', 'unexpected status code')}429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit`,
      ),
    ],
    expect: { cause: 'ImageRateLimited', ...expect },
  },
  more: {
    'a connection that times out': {
      objects: [node('node-a'), app(), pulling(`${head}dial tcp 1.2.3.4:443: i/o timeout`)],
      expect: { cause: 'RegistryUnreachable', ...expect },
    },
    'a registry with a certificate that the node does not trust': {
      objects: [
        node('node-a'),
        app(),
        pulling(`${head}tls: failed to verify certificate: x509: certificate signed by unknown authority`),
      ],
      expect: { cause: 'RegistryUnreachable', ...expect },
    },
    'docker gives up waiting': {
      objects: [
        node('node-a'),
        app(),
        pulling(
          'rpc error: code = Unknown desc = Error response from daemon: Get "https://registry.example.com/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
        ),
      ],
      expect: { cause: 'RegistryUnreachable', ...expect },
    },
  },
};
