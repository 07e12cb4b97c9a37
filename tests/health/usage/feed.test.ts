import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FakePod } from './world.ts';
import { openWorld, STEPS } from './world.ts';

const C = 'c1';
const MiB = 2 ** 20;
const HOUR = 3_600_000;
const at = (text: string) => Date.parse(text);
const shop: FakePod = {
  namespace: 'prod',
  pod: 'shop-77f-abcde',
  owner: { kind: 'ReplicaSet', name: 'shop-77f' },
};

let rig: Awaited<ReturnType<typeof openWorld>>;
beforeEach(async () => {
  rig = await openWorld('2026-11-25T01:00:00Z');
  rig.world.pods = [shop];
  rig.world.deployments = { 'shop-77f': 'shop' };
});
afterEach(() => rig.close());

async function feedAll(days: number): Promise<void> {
  for (let n = 0; n < days; n++) await rig.feed.feed(C);
}

describe('a day of usage', () => {
  test('is yesterday, in slices of six hours, for the workload that the pods belong to', async () => {
    const fed = await rig.feed.feed(C);
    expect(fed).toMatchObject({ outcome: 'fed', date: '2026-11-24', containers: 1, orphans: 0 });
    const ranges = rig.world.asked.filter(({ promql }) => promql.includes('cpu_usage')).map(({ range }) => range);
    expect(ranges.map(({ start, end }) => (end - start) / 300_000 + 1)).toEqual([72, 72, 72, 72]);
    expect(ranges[0]?.start).toBe(at('2026-11-24T00:05:00Z'));
    expect(ranges.at(-1)?.end).toBe(at('2026-11-25T00:00:00Z'));
    const { containers, days, lastDay } = await rig.feed.sketches(C);
    expect({ days, lastDay }).toEqual({ days: 1, lastDay: '2026-11-24' });
    expect(containers).toMatchObject([
      { namespace: 'prod', kind: 'Deployment', name: 'shop', container: 'app', samples: 1, podDays: 1 },
    ]);
    expect(containers[0]?.days).toEqual([
      { date: '2026-11-24', memoryPeak: 100 * MiB, images: ['app:1'], oomKills: 0 },
    ]);
  });

  test('keeps quantiles within one percent and the peaks exactly', async () => {
    const step = (time: number) => Math.round((time - at('2026-11-24T00:00:00Z')) / 300_000);
    rig.world.pods = [{ ...shop, cores: (time) => step(time) / 1000, bytes: (time) => step(time) * MiB }];
    await rig.feed.feed(C);
    const [usage] = (await rig.feed.sketches(C)).containers;
    expect(usage?.cpu.p95).toBeGreaterThan(273 * 0.99);
    expect(usage?.cpu.p95).toBeLessThan(274 * 1.01);
    expect(usage?.cpu.max).toBe(288);
    expect(usage?.memory.peak).toBe(288 * MiB);
  });

  test('keeps the median over pods of their p99 apart from the pool of all', async () => {
    const pods = [1, 1, 4].map((cores, n) => ({ ...shop, pod: `shop-77f-${n}`, cores: () => cores }));
    rig.world.pods = pods;
    await rig.feed.feed(C);
    const [usage] = (await rig.feed.sketches(C)).containers;
    expect(usage?.cpu.podP99).toBeCloseTo(1000, -2);
    expect(usage?.cpu.p95).toBeGreaterThan(3900);
    expect(usage?.podDays).toBe(3);
  });

  test('knows kills for want of memory and the limit they happened at', async () => {
    rig.world.pods = [
      { ...shop, oomAt: { times: [at('2026-11-24T05:00:00Z'), at('2026-11-24T15:00:00Z')], limit: 128 * MiB } },
    ];
    await rig.feed.feed(C);
    const [usage] = (await rig.feed.sketches(C)).containers;
    expect(usage?.days).toMatchObject([{ oomKills: 2, oomLimit: 128 * MiB }]);
  });

  test('asks for limits and owners of owners only where they are needed', async () => {
    rig.world.pods = [{ ...shop, owner: { kind: 'StatefulSet', name: 'shop' } }];
    await rig.feed.feed(C);
    const asked = rig.world.asked.map(({ promql }) => promql);
    expect(asked.filter((promql) => /resource_limits|kube_replicaset_owner|kube_job_owner/.test(promql))).toEqual([]);
  });

  test('counts gaps while a pod lives, not the time before it came and after it went', async () => {
    const noon = at('2026-11-24T12:00:00Z');
    const gap = (time: number) => (time > noon + HOUR && time <= noon + 2 * HOUR ? undefined : 0.1);
    rig.world.pods = [{ ...shop, from: noon + 300_000, cores: gap }];
    await rig.feed.feed(C);
    const [usage] = (await rig.feed.sketches(C)).containers;
    expect(usage?.samples).toBeCloseTo(132 / 144, 6);
  });

  test('leaves out pods that nothing tells the owner of, and says how many', async () => {
    const { owner: _, ...orphan } = shop;
    rig.world.pods = [{ ...orphan, pod: 'stray-0' }, shop];
    expect(await rig.feed.feed(C)).toMatchObject({ containers: 1, orphans: 1 });
  });

  test('of a large namespace comes in parts, and the parts make up each workload', async () => {
    rig.world.counted = 2000;
    rig.world.deployments = { 'shop-77f': 'shop' };
    rig.world.pods = [...'bcdfghjk'].map((ending) => ({ ...shop, pod: `shop-77f-${ending}` }));
    expect(await rig.feed.feed(C)).toMatchObject({ outcome: 'fed', containers: 1, orphans: 0 });
    const asked = rig.world.asked.map(({ promql }) => promql).filter((promql) => promql.includes('cpu_usage'));
    expect(new Set(asked).size).toBe(16);
    const [usage] = (await rig.feed.sketches(C)).containers;
    expect(usage).toMatchObject({ kind: 'Deployment', name: 'shop', podDays: 8, samples: 1 });
  });

  test('takes the owner from elsewhere where kube-state-metrics is not there', async () => {
    const { owner: _, ...orphan } = shop;
    const other = await openWorld('2026-11-25T01:00:00Z', { workloadOf: () => ({ kind: 'Deployment', name: 'shop' }) });
    other.world.pods = [orphan];
    expect(await other.feed.feed(C)).toMatchObject({ containers: 1, orphans: 0 });
    await other.close();
  });
});

