import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configMap, startApi, type TestApi } from './harness.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api.close());

const eventSchema = z.object({
  type: z.string(),
  object: z.looseObject({
    metadata: z.looseObject({ name: z.string().optional(), resourceVersion: z.string().optional() }).default({}),
    code: z.number().optional(),
    reason: z.string().optional(),
  }),
});
type Event = z.infer<typeof eventSchema>;

const PATH = '/api/v1/namespaces/default/configmaps';

/** Follows a watch; `until` waits for that many events. */
async function follow(query: Record<string, string>) {
  const abort = new AbortController();
  const response = await api.fetch(`${PATH}?${new URLSearchParams({ watch: 'true', ...query })}`, {
    signal: abort.signal,
  });
  const events: Event[] = [];
  let ended = false;
  const reading = (async () => {
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const lines = (rest + Buffer.from(chunk).toString()).split('\n');
      rest = lines.pop() ?? '';
      events.push(...lines.map((line) => eventSchema.parse(JSON.parse(line))));
    }
    ended = true;
  })().catch(() => {
    ended = true;
  });
  const until = async (count: number) => {
    while (events.length < count && !ended) await delay(5);
    return events.map(({ type, object }) => `${type} ${object.metadata.name ?? object.reason ?? ''}`.trim());
  };
  return { until, events, stop: () => abort.abort(), ended: () => reading };
}

const create = (name: string, labels: Record<string, string> = {}) =>
  api.core.createNamespacedConfigMap({ namespace: 'default', body: configMap(name, { labels }) });
const relabel = (name: string, labels: Record<string, string>) =>
  api.core.replaceNamespacedConfigMap({ namespace: 'default', name, body: configMap(name, { labels }) });
const version = async () =>
  (await api.core.listNamespacedConfigMap({ namespace: 'default' })).metadata?.resourceVersion ?? '';

describe('a watch', () => {
  it('begins with what is there, and goes on with what happens', async () => {
    await create('a');
    const watch = await follow({});
    await create('b');
    await relabel('a', { x: 'y' });
    await api.core.deleteNamespacedConfigMap({ namespace: 'default', name: 'b' });
    expect(await watch.until(4)).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
    watch.stop();
  });

  it('catches up from a version without a gap or a repetition', async () => {
    await create('a');
    const from = await version();
    await create('b');
    await relabel('a', { x: 'y' });
    const watch = await follow({ resourceVersion: from });
    await create('c');
    expect(await watch.until(3)).toEqual(['ADDED b', 'MODIFIED a', 'ADDED c']);
    const versions = watch.events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).toEqual(versions.toSorted((one, two) => one - two));
    watch.stop();
  });

  it('is told 410 when its version was forgotten, and ends', async () => {
    const from = await version();
    await create('a');
    await api.restart();
    await create('b');
    const watch = await follow({ resourceVersion: from });
    expect(await watch.until(1)).toEqual(['ERROR Expired']);
    expect(watch.events[0]?.object.code).toBe(410);
    await watch.ended();
  });

  it('is told 410 for a version of another world', async () => {
    const watch = await follow({ resourceVersion: '99999999999' });
    expect(await watch.until(1)).toEqual(['ERROR Expired']);
    await watch.ended();
  });

  it('with a selector sees what enters it as added and what leaves it as deleted', async () => {
    await create('a', { on: 'no' });
    const watch = await follow({ labelSelector: 'on=yes' });
    await relabel('a', { on: 'yes' });
    await relabel('a', { on: 'yes', more: 'x' });
    await relabel('a', { on: 'no' });
    await create('b', { on: 'yes' });
    expect(await watch.until(4)).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED b']);
    watch.stop();
  });

  it('ends after its timeout, with a bookmark of how far it came', async () => {
    await create('a');
    const from = await version();
    const watch = await follow({ resourceVersion: from, timeoutSeconds: '1', allowWatchBookmarks: 'true' });
    await watch.ended();
    expect(watch.events.map(({ type }) => type)).toEqual(['BOOKMARK']);
    expect(watch.events[0]?.object.metadata.resourceVersion).toBe(from);
  });

  it('says where the first events end when asked for them', async () => {
    await create('a');
    const watch = await follow({
      sendInitialEvents: 'true',
      allowWatchBookmarks: 'true',
      resourceVersionMatch: 'NotOlderThan',
    });
    expect(await watch.until(2)).toEqual(['ADDED a', 'BOOKMARK']);
    expect(watch.events[1]?.object.metadata.annotations).toEqual({ 'k8s.io/initial-events-end': 'true' });
    watch.stop();
  });

  it('that nobody reads does not hold up the others', async () => {
    const stuck = await api.fetch(`${PATH}?watch=true`);
    const watch = await follow({});
    for (let n = 0; n < 40; n += 1) {
      await api.core.createNamespacedConfigMap({
        namespace: 'default',
        body: configMap(`m${n}`, { data: { text: 'x'.repeat(500_000) } }),
      });
    }
    expect(await watch.until(40)).toHaveLength(40);
    watch.stop();
    await expect(stuck.text()).rejects.toThrow('terminated');
  });

  it('works with the client library, and ends when the server does', async () => {
    const seen: string[] = [];
    const done = Promise.withResolvers<unknown>();
    await api.watching.watch(
      PATH,
      {},
      (type) => seen.push(type),
      (error) => done.resolve(error),
    );
    await create('a');
    while (seen.length === 0) await delay(5);
    expect(seen).toEqual(['ADDED']);
    await api.restart();
    await done.promise;
  });
});
