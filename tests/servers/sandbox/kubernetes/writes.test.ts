import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLUSTER, configMap, deployment, pod, refusal, startApi, type TestApi } from './harness.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const namespace = 'default';
const createDeployment = (change: object = {}) =>
  api.apps.createNamespacedDeployment({ namespace, body: deployment('web', change) });
const causes = async (call: Promise<unknown>) => {
  const { code, details } = await refusal(call);
  return { code, lines: details?.causes?.map(({ field, message }) => `${field}: ${message}`) };
};
const withContainer = (change: object) => ({
  template: {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'app', image: 'shop/app:1', ...change }] },
  },
});

describe('a new object', () => {
  it('gets the defaults that clients rely on', async () => {
    const made = await createDeployment(
      withContainer({ ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 80 } } }),
    );
    expect(made.spec).toMatchObject({
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
    });
    const spec = made.spec?.template.spec;
    expect(spec).toMatchObject({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
    });
    expect(spec?.containers[0]).toMatchObject({
      imagePullPolicy: 'IfNotPresent',
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      livenessProbe: {
        httpGet: { path: '/', port: 80, scheme: 'HTTP' },
        timeoutSeconds: 1,
        periodSeconds: 10,
        failureThreshold: 3,
      },
    });
  });

  it('that is a pod asks for its limits, and is of a class', async () => {
    const resources = { limits: { cpu: '1', memory: '64Mi' } };
    const made = await api.core.createNamespacedPod({
      namespace,
      body: pod('p', { containers: [{ name: 'app', image: 'a:latest', resources }] }),
    });
    expect(made.spec?.containers[0]?.resources?.requests).toEqual({ cpu: '1', memory: '64Mi' });
    expect(made.spec?.containers[0]?.imagePullPolicy).toBe('Always');
    expect(made.spec).toMatchObject({ serviceAccountName: 'default', priority: 0 });
    expect(made.status).toMatchObject({ phase: 'Pending', qosClass: 'Guaranteed' });
  });

  it('that is a service gets an address of its own, and node ports where it needs them', async () => {
    const create = (name: string, type: string) =>
      api.core.createNamespacedService({
        namespace,
        body: { metadata: { name }, spec: { type, ports: [{ port: 80 }] } },
      });
    const [one, two] = [await create('one', 'ClusterIP'), await create('two', 'NodePort')];
    expect(one.spec?.clusterIP).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(one.spec?.clusterIP).not.toBe(two.spec?.clusterIP);
    expect(one.spec?.ports?.[0]).toEqual({ port: 80, targetPort: 80, protocol: 'TCP' });
    expect(two.spec?.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30_000);
  });

  it('that is a job finds its pods by its own uid', async () => {
    const body = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'report', namespace },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'a:1' }] } } },
    };
    const made = await api.batch.createNamespacedJob({ namespace, body });
    expect(made.spec?.selector?.matchLabels).toEqual({ 'batch.kubernetes.io/controller-uid': made.metadata?.uid });
  });

  it('keeps no status that its creator made up', async () => {
    const made = await api.apps.createNamespacedDeployment({
      namespace,
      body: { ...deployment('web'), status: { readyReplicas: 9 } },
    });
    expect(made.status).toBeUndefined();
  });

  it('is refused when its name is taken, its namespace is not there, or its kind is another', async () => {
    await createDeployment();
    expect(await refusal(createDeployment())).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'deployments.apps "web" already exists',
    });
    const lost = api.core.createNamespacedPod({ namespace: 'none', body: pod('p', {}, { namespace: 'none' }) });
    expect(await refusal(lost)).toMatchObject({ code: 404, message: 'namespaces "none" not found' });
    const response = await api.fetch('/api/v1/namespaces/default/pods', {
      method: 'POST',
      body: JSON.stringify(configMap('a')),
    });
    expect(response.status).toBe(400);
  });

  it('may be three megabytes large, and no larger', async () => {
    const send = (size: number) =>
      api.fetch('/api/v1/namespaces/default/configmaps', {
        method: 'POST',
        body: JSON.stringify(configMap(`c${size}`, { data: { k: 'x'.repeat(size) } })),
      });
    expect((await send(3_000_000)).status).toBe(201);
    expect((await send(3_200_000)).status).toBe(413);
  });
});

