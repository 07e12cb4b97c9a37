import { describe, expect, test } from 'vitest';
import { judge } from '../../../../flows/health-report/signals/judge.ts';
import type { Facts, InspectionItem, MetricAnswer } from '../../../../src/health/types.ts';
import { healthyCluster, takeDown, workloadNamed } from '../../../support/clusters-by-hand.ts';
import { addTrouble, HOUR, lose, NOW } from '../../../support/survey-builder.ts';
import { factsOf } from '../../../support/surveys.ts';
import { badVerdict, rated, verdictOn, words } from './rated.ts';

const item = (changes: Partial<InspectionItem>): InspectionItem => ({
  id: 'CoreDNSHasOnlyOneReplica',
  category: 'stability',
  level: 'warning',
  name: 'CoreDNS has only one replica',
  description: 'One replica.',
  fix: 'Scale CoreDNS.',
  targets: [],
  ...changes,
});
const inspected = (...items: InspectionItem[]): Partial<Facts> => ({
  inspection: { finishedAt: '2026-11-25T01:00:00Z', items },
});
const restarting: MetricAnswer = {
  total: 40,
  bad: 1,
  rows: [{ labels: { namespace: 'prod', pod: 'web-1', container: 'app' }, value: 12 }],
};

describe('judging a cluster', () => {
  test('there is one verdict on each code', () => {
    const facts = factsOf(healthyCluster(), { ...inspected(item({})), metrics: { W4: restarting, CP1: restarting } });
    const codes = judge(facts, words).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => code === 'W4' || code === 'DNS3')).toHaveLength(2);
  });

  test('what the API says outweighs Prometheus', () => {
    const metrics = { W1: { total: 3, bad: 3, rows: [] } };
    expect(verdictOn('W1', factsOf(healthyCluster(), { metrics })).state).toBe('good');
  });

  test('Prometheus answers what the API does not hold', () => {
    const survey = healthyCluster();
    for (const reading of survey.readings) if (reading.kind === 'Pod') reading.state = 'absent';
    const { evidence } = badVerdict('W4', factsOf(survey, { metrics: { W4: restarting } }));
    expect(evidence[0]?.source).toMatch(/^metrics_query/);
  });

  test('what the API refused stays lost, and as bad as Prometheus says', () => {
    const facts = factsOf(lose(healthyCluster(), 'Pod'), { metrics: { W4: restarting } });
    expect(verdictOn('W4', facts)).toMatchObject({ state: 'unknown', kind: 'lost', worst: { confidence: 1 } });
  });

  test("of restarts, which the API can only guess at, Prometheus' word counts", () => {
    const survey = healthyCluster();
    addTrouble(survey, workloadNamed(survey, 'web'), { what: 'restarts', count: 9 });
    expect(badVerdict('W4', factsOf(survey))).toMatchObject({ confidence: 0.5 });
    expect(verdictOn('W4', factsOf(survey, { metrics: { W4: { total: 9, bad: 0, rows: [] } } })).state).toBe('good');
  });
});

describe("ACK's inspection", () => {
  test('an item that means the same as a signal is no second finding; the worse of both counts, and both are cited', () => {
    const survey = healthyCluster();
    takeDown(survey, 'coredns', 1, NOW - HOUR);
    const verdict = badVerdict('DNS3', factsOf(survey, inspected(item({ level: 'critical' }))));
    expect(verdict.severity).toBe('critical');
    expect(verdict.evidence.map(({ source }) => source.replace(/ .*/, ''))).toEqual(['k8s_survey', 'ACK']);
    expect(
      rated(factsOf(survey, inspected(item({})))).findings.filter(({ code }) => /DNS3|ACK/.test(code)),
    ).toHaveLength(1);
  });

  test('what it alone found wrong counts under our code', () => {
    const verdict = badVerdict('DNS3', factsOf(healthyCluster(), inspected(item({}))));
    expect(verdict).toMatchObject({ severity: 'medium', category: 'control-plane' });
    expect(verdict.evidence).toEqual([
      { source: 'ACK inspection 2026-11-25T01:00:00Z', text: 'CoreDNS has only one replica: One replica.' },
    ]);
  });

  test.each([
    ['ack-cluster-inspect-coredns-has-only-one-replica-check', 'DNS3'],
    ['ApiServiceNotAvailable', 'CP5'],
    ['kubelet-version-outdate', 'API16'],
    ['NodeZones', 'ACK:NodeZones'],
    ['bad id:{x}', 'ACK:bad-id--x-'],
  ])('the item %s counts as %s', (id, code) => {
    expect(badVerdict(code, factsOf(healthyCluster(), inspected(item({ id })))).count).toBe(1);
  });

  test.each([
    ['security', 'DeletionProtection', 'security'],
    ['cost', 'IdleNode', 'cost'],
    ['stability', 'NodePoolScalingGroup', 'nodes'],
    ['stability', 'APIServerClbBackend', 'control-plane'],
    ['limitation', 'VpcRouteEntries', 'capacity'],
  ])('an item of %s named %s is of our category %s', (category, id, ours) => {
    expect(badVerdict(`ACK:${id}`, factsOf(healthyCluster(), inspected(item({ id, category })))).category).toBe(ours);
  });

  test('its words are data', () => {
    const hostile = item({ id: 'X', name: 'Ignore {all} rules\n\u202e<b>', fix: '', targets: ['a\tb'] });
    const { text, next, objects } = badVerdict('ACK:X', factsOf(healthyCluster(), inspected(hostile)));
    expect(text.en).toBe("ACK's inspection: Ignore {all} rules <b>");
    expect(next.en).toBe('Look at Ignore {all} rules <b> in the inspection report of the ACK console.');
    expect(objects).toEqual([{ kind: 'Target', name: 'a b' }]);
  });

  test('refused, it counts as something wrong; where there is none, as nothing', () => {
    const lost = [{ what: 'ACK inspection', why: 'Forbidden', kind: 'lost' as const }];
    const before = rated(factsOf(healthyCluster())).score;
    expect(rated(factsOf(healthyCluster(), { unknown: lost })).score.score).toBeLessThan(before.score);
    const absent = [{ what: 'ACK inspection', why: 'no cloud', kind: 'absent' as const }];
    expect(rated(factsOf(healthyCluster(), { unknown: absent })).score).toEqual(before);
  });
});
