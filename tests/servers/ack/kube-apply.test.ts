import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../../src/tools/types.ts';
import { type ConnectedApi, configOf, connectApi, webOf } from './kube-apply-support.ts';

let kube: ConnectedApi;
beforeAll(async () => {
  kube = await connectApi();
});
afterAll(() => kube.close());
beforeEach(async () => {
  for (const plural of ['deployments', 'configmaps', 'persistentvolumeclaims', 'horizontalpodautoscalers'])
    for (const { metadata } of kube.api.store().list(plural, 'shop'))
      kube.api.store().remove(plural, 'shop', metadata.name, { propagation: 'background' });
});

let keys = 0;
const key = () => `plan-1.step-${++keys}`;
const apply = (object: JsonObject, more: JsonObject = {}) =>
  kube.done('k8s_apply', { object, idempotencyKey: key(), approval: { planId: 'plan-1' }, ...more });
const refused = (object: JsonObject, more: JsonObject = {}) =>
  kube.refused('k8s_apply', { object, idempotencyKey: key(), ...more });
const preview = (change: JsonObject) => kube.done('k8s_preview', { change });
const call = z.object({ tool: z.string(), args: z.record(z.string(), z.json()) });
/** Carries out the way back that a change has told. */
async function undo(changed: Record<string, unknown>, more: JsonObject = {}) {
  const { tool, args } = call.parse(changed.undoCall);
  return kube.done(tool, { ...args, ...more, idempotencyKey: key() });
}
const deployment = () => kube.api.store().get('deployments', 'shop', 'web');
const specOf = (): string => JSON.stringify(deployment()?.spec);
const imageOf = () => /"image":"([^"]+)"/.exec(specOf())?.[1];

