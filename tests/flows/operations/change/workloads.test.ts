import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/tools/types.ts';
import { one, play, rehearsed, type Tools } from './play.ts';

const checkout = one({ namespace: 'prod', kind: 'Deployment', name: 'checkout' });
const pod = { containers: [{ name: 'app', resources: { requests: { cpu: '200m' }, limits: { cpu: '1' } } }] };
const deployment = (spec: JsonObject = {}): JsonObject => ({
  object: {
    kind: 'Deployment',
    metadata: { name: 'checkout' },
    spec: { replicas: 2, template: { spec: pod }, ...spec },
  },
});
const none = { items: [], complete: true };
const hpa = {
  metadata: { name: 'checkout' },
  spec: {
    scaleTargetRef: { kind: 'Deployment', name: 'checkout' },
    minReplicas: 2,
    maxReplicas: 6,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 70 } } }],
  },
};
const lists =
  (byKind: Record<string, JsonObject[]>) =>
  ({ kind }: JsonObject): JsonObject => ({ items: byKind[`${kind}`] ?? [], complete: true });
const usual: Tools = {
  ...checkout,
  k8s_get: deployment(),
  k8s_list: none,
  copilot_room: { nodes: 3, open: 3, waiting: 0, fits: 3 },
  copilot_rehearse: rehearsed(),
};

describe('scaling', () => {
  test('is a plan with the rehearsed step, its check and its way back', () => {
    const { plan, said } = play('scale', 'scale checkout to 5', { tools: usual });
    expect(plan).toMatchObject({
      action: 'workload.scale',
      cluster: 'demo',
      target: { namespace: 'prod', kind: 'Deployment', name: 'checkout', percent: 0 },
      risk: 'low',
      undoMode: 'automatic',
      steps: [{ tool: 'k8s_scale', args: { replicas: 5, expectedUid: 'uid-1', expectedGeneration: 4 } }],
      undo: [{ of: 'scale', tool: 'k8s_patch' }],
    });
    expect(plan?.verify[0]?.done).toContainEqual({ path: 'ready', atLeast: 5, atMost: 5 });
    expect(said).toEqual(['change.scale.done']);
  });

  test('down says how much goes, and to nothing is a high risk', () => {
    expect(play('scale', 'scale checkout to 1', { tools: usual }).plan).toMatchObject({
      risk: 'medium',
      target: { percent: 50 },
    });
    expect(play('scale', 'scale checkout to zero', { tools: usual }).plan).toMatchObject({
      risk: 'high',
      target: { percent: 100 },
    });
  });

  test('to what there is changes nothing', () => {
    const { said, plan } = play('scale', 'scale checkout to 2', { tools: usual });
    expect([said, plan]).toEqual([['change.scale.already'], undefined]);
  });

  test('asks for the number where none is said, until one is', () => {
    const answers = [{ text: 'some more please' }, { text: '加两个副本' }];
    const { asked, plan } = play('scale', 'scale checkout', { tools: usual, answers });
    expect(asked.map(({ title }) => title)).toEqual(['change.scale.how-many', 'change.scale.how-many']);
    expect(plan?.steps[0]?.args.replicas).toBe(4);
  });

  test('asks which is meant of "down 1": one less, or one', () => {
    const tools = { ...usual, k8s_get: deployment({ replicas: 5 }) };
    const { asked, plan } = play('scale', 'scale down checkout 1', { tools, answers: [{ choice: '4' }] });
    expect(asked[0]?.choices).toEqual(['4', '1']);
    expect(plan?.steps[0]?.args.replicas).toBe(4);
  });

  test('of what an autoscaler owns says so and moves its limits instead', () => {
    const tools = { ...usual, k8s_list: lists({ HorizontalPodAutoscaler: [hpa] }) };
    const { asked, plan } = play('scale', 'scale checkout to 8', { tools, answers: [{ choice: 'offered' }] });
    expect(asked[0]?.title).toBe('change.autoscaling.owned');
    expect(plan).toMatchObject({ action: 'autoscaling.patch', target: { kind: 'HorizontalPodAutoscaler' } });
    expect(plan?.steps[0]?.args.patch).toEqual([
      { op: 'add', path: '/spec/minReplicas', value: 8 },
      { op: 'add', path: '/spec/maxReplicas', value: 8 },
    ]);
  });

  test('beyond a quota offers as many as fit, and where none fits says so', () => {
    const quota = (used: string) => ({
      metadata: { name: 'team' },
      status: { hard: { 'requests.cpu': '1' }, used: { 'requests.cpu': used } },
    });
    const tools = { ...usual, k8s_list: lists({ ResourceQuota: [quota('600m')] }) };
    const { asked, plan } = play('scale', 'scale checkout to 9', { tools, answers: [{ choice: 'most' }] });
    expect(asked[0]?.title).toBe('change.scale.quota');
    expect(plan?.steps[0]?.args.replicas).toBe(4);
    const full = play('scale', 'scale checkout to 9', {
      tools: { ...usual, k8s_list: lists({ ResourceQuota: [quota('900m')] }) },
    });
    expect([full.said, full.plan]).toEqual([['change.scale.quota-full', 'change.end.nothing'], undefined]);
  });

  test('tells where nodes have room for fewer, or that nobody knows', () => {
    const short = { ...usual, copilot_room: { nodes: 3, open: 3, waiting: 0, fits: 1 } };
    expect(play('scale', 'scale checkout to 5', { tools: short }).text).toContain('room for 1 of 3 more pods');
    const unknown = { ...usual, copilot_room: { code: 'NOT_YOURS', message: 'not for your roles' } };
    expect(play('scale', 'scale checkout to 5', { tools: unknown }).text).toContain('could not be checked');
  });

  test('of what Git owns, or without a right, is told and changes nothing', () => {
    const owned = { ...usual, copilot_rehearse: { code: 'GITOPS_OWNED', message: 'ArgoCD shop keeps this object' } };
    expect(play('scale', 'scale checkout to 5', { tools: owned }).said).toEqual(['change.failed.gitops']);
    const outcomes = [{ kind: 'not-allowed', reason: 'needs a role' }];
    expect(play('scale', 'scale checkout to 5', { tools: usual, outcomes }).said).toEqual(['change.end.not-allowed']);
  });

  test('asks for the number again when a change of the plan is wanted', () => {
    const outcomes = [{ kind: 'change-requested' }];
    const { commands } = play('scale', 'scale checkout to 5', { tools: usual, answers: [{ text: '3' }], outcomes });
    const counts = commands.flatMap((each) => (each.verb === 'propose' ? [each.plan.steps[0]?.args.replicas] : []));
    expect(counts).toEqual([5, 3]);
  });

  test.each([['failed'], ['undone'], ['cancelled']])('that %s is told with its task', (kind) => {
    const outcomes = [{ kind, taskId: 'T-1', results: {}, failure: { stepId: 'scale', code: 'X', message: 'no' } }];
    expect(play('scale', 'scale checkout to 5', { tools: usual, outcomes }).said).toEqual([`change.end.${kind}`]);
  });
});

