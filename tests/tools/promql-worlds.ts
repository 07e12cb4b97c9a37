import { expect } from 'vitest';
import { narrowedQuery } from '../../src/tools/promql.ts';
import { at, load } from '../servers/sandbox/prometheus/series.ts';
import { randomOf } from '../support/random.ts';

/** Series of one's own namespaces, of others and of none, and random queries over them. */

export const own: Record<string, string> = {
  'up{namespace="shop",pod="a",job="x",node="n1"}': '1+0x60',
  'up{namespace="shop-test",pod="b",job="x",node="n2"}': '0+0x60',
  'requests_total{namespace="shop",pod="a",code="200",node="n1"}': '0+60x60',
  'requests_total{namespace="shop",pod="a",code="500",node="n1"}': '0+3x60',
  'requests_total{namespace="shop-test",pod="b",code="200",node="n2"}': '5+7x60',
  'memory_bytes{namespace="shop",pod="a",node="n1"}': '100+1x60',
  'memory_bytes{namespace="shop-test",pod="b",node="n2"}': '900-2x60',
  'speaks{namespace="shop",exported_namespace="shop-test",pod="e"}': '4+0x60',
};

/** What there may be elsewhere, and without a namespace. */
export const foreign: [Record<string, string>, Record<string, string>] = [
  {
    'up{namespace="pay",pod="z",job="x",node="n1"}': '1+0x60',
    'up{pod="none",job="x",node="n1"}': '7+0x60',
    'up{namespace="shopping",pod="s",job="x",node="n2"}': '3+0x60',
    'requests_total{namespace="pay",pod="z",code="500",node="n1"}': '0+900x60',
    'memory_bytes{namespace="pay",pod="z",node="n3"}': '5000+9x60',
    'memory_bytes{node="n1"}': '77777+1x60',
    'node_load{node="n1"}': '3+0x60',
    'speaks{namespace="shop",exported_namespace="pay",pod="e"}': '40+3x60',
    'speaks{namespace="pay",exported_namespace="shop",pod="f"}': '41+0x60',
  },
  {
    'up{namespace="ops",pod="a",job="x",node="n1"}': '0 1 0 1 0 1 0 1 0 1 0+1x60',
    'requests_total{namespace="a-shop",pod="b",code="200",node="n2"}': '0+1x60',
    'memory_bytes{namespace="kube-system",pod="b",node="n2"}': '1+1000x60',
    'node_load{node="n2"}': '9-1x60',
    'speaks{namespace="kube-system",pod="e"}': '1+1x60',
  },
];

const NAMES = ['up', 'requests_total', 'memory_bytes', 'node_load', 'speaks'];
const CONDITIONS = [
  'namespace="pay"',
  'namespace="shop"',
  'namespace!="shop"',
  'namespace=~".*"',
  'namespace=""',
  'namespace!~"shop.*"',
  'pod=~"a|b|z"',
  "job='x'",
  'code=~`5..`',
  'node!=""',
  'exported_namespace=""',
  'exported_namespace=~".+"',
];
const LABELS = ['namespace', 'pod', 'node', 'code', 'exported_namespace', 'job'];

/** So many queries that are PromQL of vectors; the same each time. */
export function queries(count: number): string[] {
  const { int } = randomOf(7);
  const random = (below: number) => int(0, below - 1);
  const one = (of: readonly string[]) => of[random(of.length)] ?? '';
  const labels = () => Array.from({ length: random(3) }, () => one(LABELS)).join(', ');

  function selector(): string {
    const conditions = Array.from({ length: random(3) }, () => one(CONDITIONS));
    if (random(5) === 0)
      return `{${[`__name__=~"${one(['.+', 'up|speaks', 'm.*', 'node_.*'])}"`, ...conditions].join(',')}}`;
    return `${one(NAMES)}${conditions.length > 0 ? `{${conditions.join(', ')}}` : one(['', '{}', ' # all\n'])}`;
  }
  const moment = () => one(['', '', '', ' offset 5m', ' offset -2m', ' @ 600', ' @ end()', ' @ start() offset 1m']);

  function vector(depth: number): string {
    const inner = () => vector(depth - 1);
    switch (depth <= 0 ? 0 : random(9)) {
      case 0:
        return selector() + moment();
      case 1:
        return `${one(['rate', 'increase', 'sum_over_time', 'count_over_time', 'last_over_time'])}(${selector()}[${one(['5m', '10m', '3m'])}]${moment()})`;
      case 2:
        return `${one(['sum', 'count', 'max', 'avg', 'group'])} ${one(['by', 'without'])} (${labels()}) (${inner()})`;
      case 3:
        return `${one(['topk', 'bottomk'])}(${1 + random(3)}, ${inner()})`;
      case 4:
        return `(${inner()}) ${one(['and', 'or', 'unless'])} ${one(['', 'on (pod) ', 'ignoring (namespace) '])}(${inner()})`;
      case 5:
        return `(${inner()}) ${one(['+', '/', '>', '> bool', '*'])} ${one(['', 'on (pod) group_left () ', 'on (node) '])}(${inner()})`;
      case 6:
        return `${one(['max_over_time', 'avg_over_time', 'count_over_time'])}((${inner()})[10m:1m]${moment()})`;
      case 7:
        return `${one(['absent', 'abs', 'sgn'])}(${inner()})`;
      default:
        return one([
          `label_replace(${inner()}, "namespace", "pay", "pod", ".*")`,
          `vector(scalar(${inner()}))`,
          `count_values("namespace", ${inner()})`,
          `-(${inner()})`,
        ]);
    }
  }
  return Array.from({ length: count }, () => vector(3));
}

export const source = (worlds: Record<string, string>[]) => load(Object.assign({}, ...worlds));

/** Its lines in order; an error by its kind alone, since its words quote the query. */
export const answer = (query: string, from: ReturnType<typeof load>): Promise<string[] | string> =>
  at(from, query, 30).then(
    (lines) => lines.sort(),
    (error: Error) => `error ${error.name}`,
  );

/** How many of the queries had an answer at all. */
export async function sameWhateverOthersHold(count: number): Promise<number> {
  let answered = 0;
  for (const query of queries(count)) {
    const found = narrowedQuery(query, ['shop', 'shop-*']);
    if ('refused' in found) throw new Error(`${query}: ${found.refused}`);
    const alone = await answer(found.promql, source([own]));
    for (const others of foreign) expect(await answer(found.promql, source([own, others])), query).toEqual(alone);
    // `absent` makes labels of conditions, of which there are more now.
    if (!query.includes('absent')) expect(await answer(query, source([own])), query).toEqual(alone);
    if (Array.isArray(alone) && alone.length > 0) answered += 1;
  }
  return answered;
}