describe('an object that is not there', () => {
  it('is made, marked, told whole, and deleted again by its undo', async () => {
    const made = await apply(webOf(), { expectAbsent: true });
    expect(made).toMatchObject({ created: true, before: null, after: { kind: 'Deployment' }, generation: 1 });
    expect(made.diff).toMatch(/\+\s+- image: nginx:1.27/);
    expect(made.diff).not.toMatch(/k8s-copilot\//);
    const { metadata } = deployment() ?? {};
    expect(metadata?.annotations).toMatchObject({
      'k8s-copilot/key': `plan-1.step-${keys}`,
      'k8s-copilot/made': `plan-1.step-${keys}`,
      'k8s-copilot/approval': 'plan-1',
    });
    expect(metadata?.managedFields).toMatchObject([{ manager: 'k8s-copilot', operation: 'Apply' }]);
    expect(made.undoCall).toMatchObject({ tool: 'k8s_delete', args: { kind: 'Deployment', name: 'web' } });
    await undo(made, { expectedUid: made.uid });
    expect(deployment()).toBeUndefined();
  });

  it('is rehearsed by the server: nothing is made, and no uid is told that nobody will have', async () => {
    const seen = await preview({ tool: 'k8s_apply', object: webOf() });
    expect(seen).toMatchObject({ created: true, before: null, undoCall: { tool: 'k8s_delete' } });
    expect(seen.diff).toMatch(/\+\s+- image: nginx:1.27/);
    expect(seen).not.toHaveProperty('uid');
    expect(deployment()).toBeUndefined();
    const tried = await kube.done('k8s_apply', { object: webOf(), idempotencyKey: key(), dryRun: true });
    expect(tried).toMatchObject({ created: true, dryRun: true });
    expect(deployment()).toBeUndefined();
  });

  it('is not made twice by a repeated call, which says so', async () => {
    const twice = { idempotencyKey: 'again' };
    const first = await apply(webOf(), { ...twice, expectAbsent: true });
    const second = await apply(webOf(), { ...twice, expectAbsent: true });
    expect(second).toMatchObject({ uid: first.uid, created: true, already: true, before: null, diff: '' });
  });

  it('needs its namespace, which is named where it is missing', async () => {
    const object = webOf();
    object.metadata = { name: 'web', namespace: 'nowhere' };
    for (const error of [
      await refused(object),
      await kube.refused('k8s_preview', { change: { tool: 'k8s_apply', object } }),
    ])
      expect(error).toMatchObject({
        code: 'NOT_FOUND',
        message: 'The namespace nowhere does not exist',
        details: { namespace: 'nowhere' },
      });
  });

  it('is refused where the plan was made for one that is there', async () => {
    expect(await refused(webOf(), { expectedUid: 'u-1' })).toMatchObject({ code: 'Conflict', message: /is gone/ });
  });

  it('is judged by the whole admission of the server, in the rehearsal, too', async () => {
    const object = webOf({ image: '' });
    expect(await kube.refused('k8s_preview', { change: { tool: 'k8s_apply', object } })).toMatchObject({
      code: 'Invalid',
      message: expect.stringMatching(/image: Required value/),
    });
  });
});

describe('an object that is there', () => {
  it('is brought to what is given, and back exactly by its undo', async () => {
    const object = webOf();
    await apply(object);
    const before = specOf();
    const changed = await apply(
      webOf({ image: 'nginx:1.28', container: { env: [{ name: 'MODE', value: 'fast' }] }, pod: { hostname: 'web' } }),
    );
    expect(changed).toMatchObject({ created: false, before: { kind: 'Deployment' }, generation: 2 });
    expect(changed.diff).toMatch(/-\s+- image: nginx:1.27|-\s+image: nginx:1.27/);
    expect(imageOf()).toBe('nginx:1.28');
    expect(changed.undoCall).toMatchObject({ tool: 'k8s_restore' });
    await undo(changed);
    expect(specOf()).toBe(before);
    expect(deployment()?.metadata.annotations?.['k8s-copilot/made']).toBeDefined();
  });

  it('loses what is no longer given, and has it again after the undo', async () => {
    await apply(configOf({ A: '1', B: '2' }));
    const changed = await apply({
      ...configOf({ A: '1' }),
      metadata: { name: 'web', namespace: 'shop', annotations: { owner: 'ann' } },
    });
    const config = () => kube.api.store().get('configmaps', 'shop', 'web');
    expect(config()).toMatchObject({ data: { A: '1' }, metadata: { annotations: { owner: 'ann' } } });
    expect(config()?.data).toEqual({ A: '1' });
    await undo(changed);
    expect(config()?.data).toEqual({ A: '1', B: '2' });
    expect(config()?.metadata.annotations).not.toHaveProperty('owner');
    expect(config()?.metadata.annotations).toHaveProperty('k8s-copilot/made');
  });

  it('is not what expectAbsent wants', async () => {
    await apply(webOf());
    expect(await refused(webOf(), { expectAbsent: true })).toMatchObject({ code: 'CONFLICT' });
  });

  it('is changed only if it is the one of the plan', async () => {
    const { uid } = await apply(webOf());
    const wrong = { expectedUid: 'u-other' };
    expect(await refused(webOf({ image: 'nginx:2' }), wrong)).toMatchObject({ code: 'CONFLICT' });
    expect(await refused(webOf({ image: 'nginx:2' }), { expectedUid: uid, expectedGeneration: 9 })).toMatchObject({
      code: 'CONFLICT',
    });
    expect(imageOf()).toBe('nginx:1.27');
    await apply(webOf({ image: 'nginx:2' }), { expectedUid: uid, expectedGeneration: 1 });
    expect(imageOf()).toBe('nginx:2');
  });

  it('keeps the fields of others: they are named, and nothing is forced', async () => {
    await kube.api.apps.createNamespacedDeployment({
      namespace: 'shop',
      body: webOf() as object,
      fieldManager: 'argocd',
    });
    const error = await refused(webOf({ image: 'nginx:1.28' }));
    expect(error).toMatchObject({
      code: 'FieldConflict',
      message: expect.stringMatching(/web is kept by argocd, too: .*image \(argocd\)/),
      hint: expect.stringMatching(/Leave these fields out/),
    });
    expect(imageOf()).toBe('nginx:1.27');
  });

  it('is applied over what the patching tools of this server had written', async () => {
    await apply(webOf());
    await kube.done('k8s_scale', {
      kind: 'Deployment',
      namespace: 'shop',
      name: 'web',
      replicas: 5,
      idempotencyKey: key(),
    });
    const changed = await apply(webOf({ image: 'nginx:1.28' }));
    expect(deployment()?.spec).toMatchObject({ replicas: 2 });
    await undo(changed);
    expect(deployment()?.spec).toMatchObject({ replicas: 5 });
    await apply(webOf({ image: 'nginx:1.29' }));
    expect(imageOf()).toBe('nginx:1.29');
  });

  it('is not brought back by an undo once somebody else has changed what was written', async () => {
    await apply(webOf());
    const changed = await apply(webOf({ image: 'nginx:1.28' }));
    await apply(webOf({ image: 'nginx:1.29' }));
    const { tool, args } = call.parse(changed.undoCall);
    expect(await kube.refused(tool, { ...args, idempotencyKey: key() })).toMatchObject({
      message: expect.stringMatching(/no longer as it was written/),
    });
    expect(imageOf()).toBe('nginx:1.29');
  });
});

describe('a way back', () => {
  const restore = (patch: JsonObject[]) =>
    kube.refused('k8s_restore', { kind: 'Deployment', namespace: 'shop', name: 'web', patch, idempotencyKey: key() });

  it('brings in nothing that an apply may not, and touches nothing else', async () => {
    await apply(webOf());
    const container = '/spec/template/spec/containers/0';
    const bad: JsonObject[] = [
      { op: 'add', path: `${container}/securityContext`, value: { privileged: true } },
      { op: 'add', path: '/spec/template/spec/hostNetwork', value: true },
      { op: 'add', path: '/spec/template/spec/volumes', value: [{ name: 'host', hostPath: { path: '/' } }] },
      { op: 'add', path: '/metadata/ownerReferences', value: [] },
      { op: 'add', path: '/metadata/annotations/k8s-copilot~1made', value: 'me' },
      { op: 'move', from: '/spec/replicas', path: '/spec/x' },
      { op: 'add', path: `${container}/env`, value: [{ name: 'A', value: '<secret:1>' }] },
    ];
    for (const step of bad) expect(await restore([step]), JSON.stringify(step)).toMatchObject({ code: 'REFUSED' });
    expect(deployment()?.metadata.generation).toBe(1);
  });
});

describe('a deletion', () => {
  const remove = (args: JsonObject) => ({ namespace: 'shop', name: 'web', idempotencyKey: key(), ...args });

  it('takes what this server made, and is done already when it is repeated', async () => {
    const { uid } = await apply(configOf());
    const gone = await kube.done('k8s_delete', remove({ kind: 'ConfigMap', expectedUid: uid }));
    expect(gone).toMatchObject({ after: null, uid, undoCall: { tool: 'k8s_apply' } });
    expect(await kube.done('k8s_delete', remove({ kind: 'ConfigMap', expectedUid: uid }))).toMatchObject({
      already: true,
    });
    await undo(gone);
    expect(kube.api.store().get('configmaps', 'shop', 'web')?.data).toEqual({ LOG_LEVEL: 'info' });
  });

  it('never takes another object of the same name, and says that the one that was meant is gone', async () => {
    await apply(configOf());
    const other = await kube.done('k8s_delete', remove({ kind: 'ConfigMap', expectedUid: 'u-former' }));
    expect(other).toMatchObject({ already: true });
    expect(kube.api.store().get('configmaps', 'shop', 'web')).toBeDefined();
  });

  it('leaves what others made, but for an autoscaler named by its uid', async () => {
    await kube.api.apps.createNamespacedDeployment({ namespace: 'shop', body: webOf() as object });
    expect(
      await kube.refused('k8s_delete', remove({ kind: 'Deployment', expectedUid: deployment()?.metadata.uid ?? '' })),
    ).toMatchObject({ code: 'REFUSED', message: expect.stringMatching(/made by somebody else/) });
    const { metadata } = kube.api.store().create('horizontalpodautoscalers', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
    });
    const kind = 'HorizontalPodAutoscaler';
    expect(await kube.refused('k8s_delete', remove({ kind }))).toMatchObject({ code: 'REFUSED' });
    const gone = await kube.done('k8s_delete', remove({ kind, expectedUid: metadata.uid }));
    expect(gone).toMatchObject({ diff: '- HorizontalPodAutoscaler shop/web\n', undoCall: { tool: 'k8s_apply' } });
  });

  it('leaves a claim that may hold data, unless the same plan made it', async () => {
    const object = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '20Gi' } } },
    };
    const { uid } = await apply(object);
    const claim = kube.api.store().get('persistentvolumeclaims', 'shop', 'web');
    if (claim) kube.api.store().update('persistentvolumeclaims', { ...claim, status: { phase: 'Bound' } });
    kube.api.pass(2 * 86_400);
    const args = { kind: 'PersistentVolumeClaim', expectedUid: uid };
    expect(await kube.refused('k8s_delete', remove(args))).toMatchObject({
      code: 'REFUSED',
      message: expect.stringMatching(/may hold data/),
    });
    await kube.done('k8s_delete', remove({ ...args, approval: { planId: 'plan-1' } }));
  });

  it('takes a namespace that this server made once it is empty, and no other', async () => {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'fresh' } };
    const { uid } = await apply(object, { expectAbsent: true });
    const inside = { ...configOf(), metadata: { name: 'inside', namespace: 'fresh' } };
    const kept = await apply(inside);
    const space = { kind: 'Namespace', name: 'fresh', expectedUid: uid };
    expect(await kube.refused('k8s_preview', { change: { tool: 'k8s_delete', ...space } })).toMatchObject({
      code: 'REFUSED',
      message: 'The namespace fresh is not empty: it has ConfigMap inside',
    });
    await undo(kept, { expectedUid: kept.uid });
    await kube.done('k8s_delete', { ...space, idempotencyKey: key() });
    expect(await kube.refused('k8s_delete', { kind: 'Namespace', name: 'shop', idempotencyKey: key() })).toMatchObject({
      code: 'REFUSED',
    });
  });
});
