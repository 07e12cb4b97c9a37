import { plainText } from '../../src/chat/plain.ts';
import type { BarChart, Block, Card, Chart, Language, Outgoing } from '../../src/chat/types.ts';

/** One message for each block alone, in both languages. */

export const AT = Date.UTC(2026, 10, 25, 4);
const MINUTE = 60_000;
const MI = 1024 ** 2;

/** A message whose text is its card in plain words. */
export const messageOf = (card: Card, language: Language): Outgoing => ({ text: plainText(card), card, language });

/** Memory that climbs to its limit again and again, as before a container is killed for it. */
export const climb = (name = 'checkout-5d9c7b6f4-x2x9q'): Chart => ({
  unit: 'bytes',
  series: [
    {
      name,
      points: Array.from({ length: 120 }, (_, n): [number, number] => [
        AT - (120 - n) * MINUTE,
        (110 + ((n * 5) % 150)) * MI,
      ]),
    },
  ],
  limits: [{ name: 'limit app', value: 256 * MI }],
  marks: [{ name: 'OOMKilled', at: AT - 32 * MINUTE }],
});

const load: Chart = {
  unit: 'percent',
  series: ['node-a', 'node-b', 'node-c'].map((name, series) => ({
    name,
    points: Array.from({ length: 12 }, (_, n): [number, number] => [
      AT - (12 - n) * 5 * MINUTE,
      30 + series * 20 + (n % 4),
    ]),
  })),
  limits: [],
  marks: [],
};

/** CPU of a pool over a week, half of the nodes below the lower edge; nothing was measured for half a day. */
const pool: Chart = {
  unit: 'cores',
  series: ['p50', 'p95', 'max'].map((name, series) => ({
    name,
    points: Array.from({ length: 84 }, (_, n): [number, number | null] => [
      AT - (84 - n) * 120 * MINUTE,
      n > 40 && n < 47 ? null : 1 + series * 0.75 + (n % 12) / 10,
    ]),
  })),
  limits: [{ name: 'N+1', value: 6 }],
  marks: [],
  band: { low: 'p50', high: 'p95' },
};

/** What workloads ask for and use; of one the use is not known where `isKnown` is not set. */
export const overRequested = (isKnown: boolean): BarChart => ({
  kind: 'bars',
  unit: 'cores',
  stacked: false,
  categories: ['prod/checkout', 'prod/recommendation-engine-worker', 'staging/checkout'],
  series: [
    { name: 'request', values: [4, 2.5, 1] },
    { name: 'p95', values: [0.42, isKnown ? 0.3 : null, 0.05] },
  ],
});

const restarts: BarChart = {
  kind: 'bars',
  unit: 'count',
  stacked: true,
  categories: ['11-23', '11-24', '11-25'],
  series: [
    { name: 'prod/checkout', values: [0, 3, 12] },
    { name: 'prod/cart', values: [1, null, 2] },
  ],
};

const costs = (soFar: string, forecast: string): BarChart => ({
  kind: 'bars',
  unit: 'money',
  currency: 'CNY',
  stacked: false,
  categories: ['prod', 'staging', '订单与支付网关的超长命名空间名称示例甲乙丙丁'],
  series: [
    { name: soFar, values: [12_345.678, 320.5, 0] },
    { name: forecast, values: [15_000, 402.1, -3.2] },
  ],
});

