import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/copilot.ts';
import { FAILING, type FailingRelease, HOST } from './support/failing-releases.ts';
import { type Lane, openLane } from './support/healing.ts';
import { contentOf, create, makeNamespace, RELEASE_POLICY, release, type Told } from './support/releases.ts';

/** Releases by the real bot in a quick world: one that works, its way back, and those that cannot work. */

const SPEED = 60;
const LANES = 2;
const AT_ONCE = 3;
const GOOD = `deploy ${HOST}/shop/web:5.0.3 as storefront to shop with 3 replicas on port 8080 health /readyz`;

describe('a release', () => {
  let lane: Lane;
  beforeAll(async () => {
    lane = await openLane({ speed: SPEED, policy: RELEASE_POLICY });
    await lane.fresh();
    await makeNamespace(lane, 'shop');
  });
  afterAll(() => lane.close());

  const imageNow = async () => {
    const found = (await lane.list('deployments')).find(({ metadata }) => metadata.name === 'storefront');
    const { template } = (found?.spec ?? {}) as { template?: { spec: { containers: { image: string }[] } } };
    return template?.spec.containers[0]?.image;
  };

  test('goes from a sentence to a verified roll-out within a minute of this world', async () => {
    const told = await release(lane, GOOD);
    expect(told, JSON.stringify(told)).toMatchObject({
      kind: 'succeeded',
      text: expect.stringContaining('storefront runs'),
    });
    console.log(
      `from the sentence to the verified roll-out: ${told.seconds.toFixed(1)} s, in a world ${SPEED} times as fast`,
    );
    // On a machine that has much else to do, as `PATIENCE` says, it may take as many times as long.
    expect(told.seconds).toBeLessThan(60 * Number(process.env.PATIENCE ?? '1'));
    expect(await lane.troubles()).toEqual([]);
  });

  test('that is asked for again changes nothing', async () => {
    expect(await release(lane, GOOD)).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('nothing to do'),
    });
  });

  test('of another image keeps what runs, is in the history, and is rolled back to what was before', async () => {
    expect(await release(lane, 'set storefront to 5.0.4')).toMatchObject({ kind: 'succeeded' });
    expect(await imageNow()).toBe(`${HOST}/shop/web:5.0.4`);
    const chat = await lane.bot.chat();
    await chat.say('releases of storefront');
    const table = await until('the history', 20_000, async () =>
      (await chat.entries()).flatMap(({ card }) => card?.blocks ?? []).find((block) => block.type === 'table'),
    );
    expect(table).toMatchObject({
      rows: [
        [
          expect.stringContaining('2'),
          expect.stringContaining('5.0.4'),
          expect.any(String),
          expect.stringContaining('web:console:operator'),
        ],
        ['1', expect.stringContaining('5.0.3'), expect.any(String), expect.any(String)],
      ],
    });
    expect(await release(lane, 'roll back storefront')).toMatchObject({ kind: 'succeeded' });
    expect(await imageNow()).toBe(`${HOST}/shop/web:5.0.3`);
  });

  test('of something that others made changes its image alone', async () => {
    const before = (await contentOf(lane, 'prod')).filter((one) => !one.startsWith('deployments/catalog'));
    expect(await release(lane, 'set catalog in prod to 3.2.1')).toMatchObject({ kind: 'succeeded' });
    expect((await contentOf(lane, 'prod')).filter((one) => !one.startsWith('deployments/catalog'))).toEqual(before);
  });

  test('of a cron job offers a run at once, which is watched to its end; one that fails shows its last lines', async () => {
    const chat = await lane.bot.chat();
    const told = (pattern: RegExp) =>
      until(`${pattern} to be told`, 120_000, async () =>
        pattern.test(JSON.stringify(await chat.entries()).replaceAll('\\', '')),
      );
    await chat.say(`run ${HOST}/shop/report:2.1.0 as a cron job named report every 6 hours in shop`);
    await chat.press('approve:');
    await chat.press('send:run the cron job report in shop once now');
    await chat.press('approve:');
    // What this program does is the sandbox's own affair: it comes to an end, and that is told.
    await told(/(?:has run: Job|The last lines of) report-now-/);
    for (const [name, script] of [
      ['orders-import', 'echo 3 orders'],
      ['orders-export', 'echo no table orders; exit 3'],
    ]) {
      const containers = [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', script] }];
      const template = { spec: { restartPolicy: 'Never', containers } };
      await create(lane, 'apis/batch/v1/namespaces/shop/cronjobs', {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name, namespace: 'shop' },
        spec: { schedule: '0 3 1 1 *', jobTemplate: { spec: { backoffLimit: 0, template } } },
      });
      await chat.say(`run ${name} in shop now`);
      await chat.press('approve:');
    }
    await told(/has run: Job orders-import-now-\w+ is complete/);
    await told(/The last lines of orders-export-now-.*no table orders/);
  });

  test('is tried on a few as a canary, and given to all by a click and an approval', async () => {
    const chat = await lane.bot.chat();
    await chat.say('canary storefront 5.0.4 25%');
    await chat.press('approve:');
    await chat.press('ask:promote');
    const names = async () => (await lane.list('deployments')).map(({ metadata }) => metadata.name);
    expect(await names()).toContain('storefront-canary');
    await chat.press('approve:');
    await until(
      'all to have it, and the canary to be gone',
      120_000,
      async () => (await imageNow()) === `${HOST}/shop/web:5.0.4` && !(await names()).includes('storefront-canary'),
    );
  });
});

