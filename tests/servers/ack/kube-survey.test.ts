import { afterEach, describe, expect, it } from 'vitest';
import { POD_STATE, type Survey } from '../../../servers/ack/kube/survey/survey.ts';
import { randomOf } from '../../support/random.ts';
import { status, type Thing } from './fake-kube.ts';
import { connectKube } from './kube-support.ts';
import { deployment, node, ownedBy, randomCluster, running, surveyOf, thing } from './survey-support.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const workload = (survey: Survey, name: string) => {
  const found = survey.workloads.find((one) => one.name === name);
  if (!found) throw new Error(`no workload ${name}`);
  return found;
};
const readings = (survey: Survey, ...kinds: string[]) =>
  survey.readings.filter(({ kind }) => kinds.includes(kind)).map(({ kind, state, why }) => [kind, state, why]);
/** What pods are told of, by the names that the numbers stand for. */
const pods = ({ pods: columns, nodes, workloads }: Survey) =>
  columns.state.map((state, at) => ({
    node: nodes[columns.node[at] ?? -1]?.name,
    workload: workloads[columns.workload[at] ?? -1]?.name,
    state,
  }));

describe('a survey', () => {
  it('tells of pods by node and by the topmost owner, and of specs that look alike once', async () => {
    const survey = await surveyOf([
      node('node-1'),
      node('node-2'),
      ...deployment('web', { nodes: ['node-1', 'node-2', 'node-2'] }),
      thing('Pod', 'alone', {
        spec: { nodeName: 'node-1', containers: [{ name: 'a', image: 'a:1' }] },
        status: running,
      }),
    ]);
    expect(survey.workloads.map(({ kind, name, desired, available }) => [kind, name, desired, available])).toEqual([
      ['Deployment', 'web', 3, 3],
      ['Pod', 'alone', 1, 1],
    ]);
    const isUp = POD_STATE.ready | POD_STATE.running;
    expect(pods(survey)).toEqual([
      { node: 'node-1', workload: 'web', state: isUp },
      { node: 'node-2', workload: 'web', state: isUp },
      { node: 'node-2', workload: 'web', state: isUp },
      { node: 'node-1', workload: 'alone', state: isUp },
    ]);
    expect(survey.shapes).toHaveLength(2);
    expect(workload(survey, 'web').shape).toBe(survey.pods.shape[0]);
    expect(workload(survey, 'alone').shape).toBe(-1);
    expect(survey.readings.every(({ state }) => state === 'complete' || state === 'none')).toBe(true);
  });

  it('counts requests as the scheduler does: init containers beside the sidecars before them, and the overhead', async () => {
    const asks = (cpu: string, memory: string, more: object = {}) => ({
      resources: { requests: { cpu, memory, ...more } },
    });
    const survey = await surveyOf([
      thing('Pod', 'p', {
        spec: {
          initContainers: [
            { name: 'early', ...asks('1', '64Mi') },
            { name: 'sidecar', restartPolicy: 'Always', ...asks('200m', '100Mi') },
            { name: 'late', ...asks('1', '900Mi') },
          ],
          containers: [
            { name: 'app', ...asks('500m', '300Mi', { 'nvidia.com/gpu': '1' }) },
            { name: 'limited', resources: { limits: { cpu: '100m' } } },
          ],
          overhead: { memory: '10Mi' },
        },
      }),
    ]);
    const mi = 2 ** 20;
    expect(survey.shapes[0]).toMatchObject({
      requests: { cpu: 1200, memory: 1010 * mi, ephemeral: 0, extended: { 'nvidia.com/gpu': 1 } },
      containers: [{ name: 'sidecar' }, { name: 'app' }, { name: 'limited', requests: { cpu: 100 } }],
    });
  });

  it('tells claims of single pods by the pod, and of all others by the spec', async () => {
    const claim = (name: string) =>
      thing('PersistentVolumeClaim', name, { status: { phase: 'Bound', capacity: { storage: '20Gi' } } });
    const member = (name: string) =>
      thing('Pod', name, {
        metadata: {
          name,
          labels: { app: 'db', 'statefulset.kubernetes.io/pod-name': name, 'controller-revision-hash': 'db-1' },
          ...ownedBy('StatefulSet', 'db'),
        },
        spec: {
          containers: [],
          volumes: [
            { name: 'data', persistentVolumeClaim: { claimName: `data-${name}` } },
            { name: 'scratch', ephemeral: {} },
            { name: 'common', persistentVolumeClaim: { claimName: 'common' } },
            { name: 'host', hostPath: { path: '/' } },
            { name: 'disk', emptyDir: {} },
            { name: 'memory', emptyDir: { medium: 'Memory' } },
          ],
        },
        status: running,
      });
    const survey = await surveyOf([
      thing('StatefulSet', 'db', { spec: { replicas: 2 }, status: { replicas: 2, readyReplicas: 2 } }),
      ...['data-db-0', 'data-db-1', 'db-0-scratch', 'db-1-scratch', 'common', 'left-over'].map(claim),
      member('db-0'),
      member('db-1'),
    ]);
    const [one, other] = survey.podClaims.map(({ claims }) => claims.map((at) => survey.claims[at]?.name));
    expect([one, other]).toEqual([
      ['data-db-0', 'db-0-scratch'],
      ['data-db-1', 'db-1-scratch'],
    ]);
    expect(new Set(survey.pods.shape).size).toBe(1);
    expect(survey.shapes[workload(survey, 'db').shape]).toMatchObject({
      claims: ['common'],
      hostPaths: ['host'],
      emptyDirs: ['disk'],
      labels: { app: 'db' },
    });
    expect(survey.claims.filter(({ used }) => !used).map(({ name }) => name)).toEqual(['left-over']);
    expect(survey.claims[0]?.size).toBe(20 * 2 ** 30);
  });

  it("leaves out what ties a DaemonSet's pods to their nodes, so that they look alike", async () => {
    const daemon = (name: string, matchExpressions: object[]) =>
      thing('Pod', name, {
        metadata: { name, ...ownedBy('DaemonSet', 'agent') },
        spec: {
          nodeName: name,
          containers: [],
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  { matchExpressions, matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] },
                ],
              },
            },
          },
        },
        status: running,
      });
    const linux = [{ key: 'kubernetes.io/os', operator: 'In', values: ['linux'] }];
    const set = thing('DaemonSet', 'agent', {
      status: { desiredNumberScheduled: 2, numberReady: 2, numberAvailable: 2 },
    });
    const free = await surveyOf([set, daemon('node-1', []), daemon('node-2', [])]);
    expect(free.shapes).toHaveLength(1);
    expect(free.shapes[0]).not.toHaveProperty('nodeAffinity');
    const bound = await surveyOf([set, daemon('node-1', linux), daemon('node-2', linux)]);
    expect(bound.shapes).toMatchObject([{ nodeAffinity: [{ expressions: linux, fields: [] }] }]);
  });

  it('takes the template for what new pods get while a roll-out runs or no pod is there, and tells when it last changed', async () => {
    const [made, first, ...some] = deployment('web', { nodes: ['node-1'] });
    const rolled = thing('ReplicaSet', 'web-new', {
      metadata: {
        name: 'web-new',
        creationTimestamp: '2026-11-25T07:30:00Z',
        annotations: { 'deployment.kubernetes.io/revision': '2' },
        ...ownedBy('Deployment', 'web'),
      },
      spec: { replicas: 1 },
    });
    const template = { spec: { containers: [{ name: 'app', image: 'web:2' }] } };
    const rolling = {
      ...made,
      spec: { replicas: 1, template },
      status: { observedGeneration: 1, replicas: 2, updatedReplicas: 1 },
    };
    const survey = await surveyOf([rolling as Thing, first as Thing, rolled, ...some]);
    expect(workload(survey, 'web')).toMatchObject({
      rolling: true,
      changedAt: Date.parse('2026-11-25T07:30:00Z'),
      surge: 1,
    });
    expect(survey.shapes[workload(survey, 'web').shape]?.containers[0]?.image).toBe('web:2');
  });

  it('tells of a CronJob by its newest run, and of a Job that no schedule made by itself', async () => {
    const job = (name: string, at: string, type: string, metadata: object = {}) =>
      thing('Job', name, {
        metadata: { name, creationTimestamp: at, ...metadata },
        status: {
          failed: type === 'Failed' ? 3 : 0,
          conditions: [{ type, status: 'True', reason: 'BackoffLimitExceeded' }],
        },
      });
    const nightly = ownedBy('CronJob', 'nightly');
    const survey = await surveyOf([
      thing('CronJob', 'nightly', {
        spec: {
          schedule: '0 2 * * *',
          timeZone: 'Asia/Shanghai',
          jobTemplate: { spec: { template: { spec: { containers: [] } } } },
        },
        status: { lastScheduleTime: '2026-11-25T02:00:00Z' },
      }),
      job('nightly-2', '2026-11-25T02:00:00Z', 'Failed', nightly),
      job('nightly-1', '2026-11-24T02:00:00Z', 'Complete', nightly),
      job('import', '2026-11-24T02:00:00Z', 'Complete'),
    ]);
    expect(survey.workloads.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['CronJob nightly', 'Job import']);
    expect(workload(survey, 'nightly')).toMatchObject({
      failed: 3,
      finished: true,
      failures: [{ type: 'Failed', reason: 'BackoffLimitExceeded' }],
      schedule: 'CRON_TZ=Asia/Shanghai 0 2 * * *',
      lastScheduledAt: Date.parse('2026-11-25T02:00:00Z'),
    });
    expect(workload(survey, 'import')).toMatchObject({ failed: 0, finished: true, failures: [], shape: -1 });
  });

  it('knows owners that are in no list by the names that controllers give', async () => {
    const orphan = (name: string, labels: object, owner: object) =>
      thing('Pod', name, { metadata: { name, labels, ...owner }, spec: {}, status: running });
    const survey = await surveyOf([
      orphan('web-abc-1', { 'pod-template-hash': 'abc' }, ownedBy('ReplicaSet', 'web-abc')),
      orphan('nightly-29401920-x', {}, ownedBy('Job', 'nightly-29401920')),
      orphan('clone-1', {}, ownedBy('CloneSet', 'clone')),
      orphan('kube-proxy', {}, { ...ownedBy('Node', 'node-1'), annotations: { 'kubernetes.io/config.mirror': 'x' } }),
    ]);
    expect(survey.workloads.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'CloneSet clone',
      'CronJob nightly',
      'Deployment web',
      'Pod kube-proxy',
    ]);
    expect(pods(survey).at(-1)).toMatchObject({
      workload: 'kube-proxy',
      state: POD_STATE.ready | POD_STATE.running | POD_STATE.mirror,
    });
  });

  it('says what is wrong with pods, and since when', async () => {
    const pod = (name: string, fields: object, metadata: object = {}) =>
      thing('Pod', name, { metadata: { name, ...metadata }, spec: {}, status: { phase: 'Running', ...fields } });
    const unready = { type: 'Ready', status: 'False', lastTransitionTime: '2026-11-25T07:00:00Z' };
    const waiting = (reason: string, more: object = {}) => ({
      conditions: [unready],
      containerStatuses: [{ name: 'app', restartCount: 9, state: { waiting: { reason } }, ...more }],
    });
    const killed = {
      lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: '2026-11-25T07:55:00Z' } },
    };
    const scheduled = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      lastTransitionTime: '2026-11-25T06:00:00Z',
    };
    const survey = await surveyOf([
      pod('loops', waiting('CrashLoopBackOff', killed)),
      pod('pulls', waiting('ImagePullBackOff')),
      pod('starts', waiting('ContainerCreating')),
      pod('hangs', { conditions: [unready] }),
      pod('homeless', { phase: 'Pending', conditions: [scheduled] }),
      pod('evicted', { phase: 'Failed', reason: 'Evicted' }),
      pod('stays', {}, { deletionTimestamp: '2026-11-25T07:00:00Z' }),
      pod('job', { phase: 'Failed', reason: 'Error' }, ownedBy('Job', 'import')),
      pod('well', { conditions: running.conditions }),
    ]);
    const told = survey.troubles.map(({ what, pod: name, reason, since, count }) => [
      name,
      what,
      reason,
      since && new Date(since).toISOString().slice(11, 16),
      count,
    ]);
    expect(told.sort()).toEqual([
      ['evicted', 'evicted', 'Evicted', undefined, undefined],
      ['hangs', 'not-ready', 'NotReady', '07:00', undefined],
      ['homeless', 'unschedulable', 'Unschedulable', '06:00', undefined],
      ['loops', 'crash-loop', 'CrashLoopBackOff', '07:00', 9],
      ['loops', 'oom', 'OOMKilled', '07:55', 9],
      ['loops', 'restarts', 'OOMKilled', '07:55', 9],
      ['pulls', 'waiting', 'ImagePullBackOff', '07:00', 9],
      ['starts', 'not-ready', 'NotReady', '07:00', undefined],
      ['stays', 'terminating', 'StuckTerminating', '07:00', undefined],
    ]);
    expect(survey.troubleCounts.reduce((sum, { pods: ill }) => sum + ill, 0)).toBe(9);
  });

  it('knows from the kubelet since when a container crashes that becomes Ready in between', async () => {
    const backOff = (name: string, about: string, firstTimestamp: string) =>
      thing('Event', name, {
        ...{ type: 'Warning', reason: 'BackOff', count: 30, firstTimestamp, lastTimestamp: '2026-11-25T07:59:00Z' },
        involvedObject: { kind: 'Pod', namespace: 'shop', name: about },
      });
    const survey = await surveyOf([
      thing('Pod', 'loops', {
        spec: {},
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-11-25T07:58:00Z' }],
          containerStatuses: [{ name: 'app', restartCount: 30, state: { waiting: { reason: 'CrashLoopBackOff' } } }],
        },
      }),
      backOff('a', 'loops', '2026-11-25T05:00:00Z'),
      backOff('b', 'another', '2026-11-25T03:00:00Z'),
    ]);
    expect(survey.troubles).toMatchObject([{ what: 'crash-loop', since: Date.parse('2026-11-25T05:00:00Z') }]);
  });

  it('names at most 2,000 troubles, of every workload some, and counts all', async () => {
    const ill = (name: string, app: string) =>
      thing('Pod', name, {
        metadata: { name, ...ownedBy('StatefulSet', app) },
        spec: {},
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: '2026-11-25T07:00:00Z' }],
        },
      });
    const many = Array.from({ length: 2_100 }, (_, n) => ill(`a-${n}`, 'a'));
    const survey = await surveyOf([...many, ill('b-0', 'b')]);
    expect(survey.troubles).toHaveLength(2_000);
    expect(survey.troubles.filter(({ pod }) => pod === 'b-0')).toHaveLength(1);
    expect(survey.troubleCounts.map(({ pods: count }) => count)).toEqual([2_100, 1]);
  });

  it('finds what leads to Services, what they lead to and what they select', async () => {
    const slice = (addressType: string, ready: (boolean | undefined)[]) =>
      thing('EndpointSlice', `web-${addressType}`, {
        metadata: { name: `web-${addressType}`, labels: { 'kubernetes.io/service-name': 'web' } },
        addressType,
        endpoints: ready.map((is) => ({ addresses: ['1'], conditions: is === undefined ? {} : { ready: is } })),
      });
    const backend = (name: string) => ({ backend: { service: { name } } });
    const things = [
      ...deployment('web', { nodes: ['node-1'] }),
      thing('Service', 'web', { spec: { selector: { app: 'web' } } }),
      thing('Service', 'void', { spec: { selector: { app: 'none' } } }),
      thing('Service', 'away', { spec: { type: 'ExternalName' } }),
      slice('IPv4', [true, undefined, false]),
      slice('IPv6', [true, undefined, false]),
      thing('Ingress', 'shop', { spec: { rules: [{ http: { paths: [backend('web'), backend('lost')] } }] } }),
      thing('HTTPRoute', 'route', {
        spec: { rules: [{ backendRefs: [{ name: 'web' }, { name: 'x', namespace: 'other' }] }] },
      }),
      thing('NetworkPolicy', 'deny'),
      thing('Namespace', 'shop', { metadata: { name: 'shop', labels: { env: 'prod' } } }),
    ];
    const survey = await surveyOf(things);
    expect(survey.services.map(({ name, readyEndpoints, workloads }) => [name, readyEndpoints, workloads])).toEqual([
      ['away', undefined, []],
      ['void', 0, []],
      ['web', 2, [0]],
    ]);
    expect(survey.routes).toMatchObject([
      { kind: 'HTTPRoute', backends: ['other/x', 'web'], missing: ['other/x'] },
      { kind: 'Ingress', backends: ['lost', 'web'], missing: ['lost'] },
    ]);
    expect(survey.namespaces).toEqual([{ name: 'shop', labels: { env: 'prod' }, networkPolicies: 1 }]);
    const forbidden = { status: 403, reason: 'Forbidden', message: 'no' };
    const blind = await surveyOf(things, { failing: { services: forbidden, endpointslices: forbidden } });
    expect(blind.routes.flatMap(({ missing }) => missing)).toEqual([]);
    expect(blind.services).toEqual([]);
  });

  it('reads budgets and autoscalers with what they are about', async () => {
    const scaler = (name: string, target: string, fields: object = {}) =>
      thing('HorizontalPodAutoscaler', name, {
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: target },
          maxReplicas: 4,
          metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 70 } } }],
        },
        ...fields,
      });
    const limited = {
      type: 'ScalingLimited',
      status: 'True',
      reason: 'TooManyReplicas',
      lastTransitionTime: '2026-11-25T05:00:00Z',
    };
    const inactive = {
      type: 'ScalingActive',
      status: 'False',
      reason: 'FailedGetResourceMetric',
      message: 'no metrics',
    };
    const things = [
      ...deployment('web', { nodes: ['node-1'] }),
      thing('PodDisruptionBudget', 'all', {
        spec: { selector: {}, maxUnavailable: '10%' },
        status: { expectedPods: 1 },
      }),
      thing('PodDisruptionBudget', 'none', { spec: { selector: { matchLabels: { app: 'x' } }, minAvailable: 0 } }),
      scaler('full', 'web', { status: { currentReplicas: 4, desiredReplicas: 4, conditions: [limited] } }),
      scaler('lost', 'gone', { status: { conditions: [inactive] } }),
      thing('VerticalPodAutoscaler', 'vpa', { spec: { targetRef: { kind: 'Deployment', name: 'web' } } }),
    ];
    const survey = await surveyOf(things);
    expect(survey.budgets).toMatchObject([
      { name: 'all', workloads: [0], maxUnavailable: '10%', expected: 1 },
      { name: 'none', workloads: [], minAvailable: 0 },
    ]);
    expect(survey.autoscalers).toMatchObject([
      { name: 'full', workload: 0, min: 1, max: 4, cpuTarget: 70, atMaxSince: Date.parse('2026-11-25T05:00:00Z') },
      { name: 'lost', workload: -1, failing: { reason: 'FailedGetResourceMetric', message: 'no metrics' } },
      { name: 'vpa', workload: 0, mode: 'Auto' },
    ]);
    // What may not be looked for is not missing.
    const blind = await surveyOf(things, {
      failing: { deployments: { status: 403, reason: 'Forbidden', message: 'no' } },
    });
    expect(blind.autoscalers.map(({ workload: at }) => at >= 0)).toEqual([true, true, true]);
  });

  it('tells who may do everything and who may look into containers', async () => {
    const binding = (kind: string, name: string, role: string, subject: object, namespace?: string) =>
      thing(kind, name, {
        metadata: { name, ...(namespace && { namespace }) },
        roleRef: { kind: 'ClusterRole', name: role },
        subjects: [subject],
      });
    const ann = { kind: 'User', name: 'ann' };
    const rule = (resources: string[], verbs: string[]) => ({ rules: [{ apiGroups: [''], resources, verbs }] });
    const survey = await surveyOf([
      binding('ClusterRoleBinding', 'cluster-admin', 'cluster-admin', { kind: 'Group', name: 'system:masters' }),
      binding('ClusterRoleBinding', 'mine', 'cluster-admin', ann),
      binding('ClusterRoleBinding', 'robot', 'debug', { kind: 'ServiceAccount', namespace: 'ci', name: 'robot' }),
      binding('RoleBinding', 'dev', 'debug', ann, 'shop'),
      binding('RoleBinding', 'see', 'view', ann, 'shop'),
      thing('ClusterRole', 'debug', rule(['pods/exec'], ['create'])),
      thing('ClusterRole', 'cluster-admin', rule(['*'], ['*'])),
      thing('ClusterRole', 'view', rule(['*'], ['get', 'list'])),
    ]);
    expect(survey.access).toEqual({
      clusterAdmins: [{ binding: 'mine', subject: 'User:ann' }],
      exec: [
        { role: 'debug', subjects: ['ServiceAccount:ci/robot'] },
        { role: 'debug', namespace: 'shop', subjects: ['User:ann'] },
      ],
    });
  });

  it('gives names of what holds secrets, and no value ever', async () => {
    const secret = 'hunter2-Hunter2';
    const env = [
      { name: 'DB_PASSWORD', value: secret },
      { name: 'DATABASE_URL', value: `postgres://shop:${secret}@db/shop` },
      { name: 'TOKEN_FILE', value: '/run/token' },
      { name: 'API_TOKEN', valueFrom: { secretKeyRef: { name: 'x', key: 'y' } } },
      { name: 'JAVA_OPTS', value: '-Xms1g -Xmx2g' },
      { name: 'COLOR', value: 'unusual-colour' },
    ];
    const survey = await surveyOf([
      thing('Pod', 'p', {
        spec: { containers: [{ name: 'app', env, args: ['--password', secret] }] },
        status: running,
      }),
      thing('ConfigMap', 'settings', { data: { adminPassword: secret, 'app.yaml': 'unusual-colour' } }),
      thing('ConfigMap', 'kube-root-ca.crt', { data: { 'ca-token': secret } }),
    ]);
    expect(survey.shapes[0]?.containers[0]).toMatchObject({
      plainSecrets: ['DATABASE_URL', 'DB_PASSWORD'],
      runtimeFloor: 2 * 2 ** 30,
    });
    expect(survey.configSecrets).toEqual([{ namespace: 'shop', name: 'settings', key: 'adminPassword' }]);
    expect(JSON.stringify(survey)).not.toMatch(/hunter2|unusual-colour/i);
  });

  it('adds up the warnings of a day by their reason', async () => {
    const event = (name: string, reason: string, lastTimestamp: string, fields: object = {}) =>
      thing('Event', name, {
        ...{ type: 'Warning', reason, message: `${name} said`, count: 4, lastTimestamp },
        involvedObject: { kind: 'Pod', namespace: 'shop', name },
        ...fields,
      });
    const survey = await surveyOf([
      event('a', 'BackOff', '2026-11-25T07:00:00Z'),
      event('b', 'BackOff', '2026-11-25T07:30:00Z'),
      event('old', 'Old', '2026-11-24T07:00:00Z'),
      event('normal', 'Fine', '2026-11-25T07:00:00Z', { type: 'Normal' }),
    ]);
    expect(survey.warnings).toEqual([
      { reason: 'BackOff', count: 8, objects: 2, sample: 'b said', last: Date.parse('2026-11-25T07:30:00Z') },
    ]);
  });

  it('reads volumes, quotas, ranges, aggregated APIs, certificates and what does not go away', async () => {
    const requirement = { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['i'] };
    const survey = await surveyOf([
      node('node-1'),
      thing('CSINode', 'node-1', {
        spec: { drivers: [{ name: 'disk', allocatable: { count: 15 } }, { name: 'nas' }] },
      }),
      thing('PersistentVolume', 'v', {
        spec: {
          capacity: { storage: '20Gi' },
          csi: { driver: 'disk' },
          claimRef: { namespace: 'shop', name: 'c' },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [requirement] }] } },
        },
        status: { phase: 'Bound' },
      }),
      thing('PersistentVolume', 'own', { spec: { local: { path: '/x' } } }),
      thing('ResourceQuota', 'q', {
        status: { hard: { 'requests.cpu': '2', pods: '10' }, used: { 'requests.cpu': '1500m' } },
      }),
      thing('LimitRange', 'l', { spec: { limits: [{ type: 'Container', max: { cpu: '2', memory: '1Gi' } }] } }),
      thing('APIService', 'v1beta1.metrics.k8s.io', {
        status: { conditions: [{ type: 'Available', status: 'False', reason: 'MissingEndpoints' }] },
      }),
      thing('Certificate', 'tls', {
        status: { notAfter: '2026-12-01T00:00:00Z', conditions: [{ type: 'Ready', status: 'True' }] },
      }),
      thing('Namespace', 'going', {
        metadata: { name: 'going', deletionTimestamp: '2026-11-25T06:00:00Z', finalizers: ['kubernetes'] },
      }),
    ]);
    expect(survey.nodes[0]?.volumeLimits).toEqual({ disk: 15 });
    expect(survey.volumes).toMatchObject([
      { name: 'own', local: true, driver: 'local' },
      { name: 'v', local: false, driver: 'disk', nodeAffinity: [[requirement]], claim: 'shop/c', size: 20 * 2 ** 30 },
    ]);
    expect(survey.quotas).toMatchObject([{ hard: { pods: 10, 'requests.cpu': 2000 }, used: { 'requests.cpu': 1500 } }]);
    expect(survey.limitRanges).toMatchObject([{ max: { cpu: 2000, memory: 2 ** 30 }, min: {} }]);
    expect(survey.apiServices).toEqual([{ name: 'v1beta1.metrics.k8s.io', reason: 'MissingEndpoints' }]);
    expect(survey.certificates).toMatchObject([
      { name: 'tls', ready: true, notAfter: Date.parse('2026-12-01T00:00:00Z') },
    ]);
    expect(survey.terminating).toMatchObject([{ kind: 'Namespace', name: 'going', finalizers: ['kubernetes'] }]);
  });

  it('reads nodes again when a pod is on one that was not there yet', async () => {
    let asked = 0;
    const { done, kube, close } = await connectKube([
      node('node-1'),
      ...deployment('web', { nodes: ['node-1', 'node-2'] }),
    ]);
    cleanups.push(close);
    kube.intercept(({ path }) => {
      if (!path.endsWith('/nodes')) return false;
      asked += 1;
      if (asked === 2) kube.put(node('node-2'));
      return false;
    });
    const { page } = await done('k8s_survey');
    expect(page.nodes.map(({ name }: { name: string }) => name)).toEqual(['node-1', 'node-2']);
    expect(page.pods.node).toEqual([0, 1]);
  });
});

