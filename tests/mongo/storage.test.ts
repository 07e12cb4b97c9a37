import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { connectMongo } from '../../src/storage/mongo-connection.ts';
import { openStore } from '../../src/storage/open.ts';
import { storeContract } from '../storage/contract.ts';

const mongoUrl = process.env.MONGODB_URL ?? '';

storeContract('MongoDB', () => openStore({ dataDir: 'unused', mongoUrl }));

test('a MongoDB that does not answer is an error that names the host and never the password', async () => {
  const refused = openStore({ dataDir: 'unused', mongoUrl: 'mongodb://bot:hunter2@127.0.0.1:1/copilot' });
  await expect(refused).rejects.toMatchObject({
    code: 'MONGODB_UNREACHABLE',
    message: expect.stringContaining('127.0.0.1:1'),
  });
  await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining('hunter2') });
});

test('an ordered find reads the index, and no more documents than it gives', async () => {
  const store = await openStore({ dataDir: 'unused', mongoUrl });
  const name = `notes-${randomUUID()}`;
  const schema = z.object({ id: z.string(), rev: z.number(), topic: z.string(), at: z.number() });
  const notes = store.collection({ name, schema, indexes: [['topic', 'at']] });
  for (let at = 0; at < 100; at++) await notes.insert({ id: `n${at}`, rev: 1, topic: 'one', at });
  expect(await notes.find({ where: { topic: 'one' }, orderBy: 'at', descending: true, limit: 1 })).toHaveLength(1);

  const { database, close } = await connectMongo(mongoUrl);
  const stored = database.collection(name);
  const asked = stored.find({ $and: [{ topic: { $in: ['one'] } }, { at: { $gte: 10 } }] });
  const { executionStats } = await asked.sort({ at: -1, _id: -1 }).limit(5).explain('executionStats');
  expect(executionStats).toMatchObject({ nReturned: 5, totalDocsExamined: 5 });
  await stored.drop();
  await close();
  await store.close();
});
