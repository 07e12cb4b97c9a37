import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type AuditRecord, auditSpec, openAudit } from '../../src/audit/audit.ts';
import { openEmbeddedStore } from '../../src/storage/embedded.ts';
import type { Collection } from '../../src/storage/store.ts';

const clock = () => 1_800_000_000_000;
const entry = (subject: string) => ({
  actor: 'web:local:ann',
  action: 'ack_create_cluster',
  subject,
  outcome: 'intended',
});

const folder = mkdtempSync(join(tmpdir(), 'audit-'));
let opened = 0;
afterAll(() => rmSync(folder, { recursive: true }));

function openCollection(): Collection<AuditRecord> {
  return openEmbeddedStore({ file: join(folder, `${++opened}`, 'store.db') }).collection(auditSpec);
}

async function filled(count: number) {
  const collection = openCollection();
  const audit = openAudit({ collection, clock });
  for (let at = 1; at <= count; at++)
    await audit.append({ ...entry(`s${at}`), details: { z: 1, a: [at, { y: 2, b: 1 }] } });
  return { collection, audit };
}

/** Rewrites a stored record as somebody with access to the store could. */
async function forge(collection: Collection<AuditRecord>, seq: number, change: Partial<AuditRecord>) {
  const [record] = await collection.find({ where: { seq } });
  if (!record) throw new Error(`no record ${seq}`);
  await collection.remove({ where: { seq } });
  await collection.insert({ ...record, ...change });
}

describe('the audit log', () => {
  it('chains what it is told and finds itself whole', async () => {
    const { audit } = await filled(5);
    const head = await audit.head();
    expect(head.count).toBe(5);
    expect(await audit.verify(head)).toEqual({ ok: true, count: 5, head: head.hash });
  });

  it('is whole when it is empty', async () => {
    const { audit } = await filled(0);
    expect(await audit.verify(await audit.head())).toMatchObject({ ok: true, count: 0 });
  });

  it('lists the newest first, in pages', async () => {
    const { audit } = await filled(5);
    expect((await audit.list({ limit: 2 })).map(({ seq }) => seq)).toEqual([5, 4]);
    expect((await audit.list({ limit: 2, before: 4 })).map(({ seq }) => seq)).toEqual([3, 2]);
  });

  it.each<[string, (collection: Collection<AuditRecord>) => Promise<unknown>]>([
    ['an edited outcome', (c) => forge(c, 3, { outcome: 'failed' })],
    ['edited details', (c) => forge(c, 3, { details: { a: 1 } })],
    ['a changed time', (c) => forge(c, 3, { at: 1 })],
    ['a deleted record', (c) => c.remove({ where: { seq: 3 } })],
    ['a deleted first record', (c) => c.remove({ where: { seq: 1 } })],
    [
      'two records that changed places',
      async (c) => {
        await forge(c, 3, { seq: 99, id: '000000000099' });
        await forge(c, 4, { seq: 3, id: '000000000003' });
        await forge(c, 99, { seq: 4, id: '000000000004' });
      },
    ],
    [
      'a doubled record',
      async (c) => {
        const [record] = await c.find({ where: { seq: 3 } });
        if (record) await c.insert({ ...record, id: 'copy' });
      },
    ],
    [
      'an inserted record',
      async (c) => {
        const [record] = await c.find({ where: { seq: 3 } });
        if (record) await c.insert({ ...record, id: 'x', seq: 0 });
      },
    ],
    ['a record without a hash', (c) => forge(c, 3, { hash: '' })],
  ])('finds %s', async (_what, tamper) => {
    const { audit, collection } = await filled(6);
    await tamper(collection);
    expect(await audit.verify()).toMatchObject({ ok: false, brokenAt: expect.any(Number), why: expect.any(String) });
  });

  it('finds by its checkpoint that the end was cut off, even when it was written anew', async () => {
    const { audit, collection } = await filled(6);
    const checkpoint = await audit.head();
    await collection.remove({ where: { seq: [5, 6] } });
    expect(await audit.verify()).toMatchObject({ ok: true, count: 4 });
    expect(await audit.verify(checkpoint)).toMatchObject({ ok: false, why: expect.stringContaining('missing') });
    const again = openAudit({ collection, clock });
    for (const subject of ['other', 'words', 'more']) await again.append(entry(subject));
    expect(await audit.verify()).toMatchObject({ ok: true, count: 7 });
    expect(await audit.verify(checkpoint)).toMatchObject({ ok: false, brokenAt: 6 });
  });

  it('stays one chain when two processes append at once', async () => {
    const collection = openCollection();
    const logs = [openAudit({ collection, clock }), openAudit({ collection, clock })];
    const written = Array.from({ length: 200 }, (_, at) => logs[at % 2]?.append(entry(`s${at}`)));
    await Promise.all(written);
    expect(await logs[0]?.verify()).toMatchObject({ ok: true, count: 200 });
  });

  it('fails when the store does, and goes on when the store is back', async () => {
    const collection = openCollection();
    let down = false;
    const insert = async (record: AuditRecord) => {
      if (down) throw new Error('disk full');
      return collection.insert(record);
    };
    const audit = openAudit({ collection: { ...collection, insert, find: collection.find.bind(collection) }, clock });
    await audit.append(entry('a'));
    down = true;
    await expect(audit.append(entry('b'))).rejects.toThrow('disk full');
    down = false;
    await audit.append(entry('c'));
    expect((await audit.list({ limit: 9 })).map(({ subject }) => subject)).toEqual(['c', 'a']);
  });

  it('keeps the digest and the beginning of details that are too long', async () => {
    const { audit } = await filled(0);
    const { details } = await audit.append({ ...entry('s'), details: { text: 'x'.repeat(100_000) } });
    expect(details).toMatchObject({ truncated: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(await audit.verify()).toMatchObject({ ok: true, count: 1 });
  });
});
