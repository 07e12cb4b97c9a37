import type { PoolOfNodes } from './pools.ts';
import { failed, type Judged, passed, percentOf, unknown } from './texts.ts';
import { capacityLeft, type Trial } from './trial.ts';
import { type Growth, growthOf, hasPool, type Peaks, peaksOf } from './use.ts';

/** What is measured must fit what is left, now and in a month: G6 and G10. */

const CPU_P95 = 0.65;
const CPU_MAX = 0.85;
const MEMORY_MAX = 0.8;

interface Scope {
  pool: string | undefined;
  left: { cpu: number; memory: number };
}

/** The cluster, and the pool where the curves tell pools apart. */
function scopesOf(trial: Trial, { id, nodes }: Pick<PoolOfNodes, 'id' | 'nodes'>): Scope[] {
  const all = trial.world.nodes.map((_, node) => node);
  const cluster = { pool: undefined, left: capacityLeft(trial, all) };
  const { curves } = trial.facts;
  return hasPool(curves, id) ? [cluster, { pool: id, left: capacityLeft(trial, nodes) }] : [cluster];
}

/** G6: CPU at its 95th percentile and at its highest, and memory at its highest, leave room. */
export function hasHeadroom(trial: Trial, pool: Pick<PoolOfNodes, 'id' | 'nodes'>): Judged {
  const all = scopesOf(trial, pool).map((scope) => ({ ...scope, peaks: peaksOf(trial.facts, scope.pool) }));
  const shown = all.map(({ peaks, left }) => peaks && figures(peaks, left));
  const figuresOfAll = shown.flatMap((one) => one ?? []);
  if (figuresOfAll.length < all.length) return unknown('G6', 'no-curves');
  const tight = figuresOfAll.find((one) => !one.fits);
  const params = paramsOf(tight ?? worst(figuresOfAll));
  return tight ? failed('G6', 'tight', { ...params, ...LIMITS }) : passed('G6', params);
}

/** G10: what is requested grows along a line; in 30 days it still fits, and so does the use if it grows alike. */
export function hasRoomToGrow(trial: Trial, pool: Pick<PoolOfNodes, 'id' | 'nodes'>): Judged {
  const judged = scopesOf(trial, pool).map((scope) => growthIn(trial, scope));
  return (
    judged.find(({ state }) => state === 'failed') ??
    judged.find(({ state }) => state === 'unknown') ??
    judged[0] ??
    unknown('G10', 'no-curves')
  );
}

function growthIn({ facts }: Trial, { pool, left }: Scope): Judged {
  const cpu = growthOf(facts, 'cpu-requests', pool);
  const memory = growthOf(facts, 'memory-requests', pool);
  const peaks = peaksOf(facts, pool);
  if (!cpu || !memory || !peaks) return unknown('G10', 'no-curves');
  const params = { cpu: growthPercent(cpu), memory: growthPercent(memory), days: Math.min(cpu.days, memory.days) };
  if (cpu.projected * 1000 > left.cpu || memory.projected > left.memory) return failed('G10', 'requests', params);
  const then = figures(
    {
      ...peaks,
      cpuP95: peaks.cpuP95 * cpu.factor,
      cpuMax: peaks.cpuMax * cpu.factor,
      memoryMax: peaks.memoryMax * memory.factor,
    },
    left,
  );
  return then.fits ? passed('G10', params) : failed('G10', 'use', params);
}

const growthPercent = ({ factor }: Growth) => Math.round((factor - 1) * 100);

const LIMITS = { p95Most: CPU_P95 * 100, maxMost: CPU_MAX * 100, memoryMost: MEMORY_MAX * 100 };

interface Figures {
  p95: number;
  max: number;
  memory: number;
  days: number;
  fits: boolean;
}

function figures({ cpuP95, cpuMax, memoryMax, days }: Peaks, left: Scope['left']): Figures {
  const fits = cpuP95 <= CPU_P95 * left.cpu && cpuMax <= CPU_MAX * left.cpu && memoryMax <= MEMORY_MAX * left.memory;
  return {
    p95: percentOf(cpuP95, left.cpu),
    max: percentOf(cpuMax, left.cpu),
    memory: percentOf(memoryMax, left.memory),
    days,
    fits,
  };
}

function worst(all: readonly Figures[]): Figures | undefined {
  return [...all].sort((a, b) => b.max + b.memory - a.max - a.memory)[0];
}

function paramsOf(found: Figures | undefined): Record<string, number> {
  const { p95, max, memory, days } = found ?? { p95: 0, max: 0, memory: 0, days: 0 };
  return { p95, max, memory, days };
}
