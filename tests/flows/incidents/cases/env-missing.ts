import type { CauseCase } from '../case.ts';
import {
  container,
  containerStatus,
  deployment,
  endpoints,
  object,
  pod,
  replicaSet,
  running,
  service,
  terminated,
  waiting,
} from '../objects.ts';

const app = { kind: 'Deployment', namespace: 'prod', name: 'app' };
const crashing = (containers = [container()]) =>
  pod('prod/app-1', {
    containers,
    statuses: [
      containerStatus({
        state: waiting('CrashLoopBackOff', 'back-off 2m40s restarting failed container=app pod=app-1_prod'),
        lastState: terminated(1),
        restartCount: 6,
      }),
    ],
  });
const LOG =
  'Traceback (most recent call last):\n  File "/app/main.py", line 7, in <module>\n    url = os.environ["DATABASE_URL"]\nKeyError: \'DATABASE_URL\'\n';
const filled = container({ env: [{ name: 'DATABASE_URL', value: 'postgres://db.example.com/shop' }] });

export const envMissingCase: CauseCase = {
  cause: 'EnvMissing',
  firing: {
    objects: [deployment('prod/app', { ready: 0 }), crashing()],
    logs: { 'prod/app-1/app': LOG },
    expect: { object: app, confidence: 'proven' },
  },
  healthy: { objects: [deployment('prod/app', { containers: [filled] }), pod('prod/app-1', { containers: [filled] })] },
  recovered: {
    objects: [
      deployment('prod/app', { containers: [filled] }),
      pod('prod/app-1', {
        containers: [filled],
        statuses: [
          containerStatus({ state: running(90), lastState: terminated(1, { endedAgo: 91 }), restartCount: 4 }),
        ],
      }),
    ],
    logs: { 'prod/app-1/app.previous': LOG, 'prod/app-1/app': 'listening on :8080\n' },
  },
  // The variable is there: the program's word is not enough, and its crash is its own.
  nearest: {
    objects: [deployment('prod/app', { ready: 0, containers: [filled] }), crashing([filled])],
    logs: { 'prod/app-1/app': LOG },
    expect: { cause: 'AppCrash', object: app },
  },
  more: {
    'is likely where a Secret that cannot be looked at may hold it': {
      objects: [
        deployment('prod/app', { ready: 0, containers: [container({ envFrom: [{ secretRef: { name: 'app' } }] })] }),
        crashing([container({ envFrom: [{ secretRef: { name: 'app' } }] })]),
      ],
      logs: { 'prod/app-1/app': 'Error: environment variable API_TOKEN is required\n' },
      unknown: ['Secret'],
      expect: { cause: 'EnvMissing', object: app, confidence: 'likely' },
    },
    'is proven where the ConfigMap of all variables lacks it': {
      objects: [
        deployment('prod/app', { ready: 0, containers: [container({ envFrom: [{ configMapRef: { name: 'app' } }] })] }),
        crashing([container({ envFrom: [{ configMapRef: { name: 'app' } }] })]),
        object('v1', 'ConfigMap', 'prod/app', { data: { OTHER: 'x' } }),
      ],
      logs: { 'prod/app-1/app': 'panic: env REDIS_ADDR is not set\n\ngoroutine 1 [running]:\nmain.main()\n' },
      expect: { cause: 'EnvMissing', object: app, confidence: 'proven' },
    },
    'is proven where it is set to nothing': {
      objects: [
        deployment('prod/app', { ready: 0, containers: [container({ env: [{ name: 'PORT_NAME', value: '' }] })] }),
        crashing([container({ env: [{ name: 'PORT_NAME', value: '' }] })]),
      ],
      logs: { 'prod/app-1/app': 'entrypoint.sh: line 3: PORT_NAME: parameter null or not set\n' },
      expect: { cause: 'EnvMissing', object: app, confidence: 'proven' },
    },
    'is likely without a log where the last change took it away, and going back is offered': {
      objects: [
        deployment('prod/app', { replicas: 1, ready: 1 }),
        replicaSet('prod/app-1111', { deployment: 'app', revision: 0, template: { spec: { containers: [filled] } } }),
        pod('prod/app-0', { owner: { kind: 'ReplicaSet', name: 'app-1111' }, containers: [filled] }),
        crashing(),
      ],
      expect: { cause: 'EnvMissing', object: app, confidence: 'likely', remedies: ['roll-back'], also: ['BadRollout'] },
    },
    'is likely where an alert fires and the last change took an address away': {
      objects: [
        deployment('prod/app'),
        replicaSet('prod/app-1111', {
          deployment: 'app',
          revision: 0,
          replicas: 0,
          template: { spec: { containers: [container({ env: [{ name: 'CART_ADDR', value: 'cart:8080' }] })] } },
        }),
        pod('prod/app-1'),
        deployment('prod/cart'),
        pod('prod/cart-1'),
        service('prod/cart', { ports: [{ port: 8080, targetPort: 8080 }] }),
        endpoints('prod/cart', ['cart-1']),
      ],
      alerts: [{ labels: { alertname: 'HighErrorRate', namespace: 'prod' }, annotations: {} }],
      expect: { cause: 'EnvMissing', object: app, confidence: 'likely', remedies: ['roll-back'] },
    },
  },
};
