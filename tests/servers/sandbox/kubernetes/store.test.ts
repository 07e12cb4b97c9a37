import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../../servers/sandbox/kubernetes/errors.ts';
import type { KubeObject } from '../../../../servers/sandbox/kubernetes/objects.ts';
import { RESOURCES } from '../../../../servers/sandbox/kubernetes/resources.ts';
import type { Change, Draft, ObjectStore } from '../../../../servers/sandbox/kubernetes/store.ts';
import { createObjectStore } from '../../../../servers/sandbox/kubernetes/store-memory.ts';

const START = Date.parse('2026-11-24T00:00:00Z');

function openStore(history?: number) {
  const store = createObjectStore({ resources: RESOURCES, now: () => START, ...(history && { history }) });
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'prod' } });
  return store;
}

const configMap = (name: string, more: Partial<Draft['metadata']> = {}, data: object = {}): Draft => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'prod', ...more },
  data,
});

const pod = (name: string, more: Partial<Draft['metadata']> = {}): Draft => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'prod', ...more },
  spec: { nodeName: 'node-1', containers: [{ name: 'app', image: 'app:1' }] },
});

const replicaSet = (store: ObjectStore, name: string) =>
  store.create('replicasets', {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'prod' },
    spec: { replicas: 1 },
  });

const ownedBy = (owner: KubeObject, blockOwnerDeletion = true) => ({
  ownerReferences: [
    {
      apiVersion: owner.apiVersion,
      kind: owner.kind,
      name: owner.metadata.name,
      uid: owner.metadata.uid,
      blockOwnerDeletion,
    },
  ],
});

const refusal = (work: () => unknown): ApiError => {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('an object', () => {
  it('is born with a uid, a version, a birthday and a first generation', () => {
    const { metadata } = replicaSet(openStore(), 'web');
    expect(metadata).toMatchObject({ name: 'web', generation: 1, creationTimestamp: '2026-11-24T00:00:00Z' });
    expect(metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(metadata.resourceVersion)).toBeGreaterThan(0);
  });

  it('gets a name from generateName', () => {
    const made = openStore().create('pods', pod('', { generateName: 'web-' }));
    expect(made.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
  });

  it('is refused twice, and without its namespace', () => {
    const store = openStore();
    store.create('configmaps', configMap('a'));
    expect(refusal(() => store.create('configmaps', configMap('a')))).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'configmaps "a" already exists',
    });
    expect(refusal(() => store.create('configmaps', configMap('a', { namespace: 'none' })))).toMatchObject({
      code: 404,
      message: 'namespaces "none" not found',
    });
  });

  it('changes its generation with its spec only, and its version with anything', () => {
    const store = openStore();
    const first = replicaSet(store, 'web');
    const labelled = store.update('replicasets', { ...first, metadata: { ...first.metadata, labels: { a: 'b' } } });
    expect(labelled.metadata.generation).toBe(1);
    const scaled = store.update('replicasets', { ...labelled, spec: { replicas: 2 } });
    expect(scaled.metadata.generation).toBe(2);
    const status = store.updateStatus('replicasets', 'prod', 'web', { replicas: 1 });
    expect(status.metadata.generation).toBe(2);
    const versions = [first, labelled, scaled, status].map(({ metadata }) => Number(metadata.resourceVersion));
    expect(new Set(versions).size).toBe(4);
    expect(versions).toEqual(versions.toSorted((a, b) => a - b));
  });

  it('is not written when nothing changes', () => {
    const store = openStore();
    const first = replicaSet(store, 'web');
    const changes: Change[] = [];
    store.subscribe((change) => changes.push(change));
    expect(store.update('replicasets', structuredClone(first))).toBe(first);
    store.updateStatus('replicasets', 'prod', 'web', { replicas: 1 });
    store.updateStatus('replicasets', 'prod', 'web', { replicas: 1 });
    expect(changes).toHaveLength(1);
  });

  it('is changed only by those who have seen its last version', () => {
    const store = openStore();
    const first = replicaSet(store, 'web');
    store.update('replicasets', { ...first, spec: { replicas: 2 } });
    expect(refusal(() => store.update('replicasets', { ...first, spec: { replicas: 3 } }))).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: expect.stringContaining(
        'Operation cannot be fulfilled on replicasets.apps "web": the object has been modified',
      ),
    });
  });

  it('is not the one that was sent: later changes to that do nothing', () => {
    const store = openStore();
    const sent = configMap('a', {}, { key: 'one' });
    store.create('configmaps', sent);
    sent.data = { key: 'two' };
    expect(store.get('configmaps', 'prod', 'a')?.data).toEqual({ key: 'one' });
  });
});

