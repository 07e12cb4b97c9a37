import { readFileSync } from 'node:fs';
import { parser } from '@prometheus-io/lezer-promql';
import { describe, expect, test } from 'vitest';
import { catalogue, signalOf } from '../../../../flows/health-report/metrics/catalogue.ts';
import { curveQueries, POOLED } from '../../../../flows/health-report/metrics/curves.ts';
import { NODE_ADDRESSES } from '../../../../flows/health-report/metrics/machines.ts';
import { queriesOf } from '../../../../flows/health-report/metrics/queries.ts';
import { scoped } from '../../../../flows/health-report/metrics/scoped.ts';
import { sourcesQuery } from '../../../../flows/health-report/metrics/sources.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';

const errorsOf = (promql: string): number => {
  const errors: number[] = [];
  parser.parse(promql).iterate({ enter: ({ type, from }) => void (type.isError && errors.push(from)) });
  return errors.length;
};

const selectorsOf = (promql: string): string[] => {
  const found: string[] = [];
  parser.parse(promql).iterate({
    enter: ({ name, from, to }) => void (name === 'VectorSelector' && found.push(promql.slice(from, to))),
  });
  return found;
};

/** Everything that is ever sent. */
const sent = (matcher?: string): string[] => [
  ...catalogue.flatMap((signal) => {
    const { rows, counts, history } = queriesOf(signal, matcher);
    return [rows, counts, ...(history === undefined ? [] : [history])];
  }),
  ...[true, false].flatMap((pooled) =>
    curveQueries(1800, pooled).flatMap(({ promql, capacity = 'up' }) => [
      scoped(promql, matcher),
      scoped(capacity, matcher),
    ]),
  ),
  scoped(POOLED, matcher),
  scoped(NODE_ADDRESSES, matcher),
  sourcesQuery(matcher),
];

describe('the catalogue of metric signals', () => {
  test('has every code of the reference once', () => {
    const codes = catalogue.map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    const kinds = Map.groupBy(codes, (code) => code.replace(/\d+$/, ''));
    const counts = Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length]));
    expect(counts).toEqual({ CP: 11, DNS: 3, N: 18, W: 22, ST: 4, SEC: 1, OBS: 4, CAP: 3, CST: 8, RS: 2 });
  });

  test('is understood by the grammar of Prometheus, as it is and as it is sent', () => {
    expect([...catalogue.map(({ promql }) => promql), ...sent()].filter((promql) => errorsOf(promql) > 0)).toEqual([]);
  });

  test('asks for one cluster of several in every selector of every query', () => {
    const matcher = 'cluster="prod \\"1\\" {eu}"';
    const scopedOnes = sent(matcher);
    for (const promql of scopedOnes) {
      expect(errorsOf(promql), promql).toBe(0);
      expect(
        selectorsOf(promql).filter((selector) => !selector.includes(matcher)),
        promql,
      ).toEqual([]);
    }
    const count = (all: string[]) => all.map((promql) => selectorsOf(promql).length);
    expect(count(scopedOnes)).toEqual(count(sent()));
  });

  test('has words in both languages for whatever can be bad', () => {
    const words = loadMessages('templates/messages');
    const keys = catalogue
      .filter(({ levels }) => levels.length > 0)
      .flatMap(({ code }) => [`metric-signals.${code}.name`, `metric-signals.${code}.next`]);
    expect(keys.filter((key) => !words.en.has(key) || !words.zh.has(key))).toEqual([]);
  });

  test('names its levels worst first, in one direction', () => {
    const rank = ['info', 'low', 'medium', 'high', 'critical'];
    for (const { code, levels } of catalogue) {
      const severities = levels.map(({ severity }) => rank.indexOf(severity));
      expect(severities, code).toEqual(severities.toSorted((a, b) => b - a));
      expect(new Set(levels.map(({ op }) => op[0])).size, code).toBeLessThanOrEqual(1);
    }
  });

  test('knows a signal by its code', () => {
    expect(signalOf('CP1')?.category).toBe('control-plane');
    expect(signalOf('CP99')).toBeUndefined();
  });
});

describe('a matcher for one cluster', () => {
  test.each([
    ['up', 'up{c="a"}'],
    ['up{}', 'up{c="a"}'],
    ['up{job="x"} == 0', 'up{job="x",c="a"} == 0'],
    ['{__name__=~"a|b"}', '{__name__=~"a|b",c="a"}'],
    ['sum by (job) (rate(up[5m]))', 'sum by (job) (rate(up{c="a"}[5m]))'],
    ['a / on (x) group_left (y) b', 'a{c="a"} / on (x) group_left (y) b{c="a"}'],
    ['a and on () b > bool 0', 'a{c="a"} and on () b{c="a"} > bool 0'],
    ['sum(a) by (b)', 'sum(a{c="a"}) by (b)'],
    ['label_replace(a, "x", "$1", "y", "(b)")', 'label_replace(a{c="a"}, "x", "$1", "y", "(b)")'],
    ['max_over_time(a[1h] offset 7d)', 'max_over_time(a{c="a"}[1h] offset 7d)'],
    ['a{x="}"} * 1e3', 'a{x="}",c="a"} * 1e3'],
  ])('%s becomes %s', (promql, expected) => {
    expect(scoped(promql, 'c="a"')).toBe(expected);
  });

  test('is left out where there is only one cluster', () => {
    expect(scoped('up', undefined)).toBe('up');
  });
});

test('docs/health.md has a row for every signal', () => {
  const page = readFileSync('docs/health.md', 'utf8');
  expect(catalogue.filter(({ code }) => !page.includes(`| ${code} |`)).map(({ code }) => code)).toEqual([]);
});
