import type { CauseCase } from '../case.ts';
import { container, containerStatus, deployment, event, node, object, pod, replicaSet, waiting } from '../objects.ts';

const image = 'registry.example.com/shop/app:nope';
const wrong = container({ image });
const app = (containers = [wrong], ready = 0) => deployment('prod/app', { containers, ready });
const pulling = (reason: string, message: string, containers = [wrong]) =>
  pod('prod/app-1', { containers, phase: 'Pending', statuses: [containerStatus({ state: waiting(reason, message) })] });

const notFound = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;

export const imageNotFoundCase: CauseCase = {
  cause: 'ImageNotFound',
  firing: {
    objects: [
      node('node-a'),
      app(),
      replicaSet('prod/app-7f6d5c4b3a', {
        deployment: 'app',
        revision: 0,
        replicas: 0,
        template: { spec: { containers: [container()] } },
      }),
      pulling('ImagePullBackOff', `Back-off pulling image "${image}"`),
      event('Pod prod/app-1', 'Failed', `Failed to pull image "${image}": ${notFound}`, { count: 4 }),
    ],
    expect: {
      object: { kind: 'Deployment', namespace: 'prod', name: 'app' },
      confidence: 'proven',
      remedies: ['roll-back'],
    },
  },
  healthy: { objects: [node('node-a'), app([container()], 1), pod('prod/app-1')] },
  recovered: {
    objects: [
      node('node-a'),
      app([container()], 1),
      pod('prod/app-1'),
      event('Pod prod/app-1', 'Failed', `Failed to pull image "${image}": ${notFound}`, { minutesAgo: 70 }),
      event('Pod prod/app-1', 'Failed', 'Error: ErrImagePull', { minutesAgo: 70 }),
    ],
  },
  // A refusal, not an absence: the tag is there for those who may pull it.
  nearest: {
    objects: [
      node('node-a'),
      app(),
      pulling(
        'ErrImagePull',
        `failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized`,
      ),
    ],
    expect: { cause: 'ImagePullUnauthorized', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
  },
  more: {
    'the message of 1.32 and later is enough without events': {
      objects: [
        node('node-a'),
        app(),
        pulling('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${notFound}`),
      ],
      unknown: ['Event'],
      expect: {
        cause: 'ImageNotFound',
        object: { kind: 'Deployment', namespace: 'prod', name: 'app' },
        confidence: 'proven',
      },
    },
    'a name that is none is an image that does not exist': {
      objects: [
        node('node-a'),
        object('apps/v1', 'StatefulSet', 'prod/db', {
          spec: { replicas: 1, template: { spec: { containers: [wrong] } } },
        }),
        pod('prod/db-0', {
          owner: { kind: 'StatefulSet', name: 'db' },
          containers: [container({ image: 'shop/App:1.0:2' })],
          phase: 'Pending',
          statuses: [
            containerStatus({
              state: waiting(
                'InvalidImageName',
                'Failed to apply default image tag "shop/App:1.0:2": couldn\'t parse image name "shop/App:1.0:2": invalid reference format',
              ),
            }),
          ],
        }),
      ],
      expect: { cause: 'ImageNotFound', object: { kind: 'StatefulSet', namespace: 'prod', name: 'db' } },
    },
    'Docker Hub refuses what does not exist: without a pull secret it is likely the name': {
      objects: [
        node('node-a'),
        app([container({ image: 'ngnix' })]),
        pulling(
          'ErrImagePull',
          'failed to pull and unpack image "docker.io/library/ngnix:latest": failed to resolve reference "docker.io/library/ngnix:latest": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
          [container({ image: 'ngnix' })],
        ),
      ],
      expect: {
        cause: 'ImageNotFound',
        object: { kind: 'Deployment', namespace: 'prod', name: 'app' },
        confidence: 'likely',
      },
    },
    'that it does not come is all that is known: likely the name': {
      objects: [node('node-a'), app(), pulling('ImagePullBackOff', `Back-off pulling image "${image}"`)],
      unknown: ['Event'],
      expect: {
        cause: 'ImageNotFound',
        object: { kind: 'Deployment', namespace: 'prod', name: 'app' },
        confidence: 'likely',
      },
    },
    'docker says manifest unknown': {
      objects: [
        node('node-a'),
        app(),
        pulling(
          'ErrImagePull',
          `rpc error: code = Unknown desc = Error response from daemon: manifest for ${image} not found: manifest unknown: manifest unknown`,
        ),
      ],
      expect: { cause: 'ImageNotFound', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
    },
    'CRI-O says manifest unknown': {
      objects: [
        node('node-a'),
        app(),
        pulling('ErrImagePull', `reading manifest nope in registry.example.com/shop/app: manifest unknown`),
      ],
      expect: { cause: 'ImageNotFound', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
    },
    'an image that must be on the node and is not': {
      objects: [
        node('node-a'),
        app(),
        pulling('ErrImageNeverPull', `Container image "${image}" is not present with pull policy of Never`),
      ],
      expect: { cause: 'ImageNotFound', object: { kind: 'Deployment', namespace: 'prod', name: 'app' } },
    },
  },
};
