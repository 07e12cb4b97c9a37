import type { Draft } from '../store.ts';
import type { Context } from './context.ts';
import type { Controller } from './engine.ts';

/** Gives a new cluster what every cluster has, and each namespace its ServiceAccount and root certificate. */
export function namespaces(context: Context): Controller {
  return {
    name: 'namespace',
    concerns: ({ plural, object, type }) => {
      if (plural === 'namespaces' && type !== 'DELETED') return [object.metadata.name];
      const standard = ['serviceaccounts', 'configmaps'].includes(plural) && type === 'DELETED';
      return standard && object.metadata.namespace ? [object.metadata.namespace] : [];
    },
    reconcile: (name) => {
      if (name === '') {
        for (const [plural, draft] of STANDARD) put(context, plural, draft);
        return undefined;
      }
      const namespace = context.read.get('namespaces', undefined, name);
      if (!namespace || namespace.metadata.deletionTimestamp) return undefined;
      put(context, 'serviceaccounts', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: name },
      });
      put(context, 'configmaps', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kube-root-ca.crt', namespace: name },
        data: { 'ca.crt': 'The sandbox speaks plain HTTP: there is no certificate.\n' },
      });
      return undefined;
    },
  };
}

/** Creates what is not there. */
export function put(context: Context, plural: string, draft: Draft): void {
  const { namespace, name = '' } = draft.metadata;
  if (!context.store.get(plural, namespace, name)) context.store.create(plural, draft);
}

const namespace = (name: string): [string, Draft] => [
  'namespaces',
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  },
];

/** The classes that ACK's CSI plug-in installs: https://help.aliyun.com/zh/ack/ack-managed-and-ack-dedicated/user-guide/disk-volume-overview */
const storageClass = (name: string, type: string, mode: 'Immediate' | 'WaitForFirstConsumer'): [string, Draft] => [
  'storageclasses',
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'diskplugin.csi.alibabacloud.com',
    parameters: { type },
    reclaimPolicy: 'Delete',
    volumeBindingMode: mode,
    allowVolumeExpansion: true,
  },
];

const priority = (name: string, value: number): [string, Draft] => [
  'priorityclasses',
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name }, value, globalDefault: false },
];

const STANDARD: [string, Draft][] = [
  namespace('default'),
  namespace('kube-system'),
  namespace('kube-public'),
  namespace('kube-node-lease'),
  storageClass('alicloud-disk-essd', 'cloud_essd', 'Immediate'),
  storageClass('alicloud-disk-ssd', 'cloud_ssd', 'Immediate'),
  storageClass('alicloud-disk-efficiency', 'cloud_efficiency', 'Immediate'),
  storageClass('alicloud-disk-topology-alltype', 'cloud_essd,cloud_ssd,cloud_efficiency', 'WaitForFirstConsumer'),
  priority('system-node-critical', 2_000_001_000),
  priority('system-cluster-critical', 2_000_000_000),
  [
    'ingressclasses',
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'nginx' },
      spec: { controller: 'k8s.io/ingress-nginx' },
    },
  ],
  [
    'services',
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { component: 'apiserver', provider: 'kubernetes' },
      },
      spec: {
        type: 'ClusterIP',
        clusterIP: '192.168.0.1',
        clusterIPs: ['192.168.0.1'],
        ports: [{ name: 'https', port: 443, targetPort: 6443, protocol: 'TCP' }],
      },
    },
  ],
];
