import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPictures } from '../src/charts/pictures.ts';
import { loadMessages } from '../src/chat/messages.ts';
import type { AnyChart, Chart } from '../src/chat/types.ts';
import { ms, percentile, print } from './figures.ts';

/** Pictures of every kind: the first with its thread, then with the thread there; what the main loop feels; memory after the rest. */

const NOW = Date.parse('2026-11-25T04:00:00Z');
const WEEK_OF_QUARTERS = 672;
const HALF_HOUR = 1_800_000;
const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;

const memory: Chart = {
  unit: 'bytes',
  series: ['checkout', 'cart', 'payment'].map((name, n) => ({
    name,
    points: times(WEEK_OF_QUARTERS, (at): [number, number] => [
      NOW - (WEEK_OF_QUARTERS - at) * 900_000,
      (120 + 40 * n + 20 * Math.sin(at / (20 + n))) * 2 ** 20,
    ]),
  })),
  limits: [{ name: '上限', value: 2 ** 28 }],
  marks: [{ name: 'OOMKilled', at: NOW - 3 * 86_400_000 }],
};

const pool: Chart = {
  unit: 'cores',
  series: ['p50', 'p95', 'max', '请求值', '可分配'].map((name, n) => ({
    name,
    points: times(336, (at): [number, number | null] => [
      NOW - (336 - at) * HALF_HOUR,
      at > 100 && at < 110 ? null : 8 + 6 * n + 3 * Math.sin(at / 8),
    ]),
  })),
  limits: [{ name: '减少一个节点', value: 30 }],
  marks: [],
  band: { low: 'p50', high: 'p95' },
};

const amounts = (count: number, by: number) => times(count, (n) => (n + 1) * by);
const kinds: Record<string, AnyChart> = {
  'three curves of a week': memory,
  'a pool with its band': pool,
  'the score over 30 days': {
    unit: 'points',
    series: [{ name: '得分', points: times(30, (n) => [NOW - (30 - n) * 86_400_000, 70 + (n % 20)]) }],
    limits: [],
    marks: times(20, (n) => ({ name: `I-${n}`, at: NOW - n * 86_400_000 })),
  },
  'ten workloads, three bars each': {
    kind: 'bars',
    unit: 'cores',
    stacked: false,
    categories: times(10, (n) => `prod/recommendation-engine-worker-${n}`),
    series: ['请求值', 'p95', '建议值'].map((name, n) => ({ name, values: amounts(10, n + 1) })),
  },
  'seven days, six stacked': {
    kind: 'bars',
    unit: 'count',
    stacked: true,
    categories: times(7, (n) => `11-${19 + n}`),
    series: times(6, (n) => ({ name: `prod/workload-${n}`, values: amounts(7, n + 1) })),
  },
  'days of ten volumes': {
    kind: 'bars',
    unit: 'days',
    stacked: false,
    categories: times(10, (n) => `prod/data-mysql-${n}`),
    series: [{ name: '天', values: amounts(10, 3.3) }],
  },
  'cost of fifteen namespaces': {
    kind: 'bars',
    unit: 'money',
    currency: 'CNY',
    stacked: false,
    categories: times(15, (n) => `生产环境命名空间 ${n}`),
    series: ['本月至今', '全月预测'].map((name, n) => ({ name, values: amounts(15, 1234.5 * (n + 1)) })),
  },
  'forty alerts': {
    kind: 'bars',
    unit: 'count',
    stacked: false,
    categories: times(40, (n) => `KubePodCrashLooping-${n}`),
    series: [{ name: '分钟', values: amounts(40, 17) }],
  },
};

const pictures = createPictures({
  translate: loadMessages('templates/messages'),
  timeZone: 'Asia/Shanghai',
  restMs: 1000,
});
const before = process.memoryUsage.rss();
const lag = monitorEventLoopDelay({ resolution: 1 });
lag.enable();
const took = async (chart: AnyChart, dark = false) => {
  const began = performance.now();
  const { length } = await pictures.png(chart, '容器内存（工作集）', 'zh', { dark });
  return { time: performance.now() - began, length };
};
const first = await took(memory);
const warm: { kind: string; times: number[]; length: number }[] = [];
for (const [kind, chart] of Object.entries(kinds)) {
  const { length } = await took(chart);
  const measured: number[] = [];
  for (let n = 0; n < 20; n++) measured.push((await took(chart, n % 2 === 0)).time);
  warm.push({ kind, times: measured, length });
}
lag.disable();
const busy = process.memoryUsage.rss();
await sleep(15_000);
const after = process.memoryUsage.rss();
await pictures.close();

print('first picture, with its thread', ms(first.time), 'target < 1 s');
for (const { kind, times: measured, length } of warm)
  print(
    `warm: ${kind} (median, p95 of 20; size)`,
    `${ms(percentile(measured, 0.5))}, ${ms(percentile(measured, 0.95))}; ${Math.round(length / 1024)} KiB`,
    'target < 300 ms, < 300 KiB',
  );
print('main loop meanwhile, lag p99 / max', `${ms(lag.percentile(99) / 1e6)} / ${ms(lag.max / 1e6)}`, 'target < 50 ms');
print('memory before, while drawing, after the rest', [before, busy, after].map(mib).join(', '), 'after = before');
