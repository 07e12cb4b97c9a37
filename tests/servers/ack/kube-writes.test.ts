import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/tools/types.ts';
import { type FakeKube, status, type Thing } from './fake-kube.ts';
import { connectKube, pod } from './kube-support.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function connect(things: Thing[] = [deployment()]) {
  const connected = await connectKube(things);
  cleanups.push(connected.close);
  return connected;
}

const deployment = (fields: Partial<Thing> = {}): Thing => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  ...fields,
  metadata: { name: 'app', namespace: 'shop', uid: 'u-app', generation: 3, ...fields.metadata },
  spec: {
    replicas: 2,
    template: {
      metadata: { labels: { app: 'app' } },
      spec: {
        containers: [
          { name: 'proxy', image: 'proxy:1' },
          { name: 'app', image: 'app:1', ports: [{ containerPort: 80 }], resources: { limits: { memory: '256Mi' } } },
        ],
      },
    },
    ...fields.spec,
  },
});

const app = { kind: 'Deployment', namespace: 'shop', name: 'app' };
const raise: JsonObject = {
  spec: { template: { spec: { containers: [{ name: 'app', resources: { limits: { memory: '512Mi' } } }] } } },
};
const raiseMemory = { ...app, patchType: 'strategic', patch: raise };
const memoryOf = (kube: FakeKube) =>
  kube.get('Deployment', 'app', 'shop')?.spec.template.spec.containers[1].resources.limits.memory;

describe('a patch', () => {
  it('is made on the very version that was read, marked with its key and plan, and tells before, after and the way back', async () => {
    const { done, kube } = await connect();
    const version = kube.get('Deployment', 'app', 'shop')?.metadata.resourceVersion;
    const approval = { planId: 'plan-1', token: 't' };
    const result = await done('k8s_patch', {
      ...raiseMemory,
      expectedUid: 'u-app',
      expectedGeneration: 3,
      idempotencyKey: 'k-1',
      approval,
    });
    expect(kube.writes()).toMatchObject([
      {
        method: 'PATCH',
        contentType: 'application/strategic-merge-patch+json',
        body: {
          metadata: {
            resourceVersion: version,
            uid: 'u-app',
            annotations: { 'k8s-copilot/key': 'k-1', 'k8s-copilot/approval': 'plan-1' },
          },
        },
      },
    ]);
    expect(memoryOf(kube)).toBe('512Mi');
    expect(result).toMatchObject({
      uid: 'u-app',
      generation: 4,
      undo: { patchType: 'json' },
      before: { kind: 'Deployment' },
    });
    expect(result.diff).toMatch(/-\s+memory: 256Mi\n\+\s+memory: 512Mi/);
    expect(result.diff).not.toMatch(/k8s-copilot|resourceVersion/);
  });

  it('with the same key a second time is found made, and nothing is sent', async () => {
    const { done, kube } = await connect();
    await done('k8s_patch', { ...raiseMemory, expectedGeneration: 3, idempotencyKey: 'k-1' });
    const again = await done('k8s_patch', { ...raiseMemory, expectedGeneration: 3, idempotencyKey: 'k-1' });
    expect(again).toMatchObject({ already: true, uid: 'u-app' });
    expect(kube.writes()).toHaveLength(1);
  });

  it.each([
    [{ expectedUid: 'another' }, 'uid'],
    [{ expectedGeneration: 2 }, 'generation'],
    [{ expectedResourceVersion: '1' }, 'resourceVersion'],
  ])(
    'for an object that is no longer the one of the plan (%o) is refused, and nothing is sent',
    async (expected, what) => {
      const { refused, kube } = await connect();
      const error = await refused('k8s_patch', { ...raiseMemory, ...expected, idempotencyKey: 'k' });
      expect(error).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining(what), ambiguous: false });
      expect(kube.writes()).toEqual([]);
    },
  );

  it('is tried again when only the status moved in between', async () => {
    const { done, kube } = await connect();
    let moved = 0;
    kube.intercept(({ method }) => {
      const object = kube.get('Deployment', 'app', 'shop');
      if (method === 'PATCH' && object && moved++ < 2) kube.put({ ...object, status: { replicas: moved } });
      return false;
    });
    await done('k8s_patch', { ...raiseMemory, idempotencyKey: 'k' });
    expect(kube.writes()).toHaveLength(3);
    expect(memoryOf(kube)).toBe('512Mi');
  });

  it('gives way when somebody changes the spec in between', async () => {
    const { refused, kube } = await connect();
    kube.intercept(({ method }) => {
      const object = kube.get('Deployment', 'app', 'shop');
      if (method === 'PATCH' && object) kube.put({ ...object, spec: { ...object.spec, replicas: 7 } });
      return false;
    });
    expect(await refused('k8s_patch', { ...raiseMemory, idempotencyKey: 'k' })).toMatchObject({ code: 'Conflict' });
    expect(memoryOf(kube)).toBe('256Mi');
    expect(kube.get('Deployment', 'app', 'shop')?.spec.replicas).toBe(7);
  });

  it('tried dry asks the server, and changes nothing', async () => {
    const { done, kube } = await connect();
    const result = await done('k8s_patch', { ...raiseMemory, dryRun: true, idempotencyKey: 'k' });
    expect(result).toMatchObject({ dryRun: true, diff: expect.stringContaining('512Mi') });
    expect(kube.writes().map(({ query }) => query.get('dryRun'))).toEqual(['All']);
    expect(memoryOf(kube)).toBe('256Mi');
  });
});

