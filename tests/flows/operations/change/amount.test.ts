import { describe, expect, test } from 'vitest';
import { amountIn, resolved } from '../../../../flows/operations/change/amount.ts';

describe('how many', () => {
  test.each([
    ['scale checkout to 5', { kind: 'to', count: 5 }],
    ['scale checkout 5', { kind: 'to', count: 5 }],
    ['scale web-2 to 7 replicas', { kind: 'to', count: 7 }],
    ['scale checkout up by 2', { kind: 'by', count: 2 }],
    ['scale checkout down by two', { kind: 'by', count: -2 }],
    ['increase checkout by 3 replicas', { kind: 'by', count: 3 }],
    ['reduce checkout by 1', { kind: 'by', count: -1 }],
    ['add two replicas to checkout', { kind: 'by', count: 2 }],
    ['add another replica to checkout', { kind: 'by', count: 1 }],
    ['give checkout 2 more pods', { kind: 'by', count: 2 }],
    ['2 fewer replicas', { kind: 'by', count: -2 }],
    ['+2', { kind: 'by', count: 2 }],
    ['-1', { kind: 'by', count: -1 }],
    ['double checkout', { kind: 'times', factor: 2 }],
    ['halve the replicas of checkout', { kind: 'times', factor: 0.5 }],
    ['cut checkout to half', { kind: 'times', factor: 0.5 }],
    ['triple checkout', { kind: 'times', factor: 3 }],
    ['scale checkout to zero', { kind: 'to', count: 0 }],
    ['scale down checkout 2', { kind: 'either', count: 2, sign: -1 }],
    ['scale up checkout 2', { kind: 'either', count: 2, sign: 1 }],
    ['run 4 copies of checkout', { kind: 'to', count: 4 }],
    ['5', { kind: 'to', count: 5 }],
    ['扩容到 5 个', { kind: 'to', count: 5 }],
    ['把 checkout 扩到五个', { kind: 'to', count: 5 }],
    ['checkout 副本数改成 3', { kind: 'to', count: 3 }],
    ['给 checkout 加两个副本', { kind: 'by', count: 2 }],
    ['checkout 减少一个副本', { kind: 'by', count: -1 }],
    ['checkout 翻倍', { kind: 'times', factor: 2 }],
    ['checkout 副本减半', { kind: 'times', factor: 0.5 }],
    ['checkout 缩到零', { kind: 'to', count: 0 }],
    ['checkout 缩容 2 个', { kind: 'either', count: 2, sign: -1 }],
    ['把 checkout 擴容到 5 個', { kind: 'to', count: 5 }],
    ['节点池 workers 扩容到 5 个节点', { kind: 'to', count: 5 }],
  ])('"%s" is understood', (text, wanted) => {
    expect(amountIn(text, ['checkout', 'workers'])).toEqual(wanted);
  });

  test.each(['scale checkout', 'scale web-2', 'scale redis-0 in shop2', '扩容 checkout', 'cn-hangzhou.172.16.0.12'])(
    '"%s" says nothing of how many',
    (text) => {
      expect(amountIn(text, ['checkout'])).toBeUndefined();
    },
  );

  test.each([
    [{ kind: 'to', count: 5 } as const, 2, 5],
    [{ kind: 'by', count: -5 } as const, 2, 0],
    [{ kind: 'times', factor: 0.5 } as const, 5, 3],
    [{ kind: 'times', factor: 2 } as const, 3, 6],
  ])('%j from %d is %d', (amount, from, to) => {
    expect(resolved(amount, from)).toBe(to);
  });
});
