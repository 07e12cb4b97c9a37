import { describe, expect, test } from 'vitest';
import { describe as describeObject } from '../../../../flows/operations/look/describe.ts';
import { events } from '../../../../flows/operations/look/events.ts';
import { certificates, costs, quota, versions } from '../../../../flows/operations/look/facts.ts';
import { list } from '../../../../flows/operations/look/list.ts';
import { logs, matching } from '../../../../flows/operations/look/logs.ts';
import { rolloutStatus } from '../../../../flows/operations/look/rollout.ts';
import { top } from '../../../../flows/operations/look/top.ts';
import type { Block } from '../../../../src/chat/types.ts';
import { ago, buttons, CHECKOUT, found, markdownOf, NOW, run, type Said, SHOP } from './run.ts';

const EVIL = '</code> **bold** [x](https://evil.example) <!channel> @all `tick` ## head';
const first = ({ said }: { said: Said[] }): Said => said.at(-1) ?? { text: '', blocks: [] };
const tables = ({ blocks }: Said) =>
  blocks.filter((block): block is Extract<Block, { type: 'table' }> => block.type === 'table');
const row = (name: string, wrong = false) => ({
  namespace: 'shop',
  name,
  cells: ['1/1', 'Running', '0', '3d', 'n1'],
  wrong,
});
const listing = (rows: object[], more: object = {}) => ({
  columns: ['ready', 'status', 'restarts', 'age', 'node'],
  rows,
  total: rows.length,
  wrong: 0,
  page: 1,
  pages: 1,
  complete: true,
  serverTime: NOW,
  ...more,
});

describe('a list', () => {
  test('says what was looked at, when, and what can be done next', () => {
    const ran = run(list, 'pods in shop', {
      copilot_find: found(SHOP),
      copilot_list: JSON.parse(JSON.stringify(listing([row('cart-1', true)], { wrong: 1 }))),
    });
    expect(first(ran).text).toBe('Pod in shop (main): 1, 1 not as it should be');
    expect(tables(first(ran))[0]?.rows).toEqual([['⚠ cart-1', '1/1', 'Running', '0', '3d', 'n1']]);
    expect(markdownOf(first(ran))).toContain('2026-11-26 02:00:00 UTC');
    expect(buttons(first(ran))).toEqual(['diagnose cart-1 in shop', 'logs of cart-1 in shop']);
    expect(ran.calls[1]).toMatchObject({ args: { clusterId: 'c1', namespace: 'shop', kinds: ['Pod'] } });
  });

  test('longer than twenty rows folds, and has a next page', () => {
    const rows = Array.from({ length: 100 }, (_, at) => row(`cart-${at}`));
    const ran = run(list, 'pods in shop', {
      copilot_find: found(SHOP),
      copilot_list: JSON.parse(JSON.stringify(listing(rows, { total: 730, pages: 8 }))),
    });
    expect(tables(first(ran))[0]?.rows).toHaveLength(20);
    expect(first(ran).blocks[1]).toMatchObject({ type: 'details', summary: '80 more' });
    expect(buttons(first(ran))).toContain('pods in shop page 2');
  });

  test('in Chinese answers in Chinese', () => {
    const ran = run(
      list,
      '看看 shop 的 pod',
      { copilot_find: found(SHOP), copilot_list: JSON.parse(JSON.stringify(listing([row('cart-1')]))) },
      'zh',
    );
    expect(first(ran).text).toBe('shop (main) 的 Pod：共 1 个');
    expect(buttons(first(ran))).toEqual(['查看 shop 的 cart-1 详情', '查看 shop 的 cart-1 日志']);
  });
});

const logAnswer = (text: string, truncated = false) => ({ container: 'app', text, truncated, serverTime: NOW });
const pods = (...names: string[]) => ({
  items: names.map((name) => ({ metadata: { name, creationTimestamp: ago(60) }, spec: {}, status: {} })),
  serverTime: NOW,
});
const checkout = { object: { spec: { selector: { matchLabels: { app: 'checkout' } } } } };
const logged = (text: string, answer: object | object[], names = ['checkout-1']) =>
  run(logs, text, {
    copilot_find: found(CHECKOUT),
    k8s_get: checkout,
    k8s_list: pods(...names),
    k8s_logs: JSON.parse(JSON.stringify(answer)),
  });