/** Each block in one language; `pick` takes the English or the Chinese words. */
function blocksOf(pick: (en: string, zh: string) => string): Record<string, Block[]> {
  return {
    text: [
      {
        type: 'text',
        markdown: pick(
          'Understood: **Hangzhou**, *medium* budget. Run `kubectl get pods`, see [the guide](https://example.com/guide).\n\n- one zone\n- three zones\n  - for quorum\n\n1. plan\n2. approve\n\n```yaml\nreplicas: 3\n```\n\nOwner: a\\_b\\*c\\@d',
          '已了解：**杭州**，*中等*预算。运行 `kubectl get pods`，参见[指南](https://example.com/guide)。\n\n- 单可用区\n- 三可用区\n  - 保证多数派\n\n1. 规划\n2. 审批\n\n```yaml\nreplicas: 3\n```\n\n负责人：a\\_b\\*c\\@d',
        ),
      },
    ],
    code: [{ type: 'code', language: 'yaml', text: 'limits:\n-  memory: 256Mi\n+  memory: 512Mi # <was "low">' }],
    divider: [
      { type: 'text', markdown: pick('above', '上') },
      { type: 'divider' },
      { type: 'text', markdown: pick('below', '下') },
    ],
    fields: [
      {
        type: 'fields',
        items: [
          { label: pick('Region', '地域'), value: 'cn-hangzhou' },
          { label: pick('Cost', '费用'), value: pick('CNY 3,412 a month', '每月 3,412 元') },
          { label: pick('Risk', '风险'), value: pick('medium', '中') },
        ],
      },
    ],
    table: [
      {
        type: 'table',
        caption: pick('List prices in CNY, estimates', '目录价（元，估算）'),
        head: [pick('Option', '方案'), pick('Nodes', '节点'), pick('A month', '每月')],
        rows: [
          [pick('Recommended', '推荐'), '3 × ecs.g7.xlarge', '¥3,412'],
          [pick('Cheaper', '更省'), '3 × ecs.g7.large', '¥2,105'],
        ],
      },
    ],
    chart: [{ type: 'chart', title: pick('Memory of the containers', '容器内存'), chart: climb() }],
    'chart-many': [{ type: 'chart', title: pick('CPU of the nodes', '节点 CPU'), chart: load }],
    'chart-band': [{ type: 'chart', title: pick('CPU of the pool', '节点池 CPU'), chart: pool }],
    'chart-bars': [{ type: 'chart', title: pick('Over-requested', '请求超配'), chart: overRequested(true) }],
    'chart-bars-unknown': [{ type: 'chart', title: pick('Over-requested', '请求超配'), chart: overRequested(false) }],
    'chart-stacked': [{ type: 'chart', title: pick('Restarts a day', '每日重启'), chart: restarts }],
    'chart-money': [
      {
        type: 'chart',
        title: pick('Cost by namespace', '各命名空间费用'),
        chart: costs(pick('so far', '本月至今'), pick('forecast', '全月预测')),
      },
    ],
    details: [
      {
        type: 'details',
        summary: pick('Evidence (2)', '证据（2）'),
        blocks: [
          {
            type: 'table',
            caption: pick('Evidence', '证据'),
            head: ['#', pick('Source', '来源'), pick('What it says', '内容')],
            rows: [
              ['E1', 'k8s_get Pod shop/checkout', 'lastState.terminated.reason=OOMKilled'],
              ['E2', 'metrics_query', 'container_memory_working_set_bytes reached 99 % of the limit'],
            ],
          },
          { type: 'text', markdown: pick('Read **before** the restart.', '重启**之前**读取。') },
        ],
      },
    ],
    progress: [
      {
        type: 'progress',
        title: pick('Step 3 of 6', '第 3 步，共 6 步'),
        percent: 46,
        steps: [
          { id: 'a', title: pick('Create the network', '创建网络'), status: 'done', detail: 'vpc-bp1k2x' },
          { id: 'b', title: pick('Create the pool', '创建节点池'), status: 'running', detail: '2/3 · 66 %' },
          { id: 'c', title: pick('Wait for the nodes', '等待节点'), status: 'waiting' },
          { id: 'd', title: pick('Install add-ons', '安装组件'), status: 'pending' },
          { id: 'e', title: pick('Open the port', '开放端口'), status: 'failed', detail: 'Forbidden: no' },
          { id: 'f', title: pick('Check', '检查'), status: 'skipped' },
          { id: 'g', title: pick('Remove the network', '删除网络'), status: 'undone' },
        ],
      },
    ],
    buttons: [
      {
        type: 'buttons',
        items: [
          {
            id: 'approve:a1b2',
            label: pick('Approve', '批准'),
            style: 'primary',
            confirm: {
              title: pick('Create shop-prod?', '创建 shop-prod？'),
              text: pick('It costs about CNY 3,412 a month.', '每月约 3,412 元。'),
              ok: pick('Approve', '批准'),
              cancel: pick('Back', '返回'),
            },
          },
          { id: 'change:a1b2', label: pick('Change', '修改'), hint: pick('Back to the questions.', '回到提问。') },
          { id: 'reject:a1b2', label: pick('Reject', '拒绝'), style: 'danger' },
        ],
      },
    ],
    inputs: [
      {
        type: 'inputs',
        items: [
          {
            kind: 'select',
            id: 'hours',
            label: pick('For how long', '多久'),
            required: true,
            options: [
              { id: '1', label: pick('1 hour', '1 小时') },
              { id: '4', label: pick('4 hours', '4 小时'), hint: pick('half a day', '半天') },
            ],
            initial: ['1'],
          },
          {
            kind: 'select',
            id: 'clusters',
            label: pick('Clusters', '集群'),
            multi: true,
            options: ['shop-prod', 'shop-dev'].map((id) => ({ id, label: id })),
            initial: ['shop-prod', 'shop-dev'],
          },
          { kind: 'toggle', id: 'digest', label: pick('Daily digest', '每日摘要'), initial: true },
          { kind: 'text', id: 'reason', label: pick('Why', '原因'), placeholder: pick('Why now?', '为什么？') },
          { kind: 'text', id: 'notes', label: pick('Notes', '备注'), multiline: true, initial: 'a\nb' },
        ],
        submit: { id: 'mute:I-7K3F', label: pick('Mute', '静音'), style: 'primary' },
      },
    ],
  };
}

/** The messages by `BLOCK-LANGUAGE`, for example `text-en`. */
export function blockMessages(): Record<string, Outgoing> {
  const all: Record<string, Outgoing> = {};
  for (const language of ['en', 'zh'] as const) {
    const pick = (en: string, zh: string) => (language === 'en' ? en : zh);
    for (const [name, blocks] of Object.entries(blocksOf(pick))) {
      const title = pick(`A card with ${name}`, `含 ${name} 的卡片`);
      const card: Card = { id: `r-0a1b2c3d4e5f-${name}`, rev: 3, title, tone: 'info', blocks };
      all[`${name}-${language}`] = messageOf({ ...card, footer: pick('A footer', '页脚') }, language);
    }
  }
  return all;
}
