import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configMap, refusal, startApi, type TestApi } from './harness.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
  await api.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'robot' } } });
});
afterEach(() => api.close());

const namespace = 'default';

const robot = async (expirationSeconds = 3600) => {
  const body = { spec: { audiences: [], expirationSeconds } };
  const made = await api.core.createNamespacedServiceAccountToken({ namespace, name: 'robot', body });
  return api.as(made.status?.token ?? '');
};
const mayRead = async (resourceNames: string[] = []) => {
  const rules = [
    {
      apiGroups: [''],
      resources: ['configmaps'],
      verbs: ['get', 'list'],
      ...(resourceNames.length > 0 && { resourceNames }),
    },
  ];
  const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  const post = (path: string, body: object) => api.fetch(roles + path, { method: 'POST', body: JSON.stringify(body) });
  await post('/roles', { metadata: { name: 'reader' }, rules });
  const subjects = [{ kind: 'ServiceAccount', name: 'robot', namespace }];
  await post('/rolebindings', {
    metadata: { name: 'robot' },
    roleRef: { kind: 'Role', name: 'reader', apiGroup: 'rbac.authorization.k8s.io' },
    subjects,
  });
};
const canI = async (
  who: { authorization: TestApi['authorization'] },
  verb: string,
  resource: string,
  ns = namespace,
) => {
  const body = { spec: { resourceAttributes: { verb, resource, namespace: ns } } };
  return (await who.authorization.createSelfSubjectAccessReview({ body })).status?.allowed;
};

describe('the token of the cloud', () => {
  it('may do everything', async () => {
    expect(await canI(api, 'delete', 'nodes')).toBe(true);
    const rules = await api.authorization.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
    expect(rules.status?.resourceRules).toEqual([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]);
  });
});

describe('the token of a service account', () => {
  it('may do nothing that no role allows', async () => {
    const who = await robot();
    expect(await canI(who, 'list', 'pods')).toBe(false);
    expect(await refusal(who.core.listNamespacedPod({ namespace }))).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'pods is forbidden: User "system:serviceaccount:default:robot" cannot list resource "pods" in API group "" in the namespace "default"',
    });
    expect((await refusal(who.core.listNode())).message).toBe(
      'nodes is forbidden: User "system:serviceaccount:default:robot" cannot list resource "nodes" in API group "" at the cluster scope',
    );
    expect((await refusal(who.core.deleteNamespacedPod({ namespace, name: 'p' }))).message).toContain(
      'pods "p" is forbidden',
    );
  });

  it('may do what its roles allow, in their namespace only', async () => {
    await mayRead();
    const who = await robot();
    await api.core.createNamespacedConfigMap({ namespace, body: configMap('a') });
    expect((await who.core.listNamespacedConfigMap({ namespace })).items).toHaveLength(1);
    expect(await canI(who, 'list', 'configmaps')).toBe(true);
    expect(await canI(who, 'list', 'configmaps', 'kube-system')).toBe(false);
    const patch = who.core.deleteNamespacedConfigMap({ namespace, name: 'a' });
    expect((await refusal(patch)).code).toBe(403);
    const rules = await who.authorization.createSelfSubjectRulesReview({ body: { spec: { namespace } } });
    expect(rules.status?.resourceRules).toContainEqual(
      expect.objectContaining({ resources: ['configmaps'], verbs: ['get', 'list'] }),
    );
  });

  it('may be bound to single objects', async () => {
    await mayRead(['a']);
    const who = await robot();
    await api.core.createNamespacedConfigMap({ namespace, body: configMap('a') });
    await who.core.readNamespacedConfigMap({ namespace, name: 'a' });
    expect((await refusal(who.core.readNamespacedConfigMap({ namespace, name: 'b' }))).code).toBe(403);
    expect((await refusal(who.core.listNamespacedConfigMap({ namespace }))).code).toBe(403);
  });

  it('ends with its time, and with its account', async () => {
    const who = await robot(600);
    const later = await robot(7200);
    api.pass(601);
    expect((await refusal(who.core.listNamespacedPod({ namespace }))).code).toBe(401);
    expect((await refusal(later.core.listNamespacedPod({ namespace }))).code).toBe(403);
    await api.core.deleteNamespacedServiceAccount({ namespace, name: 'robot' });
    expect((await refusal(later.core.listNamespacedPod({ namespace }))).code).toBe(401);
  });

  it('is refused when it was changed', async () => {
    const body = { spec: { audiences: [] } };
    const made = await api.core.createNamespacedServiceAccountToken({ namespace, name: 'robot', body });
    const [header, claims, signature] = (made.status?.token ?? '').split('.');
    const other = Buffer.from(
      Buffer.from(claims ?? '', 'base64url')
        .toString()
        .replace('robot', 'admin'),
    ).toString('base64url');
    expect((await refusal(api.as(`${header}.${other}.${signature}`).core.listNode())).code).toBe(401);
  });

  it('stays good over a restart', async () => {
    await mayRead();
    const who = await robot();
    await api.restart();
    expect((await who.core.listNamespacedConfigMap({ namespace })).items).toEqual([]);
  });
});

describe('an admin', () => {
  it('may act as someone else', async () => {
    const response = await api.fetch('/api/v1/namespaces/default/pods', {
      headers: { 'impersonate-user': 'system:serviceaccount:default:robot' },
    });
    expect(response.status).toBe(403);
  });

  it('may ask what someone else may', async () => {
    await mayRead();
    const resourceAttributes = { verb: 'get', resource: 'configmaps', namespace };
    const review = (user: string) =>
      api.authorization.createSubjectAccessReview({ body: { spec: { user, resourceAttributes } } });
    expect((await review('system:serviceaccount:default:robot')).status?.allowed).toBe(true);
    expect((await review('someone')).status?.allowed).toBe(false);
  });
});