describe('logs', () => {
  test('of a workload are those of one of its pods', () => {
    const ran = logged('logs of checkout', logAnswer('one\ntwo\n'));
    expect(first(ran)).toMatchObject({
      text: 'shop/checkout-1, container app: the last 2 lines',
      blocks: [{ type: 'code', text: 'one\ntwo' }, {}, {}],
    });
    expect(ran.calls.find(({ tool }) => tool === 'k8s_list')?.args).toMatchObject({
      labelSelector: 'app=checkout',
      namespace: 'shop',
    });
  });

  test('of two thousand lines show forty and fold all', () => {
    const text = Array.from({ length: 2000 }, (_, at) => `line ${at}`).join('\n');
    const [shown, folded] = first(logged('the last 2000 lines of the log of checkout', logAnswer(text))).blocks;
    expect(shown?.type === 'code' && shown.text.split('\n')).toHaveLength(40);
    expect(folded).toMatchObject({ type: 'details', summary: 'All 2000 lines', blocks: [{ type: 'code', text }] });
  });

  test('of long lines show the last ones that have room, and at least one', () => {
    const shown = (text: string) => first(logged('logs of checkout', logAnswer(text))).blocks[0];
    const lines = Array.from({ length: 50 }, (_, n) => `${n} ${'y'.repeat(300)}`);
    expect(shown(lines.join('\n'))).toEqual({ type: 'code', end: true, text: lines.slice(-6).join('\n') });
    const huge = [...lines, 'z'.repeat(9000)];
    expect(shown(huge.join('\n'))).toMatchObject({ text: huge.at(-1) });
  });

  test('that are huge are cut, which is said', () => {
    const text = Array.from({ length: 2000 }, () => 'x'.repeat(400)).join('\n');
    const [, folded] = first(logged('logs of checkout', logAnswer(text))).blocks;
    expect(folded).toMatchObject({ type: 'details', summary: expect.stringContaining('ask for less time') });
    expect(JSON.stringify(folded).length).toBeLessThan(210_000);
  });

  test('are searched in all pods, and the word is marked as text', () => {
    const ran = logged(
      'logs of checkout containing timeout',
      [logAnswer('a TIMEOUT b\nc'), logAnswer('timeout timeout')],
      ['p-1', 'p-2'],
    );
    expect(first(ran).text).toBe('shop/checkout: 2 lines with timeout, of 3 that I read');
    expect(first(ran).blocks[0]).toEqual({
      type: 'code',
      end: true,
      text: '[p-1] a »TIMEOUT« b\n[p-2] »timeout« »timeout«',
    });
    expect(matching('İ x\nX', 'x')).toEqual(['İ x', '»X«']);
  });

  test('that cannot be read say why, and offer the run before', () => {
    const ran = logged('logs of checkout', { refused: 'container is waiting to start: CrashLoopBackOff' });
    expect(first(ran)).toMatchObject({
      text: 'The log of shop/checkout-1 cannot be read:',
      blocks: [{ type: 'code', text: 'container is waiting to start: CrashLoopBackOff' }, {}],
    });
    expect(buttons(first(ran))).toEqual(['previous logs of checkout-1 in shop', 'diagnose checkout-1 in shop']);
  });

  test('of a workload without pods say so', () => {
    expect(first(logged('logs of checkout', logAnswer(''), [])).text).toBe(
      'shop/checkout has no pods, so there is no log.',
    );
  });
});

