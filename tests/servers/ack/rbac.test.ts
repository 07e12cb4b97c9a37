import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { patchableKinds } from '../../../servers/ack/kube/allowed.ts';
import { applicableKinds } from '../../../servers/ack/kube/applicable/object.ts';
import { knownKind } from '../../../servers/ack/kube/resources.ts';
import { startApi, type TestApi } from '../sandbox/kubernetes/harness.ts';
import { configOf, webOf } from './kube-apply-support.ts';
import { connectKube } from './kube-support.ts';

/** deploy/kubernetes/rbac.yaml grants what the tools use, and no more. */

const objectSchema = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
const roleSchema = z.looseObject({
  rules: z.array(
    z.object({ apiGroups: z.array(z.string()), resources: z.array(z.string()), verbs: z.array(z.string()) }),
  ),
});
const objects = parseAllDocuments(readFileSync('deploy/kubernetes/rbac.yaml', 'utf8')).map((document) =>
  objectSchema.parse(document.toJS()),
);
/** Each grant of a role as `verb group/resource`. */
const grantsOf = (role: string): string[] =>
  roleSchema
    .parse(objects.find(({ kind, metadata }) => kind === 'ClusterRole' && metadata.name === role))
    .rules.flatMap(({ apiGroups, resources, verbs }) =>
      verbs.flatMap((verb) =>
        resources.flatMap((resource) => apiGroups.map((group) => `${verb} ${group}/${resource}`)),
      ),
    )
    .sort();
const resourceOf = (kind: string): string => {
  const known = knownKind(kind);
  const group = known?.apiVersion.includes('/') ? known.apiVersion.split('/')[0] : '';
  return `${group}/${known?.plural}`;
};

describe('the roles', () => {
  it('for releases: what may be applied is made, changed and deleted', () => {
    const used = applicableKinds.flatMap((kind) =>
      ['create', 'patch', 'delete'].map((verb) => `${verb} ${resourceOf(kind)}`),
    );
    expect(grantsOf('k8s-copilot-release')).toEqual(used.sort());
  });

  it('for changes: what may be patched is, pods are deleted and evicted, nodes cordoned', () => {
    const used = [...patchableKinds(), 'Node'].map((kind) => `patch ${resourceOf(kind)}`);
    expect(grantsOf('k8s-copilot-change')).toEqual([...used, 'create /pods/eviction', 'delete /pods'].sort());
  });

  it('for reading: nothing is written, and no Secret is read', () => {
    const grants = grantsOf('k8s-copilot-read');
    expect(grants.filter((grant) => !/^(get|list|watch) /.test(grant))).toEqual([]);
    for (const role of ['read', 'change', 'release'])
      expect(
        grantsOf(`k8s-copilot-${role}`).filter((grant) =>
          /\/(secrets|pods\/(exec|attach|portforward))$|\*|^(escalate|bind|impersonate) /.test(grant),
        ),
      ).toEqual([]);
  });
});

describe('with these roles', () => {
  let api: TestApi;
  let kube: Awaited<ReturnType<typeof connectKube>>;
  beforeAll(async () => {
    api = await startApi();
    for (const object of objects) api.store().create(`${object.kind.toLowerCase()}s`, object as never);
    await api.core.createNamespace({ body: { metadata: { name: 'shop' } } });
    const body = { spec: { audiences: [], expirationSeconds: 3600 } };
    const made = await api.core.createNamespacedServiceAccountToken({
      namespace: 'k8s-copilot',
      name: 'k8s-copilot',
      body,
    });
    kube = await connectKube([], { server: api.url, token: made.status?.token ?? '' });
  });
  afterAll(async () => {
    await kube.close();
    await api.close();
  });

  it('a release is made in a namespace of its own, changed, and taken back whole', async () => {
    const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'fresh' } };
    const approval = { planId: 'p' };
    const apply = (object: object, step: string) =>
      kube.done('k8s_apply', { object: JSON.parse(JSON.stringify(object)), idempotencyKey: `p.${step}`, approval });
    const inside = (object: object) => ({ ...object, metadata: { name: 'web', namespace: 'fresh' } });
    const made = [
      ['Namespace', await apply(space, 'space')],
      ['ConfigMap', await apply(inside(configOf()), 'config')],
      ['Deployment', await apply(inside(webOf()), 'web')],
    ] as const;
    await kube.done('k8s_scale', {
      kind: 'Deployment',
      namespace: 'fresh',
      name: 'web',
      replicas: 3,
      idempotencyKey: 's',
    });
    for (const [kind, { uid, undoCall }] of made.toReversed())
      await kube.done('k8s_delete', { ...undoCall.args, expectedUid: uid, idempotencyKey: `p.undo.${kind}`, approval });
    expect(api.store().list('deployments', 'fresh')).toEqual([]);
  });

  it('every kind that health reports and diagnoses list may be listed', async () => {
    for (const kind of [
      'Pod',
      'Event',
      'Ingress',
      'StorageClass',
      'ClusterRole',
      'Lease',
      'EndpointSlice',
      'ServiceAccount',
    ])
      expect((await kube.done('k8s_list', { kind })).complete, kind).toBe(true);
  });

  it('Secrets and roles stay closed', async () => {
    expect(await kube.refused('k8s_list', { kind: 'Secret' })).toMatchObject({ code: 'Forbidden' });
    const { allowed } = await kube.done('k8s_access', {
      verb: 'create',
      group: 'rbac.authorization.k8s.io',
      resource: 'roles',
    });
    expect(allowed).toBe(false);
  });
});