describe('a survey that cannot read everything', () => {
  const things = [node('node-1'), ...deployment('web', { nodes: ['node-1'] })];
  const failing = (plural: string, code: number, reason: string) =>
    surveyOf(things, { failing: { [plural]: { status: code, reason, message: 'so it is' } } });

  it('has lost what it may not list, and shows what it may', async () => {
    const survey = await failing('nodes', 403, 'Forbidden');
    expect(readings(survey, 'Node', 'Pod')).toEqual([
      ['Node', 'lost', 'Forbidden: so it is'],
      ['Pod', 'complete', undefined],
    ]);
    expect(survey.nodes).toEqual([]);
    expect(survey.pods.node).toEqual([-1]);
  });

  it('has none of a kind that the server does not know', async () => {
    const survey = await failing('horizontalpodautoscalers', 404, 'NotFound');
    expect(readings(survey, 'HorizontalPodAutoscaler', 'Certificate')).toEqual([
      ['Certificate', 'none', undefined],
      ['HorizontalPodAutoscaler', 'none', undefined],
    ]);
  });

  it('has lost a kind of which one object is no object of it, and keeps the others', async () => {
    const broken = thing('Service', 'odd', { spec: { selector: 'no record' } });
    const survey = await surveyOf([...things, broken, thing('Service', 'web', { spec: {} })]);
    expect(readings(survey, 'Service')).toEqual([
      ['Service', 'lost', expect.stringContaining('1 objects could not be read')],
    ]);
    expect(survey.services.map(({ name }) => name)).toEqual(['web']);
  });

  it('does without the version where that may not be asked for', async () => {
    const { done, kube, close } = await connectKube(things);
    cleanups.push(close);
    kube.intercept(({ path }, response) => {
      if (path !== '/version') return false;
      status(response, 403, 'Forbidden', 'no');
      return true;
    });
    expect((await done('k8s_survey')).page).toMatchObject({ serverVersion: 'unknown', nodes: [{ name: 'node-1' }] });
  });

  it('still shows what pods tell of Deployments that may not be listed', async () => {
    const survey = await failing('deployments', 403, 'Forbidden');
    expect(survey.workloads).toMatchObject([{ kind: 'Deployment', name: 'web', desired: 1, available: 1 }]);
  });

  it('begins a list anew that expired half-way, and counts nothing twice', async () => {
    const nodes = Array.from({ length: 120 }, (_, n) => node(`node-${n}`));
    const { done, kube, close } = await connectKube([
      ...nodes,
      ...deployment('web', { nodes: nodes.map(({ metadata }) => metadata.name) }),
    ]);
    cleanups.push(close);
    let expired = false;
    kube.intercept(({ path, query }, response) => {
      if (!path.endsWith('/pods') || query.get('continue') !== '100' || expired) return false;
      expired = true;
      status(response, 410, 'Expired', 'The provided continue parameter is too old');
      return true;
    });
    const { page } = await done('k8s_survey');
    expect(expired).toBe(true);
    expect(page.pods.state).toHaveLength(120);
  });

  it('is refused where the server cannot be reached at all', async () => {
    const { refused, kube, close } = await connectKube([]);
    cleanups.push(close);
    kube.intercept((_, response) => {
      status(response, 401, 'Unauthorized', 'who are you');
      return true;
    });
    expect(await refused('k8s_survey')).toMatchObject({ code: 'Unauthorized' });
  });
});

describe('the order in which a server gives things', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))('and its pages change nothing (seed %i)', async (seed) => {
    const random = randomOf(seed);
    const things = randomCluster(random);
    const first = await surveyOf(things);
    const second = await surveyOf(random.shuffle(things), { pageSize: random.int(1, 7) });
    expect(second).toEqual(first);
  });
});
