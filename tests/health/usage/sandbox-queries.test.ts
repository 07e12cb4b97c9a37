import { describe, expect, test } from 'vitest';
import { queryRange } from '../../../servers/sandbox/prometheus/promql/engine.ts';
import { namespacesQuery, partsOf, queriesOf } from '../../../src/health/usage/queries.ts';

describe("the feed's queries", () => {
  const all = partsOf('prod', 2500).flatMap((part) => Object.values(queriesOf(part)));

  test.each([namespacesQuery, ...Object.values(queriesOf({ namespace: 'a"b' })), ...all])(
    '%s is understood',
    async (promql) => {
      const answered = await queryRange({ source: { select: () => [] }, maxSamples: 1000 }, promql, {
        start: 0,
        end: 60_000,
        step: 60_000,
      });
      expect(answered).toBeDefined();
    },
  );
});
