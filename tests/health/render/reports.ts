import type { Advice, Finding, Report, ReportChart } from '../../../src/health/types.ts';
import { HOSTILE } from '../../support/sample-extremes.ts';

/** Reports as they come: a bad one, a quiet one, one that saw nothing, one full of strangers' words. */

export const NOW = Date.UTC(2026, 10, 25, 1, 30);
const HOUR = 3600_000;
const DAY = 24 * HOUR;

const both = (en: string, zh: string) => ({ en, zh });

export const oom: Finding = {
  id: 'W3:prod',
  code: 'W3',
  category: 'workloads',
  severity: 'high',
  confidence: 1,
  points: 12.5,
  since: NOW - 2 * HOUR,
  objects: [{ kind: 'Deployment', namespace: 'prod', name: 'checkout-api' }],
  count: 3,
  text: both(
    '3 of 40 pods in prod/checkout-api were killed for memory',
    'prod/checkout-api 的 40 个 Pod 中有 3 个因内存被杀',
  ),
  evidence: [{ source: 'kubernetes', text: 'lastState.terminated.reason=OOMKilled, limit 256Mi' }],
  next: both('Raise the memory limit of checkout-api to 512Mi', '把 checkout-api 的内存上限提高到 512Mi'),
  remedy: { kind: 'diagnose', object: { kind: 'Deployment', namespace: 'prod', name: 'checkout-api' } },
};

export const fullDisk: Finding = {
  id: 'S1:prod/data-orders-0',
  code: 'S1',
  category: 'storage',
  severity: 'medium',
  confidence: 0.7,
  points: 2.8,
  objects: [{ kind: 'PersistentVolumeClaim', namespace: 'prod', name: 'data-orders-0' }],
  count: 1,
  text: both('data-orders-0 will be full in 4.5 days', 'data-orders-0 将在 4.5 天后写满'),
  evidence: [{ source: 'prometheus', text: 'kubelet_volume_stats_available_bytes: 18.2Gi free of 100Gi' }],
  next: both('Grow the claim to 150Gi', '把该存储卷扩容到 150Gi'),
};

const notReady: Finding = {
  id: 'N1:node-b',
  code: 'N1',
  category: 'nodes',
  severity: 'critical',
  confidence: 1,
  points: 8.1,
  since: NOW - 40 * 60_000,
  objects: [{ kind: 'Node', name: 'cn-hangzhou.10.0.1.7' }],
  count: 1,
  text: both('Node cn-hangzhou.10.0.1.7 is not ready', '节点 cn-hangzhou.10.0.1.7 未就绪'),
  evidence: [{ source: 'kubernetes', text: 'Ready=Unknown since 00:50:00Z' }],
  next: both('Look at the machine behind the node', '查看该节点对应的实例'),
  remedy: { kind: 'diagnose', object: { kind: 'Node', name: 'cn-hangzhou.10.0.1.7' } },
};

const atMax: Finding = {
  id: 'W13:prod',
  code: 'W13',
  category: 'capacity',
  severity: 'medium',
  confidence: 1,
  points: 3,
  objects: [{ kind: 'HorizontalPodAutoscaler', namespace: 'prod', name: 'search' }],
  count: 1,
  text: both('The autoscaler of prod/search is at its maximum of 6', 'prod/search 的自动伸缩已到上限 6'),
  evidence: [],
  next: both('Raise the maximum, or the size', '提高上限或规格'),
};

const probes: Finding = {
  id: 'W17:staging',
  code: 'W17',
  category: 'workloads',
  severity: 'low',
  confidence: 0.5,
  points: 0.6,
  objects: [{ kind: 'Deployment', namespace: 'staging', name: 'mailer' }],
  count: 14,
  text: both('14 workloads have no readiness probe', '14 个工作负载没有就绪探针'),
  evidence: [],
  next: both('Add readiness probes', '为它们加上就绪探针'),
  snoozed: { by: 'ann', until: NOW + 5 * DAY },
};

export const removal: Advice = {
  id: 'remove:np-default',
  kind: 'remove-nodes',
  title: both('Three nodes of pool default to two', '节点池 default 由三个节点减为两个'),
  text: both('CPU was below 20% for 7 days', '7 天内 CPU 低于 20%'),
  verdict: 'SAFE',
  saving: { amount: 412.5, currency: 'CNY', per: 'month', source: 'catalog', asOf: '2026-09-01' },
  freed: { cpu: 4000, memory: 16 * 1024 ** 3 },
  gates: [
    { id: 'G3', state: 'passed', text: both('CPU over 7 days: mean 11%, p95 31%', '7 天 CPU：均值 11%，p95 31%') },
    { id: 'G7', state: 'passed', text: both('One more node may fail', '再失去一个节点也能承受') },
  ],
  evidence: [{ source: 'prometheus', text: 'mean 0.11 over 168 h' }],
  proposal: { kind: 'remove-nodes', nodepoolId: 'np-default', nodes: ['cn-hangzhou.10.0.1.9'] },
};

