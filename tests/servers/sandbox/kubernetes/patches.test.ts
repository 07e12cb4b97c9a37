import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { strategicPatch } from '../../../../servers/sandbox/kubernetes/patch/strategic.ts';
import { configMap, deployment, refusal, startApi, type TestApi } from './harness.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
  await api.apps.createNamespacedDeployment({ namespace, body: deployment('web'), fieldManager: 'creator' });
});
afterEach(() => api.close());

const namespace = 'default';
const as = (strategy: string) => setHeaderOptions('Content-Type', strategy);
const patch = (strategy: string, body: object, more: { fieldManager?: string; force?: boolean } = {}) =>
  api.apps.patchNamespacedDeployment({ namespace, name: 'web', body, ...more }, as(strategy));

describe('a JSON patch', () => {
  it('does all its operations', async () => {
    const body = [
      { op: 'test', path: '/spec/replicas', value: 2 },
      { op: 'replace', path: '/spec/replicas', value: 5 },
      { op: 'add', path: '/metadata/labels', value: { a: 'b' } },
    ];
    const patched = await patch(PatchStrategy.JsonPatch, body);
    expect([patched.spec?.replicas, patched.metadata?.labels]).toEqual([5, { a: 'b' }]);
  });

  it('does none of them when a test fails', async () => {
    const body = [
      { op: 'replace', path: '/spec/replicas', value: 5 },
      { op: 'test', path: '/metadata/name', value: 'other' },
    ];
    expect(await refusal(patch(PatchStrategy.JsonPatch, body))).toMatchObject({ code: 422 });
    expect((await api.apps.readNamespacedDeployment({ namespace, name: 'web' })).spec?.replicas).toBe(2);
  });
});

describe('a merge patch', () => {
  it('replaces lists and removes with null', async () => {
    await patch(PatchStrategy.MergePatch, { metadata: { labels: { a: 'b', c: 'd' } } });
    const patched = await patch(PatchStrategy.MergePatch, {
      metadata: { labels: { a: null } },
      spec: { template: { spec: { containers: [{ name: 'new', image: 'n:1' }] } } },
    });
    expect(patched.metadata?.labels).toEqual({ c: 'd' });
    expect(patched.spec?.template.spec?.containers.map(({ name }) => name)).toEqual(['new']);
  });

  it('with a version is refused when that is not the stored one', async () => {
    expect(await refusal(patch(PatchStrategy.MergePatch, { metadata: { resourceVersion: '1' } }))).toMatchObject({
      code: 409,
    });
  });
});

describe('a strategic merge patch', () => {
  it('changes one container of several and leaves the rest', async () => {
    const containers = [{ name: 'side', image: 's:1' }];
    await patch(PatchStrategy.StrategicMergePatch, { spec: { template: { spec: { containers } } } });
    const change = [{ name: 'app', resources: { limits: { memory: '512Mi' } } }];
    const patched = await patch(PatchStrategy.StrategicMergePatch, {
      spec: { template: { spec: { containers: change } } },
    });
    expect(patched.spec?.template.spec?.containers).toMatchObject([
      { name: 'app', image: 'shop/app:1', resources: { limits: { memory: '512Mi' } } },
      { name: 'side', image: 's:1' },
    ]);
  });

  const items = (...names: string[]) => names.map((name) => ({ name }));

  it.each([
    [
      '$patch: delete takes an item',
      { env: items('a', 'b') },
      { env: [{ name: 'a', $patch: 'delete' }] },
      { env: items('b') },
    ],
    [
      '$patch: replace in a list replaces it',
      { env: items('a', 'b') },
      { env: [{ name: 'c' }, { $patch: 'replace' }] },
      { env: items('c') },
    ],
    [
      '$patch: replace in a map replaces it',
      { emptyDir: { x: 1 } },
      { emptyDir: { $patch: 'replace', y: 2 } },
      { emptyDir: { y: 2 } },
    ],
    [
      '$retainKeys drops what it does not name',
      { type: 'RollingUpdate', rollingUpdate: {} },
      { $retainKeys: ['type'], type: 'Recreate' },
      { type: 'Recreate' },
    ],
    [
      '$deleteFromPrimitiveList takes values',
      { finalizers: ['a', 'b'] },
      { '$deleteFromPrimitiveList/finalizers': ['a'] },
      { finalizers: ['b'] },
    ],
    ['a list of finalizers is added to', { finalizers: ['a'] }, { finalizers: ['b'] }, { finalizers: ['a', 'b'] }],
    ['a list without a key is replaced', { args: ['a'] }, { args: ['b'] }, { args: ['b'] }],
    [
      '$setElementOrder sorts, and keeps what only the server has after its neighbour',
      { env: items('a', 'server', 'b') },
      { '$setElementOrder/env': items('b', 'a', 'c'), env: [{ name: 'c' }] },
      { env: items('b', 'a', 'server', 'c') },
    ],
    ['null removes a field', { a: 1, b: 2 }, { a: null }, { b: 2 }],
  ])('%s', (_, target, change, expected) => {
    expect(strategicPatch(target, change, [])).toEqual(expected);
  });

  it('tells container ports apart by number and service ports by port', async () => {
    const container = { ports: [{ containerPort: 80, name: 'http' }] };
    expect(
      strategicPatch(
        { containers: [{ name: 'a', ...container }] },
        { containers: [{ name: 'a', ports: [{ containerPort: 81 }] }] },
        [],
      ),
    ).toEqual({
      containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'http' }, { containerPort: 81 }] }],
    });
  });
});

