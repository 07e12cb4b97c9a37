import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deployment, pod, refusal, startApi, type TestApi } from './harness.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const namespace = 'default';
const container = (resources: object, more: object = {}) => ({
  containers: [{ name: 'app', image: 'shop/app:1', resources, ...more }],
});
const createPod = (name: string, spec: object = {}) =>
  api.core.createNamespacedPod({ namespace, body: pod(name, spec) });
const quota = (hard: Record<string, string>) =>
  api.core.createNamespacedResourceQuota({ namespace, body: { metadata: { name: 'compute' }, spec: { hard } } });

describe('a quota', () => {
  it('refuses the pod that would exceed it, and says by how much', async () => {
    await quota({ 'requests.memory': '1Gi', pods: '5' });
    await createPod('one', container({ requests: { memory: '768Mi' } }));
    expect(await refusal(createPod('two', container({ requests: { memory: '512Mi' } })))).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'pods "two" is forbidden: exceeded quota: compute, requested: requests.memory=512Mi, used: requests.memory=768Mi, limited: requests.memory=1Gi',
    });
    await createPod('three', container({ requests: { memory: '256Mi' } }));
  });

  it('refuses a pod that does not say what it needs of what is limited', async () => {
    await quota({ 'limits.cpu': '2', 'limits.memory': '1Gi' });
    expect((await refusal(createPod('one'))).message).toBe(
      'pods "one" is forbidden: failed quota: compute: must specify limits.cpu for: app; limits.memory for: app',
    );
  });

  it('counts pods that have ended no more, and objects by their kind', async () => {
    await quota({ pods: '1', 'count/deployments.apps': '1', configmaps: '0' });
    await createPod('one');
    expect((await refusal(createPod('two'))).message).toContain('requested: pods=1, used: pods=1, limited: pods=1');
    api.store().updateStatus('pods', namespace, 'one', { phase: 'Succeeded' });
    await createPod('two');
    await api.apps.createNamespacedDeployment({ namespace, body: deployment('a') });
    const second = api.apps.createNamespacedDeployment({ namespace, body: deployment('b') });
    expect((await refusal(second)).message).toContain('exceeded quota: compute, requested: count/deployments.apps=1');
    const map = api.core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'm' } } });
    expect((await refusal(map)).message).toContain('configmaps=1');
  });

  it('holds for what controllers create as well', async () => {
    await quota({ pods: '0' });
    expect(() => api.store().create('pods', pod('one'))).toThrow('exceeded quota: compute');
  });
});

describe('a limit range', () => {
  const range = (limit: object) =>
    api.core.createNamespacedLimitRange({
      namespace,
      body: { metadata: { name: 'sizes' }, spec: { limits: [{ type: 'Container', ...limit }] } },
    });

  it('gives sizes to containers that have none', async () => {
    await range({ _default: { memory: '256Mi' }, defaultRequest: { memory: '128Mi' } });
    const made = await createPod('one');
    expect(made.spec?.containers[0]?.resources).toEqual({ limits: { memory: '256Mi' }, requests: { memory: '128Mi' } });
    expect(made.status?.qosClass).toBe('Burstable');
  });

  it('refuses what is too large', async () => {
    await range({ max: { memory: '1Gi' } });
    expect((await refusal(createPod('one', container({ limits: { memory: '2Gi' } })))).message).toBe(
      'pods "one" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    );
  });
});

describe('pod security', () => {
  const enforce = (level: string) =>
    api.core.createNamespace({
      body: { metadata: { name: 'safe', labels: { 'pod-security.kubernetes.io/enforce': level } } },
    });
  const create = (spec: object) =>
    api.core.createNamespacedPod({ namespace: 'safe', body: pod('p', spec, { namespace: 'safe' }) });

  it('names every rule of the restricted level that a pod breaks', async () => {
    await enforce('restricted');
    expect((await refusal(create({}))).message).toBe(
      'pods "p" is forbidden: violates PodSecurity "restricted:latest": ' +
        'allowPrivilegeEscalation != false (container "app" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "app" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "app" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "app" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    );
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
    const podContext = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
    await create({ ...container({}, { securityContext }), securityContext: podContext });
  });

  it('at the baseline level refuses what reaches the host only', async () => {
    await enforce('baseline');
    const spec = { ...container({}, { securityContext: { privileged: true } }), hostNetwork: true };
    expect((await refusal(create(spec))).message).toContain(
      'violates PodSecurity "baseline:latest": host namespaces (hostNetwork=true), privileged (container "app" must not set securityContext.privileged=true)',
    );
    await create({});
  });
});

describe('a pod', () => {
  it('is refused a service account or a priority class that is not there', async () => {
    expect((await refusal(createPod('p', { serviceAccountName: 'robot' }))).message).toBe(
      'pods "p" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
    );
    expect((await refusal(createPod('p', { priorityClassName: 'high' }))).message).toContain(
      'no PriorityClass with name high was found',
    );
  });

  it('gets the pull secrets of its account', async () => {
    const body = { metadata: { name: 'robot' }, imagePullSecrets: [{ name: 'registry' }] };
    await api.core.createNamespacedServiceAccount({ namespace, body });
    const made = await createPod('p', { serviceAccountName: 'robot' });
    expect(made.spec?.imagePullSecrets).toEqual([{ name: 'registry' }]);
  });

  it('is refused in a namespace that is on its way out', async () => {
    await api.core.createNamespace({ body: { metadata: { name: 'old' } } });
    await api.core.createNamespacedConfigMap({
      namespace: 'old',
      body: { metadata: { name: 'a', finalizers: ['shop/keep'] } },
    });
    await api.core.deleteNamespace({ name: 'old' });
    const { message, details } = await refusal(
      api.core.createNamespacedPod({ namespace: 'old', body: pod('p', {}, { namespace: 'old' }) }),
    );
    expect(message).toBe(
      'pods "p" is forbidden: unable to create new content in namespace old because it is being terminated',
    );
    expect(details?.causes?.[0]).toMatchObject({ reason: 'NamespaceTerminating' });
  });
});
