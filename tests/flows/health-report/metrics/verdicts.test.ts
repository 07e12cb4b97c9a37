import { describe, expect, test } from 'vitest';
import { metricVerdicts } from '../../../../flows/health-report/metrics/verdicts.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';
import type { Facts, MetricAnswer, Verdict } from '../../../../src/health/types.ts';
import { factsOf } from '../../../support/facts.ts';
import { containerOf, emptySurvey, MINUTE, NOW, nodeOf, shapeOf } from '../../../support/survey-builder.ts';

const words = loadMessages('templates/messages');
const verdictOf = (code: string, answer: MetricAnswer, facts: Partial<Facts> = {}): Verdict | undefined =>
  metricVerdicts(factsOf({ now: NOW, ...facts, metrics: { [code]: answer } }), words)[0];
const badOf = (...args: Parameters<typeof verdictOf>) => {
  const verdict = verdictOf(...args);
  if (verdict?.state !== 'bad') throw new Error(`${args[0]} is ${verdict?.state}`);
  return verdict;
};
const row = (labels: Record<string, string>, value: number, since?: number) => ({
  labels,
  value,
  ...(since !== undefined && { since }),
});

describe('a verdict on metrics', () => {
  test('is good where nothing is bad', () => {
    expect(verdictOf('N6', { total: 3, bad: 0, rows: [] })).toEqual({ code: 'N6', category: 'nodes', state: 'good' });
  });

  test('is not given where nothing was asked', () => {
    expect(metricVerdicts(factsOf({ now: NOW }), words)).toEqual([]);
  });

  test('tells an exporter that is missing from an answer that was lost', () => {
    expect(verdictOf('CP1', { unknown: 'no metrics', kind: 'absent' })).toMatchObject({
      state: 'unknown',
      kind: 'absent',
    });
    expect(verdictOf('CP1', { unknown: 'Timeout', kind: 'lost' })).toMatchObject({
      state: 'unknown',
      kind: 'lost',
      why: 'Timeout',
      worst: { severity: 'critical', confidence: 1, outage: true },
    });
  });

  test('of an empty answer depends on what emptiness means', () => {
    const nothing = { total: 0, bad: 0, rows: [] };
    expect(verdictOf('CP8', nothing)?.state).toBe('good');
    expect(verdictOf('W13', nothing)?.state).toBe('none');
    expect(verdictOf('N8', nothing)).toMatchObject({ state: 'unknown', kind: 'absent' });
  });

  test('names the worst first, with value, line and share, in both languages', () => {
    const verdict = badOf('N11', {
      total: 8,
      bad: 2,
      rows: [row({ node: 'a', mountpoint: '/' }, 0.04), row({ node: 'b', mountpoint: '/' }, 0.012)],
    });
    expect(verdict).toMatchObject({
      severity: 'critical',
      affected: 2,
      relevant: 8,
      count: 2,
      prod: true,
      objects: [
        { kind: 'Node', name: 'b' },
        { kind: 'Node', name: 'a' },
      ],
    });
    expect(verdict.text.en).toBe(
      'Space left on file systems of nodes: b, a, worst at 1.2% (less than 3% is bad); 2 of 8',
    );
    expect(verdict.text.zh).toContain('b, a');
    expect(verdict.evidence[0]?.text).toBe('{node="b", mountpoint="/"} 0.012');
    expect(verdict.evidence[0]?.source).toContain('node_filesystem_avail_bytes');
  });

  test('weighs namespaces by what they are for', () => {
    const answer = { total: 10, bad: 1, rows: [row({ namespace: 'shop-dev', pod: 'a', container: 'c' }, 0.5)] };
    expect(badOf('W17', answer)).toMatchObject({ affected: 0.15, relevant: 10, prod: false });
    const inProd = { ...answer, rows: [row({ namespace: 'prod', pod: 'a', container: 'c' }, 0.5)] };
    expect(badOf('W17', inProd)).toMatchObject({ affected: 1, prod: true, remedy: { kind: 'diagnose' } });
  });

  test('counts all that are bad where only the first hundred are given', () => {
    const rows = Array.from({ length: 100 }, (_, n) => row({ namespace: 'prod', pod: `p${n}`, container: 'c' }, 0.5));
    expect(badOf('W17', { total: 900, bad: 300, rows })).toMatchObject({ affected: 300, relevant: 900, count: 300 });
  });

  test('is about an object once, however many rows it has', () => {
    const rows = ['eth0', 'eth1'].map((device) => row({ node: 'a', device }, 0.5));
    expect(badOf('N17', { total: 4, bad: 2, rows })).toMatchObject({ count: 1, objects: [{ name: 'a' }], affected: 2 });
  });

  test('is an outage when the API server fails at its worst, and only then', () => {
    expect(badOf('CP1', { total: 1, bad: 1, rows: [row({}, 0.02)] })).toMatchObject({
      severity: 'critical',
      outage: true,
      objects: [{ kind: 'Cluster', name: 'prod' }],
    });
    expect(badOf('CP1', { total: 1, bad: 1, rows: [row({}, 0.002)] }).outage).toBeUndefined();
  });

  test('is not critical before its grace time is over', () => {
    const answer = (since: number) => ({
      total: 1,
      bad: 1,
      rows: [row({ ingress: 'web', namespace: 'prod' }, 0.2, since)],
    });
    expect(badOf('W22', answer(NOW - 5 * MINUTE))).toMatchObject({ severity: 'high', since: NOW - 5 * MINUTE });
    expect(badOf('W22', answer(NOW - 20 * MINUTE)).severity).toBe('critical');
  });

  test('on an API that is still called is critical when the next version has it no more', () => {
    const answer = { total: 1, bad: 1, rows: [row({ resource: 'flowschemas', removed_release: '1.35' }, 1)] };
    const at = (serverVersion: string) => ({ survey: { ...emptySurvey(), serverVersion } });
    expect(badOf('CP8', answer, at('v1.34.1-aliyun.1')).severity).toBe('critical');
    expect(badOf('CP8', answer, at('v1.33.0')).severity).toBe('medium');
    expect(badOf('CP8', answer).severity).toBe('medium');
  });

  test('does not ask for what a cluster cannot have', () => {
    const absent = { unknown: 'no metrics', kind: 'absent' } as const;
    const managed = { ...emptySurvey(), nodes: [nodeOf('n1')] };
    const own = {
      ...emptySurvey(),
      nodes: [{ ...nodeOf('n1'), labels: { 'node-role.kubernetes.io/control-plane': '' } }],
      shapes: [shapeOf({ containers: [containerOf({ image: 'registry.k8s.io/ingress-nginx/controller:v1' })] })],
    };
    expect(verdictOf('CP10', absent, { survey: managed })?.state).toBe('none');
    expect(verdictOf('CP10', absent, { survey: own })?.state).toBe('unknown');
    expect(verdictOf('W22', absent, { survey: managed })?.state).toBe('none');
    expect(verdictOf('W22', absent, { survey: own })?.state).toBe('unknown');
    expect(verdictOf('ST2', absent, { survey: managed })?.state).toBe('none');
    expect(verdictOf('CP10', { unknown: 'Timeout', kind: 'lost' }, { survey: managed })?.state).toBe('unknown');
  });

  test('on cost is given only where money is spent for nothing', () => {
    expect(verdictOf('CST5', { total: 2, bad: 0, rows: [] })).toBeUndefined();
    expect(badOf('CST5', { total: 2, bad: 1, rows: [row({ namespace: 'prod' }, 0.6)] })).toMatchObject({
      category: 'cost',
      severity: 'info',
    });
    expect(verdictOf('CST1', { total: 1, bad: 0, rows: [row({ node: 'a' }, 0.1)] })).toBeUndefined();
  });

  test('keeps strangers’ words on one line', () => {
    const verdict = badOf('W17', {
      total: 1,
      bad: 1,
      rows: [row({ namespace: 'prod', pod: 'a\n\u202Eb', container: 'c' }, 1)],
    });
    expect(verdict.text.en).not.toMatch(/[\n\u202E]/);
    expect(verdict.evidence[0]?.text).not.toMatch(/[\n\u202E]/);
  });
});
