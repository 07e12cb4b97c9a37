import type { ApprovalView, AuditView, ClusterView, ConsoleSources, TaskView } from '../../adapters/console/wire.ts';
import type { Card } from '../../src/chat/types.ts';
import { emptySources } from '../adapters/console/fakes.ts';

/** Cards and lists as a planned and built cluster shows them. */

export const question: Card = {
  id: 'question-1',
  rev: 1,
  title: 'How available must it be?',
  tone: 'info',
  blocks: [
    { type: 'text', markdown: 'Understood: **Hangzhou**, medium budget, Node.js shop. One thing is missing.' },
    {
      type: 'buttons',
      items: [
        { id: 'three', label: 'Three zones', hint: 'Survives the loss of a zone. Recommended.', style: 'primary' },
        { id: 'two', label: 'Two zones', hint: 'Cheaper; no quorum when a zone is lost.' },
        { id: 'one', label: 'One zone', hint: 'For development only.' },
      ],
    },
  ],
  footer: 'You can also type the answer, “back”, or “use defaults”.',
};

export const options: Card = {
  id: 'options-1',
  rev: 1,
  title: 'Three ways to build it',
  tone: 'neutral',
  blocks: [
    {
      type: 'table',
      caption: 'List prices in CNY, estimates',
      head: ['Option', 'Nodes', 'Zones', 'Pods a node', 'A month'],
      rows: [
        ['Recommended', '3 × ecs.g7.xlarge', 'h, i, j', '42', '¥3,412'],
        ['Cheaper', '3 × ecs.g7.large', 'h, i, j', '12', '¥2,105'],
        ['Stronger', '6 × ecs.g7.xlarge', 'h, i, j', '42', '¥6,103'],
      ],
    },
    { type: 'text', markdown: '- `ecs.g7.large` holds **12 pods** only: too few for the add-ons and an application.' },
    {
      type: 'buttons',
      items: [
        { id: 'recommended', label: 'Take the recommended', style: 'primary' },
        { id: 'cheaper', label: 'Cheaper' },
        { id: 'stronger', label: 'Stronger' },
      ],
    },
  ],
};

export const plan = (rev: number): Card => ({
  id: 'plan-1',
  rev,
  title: rev === 1 ? 'Create ACK Pro cluster shop-prod' : 'Approved by Alice',
  tone: rev === 1 ? 'warning' : 'success',
  closed: rev > 1,
  blocks: [
    {
      type: 'fields',
      items: [
        { label: 'Region', value: 'cn-hangzhou' },
        { label: 'Kubernetes', value: '1.34' },
        { label: 'Network', value: 'Terway ENIIP' },
        { label: 'Cost', value: '¥3,412 a month' },
        { label: 'Takes about', value: '22 min' },
        { label: 'Risk', value: 'Medium' },
      ],
    },
    { type: 'code', text: 'POST /clusters\n{ "name": "shop-prod", "cluster_spec": "ack.pro.small" }' },
    {
      type: 'inputs',
      items: [{ kind: 'text', id: 'note', label: 'Note for the audit log', placeholder: 'Why now?' }],
      submit: { id: 'annotate', label: 'Save note', style: 'default' },
    },
    {
      type: 'buttons',
      items: [
        {
          id: 'approve',
          label: 'Approve',
          style: 'primary',
          confirm: {
            title: 'Create shop-prod?',
            text: 'It costs about ¥3,412 a month.',
            ok: 'Approve',
            cancel: 'Not yet',
          },
        },
        { id: 'change', label: 'Change' },
        { id: 'reject', label: 'Reject', style: 'danger' },
      ],
    },
  ],
  footer: 'Approval a1b2 · expires in 24 h · plan 5f2c9e1a',
});

export const progress: Card = {
  id: 'task-1',
  rev: 3,
  title: 'T-7K3F · Creating shop-prod',
  tone: 'info',
  blocks: [
    {
      type: 'progress',
      title: 'Step 3 of 6, about 12 min left',
      percent: 46,
      steps: [
        { id: 'a', title: 'Create the network', status: 'done', detail: 'vpc-bp1k2x, 3 vSwitches' },
        { id: 'b', title: 'Create the cluster', status: 'done', detail: 'c82e6987e2961451182edacd74faf' },
        { id: 'c', title: 'Create the node pool', status: 'running', detail: 'Scaling: 2 of 3 nodes joined' },
        { id: 'd', title: 'Install add-ons', status: 'pending' },
        { id: 'e', title: 'Nodes are Ready', status: 'pending' },
        { id: 'f', title: 'API server answers', status: 'pending' },
      ],
    },
    { type: 'buttons', items: [{ id: 'cancel', label: 'Cancel', style: 'danger' }] },
  ],
};

