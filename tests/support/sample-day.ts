import { type Figures, figuresTable } from '../../flows/deliver-app/canary-figures.ts';
import { CANARY } from '../../flows/deliver-app/canary-plan.ts';
import { releaseBlocks } from '../../flows/deliver-app/cards.ts';
import { finding } from '../../flows/deliver-app/checks/check.ts';
import { type Manifest, manifestSchema } from '../../flows/deliver-app/objects.ts';
import { type Rehearsed, releasePlan, textIn } from '../../flows/deliver-app/plan.ts';
import { foldedText, seenAt, sends } from '../../flows/operations/look/parts.ts';
import { runbooks } from '../../flows/runbooks/flow.ts';
import { investigationCard } from '../../src/agent/card.ts';
import type { Progress } from '../../src/agent/progress.ts';
import type { Investigation } from '../../src/agent/types.ts';
import { approvalCard } from '../../src/approvals/card.ts';
import { digestOf } from '../../src/approvals/plan.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import type { Block, Card, Chart, Language, Outgoing } from '../../src/chat/types.ts';
import type { FlowContext } from '../../src/flow/kit.ts';
import { replay } from '../../src/flow/replay.ts';
import type { JsonObject } from '../../src/tools/types.ts';
import { operator, planOf, taskOf } from '../tasks/cloud.ts';
import { AT, messageOf } from './sample-blocks.ts';

/** What a day's work looks like: investigations, releases, canaries, runbooks and logs, drawn by the functions that draw them. */

const translate = loadMessages('templates/messages');
const contextOf = (language: Language): FlowContext => ({
  t: translate[language],
  language,
  user: operator,
  startedAt: AT,
  text: '',
});
const look = (language: Language, rev: number) => ({
  t: translate[language],
  language,
  timeZone: 'Asia/Shanghai',
  rev,
});
const neutral = (id: string, title: string, blocks: Block[]): Card => ({ id, rev: 1, title, tone: 'neutral', blocks });

const QUESTION = { en: 'why is checkout slow since noon', zh: 'checkout 中午开始变慢是什么原因' };
const TARGET = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };

/** A curve of seconds that climbs, with a gap where nothing was measured. */
const slower: Chart = {
  unit: 'seconds',
  series: [
    {
      name: 'checkout',
      points: Array.from({ length: 60 }, (_, n): [number, number | null] => [
        AT - (60 - n) * 60_000,
        n === 20 ? null : 0.2 + (n > 30 ? (n - 30) * 0.07 : 0),
      ]),
    },
  ],
  limits: [],
  marks: [],
};

/** An investigation that looks and has begun to write, with these words of strangers in its evidence. */
export function investigating(language: Language, words = 'connection refused'): Outgoing {
  const progress: Progress = {
    id: 'r-4f2a9c-3',
    question: QUESTION[language],
    steps: [
      { id: 's1', title: 'k8s_get Deployment shop/checkout', status: 'done' },
      { id: 's2', title: 'k8s_logs shop/checkout-5d9c7b6f4-x2x9q', status: 'failed', detail: words },
      { id: 's3', title: 'metrics_query histogram_quantile(0.99, …)', status: 'running' },
    ],
    text: `Deployment shop/checkout answers late: ${words}`,
  };
  return messageOf(investigationCard(progress, look(language, 7)), language);
}

/** The same when it has ended: a claim that evidence carries, and one that none does. */
export function investigated(language: Language, words = 'dial tcp 10.0.0.7:5432: connection refused'): Outgoing {
  const slow = {
    en: 'Deployment shop/checkout waits for its database.',
    zh: 'Deployment shop/checkout 在等待数据库。',
  };
  const guess = { en: 'A network policy may stop it.', zh: '可能是网络策略拦截了连接。' };
  const ended: Investigation = {
    id: 'r-4f2a9c-3',
    question: QUESTION[language],
    ending: 'answered',
    summary: `${slow[language]} ${guess[language]}`,
    unsupported: [guess[language]],
    claims: [
      { text: slow[language], cites: ['E1', 'E2'], standing: 'supported' },
      { text: guess[language], cites: ['E9'], standing: 'hypothesis', missing: 'unknown-evidence' },
      { text: words, cites: ['E3'], standing: 'hypothesis', missing: 'object-not-named' },
    ],
    notChecked: [words, 'network policies'],
    remedies: [{ remedy: { id: 'restart', target: TARGET }, why: words }],
    evidence: [
      { id: 'E1', source: 'k8s_get Deployment shop/checkout', text: 'readyReplicas=3 replicas=3' },
      {
        id: 'E2',
        source: 'metrics_query',
        time: new Date(AT).toISOString(),
        text: 'p99 2.4 s',
        chart: { title: 'p99', chart: slower },
      },
      { id: 'E3', source: 'k8s_logs shop/checkout-5d9c7b6f4-x2x9q', text: words },
    ],
    runbooks: ['dns', 'failed-release'],
    usage: { steps: 4, toolCalls: 7, tokens: 18_240, seconds: 31.4, money: 0.0213 },
  };
  return messageOf(investigationCard(ended, look(language, 12)), language);
}