describe('limits of an autoscaler', () => {
  const tools: Tools = { ...usual, k8s_list: lists({ HorizontalPodAutoscaler: [hpa] }) };

  test('change by what is said of them alone', () => {
    const { plan } = play('autoscaling', 'set the hpa of checkout to max 20 at 60%', { tools });
    expect(plan?.steps[0]?.args.patch).toEqual([
      { op: 'add', path: '/spec/maxReplicas', value: 20 },
      { op: 'replace', path: '/spec/metrics/0/resource/target/averageUtilization', value: 60 },
    ]);
    expect(plan?.verify[0]?.done).toContainEqual({ path: 'desired', atLeast: 2, atMost: 20 });
  });

  test.each([
    ['change the hpa of checkout', 'change.autoscaling.which'],
    ['hpa checkout min 9', 'change.autoscaling.crossed'],
    ['hpa checkout min 0', 'change.autoscaling.zero'],
    ['hpa checkout at 0%', 'change.autoscaling.percent'],
  ])('"%s" is asked back', (text, title) => {
    const { asked, said } = play('autoscaling', text, { tools, answers: [{ choice: 'leave' }] });
    expect([asked[0]?.title, said]).toEqual([title, ['change.end.nothing']]);
  });

  test('are said to be missing where no autoscaler is', () => {
    expect(play('autoscaling', 'hpa checkout max 9', { tools: usual }).said).toEqual(['change.autoscaling.none']);
  });
});

describe('restarting', () => {
  test('is a roll-out without a way back, watched until the new pods are healthy', () => {
    const { plan } = play('restart', 'restart checkout', { tools: usual });
    expect(plan).toMatchObject({
      action: 'workload.restart',
      undo: [],
      steps: [{ tool: 'k8s_rollout', args: { action: 'restart', kind: 'Deployment' } }],
    });
    expect(plan?.verify[0]?.failed).toEqual([{ path: 'state', in: ['failing'] }]);
  });

  test.each([
    [{ replicas: 0 }, 'change.restart.none-runs'],
    [{ paused: true }, 'change.restart.paused'],
    [{ updateStrategy: { type: 'OnDelete' } }, 'change.restart.on-delete'],
  ])('of %j is refused with the reason', (spec, key) => {
    const { said, plan } = play('restart', 'restart checkout', { tools: { ...usual, k8s_get: deployment(spec) } });
    expect([said, plan]).toEqual([[key], undefined]);
  });

  test('says that everything is away at once where it is', () => {
    const tools = { ...usual, k8s_get: deployment({ strategy: { type: 'Recreate' } }) };
    const { plan, text } = play('restart', 'restart checkout', { tools });
    expect([plan?.risk, plan?.target?.percent]).toEqual(['medium', 100]);
    expect(text).toContain('may be away at the same time');
  });

  test('of one pod deletes it and watches its Deployment; a bare one is left alone', () => {
    const podOf = (ownerReferences: JsonObject[]): Tools => ({
      ...one({ namespace: 'prod', kind: 'Pod', name: 'checkout-abc-x' }),
      k8s_get: { object: { metadata: { ownerReferences, labels: { 'pod-template-hash': 'abc' } } } },
      copilot_rehearse: rehearsed({ undoCall: undefined as never, after: null }),
    });
    const owner = [{ kind: 'ReplicaSet', name: 'checkout-abc', controller: true }];
    const { plan } = play('restart', 'restart pod checkout-abc-x', { tools: podOf(owner) });
    expect(plan?.steps[0]).toMatchObject({ tool: 'k8s_delete_pod', args: { expectedUid: 'uid-1' } });
    expect(plan?.verify[0]?.args).toMatchObject({ kind: 'Deployment', name: 'checkout' });
    expect(play('restart', 'restart pod x', { tools: podOf([]) }).said).toEqual(['change.restart.bare']);
  });
});