const resize: Advice = {
  id: 'resize:prod/search',
  kind: 'resize',
  title: both('Less CPU for prod/search', '减少 prod/search 的 CPU'),
  text: both('Requests 2, uses 0.3 at p95', '请求 2 核，p95 用 0.3 核'),
  freed: { cpu: 1500, memory: -256 * 1024 ** 2 },
  gates: [],
  evidence: [],
};

const unsafe: Advice = {
  ...removal,
  id: 'remove:np-batch',
  title: both('Pool batch cannot shrink', '节点池 batch 不能缩减'),
  verdict: 'NOT_SAFE',
  gate: 'G5',
  gates: [{ id: 'G5', state: 'failed', text: both('2 pods have no place', '2 个 Pod 无处安放') }],
};

export const scoreChart: ReportChart = {
  name: 'score',
  title: both('Score over 30 days', '30 天健康分'),
  chart: {
    unit: 'count',
    series: [{ name: 'score', points: Array.from({ length: 30 }, (_, n) => [NOW - (30 - n) * DAY, 70 + (n % 7)]) }],
    limits: [{ name: 'B', value: 80 }],
    marks: [{ name: 'I-7K3F', at: NOW - 9 * DAY }],
  },
};

const cpuChart: ReportChart = {
  name: 'cpu',
  title: both('CPU of the nodes', '节点 CPU'),
  chart: {
    unit: 'cores',
    series: ['p50', 'p95', 'max'].map((name, k) => ({
      name,
      points: Array.from({ length: 56 }, (_, n): [number, number] => [
        NOW - (56 - n) * 3 * HOUR,
        (k + 1) * (1 + Math.sin(n / 4)),
      ]),
    })),
    limits: [{ name: 'allocatable', value: 12 }],
    marks: [],
  },
};

const restartsChart: ReportChart = {
  name: 'restarts',
  title: both('Restarts a day', '每日重启次数'),
  chart: {
    kind: 'bars',
    unit: 'count',
    stacked: true,
    categories: ['19', '20', '21', '22', '23', '24', '25'],
    series: [
      { name: 'prod/checkout-api', values: [0, 1, 0, 4, 6, 9, 12] },
      { name: 'staging/mailer', values: [2, 0, 1, 0, null, 1, 0] },
    ],
  },
};

export const bad: Report = {
  schemaVersion: 1,
  id: 'H-7K3F2Q',
  cluster: { id: 'c82e6987', name: 'shop-prod', environment: 'prod', region: 'cn-hangzhou' },
  at: NOW,
  window: { from: NOW - 7 * DAY, to: NOW },
  ruleSet: '2026-11',
  inputs: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  score: 62,
  grade: 'D',
  coverage: 0.934,
  scoreWithoutSnoozed: 63,
  ceiling: { at: 69, why: both('an active critical finding in production', '生产环境有未解决的严重问题') },
  lines: [
    {
      points: 11,
      code: 'CEILING:critical',
      text: both('An active critical finding in production', '生产环境有未解决的严重问题'),
    },
    { points: 12.5, code: 'W3', text: oom.text },
    { points: 8.1, code: 'N1', text: notReady.text },
    { points: 3, code: 'W13', text: atMax.text },
    { points: 2.8, code: 'S1', text: fullDisk.text },
    { points: 0.6, code: 'W17', text: probes.text, snoozed: { by: 'ann', until: NOW + 5 * DAY } },
  ],
  findings: [probes, oom, fullDisk, atMax, notReady],
  advice: [unsafe, resize, removal],
  insights: [
    {
      script: 'forecast',
      code: 'full',
      severity: 'medium',
      series: 'volume-free',
      labels: { namespace: 'prod', persistentvolumeclaim: 'data-orders-0' },
      text: both('data-orders-0 is full in 4.5 days', 'data-orders-0 在 4.5 天后写满'),
      figures: { days: 4.5, r2: 0.97 },
    },
  ],
  charts: [scoreChart, cpuChart, restartsChart],
  unknown: [
    { what: 'SLS logs', why: 'no project is connected', kind: 'absent' },
    { what: 'secrets', why: 'forbidden: list secrets', kind: 'lost' },
  ],
  delta: {
    against: { id: 'H-1AB2CD', at: NOW - DAY, score: 67, ruleSet: '2026-11' },
    points: -5,
    causes: [
      { points: -8.1, code: 'N1', text: notReady.text, change: 'new' },
      {
        points: 4.1,
        code: 'W7',
        text: both('prod/search has all its replicas again', 'prod/search 的副本已恢复'),
        change: 'gone',
      },
      { points: -1, code: 'W3', text: oom.text, change: 'worse' },
    ],
  },
  tookMs: 2345,
};

