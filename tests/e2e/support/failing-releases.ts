import type { Lane } from './healing.ts';
import { create } from './releases.ts';

/** Releases that cannot work, each in a namespace of its own. */

export interface FailingRelease {
  name: string;
  /** `NS` stands for the namespace. */
  sentence: string;
  /** A release that works, made before. */
  base?: string;
  /** Answers to what is asked on the way. */
  answers?: readonly string[];
  labels?: Record<string, string>;
  before?: (lane: Lane, namespace: string) => Promise<void>;
  /** Turned on for the whole world: not at the same time as others. */
  world?: string;
  /** What has to be said of it. */
  says: RegExp;
  ends: 'refused' | 'undone';
}

export const HOST = 'registry.cn-hangzhou.aliyuncs.com';
const GOOD = `deploy ${HOST}/shop/web:5.0.3 as app to NS with 2 replicas on port 8080 health /readyz`;

const fence = (text: string) => `deploy this to NS\n\`\`\`yaml\n${text.trim()}\n\`\`\``;

interface Spec {
  container?: string;
  pod?: string;
  spec?: string;
  image?: string;
}

/** A Deployment whose container, pod and spec get these lines. */
const deployment = ({ container = '', pod = '', spec = '', image = `${HOST}/shop/web:5.0.3` }: Spec): string =>
  fence(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: app }
spec:
  replicas: 1
${indent(spec, 2)}  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec:
      securityContext: { runAsNonRoot: true }
${indent(pod, 6)}      containers:
        - name: app
          image: ${image}
          ports: [{ name: http, containerPort: 8080 }]
          resources: { requests: { cpu: 50m, memory: 128Mi }, limits: { memory: 128Mi } }
${indent(container, 10)}`);

const indent = (text: string, by: number): string =>
  text === ''
    ? ''
    : `${text
        .split('\n')
        .map((line) => ' '.repeat(by) + line)
        .join('\n')}\n`;

const quota = (hard: Record<string, string>) => (lane: Lane, namespace: string) =>
  create(lane, `api/v1/namespaces/${namespace}/resourcequotas`, {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'compute' },
    spec: { hard },
  });

const limitRange = (lane: Lane, namespace: string) =>
  create(lane, `api/v1/namespaces/${namespace}/limitranges`, {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'sizes' },
    spec: { limits: [{ type: 'Container', max: { cpu: '200m', memory: '128Mi' } }] },
  });

const settings = (lane: Lane, namespace: string) =>
  create(lane, `api/v1/namespaces/${namespace}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { LOG_LEVEL: 'info' },
  });