describe('feeding', () => {
  test('never asks more than two questions at a time', async () => {
    await feedAll(3);
    expect(rig.world.most).toBe(2);
  });

  test('catches up two weeks, one day a call, newest first, and then has nothing to do until tomorrow', async () => {
    const dates = [];
    for (let n = 0; n < 14; n++) dates.push((await rig.feed.feed(C)).date);
    expect(dates[0]).toBe('2026-11-24');
    expect(dates.at(-1)).toBe('2026-11-11');
    expect(await rig.feed.feed(C)).toMatchObject({ outcome: 'nothing', queries: 0 });
    expect(await rig.feed.next(C)).toBe(at('2026-11-26T00:15:00Z'));
    const [usage] = (await rig.feed.sketches(C)).containers;
    expect(usage?.podDays).toBe(14);
    expect(usage?.presence).toBe(1);
  });

  test('does not go on beyond where the history ends', async () => {
    rig.world.pods = [{ ...shop, from: at('2026-11-22T00:00:01Z') }];
    await feedAll(4);
    expect(await rig.feed.feed(C)).toMatchObject({ outcome: 'nothing' });
    rig.world.now = at('2026-11-26T00:15:00Z');
    expect(await rig.feed.feed(C)).toMatchObject({ outcome: 'fed', date: '2026-11-25' });
  });

  test('rests between days that it catches up with', async () => {
    await rig.feed.feed(C);
    expect(await rig.feed.next(C)).toBe(rig.world.now + 10 * 60_000);
  });

  test('asks at most one percent of what KRR asks by default', async () => {
    const { samples } = await rig.feed.feed(C);
    /** 336 hours every 75 seconds, four queries: its defaults as documented. */
    const krr = ((336 * 3600) / 75) * 4;
    expect(krr).toBe(64_512);
    expect(samples).toBeGreaterThanOrEqual(2 * STEPS);
    expect(samples / krr).toBeLessThanOrEqual(0.01);
  });

  test('lets go of days older than four weeks, and of containers that were not seen for so long', async () => {
    await feedAll(14);
    const gone = { ...shop, pod: 'old-0', owner: { kind: 'StatefulSet', name: 'old' } };
    rig.world.pods = [shop, gone];
    for (let day = 0; day < 40; day++) {
      rig.world.now += 24 * HOUR;
      if (day === 1) rig.world.pods = [shop];
      await rig.feed.feed(C);
    }
    const all = await rig.usage.find();
    expect(all.map(({ name, days }) => [name, days.length])).toEqual([['shop', 28]]);
  });
});

