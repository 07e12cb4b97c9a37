import { randomUUID } from 'node:crypto';
import { isRecord, recordAt, textAt } from '../fields.ts';
import { each, fill, type Open, open } from './fill.ts';
import { defaultPod, defaultPodSpec } from './pod-spec.ts';

const template = (spec: Open): void => defaultPodSpec(open(open(spec, 'template'), 'spec'));

/** What an API server fills in, by plural. Each works on a copy that nobody else holds. */
export const DEFAULTS: Record<string, (object: Open, creating: boolean) => void> = {
  pods: defaultPod,
  deployments: (object) => {
    const spec = open(object, 'spec');
    fill(spec, {
      replicas: 1,
      strategy: { type: 'RollingUpdate' },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    });
    const strategy = open(spec, 'strategy');
    fill(strategy, { type: 'RollingUpdate' });
    if (strategy.type === 'RollingUpdate')
      fill(open(strategy, 'rollingUpdate'), { maxSurge: '25%', maxUnavailable: '25%' });
    template(spec);
  },
  replicasets: (object) => {
    fill(open(object, 'spec'), { replicas: 1 });
    template(open(object, 'spec'));
  },
  replicationcontrollers: (object) => {
    const spec = open(object, 'spec');
    fill(spec, { replicas: 1, selector: recordAt(spec, 'template', 'metadata', 'labels') });
    template(spec);
  },
  statefulsets: (object) => {
    const spec = open(object, 'spec');
    fill(spec, {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate' },
      revisionHistoryLimit: 10,
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    const strategy = open(spec, 'updateStrategy');
    if (strategy.type === 'RollingUpdate') fill(open(strategy, 'rollingUpdate'), { partition: 0 });
    for (const claim of each(spec, 'volumeClaimTemplates')) {
      fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } });
      fill(open(claim, 'spec'), { volumeMode: 'Filesystem' });
    }
    template(spec);
  },
  daemonsets: (object) => {
    const spec = open(object, 'spec');
    fill(spec, { updateStrategy: { type: 'RollingUpdate' }, revisionHistoryLimit: 10 });
    const strategy = open(spec, 'updateStrategy');
    if (strategy.type === 'RollingUpdate') fill(open(strategy, 'rollingUpdate'), { maxSurge: 0, maxUnavailable: 1 });
    template(spec);
  },
  jobs: defaultJob,
  cronjobs: (object) => {
    const spec = open(object, 'spec');
    fill(spec, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    });
    template(open(open(spec, 'jobTemplate'), 'spec'));
  },
  services: defaultService,
  horizontalpodautoscalers: (object) => {
    const cpu = {
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
    };
    fill(open(object, 'spec'), { minReplicas: 1, metrics: [cpu] });
  },
  namespaces: (object) => {
    const metadata = open(object, 'metadata');
    fill(open(metadata, 'labels'), { 'kubernetes.io/metadata.name': metadata.name });
    fill(open(object, 'spec'), { finalizers: ['kubernetes'] });
    fill(open(object, 'status'), { phase: 'Active' });
  },
  secrets: (object) => {
    fill(object, { type: 'Opaque' });
    const { stringData } = object;
    if (!isRecord(stringData)) return;
    const encoded = Object.entries(stringData).map(([key, value]) => [
      key,
      Buffer.from(String(value)).toString('base64'),
    ]);
    Object.assign(open(object, 'data'), Object.fromEntries(encoded));
    delete object.stringData;
  },
  persistentvolumeclaims: (object) => {
    fill(open(object, 'spec'), { volumeMode: 'Filesystem' });
    fill(open(object, 'status'), { phase: 'Pending' });
  },
  persistentvolumes: (object) => {
    fill(open(object, 'spec'), { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' });
    fill(open(object, 'status'), { phase: 'Pending' });
  },
  storageclasses: (object) => fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' }),
  networkpolicies: (object) => {
    const spec = open(object, 'spec');
    fill(spec, { podSelector: {}, policyTypes: ['Ingress', ...(spec.egress === undefined ? [] : ['Egress'])] });
    for (const rule of [...each(spec, 'ingress'), ...each(spec, 'egress')]) {
      for (const port of each(rule, 'ports')) fill(port, { protocol: 'TCP' });
    }
  },
  limitranges: (object) => {
    for (const item of each(open(object, 'spec'), 'limits')) {
      if (item.type !== 'Container') continue;
      fill(open(item, 'default'), recordAt(item, 'max'));
      fill(open(item, 'defaultRequest'), { ...recordAt(item, 'default'), ...recordAt(item, 'min') });
    }
  },
  endpointslices: (object) => {
    for (const port of each(object, 'ports')) fill(port, { name: '', protocol: 'TCP' });
  },
  endpoints: (object) => {
    for (const subset of each(object, 'subsets'))
      for (const port of each(subset, 'ports')) fill(port, { protocol: 'TCP' });
  },
  priorityclasses: (object) => fill(object, { preemptionPolicy: 'PreemptLowerPriority' }),
  rolebindings: defaultBinding,
  clusterrolebindings: defaultBinding,
};

function defaultBinding(object: Open): void {
  const apiGroup = 'rbac.authorization.k8s.io';
  fill(open(object, 'roleRef'), { apiGroup });
  for (const subject of each(object, 'subjects')) if (subject.kind !== 'ServiceAccount') fill(subject, { apiGroup });
}

function defaultService(object: Open): void {
  const spec = open(object, 'spec');
  fill(spec, { type: 'ClusterIP', sessionAffinity: 'None' });
  for (const port of each(spec, 'ports')) fill(port, { protocol: 'TCP', targetPort: port.port });
  if (spec.type === 'ExternalName') return;
  fill(spec, { internalTrafficPolicy: 'Cluster', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  if (spec.type === 'ClusterIP') return;
  fill(spec, { externalTrafficPolicy: 'Cluster' });
  if (spec.type === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true });
  fill(open(object, 'status'), { loadBalancer: {} });
}

/** A job finds its pods by its own uid. https://kubernetes.io/docs/concepts/workloads/controllers/job/#specifying-your-own-pod-selector */
function defaultJob(object: Open, creating: boolean): void {
  const spec = open(object, 'spec');
  if (spec.completions === undefined && spec.parallelism === undefined) fill(spec, { completions: 1 });
  fill(spec, { parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false });
  template(spec);
  if (!creating || spec.manualSelector === true || spec.selector !== undefined) return;
  const metadata = open(object, 'metadata');
  fill(metadata, { uid: randomUUID() });
  const uid = textAt(metadata, 'uid') ?? '';
  const name = textAt(metadata, 'name') ?? '';
  const labels = open(open(open(spec, 'template'), 'metadata'), 'labels');
  Object.assign(labels, {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  });
  spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } };
}
