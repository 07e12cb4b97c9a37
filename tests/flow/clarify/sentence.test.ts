import { describe, expect, test } from 'vitest';
import { start, valuesOf } from './small-cluster.ts';

const seed = { region: 'cn-hangzhou', purpose: 'prod', workload: 'web', budget: 'medium', availability: 'high' };

/** Every order of a list. */
function permutations<Item>(items: Item[]): Item[][] {
  if (items.length <= 1) return [items];
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]));
}

describe('a sentence', () => {
  test.each([
    ['华东1（杭州），中等预算，Node.js 电商，生产级高可用 ACK', seed],
    ['華東1（杭州），中等預算，Node.js 電商，生產級高可用 ACK', seed],
    ['华东１（杭州），中等预算，Ｎｏｄｅ．ｊｓ 电商，生产级高可用 ＡＣＫ', seed],
    ['Production-grade HA ACK in Hangzhou, medium budget, Node.js e-commerce', seed],
    ['hangzou, medum budget, nodejs ecomerce, prodcution, highly available', seed],
    ['budget high, low availability, 5 nodes', { budget: 'high', availability: 'low', nodes: 5 }],
    ['预算高，可用性低，三个节点', { budget: 'high', availability: 'low', nodes: 3 }],
    ['5 nodes 3 zones', { nodes: 5, zones: 3 }],
    ['nodes: 5, zones: 3', { nodes: 5, zones: 3 }],
    ['two nodes over three zones, 3,000元', { nodes: 2, zones: 3, price: 3000 }],
    ['价格上限 1.5万', { price: 15_000 }],
    ['service cidr 192.168.3.7/16 pod network 10.1.0.0/16', { serviceCidr: '192.168.0.0/16', podCidr: '10.1.0.0/16' }],
    ['不要公网，叫 shop-prod', { public: false, name: 'shop-prod' }],
    ['公网访问', { public: true }],
    ['without public access', { public: false }],
    ['not Hangzhou but Beijing', { region: 'cn-beijing' }],
    ['instead of hangzhou take shanghai', { region: 'cn-shanghai' }],
    ['非生产', { purpose: 'dev' }],
    ['in 杭州, 中等 budget', { region: 'cn-hangzhou', budget: 'medium' }],
  ])('"%s" gives what it says and nothing else', (text, expected) => {
    expect(valuesOf(start(text))).toEqual(expect.objectContaining({ ...expected }));
    expect(Object.keys(valuesOf(start(text))).sort()).toEqual(expect.arrayContaining(Object.keys(expected).sort()));
    expect(Object.keys(valuesOf(start(text))).filter((id) => !(id in expected))).toEqual([]);
  });

  test.each(['', '你好', 'hello there', '高', 'version 1.36.1 of T-7K3F', '10.0.0.0/99', 'high', '杭州还是北京'])(
    '"%s" gives nothing',
    (text) => {
      expect(valuesOf(start(text))).toEqual({});
    },
  );

  test.each([
    [['华东1（杭州）', '预算中等', '电商', '生产级', '可用性高', '五个节点']],
    [['Hangzhou', 'medium budget', 'Node.js', 'production', 'high availability', '5 nodes']],
  ])('gives the same values in any order of its facts: %s', (facts) => {
    for (const order of permutations(facts))
      expect(valuesOf(start(order.join(', '))), order.join(', ')).toEqual({ ...seed, nodes: 5 });
  });

  test('a value out of range is not taken, and the reason is told', () => {
    const turn = start('900 nodes');
    expect(valuesOf(turn)).toEqual({});
    expect(turn.notes).toEqual([{ key: 'clarify.too-large', params: { label: 'Nodes', value: '900', bound: 100 } }]);
  });

  test('a very long one is read up to its first 2,000 characters', () => {
    expect(valuesOf(start(`${'a '.repeat(1_000)} Beijing`))).toEqual({});
    expect(valuesOf(start(`Beijing ${'a'.repeat(100_000)}`))).toEqual({ region: 'cn-beijing' });
  });
});
