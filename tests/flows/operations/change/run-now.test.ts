import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/tools/types.ts';
import { one, play, rehearsed, type Tools } from './play.ts';

const template = {
  metadata: { labels: { app: 'report' } },
  spec: { backoffLimit: 1, template: { metadata: { creationTimestamp: null }, spec: { restartPolicy: 'Never' } } },
};
const cron = (spec: JsonObject = {}, status: JsonObject = {}): JsonObject => ({
  object: {
    kind: 'CronJob',
    metadata: { name: 'report' },
    spec: { schedule: '0 3 * * *', jobTemplate: template, ...spec },
    status,
  },
});
const made = rehearsed({
  created: true,
  uid: undefined as never,
  before: null,
  undoCall: { tool: 'k8s_delete', args: { name: 'x' } },
});
const usual: Tools = {
  ...one({ namespace: 'prod', kind: 'CronJob', name: 'report' }),
  k8s_get: cron(),
  copilot_rehearse: made,
};
const run = (tools: Tools = {}, outcomes: JsonObject[] = []) =>
  play('run-now', 'run report now', { tools: { ...usual, ...tools }, outcomes });
const failed = {
  kind: 'failed',
  taskId: 'T-1',
  results: {},
  failure: { stepId: 'complete', code: 'FAILED', message: 'x' },
};

describe('running a CronJob once', () => {
  test('makes a Job of its template that is watched to its end and clears itself away', () => {
    const { plan, said } = run();
    expect(plan).toMatchObject({
      action: 'workload.run',
      target: { namespace: 'prod', kind: 'CronJob', name: 'report' },
      risk: 'medium',
      steps: [
        {
          tool: 'k8s_apply',
          args: {
            expectAbsent: true,
            object: {
              apiVersion: 'batch/v1',
              kind: 'Job',
              metadata: { name: 'report-now-0', namespace: 'prod', labels: { app: 'report' } },
              spec: { ...template.spec, template: { metadata: {} }, ttlSecondsAfterFinished: 3600 },
            },
          },
        },
      ],
      verify: [{ args: { kind: 'Job', name: 'report-now-0' }, done: [{ in: ['healthy'] }], timeoutMinutes: 65 }],
      undo: [{ tool: 'k8s_delete', args: { expectedUid: { $from: 'run.uid' } } }],
      undoMode: 'ask',
    });
    expect(JSON.stringify(plan?.steps)).not.toMatch(/null|ownerReferences/);
    expect(said).toEqual(['change.run.done']);
  });

  test('keeps the template’s own time to live and deadline', () => {
    const spec = { ...template.spec, ttlSecondsAfterFinished: 60, activeDeadlineSeconds: 600 };
    const { plan } = run({ k8s_get: cron({ jobTemplate: { ...template, spec } }) });
    expect(plan?.steps[0]?.args.object).toMatchObject({ spec: { ttlSecondsAfterFinished: 60 } });
    expect(plan?.verify[0]?.timeoutMinutes).toBe(15);
  });

  test('a long name leaves room for what comes behind it', () => {
    const { plan } = run(one({ namespace: 'prod', kind: 'CronJob', name: `${'r'.repeat(47)}-${'x'.repeat(4)}` }));
    expect(plan?.verify[0]?.args.name).toBe(`${'r'.repeat(47)}-now-0`);
  });

  test('tells of a run under way, where only one may be, and of a suspended schedule', () => {
    expect(run({ k8s_get: cron({}, { active: [{}] }) }).text).toContain('A run of its schedule is under way');
    const alone = run({ k8s_get: cron({ concurrencyPolicy: 'Forbid', suspend: true }, { active: [{}, {}] }) }).text;
    expect(alone).toContain('one at a time');
    expect(alone).toContain('Its schedule is suspended');
  });

  test('that fails shows the last lines of its pod', () => {
    const pods = [{ name: 'report-now-0-a' }, { name: 'report-now-0-b' }];
    const asked: JsonObject[] = [];
    const k8s_logs = (args: JsonObject) => {
      asked.push(args);
      return { text: 'no table orders\n' };
    };
    const { said, text } = run({ k8s_workload_status: { pods }, k8s_logs }, [failed]);
    expect(said).toEqual(['change.end.failed', 'change.run.log']);
    expect(text).toContain('no table orders');
    expect(asked).toEqual([{ clusterId: 'c1', namespace: 'prod', pod: 'report-now-0-b', tailLines: 30 }]);
  });

  test.each([
    [
      'has written nothing',
      { k8s_workload_status: { pods: [{ name: 'a' }] }, k8s_logs: { text: '' } },
      ['change.run.no-log'],
    ],
    ['cannot be read', { k8s_workload_status: { pods: [{ name: 'a' }] } }, []],
    ['is not there', { k8s_workload_status: { pods: [] } }, []],
  ])('that fails where its pod %s ends all the same', (_, tools, more) => {
    expect(run(tools, [failed]).said).toEqual(['change.end.failed', ...more]);
  });

  test('that is rejected or holds a secret makes nothing', () => {
    expect(run({}, [{ kind: 'rejected' }]).said).toEqual(['change.end.nothing']);
    const secret = { code: 'SECRET_IN_CHANGE', message: 'holds a secret' };
    const { plan, said } = run({ copilot_rehearse: secret });
    expect([plan, said]).toEqual([undefined, ['change.failed.secret']]);
  });
});
