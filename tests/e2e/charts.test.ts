import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from './support/copilot.ts';
import { HOST } from './support/failing-releases.ts';
import { type Lane, openLane } from './support/healing.ts';
import { contentOf, create, makeNamespace, RELEASE_POLICY, release } from './support/releases.ts';

/** Helm charts by the real bot in a quick world: from a sentence to a verified roll-out, an upgrade, and what is refused. */

const IMAGE = `image.repository=${HOST}/shop/web`;

describe('a chart', () => {
  let lane: Lane;
  beforeAll(async () => {
    lane = await openLane({
      speed: 60,
      policy: RELEASE_POLICY,
      settings: { CHARTS_DIR: resolve('tests/helm/charts') },
    });
    await lane.fresh();
    await makeNamespace(lane, 'shop');
  });
  afterAll(() => lane.close());

  const deployment = async () => {
    const found = (await lane.list('deployments')).find(({ metadata }) => metadata.name === 'storefront-shop');
    const { replicas, template } = (found?.spec ?? {}) as {
      replicas?: number;
      template?: { spec: { containers: { image: string }[] } };
    };
    return { replicas, image: template?.spec.containers[0]?.image };
  };

  test('is listed with its version and what it is', async () => {
    const chat = await lane.bot.chat();
    await chat.say('which charts are there');
    const table = await until('the list', 20_000, async () =>
      (await chat.entries()).flatMap(({ card }) => card?.blocks ?? []).find((block) => block.type === 'table'),
    );
    expect(table).toMatchObject({ rows: [['shop', '1.4.0', '5.0.3', 'A web service of a shop', 'CHARTS_DIR']] });
  });

  test('goes from a sentence to a verified roll-out, without its hooks and tests', async () => {
    const told = await release(lane, `deploy chart shop as storefront to shop with ${IMAGE}`);
    expect(told, JSON.stringify(told)).toMatchObject({
      kind: 'succeeded',
      text: expect.stringContaining('storefront (chart shop 1.4.0) is released in shop'),
    });
    expect(await deployment()).toEqual({ replicas: 2, image: `${HOST}/shop/web:5.0.3` });
    const made = (await contentOf(lane, 'shop')).map((one) => one.split(' ')[0]);
    expect(made).toEqual(
      expect.arrayContaining([
        'configmaps/storefront-shop',
        'services/storefront-shop',
        'serviceaccounts/storefront-shop',
      ]),
    );
    expect(made.filter((one) => /migrate|test/.test(one ?? ''))).toEqual([]);
    expect(await lane.troubles()).toEqual([]);
  });

  test('is upgraded by the same sentence with other values, given in a fence', async () => {
    const values = `image:\n  repository: ${HOST}/shop/web\n  tag: 5.0.4\nreplicaCount: 3`;
    const told = await release(lane, `把 chart shop 发布到 shop，名字 storefront\n\`\`\`yaml\n${values}\n\`\`\``);
    expect(told, JSON.stringify(told)).toMatchObject({ kind: 'succeeded' });
    expect(await deployment()).toEqual({ replicas: 3, image: `${HOST}/shop/web:5.0.4` });
  });

  test('that is asked for again with the same values changes nothing', async () => {
    const again = `deploy chart shop as storefront to shop with ${IMAGE} image.tag=5.0.4 replicaCount=3`;
    expect(await release(lane, again)).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('nothing to do'),
    });
  });

  test('that does not come up is put back as it was', async () => {
    const before = await contentOf(lane, 'shop');
    const told = await release(lane, `deploy chart shop as storefront to shop with ${IMAGE} image.tag=9.9.9-gone`);
    expect(told.kind, JSON.stringify(told)).toBe('undone');
    await until('the world as it was', 60_000, async () => {
      const after = await contentOf(lane, 'shop');
      return JSON.stringify(after) === JSON.stringify(before) ? true : undefined;
    });
  });

  test('that makes a Secret is refused with the way round it, and what was to be in it is not repeated', async () => {
    const told = await release(lane, `deploy chart shop as vault to shop with ${IMAGE} auth.password=hunter2`);
    expect(told).toMatchObject({
      kind: 'refused',
      text: expect.stringContaining('Secret vault-shop (shop/templates/secret.yaml)'),
    });
    expect(told.text).toContain('existingSecret');
    expect(told.text).not.toContain('hunter2');
  });

  test('whose objects a release of Helm keeps is refused, and they stay as they are', async () => {
    await create(lane, 'api/v1/namespaces/shop/configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kept-shop', namespace: 'shop', annotations: { 'meta.helm.sh/release-name': 'kept' } },
    });
    const before = await contentOf(lane, 'shop');
    const told = await release(lane, `deploy chart shop as kept to shop with ${IMAGE}`);
    expect(told).toMatchObject({ kind: 'refused', text: expect.stringContaining('Helm kept keeps this object') });
    expect(await contentOf(lane, 'shop')).toEqual(before);
  });

  test.each([
    ['deploy chart shop as x to shop with replicaCount=none', /replicaCount/],
    ['deploy chart nowhere to shop', /no chart nowhere/],
    ['deploy chart https://charts.example.com/web to shop', /an administrator has to list/],
  ])('%s is refused with the reason', async (sentence, reason) => {
    const chat = await lane.bot.chat();
    await chat.say(sentence);
    await until('the reason', 30_000, async () =>
      (await chat.entries()).some(
        ({ from, text, card }) => from === 'bot' && reason.test(text + JSON.stringify(card ?? {})),
      ),
    );
  });
});
