import { busyness } from '../../kubernetes/kubelet/usage.ts';
import type { Labels } from '../promql/labels.ts';
import { type Family, integral, type Machine, type Plan, type Scene } from './plan.ts';

const GIB = 2 ** 30;
/** Estimates of what the system itself needs. */
const SYSTEM_CORES = 0.12;
const SYSTEM_BYTES = 0.9 * GIB;
const DISK_BYTES = 118 * GIB;
const INODES = 7_864_320;
const CONNTRACK_LIMIT = 262_144;
const FILES_LIMIT = 2_097_152;

type Values = { labels?: Labels; valueAt: (time: number) => number }[];
type Measure = (machine: Machine, scene: Scene) => Values;

const gauge =
  (value: (machine: Machine, scene: Scene) => (time: number) => number, labels: Labels = {}): Measure =>
  (machine, scene) => [{ labels, valueAt: value(machine, scene) }];

const counter =
  (rate: (machine: Machine, scene: Scene) => (time: number) => number, labels: Labels = {}): Measure =>
  (machine, scene) => [{ labels, valueAt: integral(rate(machine, scene), machine.from, scene.since) }];

const constant = (value: number, labels: Labels = {}): Measure => gauge(() => () => value, labels);

/** The share of a machine's processors in use. */
function busy(machine: Machine, scene: Scene): (time: number) => number {
  const cores = scene.cpuOf(machine);
  return (time) => Math.min(0.98, (cores(time) + SYSTEM_CORES) / machine.cpus);
}

function memoryUsed(machine: Machine, scene: Scene): (time: number) => number {
  const containers = scene.memoryOf(machine);
  const { trouble, memory } = machine;
  return (time) => {
    if (trouble?.memoryUsed !== undefined && time >= trouble.since) return memory * trouble.memoryUsed;
    return Math.min(memory * 0.99, containers(time) + SYSTEM_BYTES);
  };
}

/** The share of a machine's disk in use: slowly more since it came, unless the world says otherwise. */
function diskUsed({ trouble, from, name }: Machine): (time: number) => number {
  const usual = 0.22 + (name.length % 7) * 0.01;
  return (time) => {
    if (trouble?.diskUsed !== undefined && time >= trouble.since) return trouble.diskUsed;
    return usual + Math.min(0.1, (time - from) / 86_400_000 / 1000);
  };
}

const MODES: Record<string, (busy: number) => number> = {
  idle: (share) => 1 - share,
  user: (share) => share * 0.7,
  system: (share) => share * 0.27,
  iowait: (share) => share * 0.03,
};

const disk: Labels = { device: '/dev/vda3', fstype: 'ext4', mountpoint: '/' };
const eth0: Labels = { device: 'eth0' };
const load = gauge((machine, scene) => {
  const share = busy(machine, scene);
  return (time) => share(time) * machine.cpus * 1.1;
});
const requests = (_: Machine) => (time: number) => 120 * busyness(time);

/** What node-exporter serves; where the world says nothing, estimates of a quiet machine. https://github.com/prometheus/node_exporter */
const measures: Record<string, Measure> = {
  node_cpu_seconds_total: cpuSeconds,
  node_load1: load,
  node_load5: load,
  node_load15: load,
  node_memory_MemTotal_bytes: gauge(
    ({ memory }) =>
      () =>
        memory,
  ),
  node_memory_MemAvailable_bytes: gauge((machine, scene) => {
    const used = memoryUsed(machine, scene);
    return (time) => Math.round(machine.memory - used(time));
  }),
  node_memory_MemFree_bytes: gauge((machine, scene) => {
    const used = memoryUsed(machine, scene);
    return (time) => Math.round((machine.memory - used(time)) * 0.4);
  }),
  node_filesystem_size_bytes: constant(DISK_BYTES, disk),
  node_filesystem_avail_bytes: gauge((machine) => {
    const used = diskUsed(machine);
    return (time) => Math.round(DISK_BYTES * (1 - used(time)));
  }, disk),
  node_filesystem_files: constant(INODES, disk),
  node_filesystem_files_free: gauge((machine) => {
    const used = diskUsed(machine);
    return (time) => Math.round(INODES * (1 - used(time) * 0.4));
  }, disk),
  node_filesystem_readonly: constant(0, disk),
  node_disk_io_time_seconds_total: counter(diskTime(0.1), { device: 'vda' }),
  node_disk_io_time_weighted_seconds_total: counter(diskTime(0.2), { device: 'vda' }),
  node_network_receive_bytes_total: counter((machine) => (time) => requests(machine)(time) * 900, eth0),
  node_network_transmit_bytes_total: counter((machine) => (time) => requests(machine)(time) * 2600, eth0),
  node_network_receive_packets_total: counter(requests, eth0),
  node_network_transmit_packets_total: counter(requests, eth0),
  node_network_receive_errs_total: counter(networkErrors, eth0),
  node_network_transmit_errs_total: counter(networkErrors, eth0),
  node_nf_conntrack_entries: gauge(() => (time) => Math.round(3000 * busyness(time))),
  node_nf_conntrack_entries_limit: constant(CONNTRACK_LIMIT),
  node_timex_offset_seconds: gauge(
    ({ trouble }) =>
      (time) =>
        trouble?.clockSkewSeconds !== undefined && time >= trouble.since ? trouble.clockSkewSeconds : 0.000_05,
  ),
  node_timex_sync_status: gauge(
    ({ trouble }) =>
      (time) =>
        Number(trouble?.clockSkewSeconds === undefined || time < trouble.since),
  ),
  node_filefd_allocated: gauge(() => (time) => Math.round(4000 * busyness(time))),
  node_filefd_maximum: constant(FILES_LIMIT),
  node_pressure_cpu_waiting_seconds_total: counter((machine, scene) => {
    const share = busy(machine, scene);
    return (time) => Math.max(0, share(time) - 0.8) * 2;
  }),
  node_pressure_memory_waiting_seconds_total: counter((machine, scene) => {
    const used = memoryUsed(machine, scene);
    return (time) => Math.max(0, used(time) / machine.memory - 0.93) * 5;
  }),
  node_pressure_io_waiting_seconds_total: counter(() => () => 0.002),
  node_boot_time_seconds: gauge(
    ({ from }) =>
      () =>
        Math.floor(from / 1000),
  ),
  node_time_seconds: gauge(() => (time) => time / 1000),
};

function diskTime(part: number) {
  return (machine: Machine, scene: Scene) => {
    const share = busy(machine, scene);
    return (time: number) => share(time) * part;
  };
}

function networkErrors({ trouble }: Machine): (time: number) => number {
  return (time) => (trouble?.network === 'degraded' && time >= trouble.since ? 6 : 0);
}

function cpuSeconds(machine: Machine, scene: Scene): Values {
  const share = busy(machine, scene);
  return Object.entries(MODES).flatMap(([mode, part]) => {
    const total = integral((time) => part(share(time)), machine.from, scene.since);
    return Array.from({ length: machine.cpus }, (_, cpu) => ({
      labels: { cpu: String(cpu), mode },
      valueAt: total,
    }));
  });
}

/** The node-exporter of every machine. */
export const nodes: Family = {
  names: Object.keys(measures),
  *plans(scene, name): Generator<Plan> {
    for (const machine of scene.machines) {
      for (const { labels, valueAt } of measures[name]?.(machine, scene) ?? []) {
        yield {
          labels: {
            __name__: name,
            job: 'node-exporter',
            node: machine.name,
            instance: `${machine.ip}:9100`,
            ...labels,
          },
          from: machine.from,
          to: machine.to,
          valueAt,
        };
      }
    }
  },
};