describe('the undo of a change', () => {
  it('brings back exactly what was there', async () => {
    const { done, kube } = await connect();
    const before = structuredClone(kube.get('Deployment', 'app', 'shop')?.spec);
    const { undoCall } = await done('k8s_patch', { ...raiseMemory, idempotencyKey: 'k-1' });
    await done(undoCall.tool, { ...undoCall.args, idempotencyKey: 'k-2' });
    expect(kube.get('Deployment', 'app', 'shop')?.spec).toEqual(before);
  });

  it('as the preview gives it is the same as the one of the change', async () => {
    const { done } = await connect();
    const { undo: planned, diff: shown } = await done('k8s_preview', { change: { tool: 'k8s_patch', ...raiseMemory } });
    const { undo, diff } = await done('k8s_patch', { ...raiseMemory, idempotencyKey: 'k-1' });
    expect(planned).toEqual(undo);
    expect(shown).toBe(diff);
  });

  it.each<[string, (thing: Thing) => void]>([
    [
      'the value was changed again',
      (thing) => (thing.spec.template.spec.containers[1].resources.limits.memory = '1Gi'),
    ],
    ['another container has taken its place', (thing) => thing.spec.template.spec.containers.reverse()],
  ])('does nothing when %s', async (_, edit) => {
    const { done, refused, kube } = await connect();
    const { undoCall } = await done('k8s_patch', { ...raiseMemory, idempotencyKey: 'k-1' });
    const thing = structuredClone(kube.get('Deployment', 'app', 'shop')) as Thing;
    edit(thing);
    kube.put(thing);
    const spec = structuredClone(kube.get('Deployment', 'app', 'shop')?.spec);
    expect(await refused(undoCall.tool, { ...undoCall.args, idempotencyKey: 'k-2' })).toMatchObject({
      code: 'Conflict',
    });
    expect(kube.get('Deployment', 'app', 'shop')?.spec).toEqual(spec);
  });
});

