import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { takeDown, workloadNamed } from '../../../support/clusters-by-hand.ts';
import {
  addBudget,
  addNamespace,
  addService,
  addTrouble,
  addWorkload,
  containerOf,
  DAY,
  HOUR,
  NOW,
} from '../../../support/survey-builder.ts';
import { addEvicted } from '../../../support/surveys.ts';

/** One way for each signal to be bad, done to the healthy cluster. */

export type Change = (survey: Survey) => void;

export const trouble =
  (
    name: string,
    what: Survey['troubles'][number]['what'],
    more: { pods?: number; since?: number; count?: number } = {},
  ) =>
  (survey: Survey) =>
    addTrouble(survey, workloadNamed(survey, name), { what, ...more });
export const shape =
  (name: string, change: Partial<Survey['shapes'][number]>): Change =>
  (survey) => {
    Object.assign(survey.shapes[survey.workloads[workloadNamed(survey, name)]?.shape ?? -1] ?? {}, change);
  };
export const first = <T>(items: T[]): T => {
  const [item] = items;
  if (item === undefined) throw new Error('nothing there');
  return item;
};
export const autoscaler =
  (changes: Partial<Survey['autoscalers'][number]>): Change =>
  (survey) => {
    survey.autoscalers.push({
      kind: 'HorizontalPodAutoscaler',
      namespace: 'prod',
      name: 'web',
      workload: 0,
      min: 2,
      max: 8,
      current: 4,
      desired: 4,
      ...changes,
    });
  };
export const claim = {
  namespace: 'prod',
  name: 'data',
  size: 2 ** 30,
  accessModes: ['ReadWriteOnce'],
  createdAt: NOW - DAY,
  used: true,
};
const volume = {
  name: 'd-1',
  size: 2 ** 30,
  reclaimPolicy: 'Retain',
  nodeAffinity: [],
  local: false,
  createdAt: NOW - 9 * DAY,
};
export const cronJob: Change = (survey) =>
  void addWorkload(survey, {
    namespace: 'prod',
    name: 'nightly',
    kind: 'CronJob',
    desired: 0,
    schedule: 'CRON_TZ=Asia/Shanghai 0 3 * * *',
    lastScheduledAt: NOW - 30 * HOUR,
  });