export const FAILING: readonly FailingRelease[] = [
  {
    name: 'a tag that is not there',
    sentence: `deploy ${HOST}/shop/web:9.9.9 as app to NS on port 8080`,
    says: /ImagePull|ErrImage/,
    ends: 'undone',
  },
  {
    name: 'an image for another architecture',
    sentence: `deploy ${HOST}/shop/app-xyz:1.4.2-arm64 as app to NS on port 8080`,
    says: /app-/,
    ends: 'undone',
  },
  {
    name: 'a private image without its secret',
    // Of another version than the demo runs, which a node may have already.
    sentence: `deploy ${HOST}/shop-private/payments:1.9.5 as app to NS on port 8080`,
    says: /ImagePull|ErrImage/,
    ends: 'undone',
  },
  {
    name: 'an image that begins as root',
    sentence: 'deploy nginx:1.27 as app to NS on port 80',
    answers: ['Cancel'],
    says: /./,
    ends: 'refused',
  },
  {
    name: 'a program that crashes at its start',
    sentence: `deploy ${HOST}/shop/reviews:1.0.0 as app to NS on port 8080`,
    says: /CrashLoop|restart|Error/i,
    ends: 'undone',
  },
  {
    name: 'a program that needs more memory than it gets',
    sentence: `deploy ${HOST}/shop/web:5.0.3 as app to NS on port 8080 memory 24Mi`,
    says: /./,
    ends: 'undone',
  },
  {
    name: 'a port that nobody listens on',
    sentence: `deploy ${HOST}/shop/web:5.0.3 as app to NS on port 9999`,
    says: /./,
    ends: 'undone',
  },
  {
    name: 'a health page that is not there',
    sentence: `deploy ${HOST}/shop/web:5.0.3 as app to NS on port 8080 health /nowhere`,
    says: /./,
    ends: 'undone',
  },
  {
    name: 'a program that is never ready',
    sentence: deployment({
      image: `${HOST}/shop/catalog:3.3.0`,
      spec: 'progressDeadlineSeconds: 60',
      container: 'readinessProbe: { httpGet: { path: /readyz, port: http }, periodSeconds: 5 }',
    }),
    says: /./,
    ends: 'undone',
  },
  {
    name: 'a liveness probe that fails',
    sentence: deployment({
      container:
        'livenessProbe: { httpGet: { path: /nowhere, port: http }, periodSeconds: 5, failureThreshold: 1 }\nreadinessProbe: { tcpSocket: { port: http } }',
    }),
    says: /./,
    ends: 'undone',
  },
  {
    name: 'a start slower than the roll-out may take',
    sentence: deployment({
      spec: 'progressDeadlineSeconds: 30',
      container: 'readinessProbe: { tcpSocket: { port: http }, initialDelaySeconds: 300 }',
    }),
    says: /./,
    ends: 'undone',
  },
  {
    name: 'a command that is not in the image',
    sentence: deployment({ container: 'command: [nosuch]' }),
    says: /./,
    ends: 'undone',
  },
  {
    name: 'an init container that fails',
    sentence: deployment({
      pod: `initContainers: [{ name: init, image: '${HOST}/shop/reviews:1.0.0', securityContext: { runAsNonRoot: true }, resources: { requests: { cpu: 10m, memory: 128Mi }, limits: { memory: 128Mi } } }]`,
    }),
    says: /./,
    ends: 'undone',
  },
  {
    name: 'a file system it may not write to',
    sentence: deployment({
      image: 'redis:7',
      container: 'securityContext: { readOnlyRootFilesystem: true, runAsUser: 999 }',
    }),
    says: /./,
    ends: 'undone',
  },
  {
    name: 'a claim that never binds',
    sentence: fence(`
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: app }
spec:
  serviceName: app
  replicas: 2
  selector: { matchLabels: { app: app } }
  template:
    metadata: { labels: { app: app } }
    spec:
      securityContext: { runAsNonRoot: true, runAsUser: 999 }
      containers:
        - name: app
          image: redis:7
          resources: { requests: { cpu: 50m, memory: 128Mi }, limits: { memory: 128Mi } }
          volumeMounts: [{ name: data, mountPath: /data }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], selector: { matchLabels: { disk: none } }, resources: { requests: { storage: 20Gi } } }`),
    says: /./,
    ends: 'undone',
  },
  {
    name: 'a page that answers with an error',
    sentence: `deploy ${HOST}/shop/catalog:3.3.0 as app to NS on port 8080 domain NS.example.com ingress class nginx`,
    says: /500/,
    ends: 'undone',
  },
  {
    name: 'a quota without room',
    before: quota({ 'requests.cpu': '150m' }),
    sentence: `deploy ${HOST}/shop/web:5.0.3 as app to NS with 2 replicas on port 8080`,
    says: /Quota compute/,
    ends: 'refused',
  },
  {
    name: 'a LimitRange that allows less',
    before: limitRange,
    sentence: `deploy ${HOST}/shop/web:5.0.3 as app to NS on port 8080`,
    says: /LimitRange sizes/,
    ends: 'refused',
  },
  {
    name: 'a Secret that is not there',
    sentence: `deploy ${HOST}/shop/web:5.0.3 as app to NS on port 8080 secrets api-keys`,
    says: /Secret api-keys/,
    ends: 'refused',
  },
  {
    name: 'a key that is not in its ConfigMap',
    before: settings,
    sentence: deployment({
      container: 'env: [{ name: MODE, valueFrom: { configMapKeyRef: { name: settings, key: MODE } } }]',
    }),
    says: /no key MODE/,
    ends: 'refused',
  },
  {
    name: 'more CPU than any node has',
    sentence: `deploy ${HOST}/shop/web:5.0.3 as app to NS on port 8080 cpu 100`,
    says: /largest node/,
    ends: 'refused',
  },
  {
    name: 'a node that is not there',
    sentence: deployment({ pod: 'nodeSelector: { disk: nvme }' }),
    says: /disk=nvme/,
    ends: 'refused',
  },
  {
    name: 'pods that the namespace refuses',
    labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    sentence: deployment({}),
    says: /restricted/,
    ends: 'refused',
  },
  {
    name: 'something that the API server refuses',
    sentence: deployment({ spec: 'paused: maybe' }),
    says: /Deployment/,
    ends: 'refused',
  },
  {
    name: 'a privileged container',
    sentence: deployment({ container: 'securityContext: { privileged: true }' }),
    says: /privileged/,
    ends: 'refused',
  },
  {
    name: 'an update to a tag that is not there',
    base: GOOD,
    sentence: 'set app to 9.9.9 in NS',
    says: /ImagePull|ErrImage/,
    ends: 'undone',
  },
  {
    name: 'an update that has moved its health page',
    base: GOOD,
    sentence: 'set app to 5.1.0 in NS',
    says: /./,
    ends: 'undone',
  },
  {
    name: 'an update to a port that nobody listens on',
    base: GOOD,
    sentence: `deploy ${HOST}/shop/web:5.0.4 as app to NS on port 9999`,
    says: /./,
    ends: 'undone',
  },
  {
    name: 'an update with too little memory and other settings',
    base: GOOD,
    sentence: `deploy ${HOST}/shop/web:5.0.4 as app to NS memory 24Mi LOG_LEVEL=debug`,
    says: /./,
    ends: 'undone',
  },
  {
    name: 'a registry that is away',
    world: 'registry-down',
    sentence: `deploy ${HOST}/shop/reviews:1.0.1 as app to NS on port 8080`,
    says: /ImagePull|ErrImage|ProgressDeadline/,
    ends: 'undone',
  },
];
