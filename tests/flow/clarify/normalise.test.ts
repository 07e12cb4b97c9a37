import { describe, expect, test } from 'vitest';
import { normalise } from '../../../src/flow/clarify/normalise.ts';

describe('normalising', () => {
  test.each([
    ['Ｎｏｄｅ．ｊｓ', 'node.js'],
    ['幫我建三個節點的叢集', '帮我建3个节点的集群'],
    ['網路用 Terway', '网络用 terway'],
    ['十二个节点，两台', '12个节点 , 2台'],
    ['three zones', '3 zones'],
    ['3,000 nodes. Done!', '3000 nodes , done'],
    ['10.0.0.0/16、1.36.1-aliyun.1', '10.0.0.0/16 , 1.36.1-aliyun.1'],
    ['Don’t', 'dont'],
    ['北京 → 上海', '北京 to 上海'],
    ['/k8s status T-7K3F?', 'k8s status t-7k3f'],
  ])('"%s" becomes "%s", and stays so', (text, expected) => {
    expect(normalise(text)).toBe(expected);
    expect(normalise(expected)).toBe(expected);
  });

  test('leaves simplified words alone that a traditional text would mean differently', () => {
    expect(normalise('程序和软件')).toBe('程序和软件');
  });
});