/** What is done to the healthy cluster, and what is then said of it. */
export const cases: [string, string, Change, { severity: string; text: string; object: string; count?: number }][] = [
  [
    'N1',
    'a node is not ready',
    (s) => Object.assign(first(s.nodes), { ready: false, readySince: NOW - HOUR }),
    { severity: 'high', text: '1 node of 3 not ready: node-1', object: 'Node node-1' },
  ],
  [
    'N1',
    'no node is ready',
    (s) => Object.assign(s, { nodes: s.nodes.map((node) => ({ ...node, ready: false, readySince: NOW - HOUR })) }),
    { severity: 'critical', text: '3 nodes of 3 not ready: node-1, node-2, node-3', object: 'Node node-1', count: 3 },
  ],
  [
    'N2',
    'a disk is full',
    (s) => first(s.nodes).pressures.push({ type: 'DiskPressure', since: NOW - HOUR }),
    {
      severity: 'high',
      text: '1 node of 3 short of memory, disk, process ids or network: node-1',
      object: 'Node node-1',
    },
  ],
  [
    'N5',
    'a node has as many pods as it may',
    (s) => Object.assign(first(s.nodes).allocatable, { pods: 4 }),
    {
      severity: 'medium',
      text: '1 node of 3 with more than 95 % of the pods that they may run: node-1',
      object: 'Node node-1',
    },
  ],
  [
    'API16',
    'a node is one version behind',
    (s) => Object.assign(first(s.nodes), { version: 'v1.35.2-aliyun.1' }),
    { severity: 'low', text: "1 node of 3 not of the API server's version 1.36: node-1", object: 'Node node-1' },
  ],
  [
    'API16',
    'a node is farther behind than is supported',
    (s) => Object.assign(first(s.nodes), { version: 'v1.32.1-aliyun.1' }),
    { severity: 'high', text: "1 node of 3 not of the API server's version 1.36: node-1", object: 'Node node-1' },
  ],
  [
    'W1',
    'two pods crash-loop',
    trouble('api', 'crash-loop', { pods: 2 }),
    { severity: 'high', text: '2 pods of 11 crash-looping: prod/api', object: 'Deployment prod/api' },
  ],
  [
    'W2',
    'an image cannot be pulled',
    trouble('api', 'waiting'),
    {
      severity: 'high',
      text: '1 pod of 11 waiting for an image or a configuration: prod/api',
      object: 'Deployment prod/api',
    },
  ],
  [
    'W3',
    'a pod was killed for memory',
    trouble('db', 'oom', { since: NOW - 2 * HOUR }),
    { severity: 'high', text: '1 pod of 11 OOM-killed in the last 24 hours: prod/db', object: 'StatefulSet prod/db' },
  ],
  [
    'W4',
    'a pod restarted nine times',
    trouble('db', 'restarts', { count: 9 }),
    {
      severity: 'medium',
      text: '1 pod of 11 restarted more than five times, lately again: prod/db',
      object: 'StatefulSet prod/db',
    },
  ],
  [
    'W5',
    'a pod is not ready',
    trouble('web', 'not-ready'),
    { severity: 'medium', text: '1 pod of 11 not ready: prod/web', object: 'Deployment prod/web' },
  ],
  [
    'W6',
    'a pod fits nowhere',
    trouble('web', 'unschedulable'),
    { severity: 'high', text: '1 pod of 11 cannot be placed on any node: prod/web', object: 'Deployment prod/web' },
  ],
  [
    'W7',
    'a Deployment lacks a pod',
    (s) => takeDown(s, 'web', 1, NOW - HOUR),
    { severity: 'high', text: '1 Deployment of 3 short of pods: prod/web', object: 'Deployment prod/web' },
  ],
  [
    'W7',
    'a Deployment has no pod',
    (s) => takeDown(s, 'web', 4, NOW - HOUR),
    { severity: 'critical', text: '1 Deployment of 3 short of pods: prod/web', object: 'Deployment prod/web' },
  ],
  [
    'W8',
    'a roll-out does not get on',
    (s) =>
      first(s.workloads).failures.push({
        type: 'Progressing',
        reason: 'ProgressDeadlineExceeded',
        message: 'timed out',
      }),
    { severity: 'high', text: '1 roll-out of 3 Deployments stuck: prod/web', object: 'Deployment prod/web' },
  ],
  [
    'W9',
    'a StatefulSet lacks a pod',
    (s) => takeDown(s, 'db', 1, NOW - HOUR),
    { severity: 'high', text: '1 StatefulSet of 1 short of pods: prod/db', object: 'StatefulSet prod/db' },
  ],
  [
    'W10',
    'a DaemonSet is not everywhere',
    (s) => void addWorkload(s, { namespace: 'kube-system', name: 'csi', kind: 'DaemonSet', desired: 3, without: 1 }),
    {
      severity: 'high',
      text: '1 DaemonSet of 1 not available on every node: kube-system/csi',
      object: 'DaemonSet kube-system/csi',
    },
  ],
  [
    'W11',
    'a Job failed',
    (s) =>
      void addWorkload(s, {
        namespace: 'prod',
        name: 'import',
        kind: 'Job',
        desired: 0,
        failures: [{ type: 'Failed', reason: 'BackoffLimitExceeded', message: 'no', since: NOW - HOUR }],
      }),
    { severity: 'medium', text: '1 Job or CronJob of 1 failed: prod/import', object: 'Job prod/import' },
  ],
  [
    'W12',
    'a nightly CronJob has not run for 30 hours',
    cronJob,
    {
      severity: 'medium',
      text: '1 CronJob of 1 missed the time of the schedule: prod/nightly',
      object: 'CronJob prod/nightly',
    },
  ],
  [
    'W13',
    'an autoscaler is at its limit',
    autoscaler({ current: 8, atMaxSince: NOW - HOUR }),
    {
      severity: 'medium',
      text: '1 HorizontalPodAutoscaler of 1 at the most pods allowed: prod/web',
      object: 'HorizontalPodAutoscaler prod/web',
    },
  ],
  [
    'W14',
    'an autoscaler reads no metrics',
    autoscaler({ failing: { reason: 'FailedGetResourceMetric', message: 'none' } }),
    {
      severity: 'medium',
      text: '1 HorizontalPodAutoscaler of 1 unable to read metrics: prod/web',
      object: 'HorizontalPodAutoscaler prod/web',
    },
  ],
  [
    'W15',
    'a budget lacks healthy pods',
    (s) => takeDown(s, 'web', 2, NOW - HOUR),
    {
      severity: 'medium',
      text: '1 PodDisruptionBudget of 4 short of healthy pods: prod/web',
      object: 'PodDisruptionBudget prod/web',
    },
  ],
  [
    'W16',
    'a budget lets nobody go',
    (s) => Object.assign(first(s.budgets), { allowed: 0 }),
    {
      severity: 'medium',
      text: '1 PodDisruptionBudget of 4 allowing no eviction: prod/web',
      object: 'PodDisruptionBudget prod/web',
    },
  ],
  [
    'W19',
    'two pods were evicted',
    (s) => addEvicted(s, 0, 2),
    { severity: 'low', text: '2 pods evicted beside 11: prod/web', object: 'Deployment prod/web' },
  ],
  [
    'W20',
    'a quota is nearly full',
    (s) =>
      s.quotas.push({
        namespace: 'prod',
        name: 'q',
        hard: { pods: 100, 'requests.cpu': 0 },
        used: { pods: 95, 'requests.cpu': 0 },
      }),
    { severity: 'medium', text: '1 quota of 1 more than 90 % used: prod/q', object: 'ResourceQuota prod/q' },
  ],
  [
    'W21',
    'a workload sets no requests',
    shape('web', { containers: [containerOf({ requests: {} })] }),
    {
      severity: 'medium',
      text: '4 pods of 11 with containers without a CPU request: prod/web',
      object: 'Deployment prod/web',
    },
  ],
  [
    'API1',
    'a Service of prod leads nowhere',
    (s) => Object.assign(first(s.services), { readyEndpoints: 0 }),
    { severity: 'critical', text: '1 Service of 4 without a ready pod: prod/web', object: 'Service prod/web' },
  ],
  [
    'API2',
    'an Ingress names a Service that is not there',
    (s) =>
      s.routes.push({ kind: 'Ingress', namespace: 'prod', name: 'edge', backends: ['web', 'shop'], missing: ['shop'] }),
    { severity: 'high', text: '1 route of 1 to a Service that does not exist: prod/edge', object: 'Ingress prod/edge' },
  ],
  [
    'API3',
    'a workload has one replica and no budget',
    (s) => void addWorkload(s, { namespace: 'prod', name: 'solo', desired: 1 }),
    {
      severity: 'medium',
      text: '1 workload of 5 with one replica and no PodDisruptionBudget: prod/solo',
      object: 'Deployment prod/solo',
    },
  ],
  [
    'API4',
    'a budget selects nothing',
    (s) => addBudget(s, -1, { namespace: 'prod', name: 'old' }),
    {
      severity: 'medium',
      text: '1 PodDisruptionBudget of 5 selecting no pod: prod/old',
      object: 'PodDisruptionBudget prod/old',
    },
  ],
  [
    'API5',
    'pods keep apart on as many nodes as there are',
    shape('api', {
      podAntiAffinity: [
        {
          selector: { matchLabels: { app: 'api' }, matchExpressions: [] },
          namespaces: [],
          topologyKey: 'kubernetes.io/hostname',
        },
      ],
    }),
    {
      severity: 'medium',
      text: '1 workload of 1 with as many pods that may not share a node as there are nodes: prod/api',
      object: 'Deployment prod/api',
    },
  ],
  [
    'API6',
    'an image has no tag',
    shape('web', { containers: [containerOf({ image: 'host:5000/team/web' })] }),
    {
      severity: 'low',
      text: '4 pods of 11 with an image that is untagged or :latest: prod/web',
      object: 'Deployment prod/web',
    },
  ],
  [
    'API7',
    'pods behind a Service have no readiness probe',
    shape('web', { containers: [containerOf({ probes: { liveness: true, readiness: false, startup: true } })] }),
    {
      severity: 'medium',
      text: '4 pods of 11 behind Services without a readiness probe: prod/web',
      object: 'Deployment prod/web',
    },
  ],
  [
    'API8',
    'pods mount the host',
    shape('web', { hostPaths: ['docker-sock'] }),
    {
      severity: 'medium',
      text: "4 pods of 9 outside the system privileged or on the host's network, processes or files: prod/web",
      object: 'Deployment prod/web',
    },
  ],
  [
    'API9',
    'pods run as root',
    shape('web', { containers: [containerOf({ root: 'yes' })] }),
    {
      severity: 'low',
      text: '4 pods of 9 outside the system told to run as root: prod/web',
      object: 'Deployment prod/web',
    },
  ],
  [
    'API10',
    'somebody may do everything',
    (s) => s.access.clusterAdmins.push({ binding: 'ops', subject: 'Group ops' }),
    {
      severity: 'medium',
      text: "1 binding to cluster-admin besides Kubernetes' own: ops",
      object: 'ClusterRoleBinding ops',
    },
  ],
  [
    'API11',
    'a role allows exec',
    (s) => s.access.exec.push({ role: 'debug', namespace: 'prod', subjects: ['User ann'] }),
    { severity: 'low', text: '1 role in use that allows exec or attach: prod/debug', object: 'Role prod/debug' },
  ],
  [
    'API12',
    'pods hold the default token',
    shape('web', { serviceAccount: 'default', tokenMounted: true }),
    {
      severity: 'low',
      text: '4 pods of 9 outside the system with the token of the default service account: prod/web',
      object: 'Deployment prod/web',
    },
  ],
  [
    'API13',
    'a namespace has no policy',
    (s) => Object.assign(s, { namespaces: s.namespaces.map((one) => ({ ...one, networkPolicies: 0 })) }),
    { severity: 'low', text: '1 namespace of 1 with pods and no NetworkPolicy: prod', object: 'Namespace prod' },
  ],
  [
    'API14',
    'secrets are in plain sight',
    (s) => s.configSecrets.push({ namespace: 'prod', name: 'settings', key: 'db.password' }),
    {
      severity: 'medium',
      text: '1 workload or ConfigMap with what looks like a secret by its name: prod/settings',
      object: 'ConfigMap prod/settings',
    },
  ],
  [
    'API15',
    'its version is no longer supported',
    (s) => {
      s.serverVersion = 'v1.34.3-aliyun.1';
      for (const node of s.nodes) node.version = s.serverVersion;
    },
    { severity: 'high', text: 'Kubernetes 1.34 is no longer supported by ACK (2026-09-30)', object: 'Cluster shop' },
  ],
  [
    'API17',
    'it warned',
    (s) => s.warnings.push({ reason: 'BackOff', count: 12, objects: 2, sample: 'Back-off', last: NOW }),
    { severity: 'info', text: '12 warnings in the last 24 hours, most for: BackOff', object: 'Event BackOff' },
  ],
  [
    'API18',
    'a claim does not go',
    (s) =>
      s.terminating.push({
        kind: 'PersistentVolumeClaim',
        namespace: 'prod',
        name: 'old',
        since: NOW - DAY,
        finalizers: ['x/y'],
      }),
    {
      severity: 'low',
      text: '1 object terminating for more than an hour: prod/old',
      object: 'PersistentVolumeClaim prod/old',
    },
  ],
  [
    'API19',
    'a namespace does not go',
    (s) => {
      addNamespace(s, 'gone');
      Object.assign(s.namespaces.at(-1) ?? {}, { terminatingSince: NOW - DAY });
    },
    { severity: 'medium', text: '1 namespace of 3 terminating for more than an hour: gone', object: 'Namespace gone' },
  ],
  [
    'DNS3',
    'CoreDNS has one replica',
    (s) => takeDown(s, 'coredns', 1, NOW - HOUR),
    {
      severity: 'high',
      text: '1 of 2 replicas of CoreDNS available, where two are needed',
      object: 'Deployment kube-system/coredns',
    },
  ],
  [
    'DNS3',
    'CoreDNS has none',
    (s) => takeDown(s, 'coredns', 2, NOW - HOUR),
    {
      severity: 'critical',
      text: '0 of 2 replicas of CoreDNS available, where two are needed',
      object: 'Deployment kube-system/coredns',
    },
  ],
  [
    'CP5',
    'metrics cannot be had',
    (s) => s.apiServices.push({ name: 'v1beta1.metrics.k8s.io', reason: 'MissingEndpoints' }),
    {
      severity: 'medium',
      text: '1 APIService not available: v1beta1.metrics.k8s.io',
      object: 'APIService v1beta1.metrics.k8s.io',
    },
  ],
  [
    'CAP1',
    'the CPU is full',
    shape('web', { requests: { cpu: 2000, memory: 0, ephemeral: 0, extended: {} } }),
    { severity: 'high', text: 'Without the largest node, 8.7 CPU asked for would meet 8 CPU', object: 'Cluster shop' },
  ],
  [
    'CAP2',
    'the memory is full',
    shape('web', { requests: { cpu: 0, memory: 9 * 2 ** 30, ephemeral: 0, extended: {} } }),
    {
      severity: 'high',
      text: 'Without the largest node, 36.9 GiB of memory asked for would meet 32 GiB',
      object: 'Cluster shop',
    },
  ],
  [
    'ST4',
    'a claim waits for its volume',
    (s) => s.claims.push({ ...claim, phase: 'Pending' }),
    {
      severity: 'high',
      text: '1 volume or claim of 1 failed, lost or pending: prod/data',
      object: 'PersistentVolumeClaim prod/data',
    },
  ],
  [
    'ST4',
    'a volume failed',
    (s) => s.volumes.push({ ...volume, phase: 'Failed' }),
    { severity: 'high', text: '1 volume or claim of 1 failed, lost or pending: d-1', object: 'PersistentVolume d-1' },
  ],
  [
    'SEC1',
    'a certificate runs out in three days',
    (s) => s.certificates.push({ namespace: 'prod', name: 'tls', ready: true, notAfter: NOW + 3 * DAY }),
    {
      severity: 'high',
      text: '1 certificate of 1 expired, close to it or not issued: prod/tls',
      object: 'Certificate prod/tls',
    },
  ],
  [
    'CST4',
    'nodes idle',
    () => undefined,
    {
      severity: 'info',
      text: '3 nodes of 3 with less than half of the CPU asked for: node-1, node-2, node-3',
      object: 'Node node-1',
      count: 3,
    },
  ],
  [
    'CST7',
    'a volume is left over',
    (s) => s.volumes.push({ ...volume, phase: 'Released' }),
    { severity: 'low', text: '1 volume of 1 released or never bound: d-1', object: 'PersistentVolume d-1' },
  ],
  [
    'CST8',
    'a load balancer leads nowhere',
    (s) => void addService(s, -1, { namespace: 'prod', name: 'lb', type: 'LoadBalancer', readyEndpoints: 0 }),
    { severity: 'low', text: '1 load balancer of 1 without a ready pod: prod/lb', object: 'Service prod/lb' },
  ],
];
