import { type Survey, surveySchema } from '../../../../servers/ack/kube/survey/survey.ts';
import type { Advice, Curve, Facts } from '../../../../src/health/types.ts';
import type { UsageSketches } from '../../../../src/health/usage/types.ts';

/** Facts for the charts of a report. */

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const NOW = Date.parse('2026-11-25T04:00:00Z');

export const factsOf = (over: Partial<Facts> = {}): Facts => ({
  cluster: { id: 'c1', name: 'shop', environment: 'prod' },
  now: NOW,
  window: { from: NOW - 7 * DAY, to: NOW },
  survey: undefined,
  metrics: {},
  curves: [],
  inspection: undefined,
  pools: undefined,
  machines: undefined,
  prices: {},
  unknown: [],
  ...over,
});

/** All curves of a pool of `size`, whose nodes have `node` each. */
export function poolCurves(
  resource: 'cpu' | 'memory',
  labels: Record<string, string>,
  { size, node }: { size: number; node: number },
): Curve[] {
  const curve = (name: string, value: number, more: Record<string, string> = {}): Curve => ({
    name: `${resource}-${name}`,
    unit: resource === 'cpu' ? 'cores' : 'bytes',
    labels: { ...labels, ...more },
    points: Array.from({ length: 14 }, (_, n) => [NOW - (13 - n) * 12 * HOUR, n === 5 ? null : value + n / 100]),
  });
  return [
    curve('used', size * 0.2, { stat: 'p50' }),
    curve('used', size * 0.3, { stat: 'p95' }),
    curve('used', size * 0.4, { stat: 'max' }),
    curve('requests', size * 0.6),
    {
      ...curve('allocatable', size),
      points: [
        [NOW - DAY, size],
        [NOW, size],
      ],
    },
    {
      ...curve('largest-node', node),
      points: [
        [NOW - DAY, node],
        [NOW, node],
      ],
    },
  ];
}

interface Sized {
  name: string;
  desired: number;
  cpu: number;
  memory: number;
}

const container = ({ cpu, memory }: Sized) => ({
  name: 'app',
  image: 'app:1',
  requests: { cpu, memory },
  limits: {},
  probes: { liveness: true, readiness: true, startup: false },
  privileged: false,
  root: 'no' as const,
  plainSecrets: [],
});

/** Deployments of one container each, in `prod`. */
export function surveyOf(sized: readonly Sized[]): Survey {
  return surveySchema.parse({
    serverTime: NOW,
    serverVersion: 'v1.34.1',
    ...EMPTY,
    shapes: sized.map((one) => ({ ...SHAPE, containers: [container(one)] })),
    workloads: sized.map(({ name, desired }, shape) => ({ ...WORKLOAD, name, desired, shape })),
  });
}

const WORKLOAD = {
  kind: 'Deployment',
  namespace: 'prod',
  updated: 0,
  ready: 0,
  available: 0,
  labels: {},
  createdAt: NOW - 30 * DAY,
  rolling: false,
  failures: [],
  surge: 0,
  suspended: false,
  failed: 0,
  finished: false,
};

const SHAPE = {
  requests: { cpu: 0, memory: 0, ephemeral: 0, extended: {} },
  labels: {},
  annotations: {},
  nodeSelector: {},
  podAffinity: [],
  podAntiAffinity: [],
  spread: [],
  tolerations: [],
  hostPorts: [],
  hostNetwork: false,
  hostPid: false,
  hostIpc: false,
  hostPaths: [],
  emptyDirs: [],
  claims: [],
  priority: 0,
  serviceAccount: 'default',
  tokenMounted: true,
  schedulerName: 'default-scheduler',
  terminationGraceSeconds: 30,
};

const EMPTY = {
  readings: [],
  nodes: [],
  pods: { node: [], workload: [], shape: [], state: [] },
  podClaims: [],
  troubles: [],
  troubleCounts: [],
  namespaces: [],
  services: [],
  routes: [],
  budgets: [],
  autoscalers: [],
  claims: [],
  volumes: [],
  quotas: [],
  limitRanges: [],
  access: { clusterAdmins: [], exec: [] },
  configSecrets: [],
  warnings: [],
  terminating: [],
  apiServices: [],
  certificates: [],
};

/** Advice to make a Deployment of `prod` smaller, or with negative amounts larger. */
export const resizeOf = (name: string, freed: { cpu: number; memory: number }): Advice => ({
  id: `resize:prod/Deployment/${name}`,
  kind: 'resize',
  title: { en: name, zh: name },
  text: { en: '', zh: '' },
  freed,
  verdict: 'SAFE',
  gates: [],
  evidence: [],
  proposal: { kind: 'resize', object: { kind: 'Deployment', namespace: 'prod', name }, containers: [] },
});

/** What the container `app` of Deployments of `prod` uses. */
export const usageOf = (used: readonly { name: string; cpu: number; memory: number }[]): UsageSketches => ({
  days: 14,
  containers: used.map(({ name, cpu, memory }) => ({
    kind: 'Deployment',
    namespace: 'prod',
    name,
    container: 'app',
    days: [],
    cpu: { p50: cpu, p95: cpu, p99: cpu, max: cpu, podP99: cpu },
    memory: { p95: memory, peak: memory },
    samples: 1,
    presence: 1,
    podDays: 14,
  })),
});