interface Ended extends Told {
  name: string;
  left: string[];
}

/** In a namespace of its own, and what of it is not as it was. */
async function fail(lane: Lane, one: FailingRelease, namespace: string): Promise<Ended> {
  const within = (text: string) => text.replaceAll('NS', namespace);
  await makeNamespace(lane, namespace, one.labels);
  await one.before?.(lane, namespace);
  if (one.base) {
    const base = await release(lane, within(one.base));
    if (base.kind !== 'succeeded') throw new Error(`${one.name}: the release before it: ${base.text}`);
  }
  await until('the namespace’s own objects', 10_000, async () =>
    (await contentOf(lane, namespace)).some((text) => text.startsWith('serviceaccounts/default')),
  );
  const before = await contentOf(lane, namespace);
  if (one.world) await lane.break(one.world);
  const told = await release(lane, within(one.sentence), one.answers);
  if (one.world) await lane.control('mend', { scenario: one.world, cluster: lane.cluster() });
  let left: string[] = [];
  await until('what was made to be gone', 30_000, async () => {
    const after = await contentOf(lane, namespace);
    left = [...after.filter((text) => !before.includes(text)), ...before.filter((text) => !after.includes(text))];
    return left.length === 0;
  }).catch(() => undefined);
  return { ...told, name: one.name, left };
}

describe(`${FAILING.length} releases that cannot work`, () => {
  let ended: Ended[] = [];
  let failed: string[] = [];

  beforeAll(async () => {
    const began = Date.now();
    const waiting = FAILING.map((one, at) => ({ one, namespace: `lab-${at}` })).filter(({ one }) => !one.world);
    const worlds = FAILING.map((one, at) => ({ one, namespace: `lab-${at}` })).filter(({ one }) => one.world);
    ended = [];
    failed = [];
    const follow = async (lane: Lane, { one, namespace }: (typeof waiting)[number]) => {
      const end = await fail(lane, one, namespace).catch((error: unknown) => void failed.push(`${one.name}: ${error}`));
      if (end) ended.push(end);
    };
    await Promise.all(
      Array.from({ length: LANES }, async (_, at) => {
        const lane = await openLane({ speed: SPEED, policy: RELEASE_POLICY });
        await lane.fresh();
        await Promise.all(
          Array.from({ length: AT_ONCE }, async () => {
            for (let next = waiting.shift(); next; next = waiting.shift()) await follow(lane, next);
          }),
        );
        if (at === 0) for (const one of worlds) await follow(lane, one);
        await lane.close();
      }),
    );
    const count = (kind: string) => ended.filter((one) => one.kind === kind).length;
    console.log(
      `${FAILING.length} failing releases: ${count('refused')} refused before anything, ${count('undone')} rolled back, ${FAILING.length - count('refused') - count('undone')} otherwise; ${ended.filter(({ left }) => left.length > 0).length} left something; ${Math.round((Date.now() - began) / 1000)} s\n${failed.join('\n')}`,
    );
  }, 600_000);

  test.each(FAILING.map(({ name }) => name))(
    '%s: is refused or rolled back, and leaves the namespace as it was',
    (name) => {
      const one = ended.find((each) => each.name === name);
      const wanted = FAILING.find((each) => each.name === name);
      expect(one, failed.join('\n')).toBeDefined();
      expect(one?.left).toEqual([]);
      expect(one?.kind, one?.text).toBe(wanted?.ends);
      expect(one?.text).toMatch(wanted?.says ?? /./);
    },
  );
});
