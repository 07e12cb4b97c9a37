import { z } from 'zod';
import { openStore } from '../../src/storage/open.ts';

/** A process of its own with the store open: it writes note after note and prints the number of each once it was answered. */
const [dataDir = ''] = process.argv.slice(2);
const store = await openStore({ dataDir });
const schema = z.object({ id: z.string(), rev: z.number(), topic: z.string(), at: z.number() });
const notes = store.collection({ name: 'notes', schema });
for (let at = 0; ; at++) {
  await notes.insert({ id: String(at), rev: 1, topic: 'written', at });
  console.log(at);
}