describe('changes', () => {
  it('are told to everyone in the same order, also those a listener makes', () => {
    const store = openStore();
    const seen: string[][] = [[], []];
    store.subscribe(({ type, object }) => {
      seen[0]?.push(`${type} ${object.metadata.name}`);
      if (object.metadata.name === 'a') store.create('configmaps', configMap('b'));
    });
    store.subscribe(({ type, object }) => seen[1]?.push(`${type} ${object.metadata.name}`));
    store.create('configmaps', configMap('a'));
    expect(seen).toEqual([
      ['ADDED a', 'ADDED b'],
      ['ADDED a', 'ADDED b'],
    ]);
  });

  it('are remembered for a while, and known to be forgotten after', () => {
    const store = openStore(3);
    const before = store.resourceVersion();
    const names = Array.from({ length: 20 }, (_, n) => `c${n}`);
    const versions = names.map((name) => store.create('configmaps', configMap(name)).metadata.resourceVersion);
    expect(store.since(before)).toBeUndefined();
    const recent = store.since(versions.at(-4) ?? '') ?? [];
    expect(recent.map(({ object }) => object.metadata.name)).toEqual(['c17', 'c18', 'c19']);
    expect(store.since(store.resourceVersion())).toEqual([]);
  });
});

describe('a removal', () => {
  it('only marks a pod that runs, and takes it when the kubelet says so', () => {
    const store = openStore();
    store.create('pods', pod('web-1'));
    expect(store.remove('pods', 'prod', 'web-1')?.metadata).toMatchObject({
      deletionGracePeriodSeconds: 30,
      deletionTimestamp: '2026-11-24T00:00:30Z',
    });
    expect(store.remove('pods', 'prod', 'web-1', { gracePeriodSeconds: 0 })).toBeUndefined();
    expect(store.get('pods', 'prod', 'web-1')).toBeUndefined();
  });

  it('waits for finalizers', () => {
    const store = openStore();
    store.create('configmaps', configMap('a', { finalizers: ['shop/keep'] }));
    const marked = store.remove('configmaps', 'prod', 'a');
    expect(marked?.metadata.deletionTimestamp).toBeDefined();
    if (marked) store.update('configmaps', { ...marked, metadata: { ...marked.metadata, finalizers: [] } });
    expect(store.get('configmaps', 'prod', 'a')).toBeUndefined();
  });

  it('takes dependents with it, unless they are orphaned or have another owner', () => {
    const store = openStore();
    const [one, two] = [replicaSet(store, 'one'), replicaSet(store, 'two')];
    store.create('configmaps', configMap('alone', ownedBy(one)));
    const both = [...ownedBy(one).ownerReferences, ...ownedBy(two).ownerReferences];
    store.create('configmaps', configMap('shared', { ownerReferences: both }));
    store.create('configmaps', configMap('orphan', ownedBy(two)));
    store.remove('replicasets', 'prod', 'one');
    expect(store.list('configmaps', 'prod').map(({ metadata }) => metadata.name)).toEqual(['orphan', 'shared']);
    store.remove('replicasets', 'prod', 'two', { propagation: 'orphan' });
    const left = store.list('configmaps', 'prod');
    expect(left.map(({ metadata }) => metadata.ownerReferences)).toEqual([[], []]);
  });

  it('in the foreground waits for the dependents that block', () => {
    const store = openStore();
    const owner = replicaSet(store, 'web');
    store.create('pods', pod('web-1', ownedBy(owner)));
    const held = store.remove('replicasets', 'prod', 'web', { propagation: 'foreground' });
    expect(held?.metadata.finalizers).toEqual(['foregroundDeletion']);
    expect(store.get('pods', 'prod', 'web-1')?.metadata.deletionTimestamp).toBeDefined();
    store.remove('pods', 'prod', 'web-1', { gracePeriodSeconds: 0 });
    expect(store.get('replicasets', 'prod', 'web')).toBeUndefined();
  });

  it('of a namespace empties it first, and says what it waits for', () => {
    const store = openStore();
    store.create('configmaps', configMap('free'));
    store.create('configmaps', configMap('held', { finalizers: ['shop/keep'] }));
    const left = store.remove('namespaces', undefined, 'prod');
    expect(left?.status).toMatchObject({ phase: 'Terminating' });
    expect(JSON.stringify(left?.status)).toContain('shop/keep in 1 resource instances');
    const held = store.get('configmaps', 'prod', 'held');
    if (held) store.update('configmaps', { ...held, metadata: { ...held.metadata, finalizers: [] } });
    expect(store.get('namespaces', undefined, 'prod')).toBeUndefined();
  });

  it('is refused for another uid than the one expected', () => {
    const store = openStore();
    store.create('configmaps', configMap('a'));
    const error = refusal(() => store.remove('configmaps', 'prod', 'a', { preconditions: { uid: 'other' } }));
    expect(error.message).toContain('Precondition failed: UID in precondition: other');
  });
});