const IMAGE = 'registry.cn-hangzhou.aliyuncs.com/shop/web';

const manifest = (object: JsonObject) => ({ ...object, ...manifestSchema.parse(object) }) as Manifest & JsonObject;

/** An object of a release that the server has rehearsed: it is made. */
function made(kind: string, apiVersion: string, spec: JsonObject): Rehearsed {
  const metadata = { name: 'web', namespace: 'shop' };
  const args = { clusterId: 'c1', kind, ...metadata };
  return {
    object: manifest({ apiVersion, kind, metadata, spec }),
    seen: {
      diff: `--- nothing\n+++ ${kind} shop/web\n+kind: ${kind}\n+metadata:\n+  name: web\n`,
      before: null,
      after: null,
      created: true,
      undoCall: { tool: 'k8s_delete', args },
      clusterId: 'c1',
      change: { tool: 'k8s_apply', args },
    },
  };
}

/** The plan of a release as somebody approves it, with these words as what was asked for. */
export function releasing(language: Language, words = `deploy ${IMAGE}:1.4.2 as web to shop`): Outgoing {
  const text = textIn(translate);
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'app', image: `${IMAGE}:1.4.2` }] },
  };
  const changes = [
    made('ServiceAccount', 'v1', {}),
    made('Service', 'v1', { selector: { app: 'web' } }),
    made('Deployment', 'apps/v1', { replicas: 3, selector: { matchLabels: { app: 'web' } }, template }),
  ];
  const draft = releasePlan({
    place: { clusterId: 'c1', cluster: 'shop-prod', environment: 'prod' },
    namespace: 'shop',
    name: 'web',
    changes,
    title: text('deliver.plan.title', { name: 'web', image: `${IMAGE}:1.4.2`, namespace: 'shop' }),
    why: { en: words, zh: words },
    warnings: 1,
    words: translate,
  });
  const plan = { ...planOf('p-c3d4', 1), ...draft, expiresAt: AT };
  const findings = [
    finding('warn', 'no-tls', { domain: words }),
    finding('note', 'domain-taken', { domain: 'a.example.com', ingress: 'shop' }),
  ];
  const blocks = releaseBlocks({ changes, findings, unknown: ['ResourceQuota'] }, translate[language]);
  const { conversation } = taskOf('T-2B8N', plan);
  const approval = { id: 'c3d4', rev: 1, key: 'run-2.5', plan, digest: digestOf(plan), blocks, requestedBy: operator };
  const pending = { conversation, language, state: 'pending' as const, expiresAt: AT, createdAt: AT };
  const style = { t: translate[language], language, timeZone: 'Asia/Shanghai', pace: 1, selfApproval: true };
  return messageOf(approvalCard({ ...approval, ...pending }, style), language);
}

