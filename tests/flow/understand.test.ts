import { describe, expect, test } from 'vitest';
import { kindsIn } from '../../src/flow/kinds.ts';
import { type Found, type Inventory, understand, type Wish } from '../../src/flow/understand.ts';

const clusterId = 'c1';
const one = (kind: string, name: string, namespace?: string) => ({
  clusterId,
  kind,
  name,
  ...(namespace && { namespace }),
});
const inventory: Inventory = {
  clusters: [{ id: 'c1', name: 'shop-prod', environment: 'prod' }],
  namespaces: ['shop', 'prod', 'default', 'kube-system'].map((name) => ({ clusterId, name })),
  objects: [
    one('Deployment', 'checkout', 'shop'),
    one('Deployment', 'checkout-web', 'shop'),
    one('Deployment', 'cart', 'shop'),
    one('Deployment', 'app', 'prod'),
    one('Deployment', 'coredns', 'kube-system'),
    one('StatefulSet', 'mysql', 'prod'),
    one('Service', 'checkout', 'shop'),
    one('Node', 'cn-beijing.10.0.0.5'),
    one('Ingress', 'front', 'shop'),
    one('HorizontalPodAutoscaler', 'cart', 'shop'),
    one('NodePool', 'default-pool'),
    one('Pod', 'checkout-7d9f8b6c5d-x2x9q', 'shop'),
    one('Pod', 'checkout-7d9f8b6c5d-z8k4m', 'shop'),
  ],
};
const two: Inventory = {
  ...inventory,
  clusters: [
    { id: 'c1', name: 'shop-prod', environment: 'prod' },
    { id: 'c2', name: 'shop-dev', environment: 'dev' },
  ],
  namespaces: [...inventory.namespaces, { clusterId: 'c2', name: 'shop' }],
  objects: [...inventory.objects, { clusterId: 'c2', kind: 'Deployment', namespace: 'shop', name: 'cart' }],
};

const short = ({ clusterId: id, namespace, kind, name }: Found) =>
  [id, namespace, kind && `${kind}/${name}`].filter(Boolean).join(' ');
function meant(text: string, wish: Wish = {}, among = inventory): string | string[] {
  const found = understand(text, among, wish);
  if (found.kind === 'one') return short(found.target);
  return found.kind === 'several' ? found.targets.map(short) : [`?${found.word}`, ...found.nearest.map(short)];
}

describe('what a sentence speaks of', () => {
  test.each([
    ['why is checkout down', 'c1 shop Deployment/checkout'],
    ['checkout 为什么一直重启', 'c1 shop Deployment/checkout'],
    ['describe the service checkout', 'c1 shop Service/checkout'],
    ['checkout-7d9f8b6c5d-x2x9q crashes', 'c1 shop Pod/checkout-7d9f8b6c5d-x2x9q'],
    ['cart 的 hpa 上限是多少', 'c1 shop HorizontalPodAutoscaler/cart'],
    ['restart deploy/cart in shop', 'c1 shop Deployment/cart'],
    ['cordon cn-beijing.10.0.0.5', 'c1 Node/cn-beijing.10.0.0.5'],
    ['scale the node pool default-pool to 5', 'c1 NodePool/default-pool'],
    ['list pods in shop', 'c1 shop'],
    ['看看 shop 的 pod', 'c1 shop'],
    ['-n shop', 'c1 shop'],
    ['pods in the shop namespace', 'c1 shop'],
    ['show me everything', 'c1'],
    ['list nodes', 'c1'],
  ])('%s', (text, wanted) => {
    expect(meant(text)).toBe(wanted);
  });

  test('a misspelt name is told with what is nearest to it', () => {
    expect(meant('logs of chekout')).toEqual(['?chekout', 'c1 shop Deployment/checkout']);
    expect(meant('pods in namespace shp')).toEqual(['?shp', 'c1 shop']);
    expect(meant('pods in shpo').at(1)).toBe('c1 shop');
  });

  test('a name that is nowhere like it has nothing near', () => {
    expect(meant('logs of zzzzqqqq')).toEqual(['?zzzzqqqq']);
  });

  test('only what is of the wanted kinds is meant', () => {
    expect(meant('restart checkout', { kinds: ['Service'] })).toBe('c1 shop Service/checkout');
    expect(meant('logs of checkout', { kinds: ['Pod'] })).toEqual([
      'c1 shop Pod/checkout-7d9f8b6c5d-x2x9q',
      'c1 shop Pod/checkout-7d9f8b6c5d-z8k4m',
    ]);
    expect(meant('drain checkout', { kinds: ['Node'] })).toEqual(['?checkout']);
  });

  test('it is what was spoken of last, as far as that fits', () => {
    const last = { clusterId, namespace: 'shop', kind: 'Deployment', name: 'cart' };
    expect(meant('restart it', { last })).toBe('c1 shop Deployment/cart');
    expect(meant('重启它', { last, level: 'object' })).toBe('c1 shop Deployment/cart');
    expect(meant('events', { last, level: 'object' })).toBe('c1 shop Deployment/cart');
    expect(meant('list pods', { last })).toBe('c1');
    expect(meant('drain it', { last, kinds: ['Node'], level: 'object' })).toBe('c1 Node/cn-beijing.10.0.0.5');
    expect(meant('restart it in prod', { last, level: 'object' })).toEqual([
      'c1 prod Deployment/app',
      'c1 prod StatefulSet/mysql',
    ]);
  });

  test('a level is as far down as is asked back', () => {
    expect(meant('upgrade checkout', { level: 'cluster' })).toBe('c1');
    expect(meant('quota', { level: 'namespace' })).toEqual(['c1 shop', 'c1 prod', 'c1 default']);
    expect(meant('quota of checkout', { level: 'namespace' })).toBe('c1 shop');
    expect(meant('restart something in prod', { level: 'object', kinds: ['StatefulSet'] })).toEqual(['?something']);
    expect(meant('restart in prod', { level: 'object', kinds: ['StatefulSet'] })).toBe('c1 prod StatefulSet/mysql');
  });

  test('of several clusters one is named, or meant by what it is for, or asked for', () => {
    expect(meant('pods in shop', {}, two)).toEqual(['c1 shop', 'c2 shop']);
    expect(meant('cart in shop-dev', {}, two)).toBe('c2 shop Deployment/cart');
    expect(meant('nodes of the dev cluster', {}, two)).toBe('c2');
    expect(meant('节点', {}, two)).toEqual(['c1', 'c2']);
    expect(meant('list nodes', { last: { clusterId: 'c2', namespace: 'shop' } }, two)).toBe('c2');
  });
});

test('kinds are found under the words people use, the longest counts', () => {
  const kinds = (text: string, everyday = false) => kindsIn(text, { everyday }).map(({ kind }) => kind);
  expect(kinds('scale the node pool')).toEqual(['NodePool']);
  expect(kinds('节点池和节点')).toEqual(['NodePool', 'Node']);
  expect(kinds('podinfo my-job job-a')).toEqual([]);
  expect(kinds('定时任务')).toEqual(['CronJob']);
  expect(kinds('get po')).toEqual([]);
  expect(kinds('get po', true)).toEqual(['Pod']);
});
