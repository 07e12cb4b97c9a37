import { describe, expect, test } from 'vitest';
import { narrowedQuery } from '../../src/tools/promql.ts';
import { answer, foreign, own, queries, sameWhateverOthersHold, source } from './promql-worlds.ts';

const OURS = 'namespace=~"shop|shop-.*", exported_namespace=~"|shop|shop-.*"';
const narrowed = (query: string, patterns: string[] = ['shop', 'shop-*']) => {
  const found = narrowedQuery(query, patterns);
  return 'refused' in found ? found.refused : found.promql.replaceAll(OURS, '…').replaceAll(/ ?([()[\]:,@]) ?/g, '$1');
};

describe('a query of somebody who may read some namespaces', () => {
  test.each([
    ['up', 'up{…}'],
    ['up{}', 'up{…}'],
    ['up{job="a",}', 'up{job="a",…}'],
    ['up{namespace="pay"}', 'up{namespace="pay",…}'],
    ['up{namespace=~"shop|pay", job!~"x"}', 'up{namespace=~"shop|pay",job!~"x",…}'],
    ['{__name__=~"node_.*"}', '{__name__=~"node_.*",…}'],
    ['{"http.requests", "my label"="x"}', '{"http.requests","my label"="x",…}'],
    ['up offset -5m', 'up{…} offset - 5m'],
    ['up @ end() offset 1h30m', 'up{…}@end()offset 1h30m'],
    ['rate(up{job=`a`}[5m] @ 5.5)', 'rate(up{job=`a`,…}[5m]@5.5)'],
    ['max_over_time((sum by (node) (up))[1d:5m] offset 1d)', 'max_over_time((sum by(node)(up{…}))[1d:5m]offset 1d)'],
    ['topk(3, a) by (pod)', 'topk(3,a{…})by(pod)'],
    ['count_values("v", a)', 'count_values("v",a{…})'],
    ['a / on(pod) group_left (node) b > bool 1', 'a{…} / on(pod)group_left(node)b{…} > bool 1'],
    ['a and ignoring(x) b unless c', 'a{…} and ignoring(x)b{…} unless c{…}'],
    ['-a ^ 2', '- a{…} ^ 2'],
    ['label_replace(a, "x", "$1", "y", "(.*)")', 'label_replace(a{…},"x","$1","y","(.*)")'],
    ['absent(a{pod="x"})', 'absent(a{pod="x",…})'],
    ['sum', 'sum{…}'],
    ['a # b{c="}"}\n+ d', 'a{…} + d{…}'],
    ['a{b="#} or c"}', 'a{b="#} or c",…}'],
    ['a{b="\\"} or c{d=\\""}', 'a{b="\\"} or c{d=\\"",…}'],
    ['time() - 0x1F', 'time()- 0x1F'],
    ['ALERTS{alertstate="firing"}', 'ALERTS{alertstate="firing",…}'],
  ])('%s', (query, expected) => expect(narrowed(query)).toBe(expected));

  test('a comment that another reader would take to end earlier is not passed on', () => {
    expect(narrowed('a # x\r or b{namespace="pay"}')).toBe('a{…}');
    expect(narrowed('a #')).toBe('a{…}');
  });

  test.each([
    ['no query', '  '],
    ['a comment', '# up'],
    ['an open bracket', 'sum(up'],
    ['two queries', 'up up'],
    ['a string that is not closed', 'up{a="b}'],
    ['an unknown escape', 'up{a="\\q"}'],
    ['a line break in a string', 'up{a="\n"}'],
    ['a selector of everything', '{}'],
    ['or between conditions, as VictoriaMetrics has it', 'up{a="b" or namespace="pay"}'],
    ['a template, as VictoriaMetrics has it', 'WITH (x = up) x'],
    ['a function that reads other series too', 'info(up)'],
    ['an unknown function', 'everything(up)'],
    ['what is nested too deeply', `${'('.repeat(2000)}up${')'.repeat(2000)}`],
    ['what is too long', `up{a="${'x'.repeat(10_000)}"}`],
    ['what becomes too long', Array(180).fill('up{instance="node-0"}').join('+')],
  ])('%s is refused', (_, query) => expect(narrowedQuery(query, ['shop'])).toHaveProperty('refused'));

  test('without a namespace nothing is asked', () => expect(narrowedQuery('up', [])).toHaveProperty('refused'));

  test('what selects nothing says so', () => {
    expect(narrowedQuery('1 + time()', ['shop'])).toMatchObject({ selects: false });
    expect(narrowedQuery('1 + up', ['shop'])).toMatchObject({ selects: true });
  });

  test('exporters that speak of others are asked by the label that names the object', () => {
    const errors = 'sum by (exported_namespace) (nginx_ingress_controller_requests) + up';
    expect(narrowed(errors)).toBe(
      'sum by(exported_namespace)(nginx_ingress_controller_requests{exported_namespace=~"shop|shop-.*"})+ up{…}',
    );
    expect(narrowed('nginx_ingress_controller_requests')).toBe('nginx_ingress_controller_requests{…}');
  });
});

describe('a narrowed query', () => {
  test.each(['*', '**', 'shop*', '*p'])('with the pattern %s never reads what has no namespace', async (pattern) => {
    const found = narrowedQuery('{__name__=~".+"}', [pattern]);
    if ('refused' in found) throw new Error(found.refused);
    const lines = await answer(found.promql, source([own, foreign[0]]));
    expect(lines.length).toBeGreaterThan(0);
    expect([...lines].every((line) => /[{ ]namespace="/.test(line))).toBe(true);
  });

  test.each([
    'x"} or up{a="',
    "x'} or up",
    'x\\',
    '.*',
    'sho.',
    '(',
    ')|(.*',
    '[a-z]+',
    'x\n',
    '$1',
    '^',
    'shop|pay',
    '\ud800',
  ])('a hostile name of a namespace fits nothing but itself: %j', async (name) => {
    const found = narrowedQuery('{__name__=~".+"}', [name.replaceAll('*', '') || 'x']);
    if ('refused' in found) throw new Error(found.refused);
    expect(await answer(found.promql, source([own, foreign[0]]))).toEqual([]);
  });

  test('gives the same whatever other namespaces hold, and what one would get of their own alone', async () => {
    expect(await sameWhateverOthersHold(300)).toBeGreaterThan(100);
  });

  test('differs from the query of the whole where others hold something', async () => {
    const whole = await Promise.all(queries(300).map((query) => answer(query, source([own, foreign[0]]))));
    const alone = await Promise.all(queries(300).map((query) => answer(query, source([own]))));
    expect(whole.filter((lines, n) => String(lines) !== String(alone[n])).length).toBeGreaterThan(100);
  });
});