/** A canary beside what runs; what nobody measures is unknown. */
export function comparing(language: Language, words = '1.5.0'): Outgoing {
  const t = translate[language];
  const object = (name: string, tag: string) =>
    manifest({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: 'shop' },
      spec: { template: { spec: { containers: [{ name: 'app', image: `${IMAGE}:${tag}` }] } } },
    });
  const pair = {
    place: { clusterId: 'c1', cluster: 'shop-prod', environment: 'prod' as const },
    main: object('web', '1.4.2'),
    canary: object(`web${CANARY}`, words),
  };
  const steady = { state: 'healthy', oomKilledSince: 0 };
  const figures: Figures = {
    main: {
      status: { ...steady, desired: 3, ready: 3, restartsSince: 0, stableSeconds: 86_400 },
      errors: 0.0012,
      memory: 188 * 1024 ** 2,
      cpu: 0.12,
    },
    canary: {
      status: { ...steady, desired: 1, ready: 1, restartsSince: 2, stableSeconds: 41 },
      errors: 0.0371,
      memory: 231 * 1024 ** 2,
      cpu: undefined,
    },
  };
  const items = ['promote', 'abort', 'again'].map((id) => ({ id: `ask:${id}`, label: t(`deliver.canary-${id}`) }));
  const blocks: Block[] = [
    ...figuresTable(pair, figures, contextOf(language)),
    { type: 'text', markdown: t('deliver.canary-closes', { name: 'web' }) },
    { type: 'buttons', items },
  ];
  const title = t('deliver.canary', { name: 'web', version: words });
  return messageOf({ ...neutral('r-77aa01-9', title, blocks), tone: 'info' }, language);
}

const PAGE = `## Look first

1. Did a container end with exit code 137? \`kubectl describe pod\` is not needed: ask "describe checkout".
2. Does its memory *only ever grow*? Then it leaks.

| Sign | Means |
|---|---|
| peaks at each request | the limit is too small |
| a straight line up | a leak |

\`\`\`
rate(container_memory_working_set_bytes[5m])
\`\`\`

## What helps

- A higher limit, once the curve is flat. See [the documentation](https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/).
${'- Each line of a long page is of use to somebody who has time to read it.\n'.repeat(12)}`;

/** A page of advice, its beginning in sight, with others that fit. */
export function advising(language: Language, words = ''): Outgoing {
  const t = translate[language];
  const title = language === 'en' ? 'Out of memory, and leaks' : '内存不足与内存泄漏';
  const page = {
    name: 'oom',
    title: `${title}${words}`,
    when: `A container is OOMKilled.${words}`,
    body: PAGE + words,
    language,
  };
  const other = { name: 'probes', title: language === 'en' ? 'Probes kill healthy containers' : '探针误杀健康容器' };
  const run = replay(runbooks, {}, contextOf(language), []);
  run.position();
  const matches = [page, { ...other, when: '', body: '', language }];
  const position = run.answer({ ok: true, value: { matches, all: [] } });
  if (position.kind !== 'asks' || position.command.verb !== 'say') throw new Error('The page is not shown');
  const { message, blocks } = position.command;
  return messageOf(neutral('r-31c0de-1', t(message), blocks), language);
}

/** The last lines of a log of so many, and all of it. */
export function logging(language: Language, count: number): Outgoing {
  const context = contextOf(language);
  const title = context.t('look.logs.title', { what: 'shop/checkout-5d9c7b6f4-x2x9q', container: 'app', count });
  const line = (n: number) =>
    `2026-11-25T03:${String(Math.floor(n / 60) % 60).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}Z ${n} GET /cart 行 200 <b>${'x'.repeat(n % 70)}</b>`;
  const blocks = [
    ...foldedText(context, `${Array.from({ length: count }, (_, n) => line(n + 1)).join('\n')}\n`),
    ...seenAt(context, new Date(AT).toISOString()),
    ...sends('tail checkout logs for 2 minutes', 'events of checkout'),
  ];
  return messageOf(neutral('r-106a00-2', title, blocks), language);
}

/** Messages of a day's work by `NAME-LANGUAGE`, and the same with the words of strangers. */
export function dayMessages(hostile: string): Record<string, Outgoing> {
  const all: Record<string, Outgoing> = {};
  for (const language of ['en', 'zh'] as const) {
    all[`investigating-${language}`] = investigating(language);
    all[`investigated-${language}`] = investigated(language);
    all[`releasing-${language}`] = releasing(language);
    all[`canary-${language}`] = comparing(language);
    all[`runbook-${language}`] = advising(language);
    all[`long-log-${language}`] = logging(language, 2000);
  }
  all['hostile-investigating'] = investigating('en', hostile);
  all['hostile-investigated'] = investigated('en', hostile);
  all['hostile-releasing'] = releasing('en', hostile);
  all['hostile-canary'] = comparing('zh', hostile);
  all['hostile-runbook'] = advising('zh', ` ${hostile}`);
  return all;
}
