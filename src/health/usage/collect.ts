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
  /** Puts the pods that were gathered so far to their owners, and forgets them. Those whose owner nothing tells are left out. */
  fold(ownerOf: (pod: string) => Owner | undefined): void;
  /** The day of each container of what stands above the owners, and how many pods were left out. */
  finish(topOf: (owner: Owner) => Owner): { containers: CollectedDay[]; orphans: number };
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
  const folded: Folded = new Map();
  const orphans = new Set<string>();
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
      for (const row of rows) {
        // As the pod's template writes it; a node may report the image under another name.
        const { image_spec: image = row.labels.image } = row.labels;
        if (image) podOf(row).images.add(image);
      }
    },
    fold(ownerOf) {
      for (const [key, pod] of pods) {
        const slash = key.indexOf('/');
        const [name, container] = [key.slice(0, slash), key.slice(slash + 1)];
        const owner = ownerOf(name);
        if (!owner) orphans.add(name);
        // What has no sample is no day: of a container that came and went unseen only the image may be known.
        else if (container !== '' && pod.cpu.count > 0) put(folded, { ...owner, container }, totalOf(pod));
      }
      pods.clear();
    },
    finish(topOf) {
      const containers: Folded = new Map();
      for (const { kind, name, container, total } of folded.values())
        put(containers, { ...topOf({ kind, name }), container }, total);
      const days = [...containers.values()].map(({ total, ...place }) => ({ ...place, day: dayOf(date, total) }));
      return { containers: days, orphans: orphans.size };
    },
  };
}

type Place = Pick<UsageRecord, 'kind' | 'name' | 'container'>;
type Folded = Map<string, Place & { total: Total }>;

/** A day of several pods. */
interface Total extends PodDay {
  podP99: Sketch;
  expected: number;
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

function totalOf(pod: PodDay): Total {
  const podP99 = createSketch();
  addTo(podP99, quantile(pod.cpu, 0.99), pod.cpu.count);
  return { ...pod, podP99, expected: pod.steps.lastIndexOf(1) - pod.steps.indexOf(1) + 1 };
}

function put(into: Folded, place: Place, total: Total): void {
  const key = `${place.kind}/${place.name}/${place.container}`;
  const known = into.get(key);
  if (known) add(known.total, total);
  else into.set(key, { ...place, total });
}

function add(to: Total, more: Total): void {
  mergeInto(to.cpu, pack(more.cpu));
  mergeInto(to.memory, pack(more.memory));
  mergeInto(to.podP99, pack(more.podP99));
  to.cpuMax = Math.max(to.cpuMax, more.cpuMax);
  to.memoryPeak = Math.max(to.memoryPeak, more.memoryPeak);
  more.steps.forEach((seen, step) => {
    if (seen) to.steps[step] = 1;
  });
  to.oomKills += more.oomKills;
  to.oomLimit = Math.max(to.oomLimit, more.oomLimit);
  to.expected += more.expected;
  for (const image of more.images) to.images.add(image);
}

function dayOf(date: string, total: Total): DayRecord {
  const { cpu, memory, podP99, cpuMax, memoryPeak, steps, expected, images, oomKills, oomLimit } = total;
  return {
    date,
    cpu: pack(cpu),
    cpuMax,
    podP99: pack(podP99),
    memory: pack(memory),
    memoryPeak,
    samples: cpu.count,
    expected,
    steps: steps.reduce((count, seen) => count + seen, 0),
    images: [...images].sort(),
    oomKills,
    ...(oomLimit > 0 && { oomLimit }),
  };
}
