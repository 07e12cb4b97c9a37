import { describe, expect, test } from 'vitest';
import { checkAnswer } from '../../src/agent/claims.ts';
import type { Evidence } from '../../src/agent/types.ts';
import { randomOf } from '../support/random.ts';

const evidence: Evidence[] = [
  {
    id: 'E1',
    source: 'k8s_get Deployment prod/checkout',
    text: '{"metadata":{"name":"checkout","namespace":"prod"},"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"app","image":"registry.example.com/shop/checkout:2.4.1","resources":{"limits":{"memory":"512Mi","cpu":"250m"}}}]}}}}',
  },
  {
    id: 'E2',
    source: 'k8s_events prod',
    time: '2026-11-25T14:02:31Z',
    text: 'Pod prod/checkout-7d9f8c6b5-x2x4z: Back-off restarting failed container app, 14 times\nOOMKilled with exit code 137',
  },
  {
    id: 'E3',
    source: 'metrics_query_range memory 24h',
    text: 'container="app",pod="checkout-7d9f8c6b5-x2x4z": min 0.31, max 0.934, mean 0.62, last 0.934; bytes 501429043',
  },
  {
    id: 'E4',
    source: 'k8s_list Deployment staging',
    text: '{"items":[{"name":"web"},{"name":"orders"},{"name":"cart"}]}',
  },
];

function standing(text: string, ...cites: string[]): string {
  const { claims } = checkAnswer({
    raw: { summary: '', claims: [{ text, cites }], notChecked: [] },
    evidence,
    question: 'why is checkout down in prod?',
    given: ['shop-cluster'],
  });
  return claims[0]?.missing ?? claims[0]?.standing ?? 'none';
}

describe('a claim is supported', () => {
  test.each([
    ['Deployment prod/checkout wants 3 replicas.', 'E1'],
    ['The container app of checkout may use 512Mi of memory and a quarter... no: 250m of CPU.', 'E1'],
    ['Its memory limit is 0.5 GiB.', 'E1'],
    ['checkout was OOMKilled with exit code 137 and restarted 14 times.', 'E2'],
    ['Pod checkout-7d9f8c6b5-x2x4z used 93% of its limit, some 478 MiB.', 'E3'],
    ['checkout 的容器被 OOMKilled，重启了 14 次。', 'E2'],
    ['It began at 14:02 on 2026-11-25.', 'E2'],
    ['shop-cluster runs registry.example.com/shop/checkout:2.4.1.', 'E1'],
    ['There are 3 Deployments in staging: web, orders and cart.', 'E4'],
    ['The crash-looping, memory-hungry process is out-of-memory killed.', 'E2'],
  ])('where its evidence names the object and holds the figures: %s', (text, cite) => {
    expect(standing(text.replace(' a quarter... no:', ''), cite)).toBe('supported');
  });
});

describe('a claim is a hypothesis', () => {
  test('without evidence, or with evidence that there is not', () => {
    expect(standing('It was killed.')).toBe('no-evidence');
    expect(standing('It was killed.', 'E9')).toBe('unknown-evidence');
    expect(standing('It was killed.', 'E2', 'E9')).toBe('unknown-evidence');
  });

  test.each([
    ['an object of other evidence', 'orders was OOMKilled.', 'E2'],
    ['an object that nobody saw', 'Deployment payments-api was OOMKilled.', 'E2'],
    ['an object of plain words that nobody saw', 'Deployment order-service was OOMKilled.', 'E2'],
    ['another workload whose name begins alike', 'checkout-worker was OOMKilled.', 'E2'],
    ['an object in quotation marks', 'It waits for `ledger`.', 'E2'],
    ['another namespace', 'In staging/checkout it was OOMKilled.', 'E2'],
    ['a reason that was not seen', 'checkout fails with ImagePullBackOff.', 'E2'],
    ['another image', 'It runs registry.example.com/shop/checkout:2.4.2.', 'E1'],
    ['in Chinese', 'Deployment payments-api 被 OOMKilled。', 'E2'],
  ])('where its evidence does not name %s', (_what, text, cite) => {
    expect(standing(text, cite)).toBe('object-not-named');
  });

  test.each([
    ['Deployment prod/checkout wants 5 replicas.', 'E1'],
    ['checkout may use 1Gi of memory.', 'E1'],
    ['checkout restarted 15 times.', 'E2'],
    ['checkout used 83% of its limit.', 'E3'],
    ['checkout 重启了 40 次。', 'E2'],
    ['The memory of checkout doubled.', 'E3'],
    ['There are four Deployments: web, orders and cart.', 'E4'],
  ])('where a figure is not in its evidence: %s', (text, cite) => {
    expect(standing(text, cite)).toBe('figure-not-found');
  });
});

describe('a summary', () => {
  const claims = [
    { text: 'Container app of prod/checkout was OOMKilled and restarted 14 times.', cites: ['E2'] },
    { text: 'The database is slow.', cites: [] },
  ];
  const doubts = (summary: string) =>
    checkAnswer({ raw: { summary, claims, notChecked: ['x'] }, evidence, question: 'why?' }).unsupported;

  test('may say what supported claims say', () => {
    expect(doubts('checkout was OOMKilled and restarted 14 times.')).toEqual([]);
    expect(doubts('checkout may use 512Mi [E1].')).toEqual([]);
  });

  test('is in doubt where it says more', () => {
    expect(doubts('checkout was OOMKilled. The database is slow, therefore.')).toEqual([
      'The database is slow, therefore.',
    ]);
    expect(doubts('checkout was OOMKilled and restarted 41 times.')).toHaveLength(1);
    expect(doubts('orders was OOMKilled and restarted.')).toHaveLength(1);
    expect(doubts('checkout 需要重建数据库。')).toHaveLength(1);
  });
});

test('no claim is ever supported by evidence that there is not, whatever a model answers', () => {
  const random = randomOf(6).next;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const words =
    'checkout prod/checkout OOMKilled 14 times 512Mi 3 E1 [E2] [E99] orders 93% 重启了 次 `ledger` ${x} \n the a it <b> ( ) \\ 2026-11-25 checkout-7d9f8c6b5-x2x4z'.split(
      ' ',
    );
  const ids = new Set(evidence.map(({ id }) => id));
  for (let n = 0; n < 2000; n++) {
    const sentence = () => Array.from({ length: Math.floor(random() * 12) }, () => pick(words)).join(' ');
    const cite = () => pick(['E0', 'E1', 'E2', 'E3', 'E4', 'E5', 'e1', 'E01', '', 'E-1', 'Infinity', '__proto__']);
    const raw = {
      summary: sentence(),
      claims: Array.from({ length: Math.floor(random() * 5) }, () => ({
        text: sentence(),
        cites: Array.from({ length: Math.floor(random() * 4) }, cite),
      })),
      notChecked: [],
    };
    const { claims } = checkAnswer({ raw, evidence, question: sentence() });
    for (const [at, { standing: is, cites }] of claims.entries()) {
      expect(cites.every((id) => ids.has(id))).toBe(true);
      const asked = raw.claims[at]?.cites ?? [];
      if (is === 'supported') expect(asked.length > 0 && asked.every((id) => ids.has(id))).toBe(true);
      else expect(claims[at]?.missing).toBeDefined();
    }
  }
});
