import { describe, expect, test } from 'vitest';
import type { ObjectRef } from '../../../../flows/incidents/finding.ts';
import { changeOf } from '../../../../flows/incidents/remedies/changes.ts';
import { healingPlan } from '../../../../flows/incidents/remedies/plan.ts';
import type { Remedy } from '../../../../flows/incidents/remedies/remedy.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';
import type { JsonObject } from '../../../../src/tools/types.ts';

/** What proves a change, and what shows that it has not helped. */

const words = loadMessages('templates/messages');
const app: ObjectRef = { kind: 'Deployment', namespace: 'prod', name: 'app' };
const present: JsonObject = {
  metadata: { name: 'app', finalizers: ['backup.example.com/snapshot'] },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'app' }] } } },
};

function checksOf(remedy: Remedy, object: ObjectRef = app) {
  const change = changeOf(remedy, present);
  if ('refused' in change) throw new Error(change.refused);
  const text = { en: 'x', zh: 'x' };
  const plan = healingPlan(remedy, {
    cluster: { id: 'c1', name: 'demo', environment: 'prod' },
    why: text,
    title: text,
    object,
    present,
    change,
    preview: { diff: '', uid: 'u', generation: 3 },
    hasMetrics: true,
    words,
  });
  return Object.fromEntries(plan.verify.map((check) => [check.id, check]));
}

const raise = (id: 'raise-memory-limit' | 'raise-cpu-limit', more: object = {}): Remedy => ({
  id,
  target: app,
  container: 'app',
  from: '1',
  to: '2',
  ...more,
});

describe('a change of a template', () => {
  test('has failed when its new pods break, or are killed for their memory', () => {
    const { healthy } = checksOf({ id: 'roll-back', target: app });
    expect(healthy?.failed).toEqual([
      { path: 'state', in: ['failing'] },
      { path: 'oomKilledSince', atLeast: 1 },
    ]);
  });

  test('is watched for as long as its remedy says, and longer before it counts as late', () => {
    const { healthy } = checksOf(raise('raise-memory-limit', { soakMinutes: 30 }));
    expect(healthy?.done).toContainEqual({ path: 'stableSeconds', atLeast: 1800 });
    expect(healthy?.timeoutMinutes).toBeGreaterThan(30);
  });

  test.each([
    ['raise-memory-limit', /container_memory_working_set_bytes/],
    ['raise-cpu-limit', /container_cpu_usage_seconds_total/],
  ] as const)('that gives more leaves room: %s', (id, query) => {
    const { room } = checksOf(raise(id));
    expect(room?.args.promql).toMatch(query);
    expect(room?.done).toEqual([{ path: 'series.0.points.0.1', atMost: 0.8 }]);
  });
});

describe('a change of something else', () => {
  test.each<[string, Remedy]>([
    ['a node more', { id: 'uncordon', node: 'node-a' }],
    ['other copies', { id: 'scale-workload', target: app, replicas: 2 }],
  ])('is not called failed for how things were before: %s', (_, remedy) => {
    const { healthy } = checksOf(remedy);
    expect(healthy?.args).toMatchObject({ kind: 'Deployment', name: 'app' });
    expect(healthy?.failed).toBeUndefined();
  });

  test('is proven by what it was for: without its finalizer the object goes', () => {
    const target = { kind: 'ConfigMap', namespace: 'staging', name: 'old' };
    const { gone } = checksOf({ id: 'remove-finalizer', target, finalizer: 'backup.example.com/snapshot' }, target);
    expect(gone).toMatchObject({
      tool: 'k8s_list',
      args: { kind: 'ConfigMap', namespace: 'staging', fieldSelector: 'metadata.name=old' },
    });
  });
});