/** Nothing bad, everything seen. */
export const quiet: Report = {
  ...bad,
  id: 'H-QU1ET0',
  score: 99,
  grade: 'A',
  coverage: 1,
  scoreWithoutSnoozed: 100,
  lines: bad.lines.filter(({ code }) => code === 'W17').map((line) => ({ ...line, points: 1 })),
  findings: [probes],
  advice: [],
  insights: [],
  unknown: [],
  delta: { against: { id: 'H-1AB2CD', at: NOW - DAY, score: 99, ruleSet: '2026-11' }, points: 0, causes: [] },
};
delete quiet.ceiling;

/** Next to nothing could be seen. */
export const blind: Report = {
  ...bad,
  id: 'H-B11ND0',
  score: 71,
  grade: 'C?',
  coverage: 0.12,
  scoreWithoutSnoozed: 71,
  lines: [{ points: 29, code: 'LOST', text: both('11 signals could not be read any more', '11 项信号已无法读取') }],
  findings: [],
  advice: [],
  insights: [],
  charts: [],
  unknown: Array.from({ length: 40 }, (_, n) => ({
    what: `signal ${n}`,
    why: n % 2 === 0 ? 'no Prometheus' : 'forbidden',
    kind: n % 2 === 0 ? ('absent' as const) : ('lost' as const),
  })),
};
delete blind.ceiling;
delete blind.delta;

/** Against a report of other rules. */
export const otherRules: Report = {
  ...bad,
  id: 'H-RU1E50',
  delta: {
    against: { id: 'H-1AB2CD', at: NOW - DAY, score: 67, ruleSet: '2026-08' },
    points: -5,
    causes: [
      {
        points: 0,
        code: 'RULES',
        text: both('The rules changed from 2026-08 to 2026-11', '规则由 2026-08 变为 2026-11'),
        change: 'rules',
      },
      { points: -5, code: 'N1', text: notReady.text, change: 'new' },
    ],
  },
};

/** A saving that begins later, and money whose currency is not known. */
export const prepaid: Report = {
  ...bad,
  id: 'H-PREPA1',
  advice: [
    {
      ...removal,
      saving: {
        amount: 1240,
        currency: 'CNY',
        per: 'month',
        source: 'bill',
        asOf: '2026-10',
        zeroUntil: NOW + 90 * DAY,
      },
    },
  ],
};

/** What strangers may write, in every place that holds their words, and as long as can be. */
export function hostile(words = HOSTILE): Report {
  const text = both(words, words);
  const object = { kind: words, namespace: words, name: words };
  const evidence = [{ source: words, text: words }];
  const finding = { ...oom, id: words.slice(0, 200), text, next: text, objects: [object], evidence };
  const advice = {
    ...removal,
    id: words,
    title: text,
    text,
    evidence,
    gates: [{ id: 'G1', state: 'failed' as const, text }],
  };
  return {
    ...bad,
    id: 'H-H0ST1E',
    cluster: { ...bad.cluster, name: words },
    ceiling: { at: 69, why: text },
    lines: [...bad.lines.slice(0, 2).map((line) => ({ ...line, text })), ...bad.lines.slice(2)],
    findings: [finding, { ...fullDisk, text, next: text }, { ...notReady, text }],
    advice: [advice],
    insights: bad.insights.map((one) => ({
      ...one,
      series: words,
      labels: { [words]: words },
      text,
      figures: { x: words },
    })),
    unknown: [{ what: words, why: words, kind: 'lost' }],
    delta: {
      against: { id: words, at: NOW - DAY, score: 67, ruleSet: words },
      points: -5,
      causes: (['new', 'gone', 'worse', 'better', 'rules'] as const).map((change, n) => ({
        points: n % 2 === 0 ? -9 - n : 9 + n,
        code: `X${n}`,
        text,
        change,
      })),
    },
  };
}

export const all: Report[] = [bad, quiet, blind, otherRules, prepaid, hostile()];