export const failed: Card = {
  id: 'task-2',
  rev: 2,
  title: 'T-9QXM stopped: no stock in zone h',
  tone: 'danger',
  blocks: [
    {
      type: 'progress',
      title: 'Step 3 of 6',
      percent: 34,
      steps: [
        { id: 'a', title: 'Create the network', status: 'done' },
        { id: 'b', title: 'Create the cluster', status: 'done' },
        { id: 'c', title: 'Create the node pool', status: 'failed', detail: 'OperationDenied.NoStock: ecs.g7.xlarge' },
        { id: 'd', title: 'Install add-ons', status: 'skipped' },
      ],
    },
    {
      type: 'buttons',
      items: [
        { id: 'type', label: 'Use ecs.g8i.xlarge', hint: 'In stock in all three zones.', style: 'primary' },
        { id: 'zone', label: 'Use zone k', hint: 'The same type, another zone.' },
        { id: 'retry', label: 'Retry', hint: 'Stock may come back.' },
        { id: 'undo', label: 'Undo what was created', hint: 'Needs an approval of its own.', style: 'danger' },
      ],
    },
  ],
};

const START = Date.UTC(2026, 10, 24, 9, 0);

const tasks: TaskView[] = [
  {
    id: 'T-7K3F',
    title: 'Create ACK Pro cluster shop-prod',
    state: 'running',
    steps: [
      { id: 'a', title: 'Create the network', state: 'verified', startedAt: START, endedAt: START + 42_000 },
      { id: 'b', title: 'Create the cluster', state: 'verified', startedAt: START + 42_000, endedAt: START + 402_000 },
      {
        id: 'c',
        title: 'Create the node pool',
        state: 'waiting',
        startedAt: START + 402_000,
        detail: '2 of 3 nodes joined',
      },
      { id: 'd', title: 'Install add-ons', state: 'pending' },
      { id: 'e', title: 'Nodes are Ready', state: 'pending' },
    ],
  },
  {
    id: 'T-9QXM',
    title: 'Add node pool batch to shop-prod',
    state: 'failed',
    steps: [
      { id: 'a', title: 'Create the node pool', state: 'failed', startedAt: START, detail: 'OperationDenied.NoStock' },
      { id: 'b', title: 'Nodes are Ready', state: 'skipped' },
    ],
  },
  {
    id: 'T-2B8N',
    title: 'Create ACK cluster shop-dev',
    state: 'succeeded',
    steps: ['network', 'cluster', 'node pool'].map((what, n) => ({
      id: what,
      title: `Create the ${what}`,
      state: 'verified' as const,
      startedAt: START + n * 90_000,
      endedAt: START + (n + 1) * 90_000,
    })),
  },
];

const approval: ApprovalView = {
  id: 'a1b2',
  title: 'Create ACK Pro cluster shop-prod',
  state: 'pending',
  requestedBy: 'Alice',
  expiresAt: START + 86_400_000,
  cardId: 'plan-1',
  cardRev: 1,
  risk: 'medium',
  cost: { amount: 3412, currency: 'CNY', per: 'month' },
};

const audit: AuditView[] = ['task.succeeded', 'step.verified', 'step.intended', 'plan.approved', 'plan.proposed'].map(
  (action, n) => ({
    seq: 5 - n,
    at: START - n * 61_000,
    actor: n < 3 ? 'runner' : 'Alice',
    action,
    subject: n < 3 ? 'T-2B8N create-cluster' : 'plan 5f2c9e1a, shop-dev',
    outcome: 'ok',
    hash: `9f86d081884c7d65${n}a2feaa0c55ad01`,
  }),
);

const clusters: ClusterView[] = [
  { name: 'shop-prod', environment: 'prod', region: 'cn-hangzhou', state: 'creating', version: '1.34', nodes: 2 },
  { name: 'shop-dev', environment: 'dev', region: 'cn-hangzhou', state: 'running', version: '1.34', nodes: 2 },
];

export const sources = (waiting: () => boolean): ConsoleSources => ({
  ...emptySources,
  tasks: async () => tasks,
  task: async (_, id) => tasks.find((task) => task.id === id),
  approvals: async () => (waiting() ? [approval] : []),
  audit: async () => audit,
  clusters: async () => clusters,
});