describe('server-side apply', () => {
  const applied = (manager: string, spec: object, force = false) =>
    patch(
      PatchStrategy.ServerSideApply,
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec },
      { fieldManager: manager, force },
    );
  const template = (container: object) => ({ template: { spec: { containers: [{ name: 'app', ...container }] } } });

  it('creates what is not there', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new' }, data: { a: 'b' } };
    const made = await api.core.patchNamespacedConfigMap(
      { namespace, name: 'new', body, fieldManager: 'me' },
      as(PatchStrategy.ServerSideApply),
    );
    expect(made.data).toEqual({ a: 'b' });
    expect(made.metadata?.managedFields).toMatchObject([
      { manager: 'me', operation: 'Apply', fieldsV1: { 'f:data': { 'f:a': {} } } },
    ]);
  });

  it('creates it with the defaults inside lists, too, which are nobody’s', async () => {
    const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: {} } };
    const body = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db' },
      spec: {
        serviceName: 'db',
        selector: { matchLabels: { app: 'db' } },
        template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'db:1' }] } },
        volumeClaimTemplates: [claim],
      },
    };
    const send = () =>
      api.apps.patchNamespacedStatefulSet(
        { namespace, name: 'db', body, fieldManager: 'me' },
        as(PatchStrategy.ServerSideApply),
      );
    const made = await send();
    expect(made.spec?.volumeClaimTemplates?.[0]?.spec?.volumeMode).toBe('Filesystem');
    expect((await send()).metadata?.generation).toBe(made.metadata?.generation);
  });

  it('finds what was there before anybody owned it kept by somebody', async () => {
    api.store().create('deployments', {
      ...deployment('old'),
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'old', namespace },
    });
    const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'old' }, spec: { replicas: 7 } };
    const { message } = await refusal(
      api.apps.patchNamespacedDeployment(
        { namespace, name: 'old', body, fieldManager: 'me' },
        as(PatchStrategy.ServerSideApply),
      ),
    );
    expect(message).toMatch(/conflict with "before-first-apply" using apps\/v1.*: .spec.replicas/);
  });

  it('is refused for a field that another owns with another value', async () => {
    const { code, reason, message, details } = await refusal(applied('me', { replicas: 7 }));
    expect({ code, reason }).toEqual({ code: 409, reason: 'Conflict' });
    expect(message).toBe(
      'Apply failed with 1 conflict: conflict with "creator" using apps/v1 at 2026-11-24T00:00:00Z: .spec.replicas',
    );
    expect(details?.causes).toMatchObject([{ reason: 'FieldManagerConflict', field: '.spec.replicas' }]);
  });

  it('takes the field when forced, and shares it when the value is the same', async () => {
    const owners = (made: Awaited<ReturnType<typeof applied>>) =>
      (made.metadata?.managedFields ?? [])
        .filter(({ fieldsV1 }) => JSON.stringify(fieldsV1).includes('f:replicas'))
        .map(({ manager }) => manager);
    expect(owners(await applied('me', { replicas: 2 }))).toEqual(['creator', 'me']);
    expect(owners(await applied('me', { replicas: 7 }, true))).toEqual(['me']);
  });

  it('names an item of a list by its key in a conflict', async () => {
    const { message } = await refusal(applied('me', template({ image: 'other:1' })));
    expect(message).toContain('.spec.template.spec.containers[name="app"].image');
  });

  it('removes what it applied before and no longer does, and nothing else', async () => {
    await applied(
      'me',
      template({
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
        resources: { limits: { memory: '1Gi' } },
      }),
    );
    const next = await applied('me', template({ env: [{ name: 'B', value: '3' }] }));
    const container = next.spec?.template.spec?.containers[0];
    expect(container?.env).toEqual([{ name: 'B', value: '3' }]);
    expect(container?.resources).toEqual({});
    expect(container?.image).toBe('shop/app:1');
  });

  it('leaves a field that someone else changed meanwhile to them', async () => {
    await applied('me', template({ env: [{ name: 'A', value: '1' }] }));
    await patch(
      PatchStrategy.StrategicMergePatch,
      { spec: template({ env: [{ name: 'A', value: '2' }] }) },
      { fieldManager: 'someone' },
    );
    expect((await refusal(applied('me', template({ env: [{ name: 'A', value: '1' }] })))).message).toContain(
      'conflict with "someone"',
    );
    const without = await applied('me', template({}));
    expect(without.spec?.template.spec?.containers[0]?.env).toEqual([{ name: 'A', value: '2' }]);
  });

  it('that changes nothing writes nothing', async () => {
    const first = await applied('me', template({ env: [{ name: 'A', value: '1' }] }));
    api.pass(60);
    const again = await applied('me', template({ env: [{ name: 'A', value: '1' }] }));
    expect(again.metadata?.resourceVersion).toBe(first.metadata?.resourceVersion);
  });

  it('needs a manager, and YAML will do', async () => {
    expect((await refusal(patch(PatchStrategy.ServerSideApply, {}))).message).toContain('fieldManager: Required value');
    const response = await api.fetch('/api/v1/namespaces/default/configmaps/y?fieldManager=me', {
      method: 'PATCH',
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: y\ndata:\n  a: b\n',
    });
    expect(response.status).toBe(201);
  });
});

it('an unknown form of patch is refused', async () => {
  await api.core.createNamespacedConfigMap({ namespace, body: configMap('a') });
  const response = await api.fetch('/api/v1/namespaces/default/configmaps/a', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(response.status).toBe(415);
});
