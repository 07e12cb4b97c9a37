import { END, GIB, PODS, type Wanted } from './openmetrics-cluster.ts';

/** What every expression of the catalogue comes to in the generated cluster: all its rows, by code. */

const shop = { namespace: 'shop' };
const pod = (name: string) => ({ ...shop, pod: PODS.find((one) => one.pod.startsWith(name))?.pod ?? name });
const app = (name: string) => ({ ...pod(name), container: 'app' });
const node = (letter: 'a' | 'b' | 'c') => ({ instance: `10.0.0.${' abc'.indexOf(letter)}:9100` });
const kubelet = (index: number) => ({ instance: `10.0.0.${index}:10250` });
/** Of a rate or a forecast: they are computed from differences. */
const near = 1e-6;
/** Counted up to a border that one more or one less sample moves. */
const border = 2e-3;

const running = PODS.filter(({ phase }) => phase !== 'Failed');
const requested = (letter?: string) =>
  running
    .filter(({ node: on }) => letter === undefined || on === `node-${letter}`)
    .reduce((sum, { cpu = 0 }) => sum + cpu, 0);
const memory = running.reduce((sum, one) => sum + (one.memory ?? 0), 0);
const usedCpu = PODS.reduce((sum, { used }) => sum + (used?.[0] ?? 0), 0);
const withRequests = PODS.filter(({ cpu }) => cpu !== undefined).length;

