import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { groupCommits } from '../../src/storage/group-commit.ts';

let folder: string;
let database: DatabaseSync;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'k8s-copilot-commit-'));
  database = new DatabaseSync(join(folder, 'test.db'));
  database.exec('CREATE TABLE notes (text TEXT NOT NULL)');
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});
const insert = (text: string | null) => database.prepare('INSERT INTO notes VALUES (?)').run(text);
const count = () => database.prepare('SELECT count(*) AS notes FROM notes').get()?.notes;
const states = (results: PromiseSettledResult<unknown>[]) => results.map(({ status }) => status);

test('a write that fails by itself takes none of its group with it', async () => {
  const { write } = groupCommits(database);
  const group = ['one', null, 'three'].map((text) => write(() => insert(text)));
  expect(states(await Promise.allSettled(group))).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(count()).toBe(2);
});

test('on a full disk a whole group fails, and nothing of it was written', async () => {
  database.exec('PRAGMA max_page_count = 4');
  const { write } = groupCommits(database);
  const group = ['one', 'x'.repeat(50_000), 'three'].map((text) => write(() => insert(text)));
  const results = await Promise.allSettled(group);
  expect(states(results)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(results[0]).toMatchObject({ reason: { message: expect.stringContaining('full') } });
  expect(count()).toBe(0);
  expect(await write(() => insert('four'))).toMatchObject({ changes: 1 });
});
