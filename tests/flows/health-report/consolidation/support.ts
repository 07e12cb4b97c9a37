import type { Survey } from '../../../../servers/ack/kube/survey/survey.ts';
import { loadMessages } from '../../../../src/chat/messages.ts';
import type { CloudNode, Curve, Facts } from '../../../../src/health/types.ts';
import { DAY, HOUR, NOW } from '../../../support/survey-builder.ts';

/** Facts about a cluster that is hardly used and has been so for two weeks, so that the survey alone decides. */

export const words = loadMessages('templates/messages');

export const POOL = 'np-1';
export const GI = 2 ** 30;

export interface Use {
  /** Share of the CPU of every node on average. */
  average?: number;
  /** Share of all CPU and memory at the highest. */
  peak?: number;
}

export function factsOf(survey: Survey, { average = 0.1, peak = 0.15 }: Use = {}): Facts {
  const all = (of: (node: Survey['nodes'][number]) => number) => survey.nodes.reduce((sum, node) => sum + of(node), 0);
  const cores = all(({ allocatable }) => allocatable.cpu) / 1000;
  const bytes = all(({ allocatable }) => allocatable.memory);
  const rows = (value: number) => survey.nodes.map(({ name }) => ({ labels: { instance: `${name}:9100` }, value }));
  return {
    cluster: { id: 'c1', name: 'shop', environment: 'prod', region: 'cn-hangzhou' },
    now: NOW,
    window: { from: NOW - 14 * DAY, to: NOW },
    survey,
    metrics: {
      OBS3: { total: 1, bad: 0, rows: [{ labels: {}, value: 168 }] },
      CST1: { total: survey.nodes.length, bad: 0, rows: rows(average) },
      CST2: { total: survey.nodes.length, bad: 0, rows: rows(average * 1.5) },
    },
    curves: [
      flat('cpu-used', cores * peak, { stat: 'max' }),
      flat('memory-used', bytes * peak, { stat: 'max' }),
      flat('cpu-requests', cores * 0.2),
      flat('memory-requests', bytes * 0.2),
      flat('nodes', survey.nodes.length),
    ],
    inspection: undefined,
    pools: [
      { nodepoolId: POOL, name: 'workers', state: 'active', desired: survey.nodes.length, total: survey.nodes.length },
    ],
    machines: survey.nodes.map(({ name }, index) => machineOf(name, { instanceId: `i-${index}` })),
    prices: { 'ecs.g7.xlarge': { amount: 500, currency: 'CNY', source: 'api', asOf: '2026-11-25' } },
    unknown: [],
  };
}

export function machineOf(name: string, changes: Partial<CloudNode> = {}): CloudNode {
  const usual = { instanceId: 'i-0', nodepoolId: POOL, instanceType: 'ecs.g7.xlarge', chargeType: 'PostPaid' } as const;
  return { name, ...usual, ...changes };
}

export function flat(name: string, value: number, labels: Record<string, string> = {}): Curve {
  const points = Array.from(
    { length: 14 * 4 + 1 },
    (_, at) => [NOW - (14 * 4 - at) * 6 * HOUR, value] as [number, number],
  );
  return { name, unit: 'count', labels, points };
}