describe('a log that is followed', () => {
  const follow = (views: object[]) =>
    run(logs, 'tail checkout logs for 30 seconds', {
      copilot_find: found(CHECKOUT),
      k8s_get: checkout,
      k8s_list: pods('checkout-1'),
      copilot_follow: JSON.parse(JSON.stringify(views)),
    });
  const view = (lines: string[], more: object = {}) => ({ stopped: false, lines, skipped: 0, last: 't', ...more });

  test('shows new lines only, says nothing while there are none, and ends by itself', () => {
    const ran = follow([view([]), view(['one', 'two']), view([]), view(['three'])]);
    expect(ran.said.map(({ text }) => text)).toEqual([
      'I follow the log of shop/checkout-1 for 30 seconds and show new lines as they come.',
      'shop/checkout-1: 2 new lines',
      'shop/checkout-1: one new line',
      'I no longer follow shop/checkout-1: 3 new lines in all.',
    ]);
    expect(ran.waited.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(30_000);
  });

  test('ends when somebody says so', () => {
    const ran = follow([view(['one']), view([], { stopped: true })]);
    expect(ran.said.at(-1)?.text).toBe('Stopped: shop/checkout-1 had one new line.');
  });
});

const event = (reason: string, type: string, seconds: number, name = 'checkout-1', message = '') => ({
  time: ago(seconds),
  type,
  reason,
  message,
  count: 1,
  object: { kind: 'Pod', name, namespace: 'shop' },
});

test('events of a workload are its pods’ as well, warnings first', () => {
  const items = [
    event('Pulled', 'Normal', 10),
    event('BackOff', 'Warning', 600),
    event('Killing', 'Normal', 5, 'cart-1'),
  ];
  const ran = run(events, 'events of checkout', {
    copilot_find: found(CHECKOUT),
    k8s_events: { items, complete: true, serverTime: NOW },
  });
  expect(first(ran).text).toBe('Events of Deployment shop/checkout (main): 2, one warning');
  expect(tables(first(ran))[0]?.rows.map(([, , reason]) => reason)).toEqual(['BackOff', 'Pulled']);
});

describe('a description', () => {
  const object = {
    metadata: { name: 'checkout', namespace: 'shop', creationTimestamp: ago(7200), labels: { app: 'checkout' } },
    spec: {
      replicas: 2,
      template: {
        spec: { containers: [{ name: 'app', image: 'r/app:1', resources: { limits: { memory: '256Mi' } } }] },
      },
    },
    status: { readyReplicas: 2, conditions: [{ type: 'Available', status: 'True', reason: 'Fine', message: EVIL }] },
  };
  const read = (text: string) =>
    run(describeObject, text, {
      copilot_find: found(CHECKOUT),
      k8s_describe: {
        object,
        owners: [],
        events: [event('Scaled', 'Normal', 60, 'checkout', EVIL)],
        unknown: [],
        serverTime: NOW,
      },
    });

  test('shows how it is, what it is made of and what happened', () => {
    const said = first(read('describe checkout'));
    expect(said.blocks[0]).toMatchObject({
      type: 'fields',
      items: expect.arrayContaining([{ label: 'Ready', value: '2/2' }]),
    });
    expect(tables(said).map(({ rows }) => rows[0]?.[0])).toEqual(['app', 'Available', '60s']);
    expect(buttons(said)).toEqual([
      'logs of checkout in shop',
      'diagnose checkout in shop',
      'restart checkout in shop',
      'yaml of checkout in shop',
    ]);
  });

  test('is YAML where that is asked for', () => {
    const [code] = first(read('yaml of checkout')).blocks;
    expect(code).toMatchObject({ type: 'code', language: 'yaml', text: expect.stringContaining('name: checkout') });
  });
});

test('usage stands beside what was asked for', () => {
  const items = [
    {
      name: 'checkout-1',
      namespace: 'shop',
      used: { cpu: 0.05, memory: 192 * 2 ** 20 },
      requests: { cpu: 0.1, memory: 2 ** 28 },
      limits: { memory: 2 ** 28 },
    },
  ];
  const ran = run(top, 'top pods in shop by memory', {
    copilot_find: found(SHOP),
    copilot_top: { items, total: 1, complete: true, serverTime: NOW },
  });
  expect(tables(first(ran))[0]?.rows).toEqual([['checkout-1', '50m', '100m / –', '192Mi', '256Mi / 256Mi', '75 %']]);
});

test('a roll-out that does not come on offers to look why', () => {
  const status = {
    state: 'failing',
    ready: 1,
    desired: 3,
    updated: 1,
    oldPods: 2,
    stableSeconds: 0,
    reason: 'ImagePullBackOff',
    serverTime: NOW,
  };
  const ran = run(rolloutStatus, 'rollout status of checkout', {
    copilot_find: found(CHECKOUT),
    k8s_workload_status: status,
  });
  expect(first(ran).text).toBe('The roll-out of Deployment shop/checkout (main) does not come on.');
  expect(buttons(first(ran))).toEqual([
    'diagnose checkout in shop',
    'events of checkout in shop',
    'roll back checkout in shop',
  ]);
});

test('a roll-out that somebody holds says so, however its pods are', () => {
  const status = {
    state: 'healthy',
    ready: 3,
    desired: 3,
    updated: 1,
    paused: true,
    oldPods: 2,
    stableSeconds: 90,
    serverTime: NOW,
  };
  const ran = run(rolloutStatus, 'rollout status of checkout', {
    copilot_find: found(CHECKOUT),
    k8s_workload_status: status,
  });
  expect(first(ran).text).toMatch(/^The roll-out of Deployment shop\/checkout \(main\) is paused/);
  expect(buttons(first(ran))[0]).toBe('resume the rollout of checkout in shop');
});

test('quotas that are nearly used up come first', () => {
  const items = [
    {
      metadata: { name: 'q', namespace: 'shop' },
      status: { hard: { pods: '10', 'requests.cpu': '4' }, used: { pods: '2', 'requests.cpu': '3900m' } },
    },
  ];
  const ran = run(quota, 'quota of shop', {
    copilot_find: found(SHOP),
    k8s_list: { items, serverTime: NOW, complete: true },
  });
  expect(first(ran).text).toBe('Quotas of shop (main): 1, one limit nearly reached');
  expect(tables(first(ran))[0]?.rows).toEqual([
    ['⚠ shop/q', 'requests.cpu', '3900m', '4', '98 %'],
    ['shop/q', 'pods', '2', '10', '20 %'],
  ]);
});

test('certificates that run out come first; what is unknown is said to be', () => {
  const one = (secret: string, more: object) => ({
    namespace: 'shop',
    secret,
    hosts: [`${secret}.example.com`],
    ingresses: ['front'],
    ...more,
  });
  const items = [
    one('late', { notAfter: '2027-11-26T00:00:00Z' }),
    one('soon', { notAfter: '2026-12-01T00:00:00Z' }),
    one('gone', { why: 'missing' }),
  ];
  const ran = run(certificates, 'certificates in shop', {
    copilot_find: found(SHOP),
    copilot_certificates: { items, complete: true, serverTime: NOW },
  });
  expect(first(ran).text).toBe('Certificates of Ingresses in shop (main): 3, one that runs out within 30 days');
  expect(tables(first(ran))[0]?.rows.map(([host, until]) => [host, until])).toEqual([
    ['⚠ gone.example.com', '–'],
    ['⚠ soon.example.com', '2026-12-01'],
    ['late.example.com', '2027-11-26'],
  ]);
  expect(markdownOf(first(ran))).toContain("API server's own certificate runs out is unknown");
});

test('costs are an estimate with source and date, what nobody has reserved is a line of its own', () => {
  const facts = {
    currency: 'CNY',
    source: 'catalog',
    asOf: '2026-11-01',
    total: 1000,
    idle: 600,
    namespaces: [{ namespace: 'shop', amount: 400 }],
    unpriced: 1,
    month: { toDate: 1, forecast: 2 },
  };
  const { namespace: _, ...cluster } = SHOP;
  const ran = run(costs, 'cost by namespace', {
    copilot_find: found(cluster),
    copilot_costs: { costs: facts, unknown: [], time: NOW },
  });
  expect(tables(first(ran))[0]?.rows).toEqual([
    ['shop', '400.00 CNY', '40 %'],
    ['(reserved by nobody)', '600.00 CNY', '60 %'],
    ['Total', '1000.00 CNY', '100 %'],
  ]);
  expect(markdownOf(first(ran))).toMatch(/estimate.*2026-11-01.*no price/s);
});

test('without a price nothing is said to cost nothing', () => {
  const ran = run(costs, 'cost by namespace', {
    copilot_find: found(SHOP),
    copilot_costs: { unknown: [{ what: 'cloud', why: 'NOT_CONFIGURED' }], time: NOW },
  });
  expect(first(ran).text).toBe('What main costs is unknown: no node has a price.');
});

test('of a cluster of no cloud the add-ons are unknown, not none', () => {
  const ran = run(versions, 'kubernetes version', {
    copilot_find: found(SHOP),
    k8s_list: { items: [{ status: { nodeInfo: { kubeletVersion: 'v1.33.1' } } }], serverTime: NOW },
    cluster_get: { refused: 'NOT_CONFIGURED' },
    addon_list: { refused: 'NOT_CONFIGURED' },
  });
  expect(first(ran).blocks[0]).toMatchObject({
    items: [{ value: 'unknown' }, { value: 'unknown' }, { value: 'v1.33.1 × 1' }],
  });
  expect(markdownOf(first(ran))).toContain('add-ons are unknown');
});

describe('text of strangers', () => {
  const clean = (said: Said) => expect(markdownOf(said)).not.toMatch(/evil\.example|<!channel>|\*\*bold|@all/);

  test('in logs, events, names and statuses never stands where markup is read', () => {
    clean(first(logged('logs of checkout', logAnswer(`${EVIL}\n`.repeat(60)))));
    clean(first(logged('logs of checkout', { refused: EVIL })));
    clean(first(logged('logs of checkout containing bold', logAnswer(EVIL))));
    const items = [event(EVIL, 'Warning', 5, 'checkout-1', EVIL)];
    clean(
      first(
        run(events, 'events of checkout', {
          copilot_find: found(CHECKOUT),
          k8s_events: { items, complete: true, serverTime: NOW },
        }),
      ),
    );
    const rows = [{ namespace: 'shop', name: 'a', cells: [EVIL, EVIL, EVIL, EVIL, EVIL], wrong: true }];
    clean(
      first(
        run(list, 'pods in shop', {
          copilot_find: found(SHOP),
          copilot_list: JSON.parse(JSON.stringify(listing(rows))),
        }),
      ),
    );
    const follow = { stopped: false, lines: [EVIL], skipped: 0, last: 't' };
    const followed = run(logs, 'tail checkout logs for 10 seconds', {
      copilot_find: found(CHECKOUT),
      k8s_get: checkout,
      k8s_list: pods('checkout-1'),
      copilot_follow: follow,
    });
    for (const said of followed.said) clean(said);
  });

  test('that is looked for is shown as it is, without its markup', () => {
    const ran = logged('logs of checkout containing **x**[y](z)', logAnswer('nothing'));
    expect(first(ran).text).toContain('\\*\\*x\\*\\*');
  });
});
