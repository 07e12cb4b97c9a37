import { describe, expect, test } from 'vitest';
import { listWish, logWish, minutesIn } from '../../../../flows/operations/look/wish.ts';

describe('what a list is wanted of', () => {
  test.each([
    ['pods in shop', { kinds: ['Pod'], wrongOnly: false, page: 1 }],
    ['pods in the namespace shop', { kinds: ['Pod'] }],
    ['pods on node n1', { kinds: ['Pod'] }],
    ['list namespaces', { kinds: ['Namespace'] }],
    ['nodes page 3', { kinds: ['Node'], page: 3 }],
    ['show failing pods in shop', { kinds: ['Pod'], wrongOnly: true }],
    ['deployments named web in shop', { kinds: ['Deployment'], word: 'web' }],
    ['workloads in shop', { kinds: ['Deployment', 'StatefulSet', 'DaemonSet'] }],
    ['看看 shop 里异常的 pod', { kinds: ['Pod'], wrongOnly: true }],
    ['shop 的服务 第 2 页', { kinds: ['Service'], page: 2 }],
    ['名字包含 web 的 pod', { kinds: ['Pod'], word: 'web' }],
    ['看看 shop 的应用', { kinds: ['Deployment', 'StatefulSet', 'DaemonSet'] }],
    ['节点池', { kinds: ['NodePool'] }],
  ])('%s', (text, wanted) => {
    expect(listWish(text)).toMatchObject(wanted);
  });

  test('the words of the wish are not looked for as names', () => {
    expect(listWish('failing pods named web in shop page 2').rest).not.toMatch(/failing|web|page/);
  });
});

describe('what is wanted of a log', () => {
  test.each([
    ['logs of checkout', { previous: false }],
    ['previous logs of checkout', { previous: true }],
    ['logs of checkout since 10m', { sinceSeconds: 600 }],
    ['logs of checkout from the last 2 hours', { sinceSeconds: 7200 }],
    ['the last 500 lines of the log of checkout', { lines: 500 }],
    ['logs of checkout container sidecar', { container: 'sidecar' }],
    ['search the logs of checkout for timeout', { word: 'timeout' }],
    ['find errors in the logs of checkout', { word: 'error' }],
    ['logs of checkout containing timeout', { word: 'timeout' }],
    ['grep timeout in checkout logs', { word: 'timeout' }],
    ['logs of checkout with "connection reset"', { word: 'connection reset' }],
    ['tail checkout logs for 2 minutes', { followSeconds: 120 }],
    ['tail checkout logs for 30s', { followSeconds: 30 }],
    ['follow the logs of checkout', { followSeconds: 120 }],
    ['checkout 日志里的 timeout', { word: 'timeout' }],
    ['checkout 最近 10 分钟的日志', { sinceSeconds: 600 }],
    ['checkout 上一次的日志', { previous: true }],
    ['跟踪 checkout 的日志 2 分钟', { followSeconds: 120 }],
    ['checkout 的日志 最后 300 行', { lines: 300 }],
    ['checkout 日志里包含 error 的', { word: 'error' }],
  ])('%s', (text, wanted) => {
    expect(logWish(text)).toMatchObject(wanted);
    expect(logWish(text).rest).toContain('checkout');
  });

  test('a search word is not looked for as a name', () => {
    for (const text of [
      'logs of checkout containing timeout',
      'checkout 日志里的 timeout',
      'grep timeout in checkout logs',
    ])
      expect(logWish(text).rest).not.toContain('timeout');
  });
});

test('a time back is read in both languages', () => {
  expect(minutesIn('events in shop since 2h')).toMatchObject({ minutes: 120 });
  expect(minutesIn('shop 最近半小时的事件')).toMatchObject({ minutes: 30 });
  expect(minutesIn('events in shop')).toEqual({ rest: 'events in shop' });
});
