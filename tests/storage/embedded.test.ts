import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openEmbeddedStore } from '../../src/storage/embedded.ts';
import { openStore } from '../../src/storage/open.ts';
import { storeContract } from './contract.ts';

const root = mkdtempSync(join(tmpdir(), 'k8s-copilot-store-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const folder = (name: string) => join(root, name);

storeContract('embedded', async () => openEmbeddedStore({ file: join(folder('contract'), 'copilot.db') }));

const notes = {
  name: 'notes',
  schema: z.object({ id: z.string(), rev: z.number(), topic: z.string(), at: z.number() }),
  indexes: [['topic', 'at']] as const,
};

describe('the embedded store', () => {
  test('refuses a folder that another process uses, and takes it over, with everything answered, once that was killed', async () => {
    const dataDir = folder('shared');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let answered = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      answered = Number(line);
      if (answered === 20)
        await expect(openStore({ dataDir })).rejects.toMatchObject({
          code: 'DATA_DIR_IN_USE',
          message: expect.stringContaining(dataDir),
        });
      if (answered === 50) child.kill('SIGKILL');
    }
    if (child.signalCode === null) await once(child, 'exit');
    expect(answered).toBeGreaterThanOrEqual(50);
    const store = await openStore({ dataDir });
    expect(store.exclusive).toBe(true);
    expect(await store.collection(notes).count({ range: { field: 'at', lte: answered } })).toBe(answered + 1);
    await store.close();
  });

  test('a folder that cannot be made is an error that names it', async () => {
    const file = join(root, 'a-file');
    writeFileSync(file, '');
    await expect(openStore({ dataDir: file })).rejects.toMatchObject({
      code: 'DATA_DIR_UNUSABLE',
      message: expect.stringContaining(file),
    });
  });

  test('a file that is no database is an error, and does not keep the folder locked', async () => {
    const dataDir = folder('broken');
    await (await openStore({ dataDir })).close();
    writeFileSync(join(dataDir, 'copilot.db'), 'these are not the bytes of a database'.repeat(100));
    for (let time = 0; time < 2; time++)
      await expect(openStore({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIR_UNUSABLE' });
  });

  test('a body that is no JSON is an error that names it', async () => {
    const dataDir = folder('torn');
    const store = await openStore({ dataDir });
    await store.collection(notes).insert({ id: 'torn', rev: 1, topic: 't', at: 0 });
    const database = new DatabaseSync(join(dataDir, 'copilot.db'));
    database.exec(`DROP INDEX notes_topic_at; UPDATE notes SET body = '{"id":'`);
    database.close();
    await expect(store.collection({ ...notes, indexes: [] }).get('torn')).rejects.toMatchObject({
      code: 'DOCUMENT_UNREADABLE',
      message: expect.stringContaining('notes torn'),
    });
    await store.close();
  });

  test('answers a query from the index of its fields', async () => {
    const dataDir = folder('indexed');
    const store = await openStore({ dataDir });
    store.collection(notes);
    await store.close();
    const database = new DatabaseSync(join(dataDir, 'copilot.db'));
    const plan = database
      .prepare(
        `EXPLAIN QUERY PLAN SELECT body FROM "notes" WHERE json_extract(body, '$.topic') = ? AND json_extract(body, '$.at') <= ? ORDER BY json_extract(body, '$.at'), id`,
      )
      .all('t', 1);
    database.close();
    expect(plan.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^SEARCH notes USING INDEX notes_topic_at/),
    ]);
  });
});
