import type { Container, PodSpec } from '../controllers/pod-kinds.ts';
import type { Draft } from '../store.ts';

/** Things that several scenarios add to the demo. */

interface Small {
  name: string;
  namespace?: string;
  image?: string;
  replicas?: number;
  container?: Partial<Container>;
  pod?: Partial<PodSpec>;
}

/** A Deployment of one small container. */
export function smallDeployment({
  name,
  namespace = 'staging',
  image = 'nginx:1.27.3',
  replicas = 1,
  container,
  pod,
}: Small): Draft {
  const labels = { app: name };
  const resources = { requests: { cpu: '20m', memory: '32Mi' }, limits: { cpu: '200m', memory: '64Mi' } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image, resources, ...container }], ...pod } },
    },
  };
}

interface Ended {
  name: string;
  image: string;
  spec?: Record<string, unknown>;
  pod?: Partial<PodSpec>;
}

/** A Job of the shop, as somebody starts it by hand. */
export function reportJob({ name, image, spec, pod }: Ended): Draft {
  const container: Container = {
    name: 'report',
    image: `registry.cn-hangzhou.aliyuncs.com/${image}`,
    resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '500m', memory: '256Mi' } },
    env: [
      { name: 'DATABASE_URL', value: 'postgres://shop@orders-db:5432/orders' },
      { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'orders-db', key: 'POSTGRES_PASSWORD' } } },
    ],
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'prod', labels: { app: name } },
    spec: {
      backoffLimit: 1,
      ...spec,
      template: {
        metadata: { labels: { app: name } },
        spec: { restartPolicy: 'Never', serviceAccountName: 'reporter', containers: [container], ...pod },
      },
    },
  };
}

/** A claim, and a Deployment that uses it. */
export function claimAndUser(name: string, spec: Record<string, unknown>): [claim: Draft, user: Draft] {
  const claim = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'prod' },
    spec: { accessModes: ['ReadWriteOnce'], ...spec },
  };
  const user = smallDeployment({
    name,
    namespace: 'prod',
    container: { volumeMounts: [{ name: 'data', mountPath: '/usr/share/nginx/html' }] },
    pod: { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }] },
  });
  return [claim, user];
}

/** A volume somebody made by hand. */
export const handMadeVolume = (name: string, storage: string, more: Record<string, unknown> = {}): Draft => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    capacity: { storage },
    accessModes: ['ReadWriteOnce'],
    persistentVolumeReclaimPolicy: 'Retain',
    csi: { driver: 'diskplugin.csi.alibabacloud.com', volumeHandle: name },
    ...more,
  },
  status: { phase: 'Available' },
});

/** A quota of a namespace. */
export const quotaOf = (name: string, hard: Record<string, string>, namespace = 'prod'): Draft => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name, namespace },
  spec: { hard },
});
