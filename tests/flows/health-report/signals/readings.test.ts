import { describe, expect, test } from 'vitest';
import { signals } from '../../../../flows/health-report/signals/registry.ts';
import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { healthyCluster } from '../../../support/clusters-by-hand.ts';
import { lose, type ReadKind } from '../../../support/survey-builder.ts';
import { factsOf } from '../../../support/surveys.ts';
import { rated, verdictOn } from './rated.ts';

function reading(kind: string, state: Survey['readings'][number]['state']): Survey {
  const survey = healthyCluster();
  return {
    ...survey,
    readings: survey.readings.map((one) => (one.kind === kind ? { kind, state, why: 'refused' } : one)),
  };
}

describe('what could not be read', () => {
  test.each(signals.flatMap(({ code, kinds, also = [] }) => [...kinds, ...also].map((kind) => [code, kind] as const)))(
    '%s is lost with %s, and could be as bad as it ever is',
    (code, kind) => {
      const { worst, canBeOutage } = signals.find((signal) => signal.code === code) ?? {};
      const verdict = verdictOn(code, factsOf(lose(healthyCluster(), kind as ReadKind)));
      expect(verdict).toMatchObject({ state: 'unknown', kind: 'lost', worst: { severity: worst } });
      expect(verdict).toHaveProperty('why', `${kind}: forbidden`);
      expect('worst' in verdict && verdict.worst?.outage).toBe(canBeOutage);
    },
  );

  test('a source that never holds a kind makes its signals absent, and that lowers nothing but the coverage', () => {
    const before = rated(factsOf(healthyCluster())).score;
    const after = rated(factsOf(reading('ResourceQuota', 'absent'))).score;
    expect(verdictOn('W20', factsOf(reading('ResourceQuota', 'absent')))).toMatchObject({ kind: 'absent' });
    expect(after.score).toBe(before.score);
    expect(after.coverage).toBeLessThan(before.coverage);
  });

  test('a kind that the server does not know makes its signals not apply', () => {
    const before = rated(factsOf(healthyCluster())).score;
    const after = rated(factsOf(reading('Certificate', 'none'))).score;
    expect(verdictOn('SEC1', factsOf(reading('Certificate', 'none'))).state).toBe('none');
    expect(after).toEqual(before);
  });

  test('a kind that is taken along only is no matter where it is absent', () => {
    expect(verdictOn('API2', factsOf(reading('HTTPRoute', 'absent'))).state).toBe('none');
  });

  test('a kind that the reading does not even name is absent', () => {
    const survey = { ...healthyCluster(), readings: [] };
    expect(verdictOn('W1', factsOf(survey))).toMatchObject({ state: 'unknown', kind: 'absent' });
  });

  test('without any reading of the cluster, all is lost unless it was said that there is none', () => {
    expect(verdictOn('W1', factsOf(undefined))).toMatchObject({ kind: 'lost' });
    const unknown = [{ what: 'Kubernetes API', why: 'no cluster', kind: 'absent' as const }];
    expect(verdictOn('W1', factsOf(undefined, { unknown }))).toMatchObject({ kind: 'absent', why: 'no cluster' });
    expect(rated(factsOf(undefined)).score).toMatchObject({ score: 0, grade: 'F?' });
    expect(rated(factsOf(undefined, { unknown })).score).toMatchObject({ score: 0, grade: 'F?', coverage: 0 });
  });
});
