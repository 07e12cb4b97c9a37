import type { ConsoleSources, DemoScenario, IncidentDetail, IncidentSummary } from '../../adapters/console/wire.ts';
import type { Card, Chart } from '../../src/chat/types.ts';
import { emptySources } from '../adapters/console/fakes.ts';

/** Incidents as the console's sources answer them: one open with everything there is, one handed over, one resolved. */

export const HOSTILE =
  '<img src=x onerror="document.title=1"><button>Approve</button> **bold** [link](https://evil.example) {a|b} @all';

const NOW = Date.now();
const MINUTE = 60_000;
const MI = 1024 ** 2;

/** Memory that climbs to its limit again and again, as before a container is killed for it. */
const climb = (limit: number, name = 'checkout-5d9c7b6f4-x2x9q'): Chart => ({
  unit: 'bytes',
  series: [
    {
      name,
      points: Array.from({ length: 120 }, (_, n): [number, number] => [
        NOW - (120 - n) * MINUTE,
        (110 + ((n * 5) % 150)) * MI,
      ]),
    },
  ],
  limits: [{ name: 'limit app', value: limit }],
  marks: [{ name: 'OOMKilled', at: NOW - 32 * MINUTE }],
});

const evidence = [
  {
    id: 'E1',
    source: 'k8s_get Pod shop/checkout-5d9c7b6f4-x2x9q',
    time: new Date(NOW - 32 * MINUTE).toISOString(),
    text: 'lastState.terminated.reason=OOMKilled exitCode=137',
  },
  { id: 'E2', source: 'metrics_query', text: 'container_memory_working_set_bytes reached 99 % of the limit' },
  { id: 'E3', source: 'k8s_logs shop/checkout-5d9c7b6f4-x2x9q', text: HOSTILE },
];

export const incidentCard = (rev: number, after = false): Card => ({
  id: 'incident-I-7K3F',
  rev,
  title: 'I-7K3F · OOMKilled · Deployment shop/checkout',
  tone: after ? 'success' : 'danger',
  closed: after,
  blocks: [
    {
      type: 'text',
      markdown:
        'Deployment shop/checkout: container app needs more memory than its limit of **256Mi** and is killed for it\\.',
    },
    {
      type: 'fields',
      items: [
        { label: 'Cause', value: 'Memory limit too low' },
        { label: 'Confidence', value: 'Proven' },
        { label: 'Cluster', value: 'shop-prod (prod)' },
        { label: 'Affected', value: 'checkout-5d9c7b6f4-x2x9q' },
      ],
    },
    { type: 'chart', title: 'Memory of the containers', chart: climb(256 * MI) },
    {
      type: 'details',
      summary: `Evidence (${evidence.length + rev})`,
      blocks: [
        {
          type: 'table',
          caption: `Evidence (${evidence.length + rev})`,
          head: ['#', 'Source', 'What it says'],
          rows: evidence.map(({ id, source, text }) => [id, source, text]),
        },
      ],
    },
    {
      type: 'text',
      markdown:
        '- **Now:** raise the memory limit to 512Mi (risk: low)\n- **Later:** a node pool with more memory (risk: medium)',
    },
    {
      type: 'buttons',
      items: [
        { id: 'heal:I-7K3F:raise-memory-limit', label: 'Raise the limit to 512Mi', style: 'primary' },
        { id: 'heal:I-7K3F:larger-nodes', label: 'Plan larger nodes' },
        { id: 'look:I-7K3F', label: 'Look again' },
        { id: 'close:I-7K3F', label: 'Close' },
      ],
    },
    {
      type: 'details',
      summary: 'Mute',
      blocks: [
        {
          type: 'inputs',
          items: [{ id: 'reason', label: 'Why', kind: 'text', required: true }],
          submit: { id: 'mute:I-7K3F', label: 'Mute' },
        },
      ],
    },
  ],
  footer: 'Incident I-7K3F',
});

const open: IncidentSummary = {
  id: 'I-7K3F',
  title: 'checkout restarts',
  cause: 'OOMKilled',
  causeName: 'Memory limit too low',
  severity: 'critical',
  confidence: 'proven',
  state: 'open',
  cluster: 'shop-prod',
  environment: 'prod',
  namespace: 'shop',
  object: { kind: 'Deployment', namespace: 'shop', name: 'checkout' },
  openedAt: NOW - 31 * MINUTE,
  updatedAt: NOW - MINUTE,
  alertCount: 14,
  symptomCount: 3,
  flaps: 2,
  mutedUntil: NOW + 60 * MINUTE,
};

const handedOver: IncidentSummary = {
  id: 'I-2B8N',
  title: 'KubeJobFailed',
  severity: 'warning',
  state: 'handed-over',
  cluster: 'shop-staging',
  environment: 'staging',
  openedAt: NOW - 5 * 60 * MINUTE,
  updatedAt: NOW - 60 * MINUTE,
  alertCount: 1,
  symptomCount: 0,
  flaps: 0,
};

