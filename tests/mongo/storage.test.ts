import { expect, test } from 'vitest';
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