describe('a patch of anything but the closed list', () => {
  const inContainer = (fields: JsonObject) => ({
    spec: { template: { spec: { containers: [{ name: 'app', ...fields }] } } },
  });
  const json = (op: string, path: string, value: unknown = 'x') => [{ op, path, value }] as unknown as JsonObject[];
  it.each<[string, string, JsonObject | JsonObject[]]>([
    ['/spec/template/spec/containers/app/command', 'strategic', inContainer({ command: ['sh'] })],
    [
      '/spec/template/spec/containers/app/securityContext',
      'strategic',
      inContainer({ securityContext: { privileged: true } }),
    ],
    [
      '/spec/template/spec/containers/evil',
      'strategic',
      { spec: { template: { spec: { containers: [{ name: 'evil', image: 'x' }] } } } },
    ],
    ['/spec/template/spec/containers/app/$patch', 'strategic', inContainer({ $patch: 'delete' })],
    ['/spec/template/spec/containers', 'merge', inContainer({ image: 'x' })],
    ['/spec/template/spec/volumes', 'strategic', { spec: { template: { spec: { volumes: [] } } } }],
    [
      '/spec/template/spec/serviceAccountName',
      'merge',
      { spec: { template: { spec: { serviceAccountName: 'admin' } } } },
    ],
    ['/spec/template', 'merge', { spec: { template: null } }],
    ['/metadata/labels', 'merge', { metadata: { labels: { a: 'b' } } }],
    ['/metadata/ownerReferences', 'merge', { metadata: { ownerReferences: [] } }],
    ['/status', 'merge', { status: {} }],
    ['/spec/template/spec/containers/0/command', 'json', json('add', '/spec/template/spec/containers/0/command')],
    ['/spec/template/spec/containers/-', 'json', json('add', '/spec/template/spec/containers/-', {})],
    ['/spec/template/spec/containers/0', 'json', json('remove', '/spec/template/spec/containers/0')],
    ['/spec/replicas by move', 'json', [{ op: 'move', from: '/spec/template', path: '/spec/replicas' }]],
    ['/spec/replicas by copy', 'json', [{ op: 'copy', from: '/metadata/name', path: '/spec/replicas' }]],
  ])('is refused by its path: %s', async (path, patchType, patch) => {
    const { refused, kube } = await connect();
    for (const [tool, args] of [
      ['k8s_patch', { ...app, patchType, patch, idempotencyKey: 'k' }],
      ['k8s_preview', { change: { tool: 'k8s_patch', ...app, patchType, patch } }],
    ] as const) {
      const error = await refused(tool, args);
      expect(error).toMatchObject({ code: 'REFUSED', message: `A patch of a Deployment may not change ${path}` });
    }
    expect(kube.writes()).toEqual([]);
  });

  it('is refused, too, when a secret in it was blanked out on its way', async () => {
    const { refused, kube } = await connect();
    const patch = [
      { op: 'replace', path: '/spec/template/spec/containers/1/env', value: [{ name: 'A', value: '<secret:1a>' }] },
    ];
    const error = await refused('k8s_patch', { ...app, patchType: 'json', patch, idempotencyKey: 'k' });
    expect(error).toMatchObject({ code: 'REFUSED', message: expect.stringContaining('blanked') });
    expect(kube.writes()).toEqual([]);
  });

  it.each(['Secret', 'ClusterRoleBinding', 'Node', 'Namespace'])(
    'a %s has no field that may be patched so',
    async (kind) => {
      const { refused, kube } = await connect([
        {
          apiVersion: 'v1',
          kind,
          metadata: { name: 'x', namespace: kind === 'Secret' ? 'shop' : undefined } as Thing['metadata'],
        },
      ]);
      const target = { kind, name: 'x', namespace: 'shop' };
      const error = await refused('k8s_patch', {
        ...target,
        patchType: 'merge',
        patch: { data: {}, spec: {} },
        idempotencyKey: 'k',
      });
      expect(['REFUSED', 'NotFound']).toContain(error.code);
      expect(kube.writes()).toEqual([]);
    },
  );

  it.each<[string, Thing, JsonObject]>([
    [
      'a Service selector',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'x', namespace: 'shop' },
        spec: { selector: { app: 'a' } },
      },
      { spec: { selector: { app: 'b' } } },
    ],
    [
      'data of a ConfigMap',
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'shop' }, data: {} },
      { data: { a: 'b' } },
    ],
    [
      'the size of a claim',
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'x', namespace: 'shop' }, spec: {} },
      { spec: { resources: { requests: { storage: '20Gi' } } } },
    ],
    [
      'finalizers',
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'x', namespace: 'shop', finalizers: ['stuck'] },
      },
      { metadata: { finalizers: null } },
    ],
    [
      'a quota',
      { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'x', namespace: 'shop' }, spec: { hard: {} } },
      { spec: { hard: { pods: '20' } } },
    ],
    [
      'the limits of an autoscaler',
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'x', namespace: 'shop' },
        spec: { maxReplicas: 2 },
      },
      { spec: { maxReplicas: 4 } },
    ],
  ])('%s may be changed', async (_, thing, patch) => {
    const { done, kube } = await connect([thing]);
    const { kind } = thing;
    await done('k8s_patch', { kind, namespace: 'shop', name: 'x', patchType: 'merge', patch, idempotencyKey: 'k' });
    const after = kube.get(kind, 'x', 'shop');
    if (patch.metadata) expect(after?.metadata.finalizers).toBeUndefined();
    else expect(after).toMatchObject(patch);
  });
});

