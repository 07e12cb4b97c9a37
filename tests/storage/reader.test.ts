import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { openStore, openStoreReader } from '../../src/storage/open.ts';

const spec = {
  name: 'things',
  schema: z.object({ id: z.string(), rev: z.number(), at: z.number() }),
  indexes: [['at']] as const,
};
const other = { ...spec, name: 'others' };
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'reader-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('what a running bot keeps is seen beside it, also what it writes afterwards, and it keeps its folder', async () => {
  const store = await openStore({ dataDir });
  const things = store.collection(spec);
  await things.insert({ id: 'a', rev: 1, at: 1 });
  const reader = await openStoreReader({ dataDir });
  const seen = reader.reading(spec);
  expect(await seen.get('a')).toEqual({ id: 'a', rev: 1, at: 1 });
  await things.insert({ id: 'b', rev: 1, at: 2 });
  expect(await seen.find({ orderBy: 'at', descending: true })).toMatchObject([{ id: 'b' }, { id: 'a' }]);
  expect(await seen.count()).toBe(2);
  await things.replace({ id: 'a', rev: 2, at: 3 });
  expect(await seen.get('a')).toMatchObject({ rev: 2 });
  await reader.close();
  await store.close();
});

test('what a bot that has ended kept is still there, and a collection it never needed is empty', async () => {
  const store = await openStore({ dataDir });
  await store.collection(spec).insert({ id: 'a', rev: 1, at: 1 });
  await store.close();
  const reader = await openStoreReader({ dataDir });
  expect(await reader.reading(spec).count()).toBe(1);
  expect(await reader.reading(other).find()).toEqual([]);
  expect(await reader.reading(other).get('a')).toBeUndefined();
  await reader.close();
  // It has taken no lock: a bot can start.
  await (await openStore({ dataDir })).close();
});

test('a reader cannot write', async () => {
  const store = await openStore({ dataDir });
  await store.collection(spec).insert({ id: 'a', rev: 1, at: 1 });
  const reader = await openStoreReader({ dataDir });
  expect(Object.keys(reader.reading(spec)).sort()).toEqual(['count', 'find', 'get']);
  await reader.close();
  await store.close();
});

test('without a store it says what to set', async () => {
  await expect(openStoreReader({ dataDir })).rejects.toMatchObject({
    code: 'NO_STORE',
    message: expect.stringContaining('DATA_DIR'),
  });
});
