import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, event, node, object, pod, waiting } from '../objects.ts';

const image = 'registry.example.com/shop/app:1.4.2';
const denied = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
const app = (ready = 0) => deployment('prod/app', { ready });
const pulling = (message: string, secrets: string[] = []) =>
  pod('prod/app-1', {
    phase: 'Pending',
    spec: { imagePullSecrets: secrets.map((name) => ({ name })) },
    statuses: [containerStatus({ state: waiting('ImagePullBackOff', `Back-off pulling image "${image}"`) })],
    status: { message },
  });
const failed = (message: string) =>
  event('Pod prod/app-1', 'Failed', `Failed to pull image "${image}": ${message}`, { count: 3 });
const expect = { object: { kind: 'Deployment', namespace: 'prod', name: 'app' } };

export const imagePullUnauthorizedCase: CauseCase = {
  cause: 'ImagePullUnauthorized',
  firing: {
    objects: [node('node-a'), app(), pulling('', ['regcred']), failed(denied)],
    expect: { ...expect, confidence: 'proven' },
  },
  healthy: {
    objects: [
      node('node-a'),
      app(1),
      pod('prod/app-1', { spec: { imagePullSecrets: [{ name: 'regcred' }] } }),
      object('v1', 'Secret', 'prod/regcred', { type: 'kubernetes.io/dockerconfigjson' }),
    ],
  },
  recovered: {
    objects: [node('node-a'), app(1), pod('prod/app-1'), event('Pod prod/app-1', 'Failed', denied, { minutesAgo: 80 })],
  },
  nearest: {
    objects: [
      node('node-a'),
      app(),
      pulling(''),
      failed(`rpc error: code = NotFound desc = failed to resolve reference "${image}": ${image}: not found`),
    ],
    expect: { cause: 'ImageNotFound', ...expect },
  },
  more: {
    'a secret that is there and is not accepted is likely the wrong one': {
      objects: [
        node('node-a'),
        app(),
        pulling('', ['regcred']),
        failed(denied),
        object('v1', 'Secret', 'prod/regcred'),
      ],
      expect: { cause: 'ImagePullUnauthorized', ...expect, confidence: 'likely' },
    },
    'no credentials at all for a registry that wants some': {
      objects: [
        node('node-a'),
        app(),
        pulling(''),
        failed(
          'rpc error: code = Unknown desc = Error response from daemon: Get "https://registry.example.com/v2/shop/app/manifests/1.4.2": no basic auth credentials',
        ),
      ],
      unknown: ['Secret'],
      expect: { cause: 'ImagePullUnauthorized', ...expect, confidence: 'proven' },
    },
    'an image that the node already holds shows that the repository exists': {
      objects: [
        {
          ...node('node-a'),
          status: {
            images: [{ names: ['docker.io/shop/app:1.4.1'] }],
            conditions: [{ type: 'Ready', status: 'True' }],
          },
        },
        deployment('prod/app', { ready: 0, containers: [container({ image: 'shop/app:1.4.2' })] }),
        pod('prod/app-1', {
          containers: [container({ image: 'shop/app:1.4.2' })],
          phase: 'Pending',
          statuses: [
            containerStatus({
              state: waiting(
                'ErrImagePull',
                "Error response from daemon: pull access denied for shop/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
              ),
            }),
          ],
        }),
      ],
      expect: { cause: 'ImagePullUnauthorized', ...expect },
    },
  },
};
