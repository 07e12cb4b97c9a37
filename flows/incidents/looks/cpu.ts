import type { Alert } from '../evidence.ts';
import type { ObjectRef } from '../finding.ts';
import { refKey } from '../finding.ts';
import type { Container, Pod } from '../kinds.ts';
import { containersOf, isFailing, isReady, lastTermination } from '../pods.ts';
import { quoted } from '../promql.ts';
import type { Scene } from '../scene.ts';
import { alertText } from './alert-targets.ts';

/** CPU as metrics and alerts tell of it. Asked for with a reason only. */

export interface Reading {
  pod: Pod;
  container: Container;
  workload: ObjectRef;
  value: number;
  promql: string;
}

const MOST_NAMESPACES = 3;

export const isThrottlingAlert = (alert: Alert): boolean => /throttl/i.test(alertText(alert));

/** About work that is too much, not about quotas and promises that are too large. */
export function isOverloadAlert(alert: Alert): boolean {
  const text = alertText(alert);
  return (
    /\bcpu|cpu\b|HighLoad|LoadHigh|CPU(?=[A-Z])/i.test(text) &&
    /high|over(?!commit)|usage|utili[sz]ation|saturat|stress|load|hot/i.test(alert.labels.alertname ?? text) &&
    !/throttl|quota|overcommit/i.test(text)
  );
}

/** The share of scheduling periods in which containers were held back, of those that somebody asks about or that fare badly. */
export function throttledShares(scene: Scene): Promise<Reading[]> {
  return readingsOf(scene, (namespace) => {
    const of = `{namespace=${quoted(namespace)},container!=""}[5m]`;
    const per = 'sum by (pod, container)';
    return `${per} (increase(container_cpu_cfs_throttled_periods_total${of})) / ${per} (increase(container_cpu_cfs_periods_total${of}))`;
  });
}

/** Cores in use, of the same containers. */
export function coresUsed(scene: Scene): Promise<Reading[]> {
  return readingsOf(
    scene,
    (namespace) =>
      `sum by (pod, container) (rate(container_cpu_usage_seconds_total{namespace=${quoted(namespace)},container!=""}[5m]))`,
  );
}

async function readingsOf(scene: Scene, query: (namespace: string) => string): Promise<Reading[]> {
  const pods = suspects(scene);
  const byNamespace = Map.groupBy(pods, ({ metadata }) => metadata.namespace ?? 'default');
  const found = await Promise.all(
    [...byNamespace].slice(0, MOST_NAMESPACES).map(async ([namespace, members]) => {
      const promql = query(namespace);
      const series = (await scene.metrics(promql)) ?? [];
      const at = new Map(members.map((pod) => [pod.metadata.name, pod]));
      return series.flatMap(({ metric, points }): Reading[] => {
        const pod = at.get(metric.pod ?? '');
        const container = pod?.spec.containers.find(({ name }) => name === metric.container);
        const value = points.at(-1)?.[1];
        if (!pod || !container || value === undefined || Number.isNaN(value)) return [];
        return [{ pod, container, workload: scene.workloadOf(pod).ref, value, promql }];
      });
    }),
  );
  return found.flat();
}

/** Pods that an alert about CPU or the question names, and pods with a CPU limit that are not well. */
function suspects(scene: Scene): Pod[] {
  const { focus, alerts } = scene.scope;
  const cpuAlerts = alerts.filter((alert) => isThrottlingAlert(alert) || isOverloadAlert(alert));
  const names = new Set([
    ...(focus ? [focus.name] : []),
    ...cpuAlerts.flatMap(({ labels }) =>
      [labels.pod, labels.pod_name, labels.deployment, labels.statefulset, labels.daemonset, labels.container].flatMap(
        (name) => name ?? [],
      ),
    ),
  ]);
  return scene.workloads.flatMap(({ ref, pods }) =>
    pods.filter(
      (pod) => !endsByItself(pod, scene.now) && (names.has(ref.name) || names.has(pod.metadata.name) || isUnready(pod)),
    ),
  );
}

/** A program that ends with an error of its own does not do so for want of CPU. */
function endsByItself(pod: Pod, now: number): boolean {
  return containersOf(pod).some(({ status }) => {
    const end = status && isFailing(status, now) ? lastTermination(status) : undefined;
    return end !== undefined && (end.reason === 'OOMKilled' || ![137, 143].includes(end.exitCode));
  });
}

/** Runs with a CPU limit, and does not answer as it should. */
function isUnready(pod: Pod): boolean {
  if (isReady(pod)) return false;
  return containersOf(pod).some(
    ({ container, status }) => status?.state.running && container.resources.limits.cpu !== undefined,
  );
}

/** The reading of each workload's worst container. */
export function worstByWorkload(readings: readonly Reading[]): Reading[][] {
  const groups = Map.groupBy(readings, ({ workload, container }) => `${refKey(workload)} ${container.name}`);
  return [...groups.values()].map((same) => same.toSorted((a, b) => b.value - a.value));
}