const resolved: IncidentSummary = {
  ...open,
  id: 'I-9QXM',
  cause: 'ImageNotFound',
  causeName: 'Image does not exist',
  severity: 'warning',
  state: 'resolved',
  object: { kind: 'Deployment', namespace: 'shop', name: 'recommendation-service-with-a-very-long-name' },
  openedAt: NOW - 26 * 60 * MINUTE,
  resolvedAt: NOW - 25 * 60 * MINUTE,
  alertCount: 0,
  flaps: 0,
  mutedUntil: 0,
};

const detail = (card: Card | undefined): IncidentDetail => ({
  ...open,
  summary: 'Deployment shop/checkout: container app needs more memory than its limit of 256Mi.',
  evidence,
  symptoms: [
    { kind: 'Pod', namespace: 'shop', name: 'checkout-5d9c7b6f4-x2x9q', text: 'CrashLoopBackOff, 7 restarts' },
    { kind: 'Ingress', namespace: 'shop', name: 'shop', text: HOSTILE },
  ],
  unknown: [{ what: 'logs_query', why: 'no log store is configured' }],
  coverage: 0.92,
  timeline: [
    { at: NOW - 31 * MINUTE, text: 'Found: OOMKilled at Deployment shop/checkout' },
    { at: NOW - 20 * MINUTE, text: 'Asked for: raise the memory limit to 384Mi', by: 'alice' },
    { at: NOW - 12 * MINUTE, text: 'It did not help and was undone' },
  ],
  attempts: [
    {
      title: 'Raise the memory limit of checkout to 384Mi',
      state: 'undone',
      by: 'alice',
      approvedBy: 'bob',
      taskId: 'T-7K3F',
      at: NOW - 20 * MINUTE,
      endedAt: NOW - 12 * MINUTE,
      why: 'The container was killed again within 4 minutes.',
    },
    { title: 'Raise the memory limit of checkout to 512Mi', state: 'asked', by: 'alice', at: NOW - 2 * MINUTE },
  ],
  remedies: [],
  curve: { title: 'Memory of the containers', chart: climb(256 * MI, HOSTILE), after: climb(512 * MI) },
  patch: { owner: 'Argo CD application shop', text: 'spec:\n  template:\n    spec:\n      containers: []\n' },
  ...(card && { card }),
  postMortem: [
    '# I-7K3F: OOMKilled · Deployment shop/checkout',
    '',
    'Memory limit too low.',
    '',
    '## Evidence',
    `- **E3** \`k8s_logs\`: \`${HOSTILE}\``,
    '- <script>document.title = 2</script>',
    '',
    '## Why did it happen?',
    '_To be filled in._',
  ].join('\n'),
});

const SCENARIOS: [string, string, string][] = [
  ['oom', 'A memory limit that is too small', 'OOMKilled'],
  ['image', 'An image tag that does not exist', 'ImageNotFound'],
  ['probe', 'A liveness probe at the wrong port', 'LivenessProbeWrongPort'],
  ['config', 'A ConfigMap that is gone', 'ConfigMapMissing'],
  ['node', 'A node that stops reporting', 'KubeletDown'],
  ['scheduler', 'The scheduler is down', 'SchedulerDown'],
  ['affinity', 'A node affinity names a zone without nodes', 'NodeAffinityMismatch'],
  ['quota', 'A quota that is used up', 'QuotaCPU'],
  ['pvc', 'A storage class that does not exist', 'PVCStorageClassMissing'],
  ['selector', 'A Service that selects nothing', 'ServiceSelectorMismatch'],
  ['dependency', 'A database that does not answer', 'DependencyUnreachable'],
  ['rollout', 'A rollout that never finishes', 'RolloutStuck'],
];

export interface Scene {
  incidents: IncidentSummary[];
  card: Card | undefined;
  demo: boolean;
}

export const scene = (): Scene => ({
  incidents: [handedOver, open, resolved],
  card: incidentCard(1),
  demo: true,
});

/** Sources that follow a scene as it changes. */
export function incidentSources(now: Scene): ConsoleSources {
  const scenarios: DemoScenario[] = SCENARIOS.map(([id, title, cause]) => ({ id, title, cause, on: false }));
  return {
    ...emptySources,
    incidents: async (_, { state }) =>
      now.incidents.filter((incident) => state === 'all' || incident.state !== 'resolved'),
    incident: async (_, id) => (id === 'I-7K3F' ? detail(now.card) : undefined),
    ...(now.demo && {
      demo: {
        list: async () => scenarios,
        async act(_, id, act) {
          if (id === 'node') return { refused: 'the node is gone' };
          for (const each of scenarios) if (each.id === id) each.on = act === 'break';
          return { ok: true };
        },
      },
    }),
  };
}