describe('a preview', () => {
  it('says which tool keeps the object as it is written elsewhere', async () => {
    const marks: [string, object, object][] = [
      ['Helm', { annotations: { 'meta.helm.sh/release-name': 'shop' } }, { tool: 'Helm', name: 'shop' }],
      [
        'Argo',
        { annotations: { 'argocd.argoproj.io/tracking-id': 'shop:apps/Deployment:shop/app' } },
        { tool: 'ArgoCD', name: 'shop' },
      ],
      ['Flux', { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, { tool: 'Flux', name: 'apps' }],
    ];
    for (const [, metadata, ownedBy] of marks) {
      const { done } = await connect([deployment({ metadata: { name: 'app', ...metadata } })]);
      expect(await done('k8s_preview', { change: { tool: 'k8s_scale', ...app, replicas: 3 } })).toMatchObject({
        ownedBy,
      });
    }
  });

  it("passes on what the server's admission refuses", async () => {
    const { refused, kube } = await connect();
    kube.intercept(({ method }, response) => {
      if (method === 'PATCH') status(response, 403, 'Forbidden', 'exceeded quota: mem');
      return method === 'PATCH';
    });
    expect(await refused('k8s_preview', { change: { tool: 'k8s_scale', ...app, replicas: 30 } })).toMatchObject({
      code: 'Forbidden',
      message: 'exceeded quota: mem',
    });
  });

  it('changes nothing, whatever it is of', async () => {
    const { done, kube } = await connect([...withHistory(), node(), pod('a', { metadata: { name: 'a', uid: 'u-a' } })]);
    for (const change of [
      { tool: 'k8s_patch', ...raiseMemory },
      { tool: 'k8s_scale', ...app, replicas: 5 },
      { tool: 'k8s_rollout', action: 'restart', ...app },
      { tool: 'k8s_rollout', action: 'undo', ...app },
      { tool: 'k8s_cordon', node: 'node-1', on: true },
      { tool: 'k8s_delete_pod', namespace: 'shop', name: 'a' },
      { tool: 'k8s_drain', node: 'node-1' },
    ])
      expect((await done('k8s_preview', { change })).diff).not.toBe('');
    expect(
      kube
        .writes()
        .map(({ query }) => query.get('dryRun'))
        .every((dryRun) => dryRun === 'All'),
    ).toBe(true);
  });
});

function withHistory(): Thing[] {
  const set = (revision: number, image: string): Thing => ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `app-${revision}`,
      namespace: 'shop',
      annotations: { 'deployment.kubernetes.io/revision': String(revision) },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'app', uid: 'u-app', controller: true }],
    },
    spec: {
      template: {
        metadata: { labels: { app: 'app', 'pod-template-hash': `h${revision}` } },
        spec: { containers: [{ name: 'app', image }] },
      },
    },
  });
  return [deployment(), set(9, 'app:9'), set(10, 'app:10'), set(2, 'app:2')];
}

const node = (): Thing => ({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1', uid: 'u-node' }, spec: {} });

describe('a rollout', () => {
  it('restarts by a new annotation on the template, with the time of the server', async () => {
    const { done, kube } = await connect();
    const result = await done('k8s_rollout', { action: 'restart', ...app, idempotencyKey: 'k' });
    const { annotations } = kube.get('Deployment', 'app', 'shop')?.spec.template.metadata ?? {};
    expect(annotations).toEqual({ 'kubectl.kubernetes.io/restartedAt': '2026-11-25T08:00:00.000Z' });
    expect(result).not.toHaveProperty('undo');
  });

  it('goes back to the revision before, by number and not by letters, and the way forward again is told', async () => {
    const { done, kube } = await connect(withHistory());
    const { undoCall } = await done('k8s_rollout', { action: 'undo', ...app, idempotencyKey: 'k' });
    expect(kube.get('Deployment', 'app', 'shop')?.spec.template).toEqual({
      metadata: { labels: { app: 'app' } },
      spec: { containers: [{ name: 'app', image: 'app:9' }] },
    });
    expect(undoCall).toEqual({
      tool: 'k8s_rollout',
      args: { clusterId: 'test', action: 'undo', ...app, toRevision: 10 },
    });
  });

  it('to a revision that is not kept is refused with those that are', async () => {
    const { refused } = await connect(withHistory());
    const error = await refused('k8s_rollout', { action: 'undo', ...app, toRevision: 5, idempotencyKey: 'k' });
    expect(error).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('9, 2') });
  });
});

