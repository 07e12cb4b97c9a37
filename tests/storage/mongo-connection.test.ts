import { expect, test } from 'vitest';
import { openStore } from '../../src/storage/open.ts';

test.each([
  'mongodb://bot:hun/ter2@db.example:27017/copilot',
  'mongodb://bot:hun@ter2@db.example:27017/copilot',
  'mongodb://bot:hun#ter2@db.example:27017/?authSource=admin',
  'postgres://bot:hunter2@db.example:27017/copilot',
])('an address that MongoDB cannot read is refused with its host and no part of the password: %s', async (mongoUrl) => {
  const refused = openStore({ dataDir: 'unused', mongoUrl });
  await expect(refused).rejects.toMatchObject({
    code: 'MONGODB_UNREACHABLE',
    message: expect.stringContaining('MongoDB at db.example:27017 '),
  });
  await expect(refused).rejects.not.toMatchObject({ message: expect.stringMatching(/hun|ter2/) });
});
