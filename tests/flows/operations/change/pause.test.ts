import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/tools/types.ts';
import { one, play, rehearsed, type Tools } from './play.ts';

const deployment = (spec: JsonObject = {}): JsonObject => ({
  object: { kind: 'Deployment', metadata: { name: 'checkout' }, spec: { replicas: 4, ...spec } },
});
const settled = { state: 'healthy', desired: 4, updated: 4, oldPods: 0 };
const rolling = { state: 'progressing', desired: 4, updated: 1, oldPods: 3 };
const usual: Tools = {
  ...one({ namespace: 'prod', kind: 'Deployment', name: 'checkout' }),
  k8s_get: deployment(),
  k8s_workload_status: rolling,
  copilot_rehearse: rehearsed(),
};
const pause = (tools: Tools = {}) =>
  play('pause-rollout', 'pause the rollout of checkout', { tools: { ...usual, ...tools } });
const resume = (tools: Tools = {}) =>
  play('resume-rollout', 'resume the rollout of checkout', {
    tools: { ...usual, k8s_get: deployment({ paused: true }), ...tools },
  });

describe('pausing a roll-out', () => {
  test('is a plan of one field with its check and its way back', () => {
    const { plan, said, text } = pause();
    expect(plan).toMatchObject({
      action: 'workload.patch',
      target: { namespace: 'prod', kind: 'Deployment', name: 'checkout', percent: 0 },
      risk: 'low',
      undoMode: 'automatic',
      steps: [
        {
          tool: 'k8s_patch',
          args: {
            patchType: 'json',
            patch: [{ op: 'add', path: '/spec/paused', value: true }],
            expectedUid: 'uid-1',
            expectedGeneration: 4,
          },
        },
      ],
      verify: [{ tool: 'k8s_workload_status', done: [{ path: 'paused', in: [true] }] }],
      undo: [{ of: 'pause', tool: 'k8s_patch' }],
    });
    expect(text).toContain('1 of 4 pods are of the new revision; 3 of the old one stay beside them');
    expect(said).toEqual(['change.pause.done']);
  });

  test('says where none is under way, and where it is paused already', () => {
    expect(pause({ k8s_workload_status: settled }).text).toContain('No roll-out is under way');
    const { said, plan } = pause({ k8s_get: deployment({ paused: true }) });
    expect([said, plan]).toEqual([['change.pause.already'], undefined]);
  });

  test.each([['StatefulSet'], ['DaemonSet']])('of a %s says that there is no such thing', (kind) => {
    const { said, plan } = pause(one({ namespace: 'prod', kind, name: 'checkout' }));
    expect([said, plan]).toEqual([['change.pause.kind'], undefined]);
  });
});

describe('resuming a roll-out', () => {
  test('is a plan that is watched to its end, and paused again where that fails', () => {
    const { plan, said } = resume();
    expect(plan).toMatchObject({
      action: 'workload.patch',
      undoMode: 'automatic',
      target: { percent: 25 },
      steps: [{ args: { patch: [{ op: 'add', path: '/spec/paused', value: false }] } }],
      undo: [{ of: 'resume' }],
    });
    expect(plan?.verify[0]).toMatchObject({
      done: [{ in: ['healthy'] }, { path: 'stableSeconds' }],
      failed: [{ path: 'state', in: ['failing'] }],
    });
    expect(said).toEqual(['change.resume.done']);
  });

  test('counts what may be away at the same time', () => {
    const recreating = deployment({ paused: true, strategy: { type: 'Recreate' } });
    expect(resume({ k8s_get: recreating }).plan).toMatchObject({ risk: 'medium', target: { percent: 100 } });
  });

  test('of one that is not paused says how it stands', () => {
    expect(resume({ k8s_get: deployment() }).said).toEqual(['change.resume.rolling']);
    expect(resume({ k8s_get: deployment(), k8s_workload_status: settled }).said).toEqual(['change.resume.idle']);
  });
});
