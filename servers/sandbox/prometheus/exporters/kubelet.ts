import type { Claim } from '../../kubernetes/controllers/kinds.ts';
import type { Pod } from '../../kubernetes/controllers/pod-kinds.ts';
import { amount } from '../../kubernetes/controllers/quantities.ts';
import type { PodRuns } from '../../kubernetes/kubelet/documents.ts';
import { volumeUsedAt } from '../../kubernetes/kubelet/usage.ts';
import { knownSince } from '../state/history.ts';
import { kubeletLabels, silentSince } from './containers.ts';
import { type Family, histogramPlans, type Machine, type Plan, type Scene } from './plan.ts';

const BYTES_PER_INODE = 16_384;

type Volume = { capacity: number; used: number };

const volumeMeasures: Record<string, (volume: Volume) => number> = {
  kubelet_volume_stats_capacity_bytes: ({ capacity }) => capacity,
  kubelet_volume_stats_used_bytes: ({ used }) => used,
  kubelet_volume_stats_available_bytes: ({ capacity, used }) => capacity - used,
  kubelet_volume_stats_inodes: ({ capacity }) => Math.floor(capacity / BYTES_PER_INODE),
  kubelet_volume_stats_inodes_used: ({ used }) => Math.floor((used / BYTES_PER_INODE) * 0.3),
  kubelet_volume_stats_inodes_free: ({ capacity, used }) => Math.floor((capacity - used * 0.3) / BYTES_PER_INODE),
};

const PLEG_BOUNDS = [0.005, 0.025, 0.1, 0.5, 1, 5, 10, 30, 60];
const plegNames = ['bucket', 'sum', 'count'].map((part) => `kubelet_pleg_relist_duration_seconds_${part}`);

/** What kubelets say of themselves and of mounted volumes. https://kubernetes.io/docs/reference/instrumentation/metrics/ */
export const kubelet: Family = {
  names: [...Object.keys(volumeMeasures), ...plegNames, 'kubelet_evictions', 'kubelet_running_pods'],
  *plans(scene, name) {
    for (const machine of scene.machines) {
      const labels = kubeletLabels(machine, '/metrics');
      const common = { from: machine.from, since: scene.since, to: silentSince(machine) };
      if (name in volumeMeasures) yield* volumePlans(scene, machine, name);
      else if (name === 'kubelet_evictions') yield* evictionPlans(scene, machine);
      else if (name === 'kubelet_running_pods') {
        const pods = scene.pods.filter(({ node }) => node === machine.name);
        yield {
          labels: { __name__: name, ...labels },
          ...common,
          valueAt: (time) => pods.filter(isThere(time)).length,
        };
      } else {
        const { trouble } = machine;
        const stuck = (time: number) => trouble?.runtime === 'down' && time >= trouble.since;
        const mean = (time: number) => (stuck(time) ? 60 : 0.004);
        yield* histogramPlans({ name, labels, ...common, bounds: PLEG_BOUNDS, rate: () => 1, mean });
      }
    }
  },
};

const isThere =
  (time: number) =>
  ({ createdAt, goneAt }: PodRuns): boolean =>
    createdAt <= time && (goneAt === undefined || goneAt > time);

function* volumePlans({ store, pods, ground }: Scene, machine: Machine, name: string): Generator<Plan> {
  const here = pods.filter(({ node }) => node === machine.name);
  const claims = new Set(here.flatMap((pod) => pod.claims.map((claim) => fullName(pod, claim))));
  for (const claim of claims) {
    const [namespace = '', persistentvolumeclaim = ''] = claim.split('/');
    const object = store.get('persistentvolumeclaims', namespace, persistentvolumeclaim) as Claim | undefined;
    const capacity = amount(object?.status?.capacity?.storage ?? object?.spec.resources?.requests?.storage);
    const users = here.filter((pod) => pod.claims.some((one) => fullName(pod, one) === claim));
    const measure = volumeMeasures[name];
    if (!measure || capacity === 0) continue;
    yield {
      labels: { __name__: name, ...kubeletLabels(machine, '/metrics'), namespace, persistentvolumeclaim },
      from: Math.min(...users.map(({ createdAt }) => createdAt)),
      to: silentSince(machine),
      valueAt: (time) =>
        users.some(isThere(time))
          ? measure({ capacity, used: volumeUsedAt(ground, claim, { at: time, capacity }) })
          : undefined,
    };
  }
}

const fullName = ({ namespace }: PodRuns, claim: string): string =>
  claim.includes('/') ? claim : `${namespace}/${claim}`;

const SIGNALS: Record<string, string> = {
  memory: 'memory.available',
  'ephemeral-storage': 'nodefs.available',
  inodes: 'nodefs.inodesFree',
  pids: 'pid.available',
};

function* evictionPlans({ store }: Scene, machine: Machine): Generator<Plan> {
  const evicted = (store.list('pods') as readonly Pod[])
    .filter(({ spec, status }) => spec.nodeName === machine.name && status?.reason === 'Evicted')
    .map((pod) => ({
      at: knownSince(pod),
      signal: SIGNALS[/low on resource: ([\w-]+)/.exec(pod.status?.message ?? '')?.[1] ?? ''] ?? 'memory.available',
    }));
  for (const signal of Object.values(SIGNALS)) {
    const times = evicted.filter((one) => one.signal === signal).map(({ at }) => at);
    yield {
      labels: { __name__: 'kubelet_evictions', ...kubeletLabels(machine, '/metrics'), eviction_signal: signal },
      from: machine.from,
      to: silentSince(machine),
      valueAt: (time) => times.filter((at) => at <= time).length,
    };
  }
}
