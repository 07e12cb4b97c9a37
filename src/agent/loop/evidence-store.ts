import { z } from 'zod';
import type { Collection, CollectionSpec } from '../../storage/store.ts';

/** Where the whole of a long answer is kept, of which a model saw only a part. */
export interface EvidenceStore {
  /** Keeps a text for a week and gives its key; of a very long one the head and the tail. */
  keep(text: string): Promise<string>;
  /** Undefined once it is forgotten. */
  read(key: string): Promise<string | undefined>;
}

const textSchema = z.object({
  id: z.string(),
  rev: z.number().int(),
  at: z.number(),
  /** Redacted. */
  text: z.string(),
});

type TextRow = z.infer<typeof textSchema>;

/** How long answers are stored. */
export const evidenceSpec: CollectionSpec<TextRow> = { name: 'agent-evidence', schema: textSchema, indexes: [['at']] };

const KEEP_MS = 7 * 24 * 3600_000;
const SWEEP_MS = 3600_000;
const MOST_TEXTS = 1000;
/** At most 250 MB together. */
const LONGEST = 250_000;
const AT_ONCE = 100;

interface StoreOptions {
  rows: Collection<TextRow>;
  clock: () => number;
  newId: () => string;
}

/** The store of long answers. It forgets what is older than a week, and the oldest beyond a thousand. */
export function createEvidenceStore({ rows, clock, newId }: StoreOptions): EvidenceStore {
  let sweptAt = Number.NEGATIVE_INFINITY;

  async function sweep(): Promise<void> {
    await rows.remove({ range: { field: 'at', lt: clock() - KEEP_MS } });
    const over = (await rows.count()) - MOST_TEXTS;
    for (let left = over; left > 0; left -= AT_ONCE) {
      const oldest = await rows.find({ orderBy: 'at', limit: Math.min(left, AT_ONCE) });
      await rows.remove({ where: { id: oldest.map(({ id }) => id) } });
    }
  }

  return {
    async keep(text) {
      if (clock() - sweptAt >= SWEEP_MS) {
        sweptAt = clock();
        await sweep();
      }
      const half = LONGEST / 2;
      const kept = text.length > LONGEST ? `${text.slice(0, half)}\n… left out …\n${text.slice(-half)}` : text;
      const id = newId();
      await rows.insert({ id, rev: 1, at: clock(), text: kept });
      return id;
    },
    async read(key) {
      const row = await rows.get(key);
      return row && row.at >= clock() - KEEP_MS ? row.text : undefined;
    },
  };
}
