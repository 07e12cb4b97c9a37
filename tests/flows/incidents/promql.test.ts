import { parser } from '@prometheus-io/lezer-promql';
import { expect, test } from 'vitest';
import { curveQuery } from '../../../flows/incidents/curve.ts';
import { podsOf, quoted } from '../../../flows/incidents/promql.ts';

const names = ['app', 'a.b', '"} or vector(1) or up{a="', 'x\\', '\\"', '.*', 'a|b', '\n', '`', '(', '[a-z]', '\ud800'];

test.each(names)('a workload named %j stays one string in a query', (name) => {
  for (const cause of ['OOMKilled', 'CPUThrottled'])
    for (const kind of ['Deployment', 'Pod']) {
      const query = curveQuery(cause, { kind, namespace: name, name });
      for (const promql of [query?.usage ?? '', query?.limit ?? '']) {
        const nodes: string[] = [];
        parser.parse(promql).iterate({ enter: ({ name: node, type }) => void nodes.push(type.isError ? '⚠' : node) });
        expect(nodes).not.toContain('⚠');
        expect(nodes.filter((node) => node === 'VectorSelector')).toHaveLength(1);
        expect(nodes).not.toContain('BinaryExpr');
      }
    }
});

test('a dot in a name matches only a dot', () => {
  expect(podsOf({ kind: 'Deployment', name: 'a.b' })).toBe('"a\\\\.b-.*"');
  const pattern = new RegExp(`^(?:${JSON.parse(podsOf({ kind: 'Deployment', name: 'a.b' }))})$`);
  expect(pattern.test('a.b-5d4f')).toBe(true);
  expect(pattern.test('axb-5d4f')).toBe(false);
});

test('an ordinary name is written as it is', () => {
  expect(quoted('prod')).toBe('"prod"');
  expect(podsOf({ kind: 'Pod', name: 'app-0' })).toBe('"app-0"');
});
