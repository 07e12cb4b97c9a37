import { describe, expect, test } from 'vitest';
import { signals } from '../../../../flows/health-report/signals/registry.ts';
import { healthyCluster, takeDown } from '../../../support/clusters-by-hand.ts';
import {
  addPod,
  addService,
  addTrouble,
  addWorkload,
  containerOf,
  DAY,
  HOUR,
  MINUTE,
  NOW,
  nodeOf,
} from '../../../support/survey-builder.ts';
import { factsOf } from '../../../support/surveys.ts';
import { autoscaler, type Change, cases, claim, cronJob, first, shape, trouble } from './cases.ts';
import { badVerdict, verdictOn } from './rated.ts';

describe('signals of the API', () => {
  test.each(cases)('%s: %s', (code, _, change, expected) => {
    const survey = healthyCluster();
    if (code !== 'CST4') expect(verdictOn(code, factsOf(survey)).state).not.toBe('bad');
    change(survey);
    const { severity, text, objects, count, evidence, next } = badVerdict(code, factsOf(survey));
    const [object] = objects;
    const name = object && [object.kind, [object.namespace, object.name].filter(Boolean).join('/')].join(' ');
    expect({ severity, text: text.en, object: name, count }).toEqual({ count: 1, ...expected });
    expect(evidence[0]?.source).toMatch(/^k8s_survey .+ at 2026-11-25T08:00:00\.000Z$/);
    expect(text.zh).toMatch(/\p{Script=Han}/u);
    expect(next.zh).toMatch(/\p{Script=Han}/u);
  });

  test('every signal is tried', () => {
    const tried = new Set(cases.map(([code]) => code));
    expect(signals.map(({ code }) => code).filter((code) => !tried.has(code))).toEqual([]);
  });

  test('of a healthy cluster nothing is bad but that its nodes idle', () => {
    const states = signals.map(({ code }) => [code, verdictOn(code, factsOf(healthyCluster())).state] as const);
    expect(states.filter(([, state]) => state === 'bad' || state === 'unknown')).toEqual([['CST4', 'bad']]);
  });
});

describe('what is no fault', () => {
  const stateAfter = (code: string, change: Change) => {
    const survey = healthyCluster();
    change(survey);
    return verdictOn(code, factsOf(survey)).state;
  };

  test.each<[string, string, Change]>([
    [
      'W7',
      'a Deployment that rolls out just now',
      (s) => Object.assign(first(s.workloads), { rolling: true, available: 2 }),
    ],
    ['N1', 'a cordoned node that is not ready', (s) => Object.assign(first(s.nodes), { ready: false, cordoned: true })],
    [
      'W5',
      "a Job's pods",
      (s) => {
        const job = addWorkload(s, { namespace: 'prod', name: 'j', kind: 'Job' });
        addTrouble(s, job, { what: 'not-ready' });
      },
    ],
    ['W4', 'a single restart', trouble('db', 'restarts', { count: 1 })],
    [
      'W12',
      'a CronJob that is suspended',
      (s) => {
        cronJob(s);
        Object.assign(s.workloads.at(-1) ?? {}, { suspended: true });
      },
    ],
    [
      'W12',
      'a run whose time comes in another time zone only',
      (s) => {
        cronJob(s);
        Object.assign(s.workloads.at(-1) ?? {}, { lastScheduledAt: NOW - 23 * HOUR });
      },
    ],
    ['W13', 'an autoscaler that may not scale', autoscaler({ min: 4, max: 4, current: 4 })],
    [
      'API1',
      'a Service without a selector',
      (s) => void addService(s, -1, { namespace: 'prod', name: 'outside', selector: {}, readyEndpoints: 0 }),
    ],
    ['API6', 'an image by its digest', shape('web', { containers: [containerOf({ image: 'repo/web@sha256:00' })] })],
    ['API8', "the system's own pods on the host", shape('coredns', { hostNetwork: true })],
    ['ST4', 'a claim that waits for its first pod', (s) => s.claims.push({ ...claim, phase: 'Pending', used: false })],
    [
      'CAP1',
      'a cluster with virtual nodes',
      (s) => {
        s.nodes.push(nodeOf('v', { labels: { type: 'virtual-kubelet' } }));
        shape('web', { requests: { cpu: 9e6, memory: 0, ephemeral: 0, extended: {} } })(s);
      },
    ],
    ['API15', 'a version that is supported for long', () => undefined],
    ['API18', 'a pod that has been going for a minute', trouble('web', 'terminating', { since: NOW - MINUTE })],
    [
      'CST8',
      'a load balancer of yesterday',
      (s) =>
        void addService(s, -1, {
          namespace: 'prod',
          name: 'lb',
          type: 'LoadBalancer',
          readyEndpoints: 0,
          createdAt: NOW - DAY,
        }),
    ],
    ['W3', 'a pod that ended', (s) => void addPod(s, { workload: 0, shape: 0, node: 0, state: 8 })],
  ])('%s: %s', (code, _, change) => {
    expect(stateAfter(code, change)).toMatch(/^(good|none)$/);
  });

  test('a Deployment without a pod is critical only after a quarter of an hour', () => {
    const survey = healthyCluster();
    takeDown(survey, 'web', 4, NOW - 2 * MINUTE);
    expect(badVerdict('W7', factsOf(survey)).severity).toBe('high');
    expect(badVerdict('API1', factsOf(survey))).not.toHaveProperty('outage');
  });

  test('one that comes and goes with its crashing pods is short since they began to crash', () => {
    const survey = healthyCluster();
    takeDown(survey, 'web', 4, NOW - MINUTE);
    trouble('web', 'crash-loop', { pods: 4, since: NOW - HOUR })(survey);
    expect(badVerdict('W7', factsOf(survey))).toMatchObject({ severity: 'critical', since: NOW - HOUR });
    expect(badVerdict('API1', factsOf(survey))).toMatchObject({ outage: true });
  });

  test('a roll-out that is stuck excuses no missing pods', () => {
    const survey = healthyCluster();
    Object.assign(first(survey.workloads), { rolling: true, available: 0 });
    first(survey.workloads).failures.push({ type: 'Progressing', reason: 'ProgressDeadlineExceeded', message: '' });
    expect(badVerdict('W7', factsOf(survey)).severity).toBe('critical');
  });

  test("of another distribution's version no dates are known", () => {
    const survey = { ...healthyCluster(), serverVersion: 'v1.30.2+k3s1' };
    expect(verdictOn('API15', factsOf(survey))).toMatchObject({ state: 'unknown', kind: 'absent' });
  });
});