describe('a day is fed once', () => {
  const counts = async () => (await rig.feed.sketches(C)).containers.map(({ name, podDays }) => [name, podDays]);
  const many = Array.from({ length: 6 }, (_, n) => ({
    ...shop,
    namespace: `team-${n}`,
    pod: `app-${n}`,
    owner: { kind: 'StatefulSet', name: `app-${n}` },
  }));

  test('after a failure it goes on with the namespaces that are missing', async () => {
    rig.world.pods = many;
    let left = 60;
    rig.world.before = () => {
      if (left-- === 0) throw new Error('gone away');
    };
    expect((await rig.feed.feed(C)).outcome).toBe('failed');
    expect(rig.errors).toHaveLength(1);
    expect(await rig.feed.next(C)).toBe(rig.world.now + HOUR);
    const before = rig.world.asked.length;
    expect((await rig.feed.feed(C)).date).toBe('2026-11-24');
    const again = rig.world.asked.slice(before).map(({ promql }) => promql);
    expect(again.some((promql) => promql.includes('namespace="team-0"'))).toBe(false);
    expect(await counts()).toEqual(many.map((_, n) => [`app-${n}`, 1]));
  });

  test('after a crash at any query, by another process once the lease is over', async () => {
    const pods = many.slice(0, 2);
    rig.world.pods = pods;
    await rig.feed.feed(C);
    const queries = rig.world.asked.length;
    for (let crash = 0; crash < queries; crash += 4) {
      const other = await openWorld('2026-11-25T01:00:00Z');
      other.world.pods = pods;
      let left = crash;
      // A process that dies leaves everything as it is: its query never comes back.
      const died = new Promise<void>((resolve) => {
        other.world.before = () => {
          if (left-- !== 0) return;
          resolve();
          return new Promise(() => undefined);
        };
      });
      void other.feed.feed(C);
      await died;
      const successor = other.open();
      expect((await successor.feed(C)).outcome).toBe('busy');
      other.world.now = await successor.next(C);
      expect(await successor.feed(C)).toMatchObject({ outcome: 'fed', date: '2026-11-24' });
      const { containers } = await successor.sketches(C);
      expect(containers.map(({ name, podDays }) => [name, podDays])).toEqual([
        ['app-0', 1],
        ['app-1', 1],
      ]);
      await other.close();
    }
  });

  test('by one of several processes that begin at once', async () => {
    rig.world.pods = many;
    const outcomes = await Promise.all(
      [rig.feed, rig.open(), rig.open()].map(async (feed) => (await feed.feed(C)).outcome),
    );
    expect(outcomes.sort()).toEqual(['busy', 'busy', 'fed']);
    expect(await counts()).toEqual(many.map((_, n) => [`app-${n}`, 1]));
  });

  test('when a process that was too slow comes back after another has taken over', async () => {
    rig.world.pods = many;
    let left = 25;
    let wake: () => void = () => undefined;
    const stuck = new Promise<void>((resolve) => {
      rig.world.before = () => {
        if (left-- !== 0) return;
        resolve();
        return new Promise<void>((done) => {
          wake = done;
        });
      };
    });
    const slow = rig.feed.feed(C);
    await stuck;
    rig.world.now += HOUR;
    expect((await rig.open().feed(C)).outcome).toBe('fed');
    wake();
    expect(['busy', 'slow']).toContain((await slow).outcome);
    expect(await counts()).toEqual(many.map((_, n) => [`app-${n}`, 1]));
    expect((await rig.feed.feed(C)).date).toBe('2026-11-23');
  });
});

describe('Prometheus is left alone', () => {
  const busy = Array.from({ length: 8 }, (_, n) => ({ ...shop, namespace: `team-${n}`, pod: `app-${n}` }));

  test('when it answers a fifth slower than before, and asked for the rest an hour later', async () => {
    rig.world.pods = busy;
    rig.world.takes = 1000;
    await rig.feed.feed(C);
    rig.world.takes = 1300;
    const before = rig.world.asked.length;
    expect(await rig.feed.feed(C)).toMatchObject({ outcome: 'slow', date: '2026-11-23' });
    expect(rig.world.asked.length - before).toBeLessThan(40);
    expect(await rig.feed.next(C)).toBe(rig.world.now + HOUR);
    rig.world.takes = 1000;
    expect(await rig.feed.feed(C)).toMatchObject({ outcome: 'fed', date: '2026-11-23' });
  });

  test('within the first day, when it becomes slow meanwhile', async () => {
    rig.world.pods = busy;
    rig.world.takes = 300;
    rig.world.before = () => {
      if (rig.world.asked.length > 60) rig.world.takes = 500;
    };
    expect((await rig.feed.feed(C)).outcome).toBe('slow');
  });

  test('not for a tenth more, nor while it is quick', async () => {
    rig.world.pods = busy;
    rig.world.takes = 1000;
    await rig.feed.feed(C);
    rig.world.takes = 1100;
    expect((await rig.feed.feed(C)).outcome).toBe('fed');
    const quick = await openWorld('2026-11-25T01:00:00Z');
    quick.world.pods = busy;
    await quick.feed.feed(C);
    quick.world.takes = 200;
    expect((await quick.feed.feed(C)).outcome).toBe('fed');
    await quick.close();
  });

  test('not for ever: a cluster that has grown is slower for good', async () => {
    rig.world.pods = busy;
    rig.world.takes = 1000;
    await rig.feed.feed(C);
    rig.world.takes = 1500;
    const outcomes = [];
    for (let n = 0; n < 12; n++) outcomes.push((await rig.feed.feed(C)).outcome);
    expect(outcomes.at(-1)).toBe('fed');
  });
});
