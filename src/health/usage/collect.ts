import { startOf } from './days.ts';
import type { Owner } from './owners.ts';
import { STEP_MS, STEPS_A_DAY, type UsageRow } from './queries.ts';
import type { DayRecord, UsageRecord } from './records.ts';
import { addTo, createSketch, mergeInto, pack, quantile, type Sketch } from './sketch.ts';

/** A day of one namespace, gathered slice by slice: what is kept meanwhile is a few sketches of each pod, never the answers. */
export interface DayCollector {
  cpu(rows: readonly UsageRow[]): void;
  memory(rows: readonly UsageRow[]): void;
  oomKills(rows: readonly UsageRow[], limits: readonly UsageRow[]): void;
  images(rows: readonly UsageRow[]): void;
  /** The day of each container of a workload. Pods whose owner nothing tells are left out; `orphans` counts them. */
  finish(ownerOf: (pod: string) => Owner | undefined): { containers: CollectedDay[]; orphans: number };
}

export type CollectedDay = Pick<UsageRecord, 'kind' | 'name' | 'container'> & { day: DayRecord };

interface PodDay {
  cpu: Sketch;
  memory: Sketch;
  cpuMax: number;
  memoryPeak: number;
  /** One for each step of the day that has a sample. */
  steps: Uint8Array;
  oomKills: number;
  oomLimit: number;
  images: Set<string>;
}

export function createDayCollector(date: string): DayCollector {
  const from = startOf(date);
  const pods = new Map<string, PodDay>();
  const keyOf = ({ labels }: UsageRow) => `${labels.pod ?? ''}/${labels.container ?? ''}`;

  function podOf(row: UsageRow): PodDay {
    const key = keyOf(row);
    const known = pods.get(key) ?? emptyPod();
    pods.set(key, known);
    return known;
  }

  return {
    cpu(rows) {
      for (const row of rows) {
        const pod = podOf(row);
        for (const [at, cores] of row.points) {
          const step = Math.round((at - from) / STEP_MS) - 1;
          if (!Number.isFinite(cores) || step < 0 || step >= STEPS_A_DAY) continue;
          addTo(pod.cpu, cores * 1000);
          pod.cpuMax = Math.max(pod.cpuMax, cores * 1000);
          pod.steps[step] = 1;
        }
      }
    },
    memory(rows) {
      for (const row of rows) {
        const pod = podOf(row);
        for (const [, bytes] of row.points) {
          if (!Number.isFinite(bytes)) continue;
          addTo(pod.memory, bytes);
          pod.memoryPeak = Math.max(pod.memoryPeak, bytes);
        }
      }
    },
    oomKills(rows, limits) {
      const limitOf = new Map(limits.map((row) => [keyOf(row), row.points.at(-1)?.[1] ?? 0]));
      for (const row of rows) {
        const pod = podOf(row);
        pod.oomKills += Math.max(1, Math.round(row.points.at(-1)?.[1] ?? 1));
        pod.oomLimit = Math.max(pod.oomLimit, limitOf.get(keyOf(row)) ?? 0);
      }
    },
    images(rows) {
      for (const row of rows) if (row.labels.image) podOf(row).images.add(row.labels.image);
    },
    finish(ownerOf) {
      const containers = new Map<string, Pick<CollectedDay, 'kind' | 'name' | 'container'> & { pods: PodDay[] }>();
      const orphans = new Set<string>();
      for (const [key, pod] of pods) {
        const slash = key.indexOf('/');
        const [name, container] = [key.slice(0, slash), key.slice(slash + 1)];
        const owner = ownerOf(name);
        if (!owner) orphans.add(name);
        // Metadata alone is no day: of a container of yesterday only the image may still be known.
        if (!owner || container === '' || pod.cpu.count === 0) continue;
        const id = `${owner.kind}/${owner.name}/${container}`;
        const known = containers.get(id) ?? { ...owner, container, pods: [] };
        known.pods.push(pod);
        containers.set(id, known);
      }
      const days = [...containers.values()].map(({ pods: own, ...rest }) => ({ ...rest, day: dayOf(date, own) }));
      return { containers: days, orphans: orphans.size };
    },
  };
}

function emptyPod(): PodDay {
  return {
    cpu: createSketch(),
    memory: createSketch(),
    cpuMax: 0,
    memoryPeak: 0,
    steps: new Uint8Array(STEPS_A_DAY),
    oomKills: 0,
    oomLimit: 0,
    images: new Set(),
  };
}

function dayOf(date: string, pods: readonly PodDay[]): DayRecord {
  const [cpu, memory, podP99] = [createSketch(), createSketch(), createSketch()];
  for (const pod of pods) {
    mergeInto(cpu, pack(pod.cpu));
    mergeInto(memory, pack(pod.memory));
    addTo(podP99, quantile(pod.cpu, 0.99), pod.cpu.count);
  }
  const most = (of: (pod: PodDay) => number) => pods.reduce((max, pod) => Math.max(max, of(pod)), 0);
  const sum = (of: (pod: PodDay) => number) => pods.reduce((total, pod) => total + of(pod), 0);
  const oomLimit = most((pod) => pod.oomLimit);
  return {
    date,
    cpu: pack(cpu),
    cpuMax: most(({ cpuMax }) => cpuMax),
    podP99: pack(podP99),
    memory: pack(memory),
    memoryPeak: most(({ memoryPeak }) => memoryPeak),
    samples: cpu.count,
    expected: sum(({ steps }) => steps.lastIndexOf(1) - steps.indexOf(1) + 1),
    steps: Array.from({ length: STEPS_A_DAY }, (_, step) => step).filter((step) => pods.some((pod) => pod.steps[step]))
      .length,
    images: [...new Set(pods.flatMap(({ images }) => [...images]))].sort(),
    oomKills: sum(({ oomKills }) => oomKills),
    ...(oomLimit > 0 && { oomLimit }),
  };
}