it('a workload is scaled, and back', async () => {
  const { done, kube } = await connect();
  const { undoCall } = await done('k8s_scale', { ...app, replicas: 5, idempotencyKey: 'k-1' });
  expect(kube.get('Deployment', 'app', 'shop')?.spec.replicas).toBe(5);
  await done(undoCall.tool, { ...undoCall.args, idempotencyKey: 'k-2' });
  expect(kube.get('Deployment', 'app', 'shop')?.spec.replicas).toBe(2);
});

it('a node is cordoned, and back', async () => {
  const { done, kube } = await connect([node()]);
  const { undoCall } = await done('k8s_cordon', { node: 'node-1', on: true, idempotencyKey: 'k-1' });
  expect(kube.get('Node', 'node-1')?.spec.unschedulable).toBe(true);
  await done(undoCall.tool, { ...undoCall.args, idempotencyKey: 'k-2' });
  expect(kube.get('Node', 'node-1')?.spec).toEqual({});
});

it('only the very pod that was looked at is deleted, once', async () => {
  const { done, kube } = await connect([pod('a', { metadata: { name: 'a', uid: 'u-1' } })]);
  const target = { namespace: 'shop', name: 'a', expectedUid: 'u-1', idempotencyKey: 'k' };
  expect(await done('k8s_delete_pod', target)).toMatchObject({ uid: 'u-1', after: null });
  kube.put(pod('a', { metadata: { name: 'a', uid: 'u-2' } }));
  expect(await done('k8s_delete_pod', target)).toMatchObject({ already: true });
  expect(kube.get('Pod', 'a', 'shop')?.metadata.uid).toBe('u-2');
});

describe('a drain', () => {
  const owned = (kind: string, uid: string) => ({
    ownerReferences: [{ apiVersion: 'apps/v1', kind, name: 'o', uid, controller: true }],
  });
  const podsOfNode = () => [
    node(),
    pod('web-1', { metadata: { name: 'web-1', uid: 'w1', ...owned('ReplicaSet', 'rs') } }),
    pod('web-2', { metadata: { name: 'web-2', uid: 'w2', ...owned('ReplicaSet', 'rs') } }),
    pod('agent', { metadata: { name: 'agent', uid: 'a', ...owned('DaemonSet', 'ds') } }),
    pod('mirror', { metadata: { name: 'mirror', uid: 'm', annotations: { 'kubernetes.io/config.mirror': 'x' } } }),
    pod('bare', { metadata: { name: 'bare', uid: 'b' } }),
    pod('cache', {
      metadata: { name: 'cache', uid: 'c', ...owned('ReplicaSet', 'rs') },
      spec: { volumes: [{ name: 'v', emptyDir: {} }], nodeName: 'node-1' },
    }),
    pod('elsewhere', {
      metadata: { name: 'elsewhere', uid: 'e', ...owned('ReplicaSet', 'rs') },
      spec: { nodeName: 'node-2' },
    }),
  ];

  it('evicts what may go, and says what stays and why', async () => {
    const { done, kube } = await connect(podsOfNode());
    const result = await done('k8s_drain', { node: 'node-1', idempotencyKey: 'k' });
    expect(result.evicted.map(({ name }: { name: string }) => name)).toEqual(['web-1', 'web-2']);
    expect(result).toMatchObject({
      done: false,
      staying: 2,
      left: [
        { name: 'bare', why: expect.stringMatching(/controller/) },
        { name: 'cache', why: expect.stringMatching(/emptyDir/) },
      ],
    });
    expect(kube.get('Node', 'node-1')?.spec.unschedulable).toBe(true);
    for (const name of ['agent', 'mirror', 'bare', 'cache', 'elsewhere'])
      expect(kube.get('Pod', name, 'shop'), name).toBeDefined();
  });

  it('waits for a budget, tells of it when the time is over, and goes on with the next call', async () => {
    const { done, kube } = await connect(podsOfNode().slice(0, 3));
    let held = true;
    kube.intercept(({ path }, response) => {
      if (!held || !path.endsWith('/web-2/eviction')) return false;
      status(response, 429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.");
      return true;
    });
    const drain = { node: 'node-1', timeoutSeconds: 1, idempotencyKey: 'k' };
    expect(await done('k8s_drain', drain)).toMatchObject({
      done: false,
      evicted: [{ name: 'web-1' }],
      left: [{ name: 'web-2', why: expect.stringContaining('disruption budget') }],
    });
    held = false;
    expect(await done('k8s_drain', drain)).toMatchObject({ done: true, evicted: [{ name: 'web-2' }], left: [] });
  });
});