describe('an invalid object is refused with the field and the reason', () => {
  it.each([
    [{ replicas: -1 }, 'spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    [
      { selector: { matchLabels: { app: 'other' } } },
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [withContainer({ image: '' }), 'spec.template.spec.containers[0].image: Required value'],
    [
      withContainer({ name: 'App_1' }),
      expect.stringContaining(
        'spec.template.spec.containers[0].name: Invalid value: "App_1": a lowercase RFC 1123 label must consist of',
      ),
    ],
    [
      withContainer({ resources: { requests: { memory: '2Gi' }, limits: { memory: '1Gi' } } }),
      'spec.template.spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
    ],
    [
      withContainer({ volumeMounts: [{ name: 'data', mountPath: '/d' }] }),
      'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ],
    [
      withContainer({ livenessProbe: {} }),
      'spec.template.spec.containers[0].livenessProbe: Required value: must specify a handler type',
    ],
    [
      withContainer({ ports: [{ containerPort: 70_000 }] }),
      'spec.template.spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    ],
  ])('%j', async (change, line) => {
    expect(await causes(createDeployment(change))).toEqual({ code: 422, lines: [line] });
  });

  it('names', async () => {
    const { message } = await refusal(api.core.createNamespacedConfigMap({ namespace, body: configMap('Bad_Name') }));
    expect(message).toContain(
      `ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain`,
    );
  });

  it('fields of another type do not even decode', async () => {
    const response = await api.fetch('/apis/apps/v1/namespaces/default/deployments', {
      method: 'POST',
      body: JSON.stringify(deployment('web', { replicas: 'two' })),
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('cannot be handled as a Deployment');
  });

  it('a selector stays as it is', async () => {
    const made = await createDeployment();
    const body = {
      ...made,
      spec: {
        ...deployment('web').spec,
        selector: { matchLabels: { app: 'x' } },
        template: { metadata: { labels: { app: 'x' } }, spec: deployment('web').spec.template.spec },
      },
    };
    const { code, lines } = await causes(api.apps.replaceNamespacedDeployment({ namespace, name: 'web', body }));
    expect(code).toBe(422);
    expect(lines?.[0]).toContain('spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable');
  });
});

describe('a change', () => {
  it('is refused to those who saw an older version', async () => {
    const first = await createDeployment();
    await api.apps.replaceNamespacedDeployment({
      namespace,
      name: 'web',
      body: { ...first, spec: { ...deployment('web').spec, replicas: 3 } },
    });
    const late = api.apps.replaceNamespacedDeployment({
      namespace,
      name: 'web',
      body: { ...first, spec: { ...deployment('web').spec, replicas: 4 } },
    });
    expect(await refusal(late)).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on deployments.apps "web": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  it('of the object leaves the status, and of the status leaves the object', async () => {
    const made = await createDeployment();
    const both = { ...made, spec: { ...deployment('web').spec, replicas: 5 }, status: { replicas: 5 } };
    const status = await api.apps.replaceNamespacedDeploymentStatus({ namespace, name: 'web', body: both });
    expect([status.spec?.replicas, status.status?.replicas]).toEqual([2, 5]);
    const body = { ...both, metadata: { name: 'web' }, status: { replicas: 9 } };
    const spec = await api.apps.replaceNamespacedDeployment({ namespace, name: 'web', body });
    expect([spec.spec?.replicas, spec.status?.replicas]).toEqual([5, 5]);
    expect(spec.metadata?.generation).toBe(2);
  });

  it('of the scale changes the replicas alone', async () => {
    await createDeployment();
    const scale = await api.apps.readNamespacedDeploymentScale({ namespace, name: 'web' });
    expect(scale).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { selector: 'app=web' } });
    await api.apps.replaceNamespacedDeploymentScale({
      namespace,
      name: 'web',
      body: { ...scale, spec: { replicas: 4 } },
    });
    expect((await api.apps.readNamespacedDeployment({ namespace, name: 'web' })).spec?.replicas).toBe(4);
    const stale = api.apps.replaceNamespacedDeploymentScale({
      namespace,
      name: 'web',
      body: { ...scale, spec: { replicas: 1 } },
    });
    expect(await refusal(stale)).toMatchObject({ code: 409 });
  });
});

describe('a dry run', () => {
  it('answers as the real thing would, and changes nothing', async () => {
    const dryRun = 'All';
    const made = await api.apps.createNamespacedDeployment({ namespace, body: deployment('web'), dryRun });
    expect(made.spec?.revisionHistoryLimit).toBe(10);
    expect((await api.apps.listNamespacedDeployment({ namespace })).items).toEqual([]);
    const before = await createDeployment();
    const patched = await api.apps.patchNamespacedDeployment({
      namespace,
      name: 'web',
      dryRun,
      body: [{ op: 'replace', path: '/spec/replicas', value: 9 }],
    });
    expect(patched.spec?.replicas).toBe(9);
    expect(patched.metadata?.generation).toBe(2);
    await api.apps.deleteNamespacedDeployment({ namespace, name: 'web', dryRun });
    expect(await api.apps.readNamespacedDeployment({ namespace, name: 'web' })).toEqual(before);
  });

  it('is refused like the real thing', async () => {
    const call = api.apps.createNamespacedDeployment({
      namespace,
      body: deployment('web', { replicas: -1 }),
      dryRun: 'All',
    });
    expect((await refusal(call)).code).toBe(422);
  });
});

describe('a deletion', () => {
  it('of a collection takes what fits', async () => {
    for (const [name, on] of [
      ['a', 'yes'],
      ['b', 'no'],
      ['c', 'yes'],
    ] as const) {
      await api.core.createNamespacedConfigMap({ namespace, body: configMap(name, { labels: { on } }) });
    }
    await api.core.deleteCollectionNamespacedConfigMap({ namespace, labelSelector: 'on=yes' });
    const left = await api.core.listNamespacedConfigMap({ namespace });
    expect(left.items.map(({ metadata }) => metadata?.name)).toEqual(['b']);
  });

  it('of another uid than the one that is there is refused', async () => {
    await api.core.createNamespacedConfigMap({ namespace, body: configMap('a') });
    const call = api.core.deleteNamespacedConfigMap({
      namespace,
      name: 'a',
      body: { preconditions: { uid: 'other' } },
    });
    expect(await refusal(call)).toMatchObject({ code: 409, reason: 'Conflict' });
  });

  it('of a namespace takes what is in it', async () => {
    await api.core.createNamespace({ body: { metadata: { name: 'shop' } } });
    await api.core.createNamespacedConfigMap({ namespace: 'shop', body: { metadata: { name: 'a' } } });
    await api.core.deleteNamespace({ name: 'shop' });
    expect(await refusal(api.core.readNamespace({ name: 'shop' }))).toMatchObject({ code: 404 });
    expect(api.store().list('configmaps', 'shop')).toEqual([]);
  });
});

describe('the objects of a cluster', () => {
  it('are there after a restart, and versions go on', async () => {
    const before = await createDeployment();
    await api.restart();
    const after = await api.apps.readNamespacedDeployment({ namespace, name: 'web' });
    expect(after).toEqual(before);
    const next = await api.core.createNamespacedConfigMap({ namespace, body: configMap('a') });
    expect(Number(next.metadata?.resourceVersion)).toBeGreaterThan(Number(before.metadata?.resourceVersion));
  });

  it('are gone with a reset of the world, whose versions are later ones', async () => {
    await createDeployment();
    const before = api.store().resourceVersion();
    const [cluster] = api.world().clusters.list();
    api.pass(3600);
    api.world().reset();
    expect((await api.fetch('/readyz')).status).toBe(503);
    if (cluster) api.world().clusters.put(cluster);
    expect((await api.apps.listNamespacedDeployment({ namespace })).items).toEqual([]);
    expect(Number(api.store().resourceVersion())).toBeGreaterThan(Number(before));
  });

  it('are dropped with their cluster', async () => {
    await createDeployment();
    api.world().clusters.remove(CLUSTER);
    expect((await api.fetch('/readyz')).status).toBe(503);
    expect(api.world().kubeObjects.list(CLUSTER)).toEqual([]);
  });
});