export const EXPECTED: Record<string, Wanted[]> = {
  CP1: [{ labels: {}, value: 0.005, off: near }],
  CP2: [
    { labels: { verb: 'LIST' }, value: 9.95, off: near },
    { labels: { verb: 'GET' }, value: 0.495, off: near },
  ],
  CP3: [{ labels: {}, value: 0.25, off: near }],
  CP4: [{ labels: { instance: 'api:6443' }, value: 86_400 + 0.01 * 518_400, off: near }],
  CP5: [
    { labels: { name: 'v1beta1.metrics.k8s.io' }, value: 0 },
    { labels: { name: 'v1.apps' }, value: 100 },
  ],
  CP6: [{ labels: { name: 'guard', type: 'validating' }, value: 0.02, off: near }],
  CP7: [{ labels: { name: 'guard' }, value: 1 + 1.5 * 0.99, off: near }],
  CP8: [{ labels: { resource: 'flowschemas', removed_release: '1.35' }, value: 1 }],
  CP9: [{ labels: {}, value: 2 }],
  CP10: [{ labels: { instance: 'etcd-1:2379' }, value: 0.9 }],
  CP11: [
    { labels: { queue: 'unschedulable' }, value: 2 },
    { labels: { queue: 'active' }, value: 0 },
  ],
  DNS1: [{ labels: {}, value: 0.02, off: near }],
  DNS2: [{ labels: {}, value: 0.25 + 0.75 * 0.99, off: near }],
  DNS3: [{ labels: {}, value: 1 }],
  N1: [{ labels: { node: 'node-c' }, value: 0 }],
  N2: [{ labels: { node: 'node-a', condition: 'MemoryPressure' }, value: 1 }],
  N3: [
    { labels: { node: 'node-a' }, value: 0 },
    { labels: { node: 'node-b' }, value: 4 },
    { labels: { node: 'node-c' }, value: 0 },
  ],
  N4: [{ labels: { ...kubelet(1), eviction_signal: 'memory.available' }, value: 3, off: border }],
  N5: [
    { labels: { node: 'node-a' }, value: 1 },
    { labels: { node: 'node-b' }, value: 1 / 110 },
  ],
  N6: [
    { labels: node('a'), value: 0.9, off: near },
    { labels: node('b'), value: 0.5, off: near },
    { labels: node('c'), value: 0.1, off: near },
  ],
  N7: [
    { labels: node('a'), value: 0.9375 },
    { labels: node('b'), value: 0.875 },
    { labels: node('c'), value: 0.75 },
  ],
  N8: [
    { labels: node('a'), value: 0.3, off: near },
    { labels: node('b'), value: 0.01, off: near },
  ],
  N9: [{ labels: node('a'), value: 0.15, off: near }],
  N10: [{ labels: { ...node('a'), mountpoint: '/data' }, value: 0.2 }],
  N11: [
    { labels: { ...node('a'), mountpoint: '/data' }, value: 0.2 },
    { labels: { ...node('b'), mountpoint: '/' }, value: 0.5 },
    { labels: { ...node('c'), mountpoint: '/' }, value: 0.02 },
  ],
  N12: [
    { labels: { ...node('a'), mountpoint: '/data' }, value: 0.5 },
    { labels: { ...node('b'), mountpoint: '/' }, value: 0.5 },
    { labels: { ...node('c'), mountpoint: '/' }, value: 0.04 },
  ],
  N13: [{ labels: node('a'), value: 0.8 }],
  N14: [
    { labels: node('a'), value: 0.001 },
    { labels: node('b'), value: 0.2 },
  ],
  N15: [
    { labels: kubelet(2), value: 10 },
    { labels: kubelet(1), value: 0.0099, off: near },
  ],
  N16: [{ labels: { ...node('a'), device: 'vda' }, value: 12, off: near }],
  N17: [{ labels: { ...node('a'), device: 'eth0' }, value: 0.02, off: near }],
  N18: [{ labels: node('c'), value: 0.95 }],
  W1: [{ labels: { ...app('crash'), reason: 'CrashLoopBackOff' }, value: 1 }],
  W2: [{ labels: { ...app('image'), reason: 'ImagePullBackOff' }, value: 1 }],
  W3: [{ labels: app('oom'), value: 3, off: border }],
  W4: [
    { labels: app('crash'), value: 8, off: border },
    { labels: app('oom'), value: 3, off: border },
    { labels: app('web'), value: 0 },
  ],
  W5: [
    { labels: pod('image'), value: 1 },
    { labels: pod('big'), value: 1 },
    { labels: { namespace: 'batch', pod: 'gone-1' }, value: 1 },
    { labels: { namespace: 'batch', pod: 'gone-2' }, value: 1 },
  ],
  W6: [{ labels: pod('big'), value: 1 }],
  W7: [
    { labels: { deployment: 'web' }, value: 3 },
    { labels: { deployment: 'coredns' }, value: 2 },
  ],
  W8: [{ labels: { deployment: 'api' }, value: 1 }],
  W9: [{ labels: { statefulset: 'db' }, value: 3 }],
  W10: [{ labels: { daemonset: 'agent' }, value: 1 }],
  W11: [{ labels: { job_name: 'import' }, value: 1 }],
  W12: [{ labels: { cronjob: 'report' }, value: 7200 }],
  W13: [{ labels: { horizontalpodautoscaler: 'web' }, value: 10 }],
  W14: [{ labels: { horizontalpodautoscaler: 'api' }, value: 1 }],
  W15: [{ labels: { poddisruptionbudget: 'web' }, value: 1 }],
  W16: [{ labels: { poddisruptionbudget: 'db' }, value: 0 }],
  W17: [{ labels: app('web'), value: 0.4, off: near }],
  W18: [{ labels: app('oom'), value: 0.95 }],
  W19: [{ labels: { namespace: 'batch' }, value: 2 }],
  W20: [{ labels: { resourcequota: 'all', resource: 'pods' }, value: 0.95 }],
  W21: [{ labels: {}, value: 1 - withRequests / PODS.length }],
  W22: [{ labels: { ingress: 'web', exported_namespace: 'shop' }, value: 0.1, off: near }],
  ST1: [{ labels: { persistentvolumeclaim: 'data-db-0' }, value: 0.1 }],
  ST2: [
    { labels: { persistentvolumeclaim: 'data-db-0' }, value: 0.1 },
    { labels: { persistentvolumeclaim: 'full-0' }, value: 0.02 },
  ],
  ST3: [
    { labels: { persistentvolumeclaim: 'data-db-0' }, value: 0.5 },
    { labels: { persistentvolumeclaim: 'full-0' }, value: 0.01 },
  ],
  ST4: [
    { labels: { persistentvolume: 'pv-failed' }, value: 1 },
    { labels: { persistentvolumeclaim: 'waits' }, value: 1 },
  ],
  SEC1: [
    { labels: { name: 'web-tls' }, value: 5 },
    { labels: { name: 'api-tls' }, value: 80 },
  ],
  OBS1: [{ labels: { job: 'node' }, value: 1 / 3 }],
  OBS2: [],
  // 168 or 169: whether the moment exactly seven days ago counts.
  OBS3: [{ labels: {}, value: 168.5, off: 0.003 }],
  OBS4: [{ labels: {}, value: 0.01, off: near }],
  CAP1: [{ labels: {}, value: requested() / (16 - 8) }],
  CAP2: [{ labels: {}, value: memory / ((96 - 64) * GIB) }],
  CAP3: [{ labels: {}, value: (1 + 8 + 12 - 14) / 96, off: near }],
  CST1: [
    { labels: node('a'), value: 0.9, off: near },
    { labels: node('b'), value: 0.5, off: near },
    { labels: node('c'), value: 0.1 + (0.5 * 12) / 168, off: 0.01 },
  ],
  CST2: [
    { labels: node('a'), value: 0.9, off: near },
    { labels: node('b'), value: 0.5, off: near },
    { labels: node('c'), value: 0.6, off: near },
  ],
  CST3: [
    { labels: node('a'), value: 15 * GIB },
    { labels: node('b'), value: 56 * GIB },
    { labels: node('c'), value: 12 * GIB },
  ],
  CST4: [
    { labels: { node: 'node-a' }, value: requested('a') / 4 },
    { labels: { node: 'node-b' }, value: requested('b') / 8 },
  ],
  CST5: [{ labels: shop, value: (requested() - usedCpu) / requested(), off: near }],
  CST6: [{ labels: { persistentvolumeclaim: 'old' }, value: 1 }],
  CST7: [{ labels: { persistentvolume: 'pv-released' }, value: 1 }],
  CST8: [{ labels: { service: 'empty' }, value: 1 }],
  RS1: PODS.flatMap((one) => (one.used ? [{ labels: app(one.pod), value: one.used[0], off: near }] : [])),
  RS2: PODS.flatMap((one) => (one.used ? [{ labels: app(one.pod), value: one.used[1] }] : [])),
};

export { END };
