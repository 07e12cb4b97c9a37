import { z } from 'zod';
import { digestOf } from '../approvals/plan.ts';
import type { Collection, CollectionSpec } from '../storage/store.ts';
import type { RemoteTool } from './connection.ts';

const pinSchema = z.object({
  /** `SERVER/TOOL` */
  id: z.string(),
  rev: z.number().int(),
  /** SHA-256 over name, description and schemas. */
  digest: z.string(),
  /** Epoch milliseconds. */
  pinnedAt: z.number(),
});

export type Pin = z.infer<typeof pinSchema>;

/** How pins are stored. */
export const pinSpec: CollectionSpec<Pin> = { name: 'tool-pins', schema: pinSchema };

/** Remembers how each tool of a foreign server described itself when it was first seen. */
export interface Pins {
  /** True when the tool is as it was; a tool never seen is pinned as it is now. */
  holds(server: string, tool: RemoteTool): Promise<boolean>;
  /** An operator has looked at the tool: it is right as it is now. */
  repin(server: string, tool: RemoteTool): Promise<void>;
}

/** Opens the pins over their collection. */
export function openPins(collection: Collection<Pin>, clock: () => number): Pins {
  const pinOf = (server: string, tool: RemoteTool): Pin => ({
    id: `${server}/${tool.name}`,
    rev: 1,
    digest: digestOf(tool),
    pinnedAt: clock(),
  });

  return {
    async holds(server, tool) {
      const pin = pinOf(server, tool);
      const known = await collection.get(pin.id);
      if (known) return known.digest === pin.digest;
      return (await collection.insert(pin)) || (await collection.get(pin.id))?.digest === pin.digest;
    },
    async repin(server, tool) {
      const pin = pinOf(server, tool);
      const known = await collection.get(pin.id);
      const stored = known ? await collection.replace({ ...pin, rev: known.rev + 1 }) : await collection.insert(pin);
      if (!stored) throw new Error(`The pin of ${pin.id} was changed by someone else at the same time. Try again`);
    },
  };
}
