import { parseQuantity } from '../../../src/flow/quantity.ts';
import type { Json, JsonObject } from '../../../src/tools/types.ts';
import { containerOf, type Impossible } from './changes.ts';
import type { Remedy } from './remedy.ts';
import type { ChosenRemedy } from './schema.ts';

/** What is now stands in the object, whatever a model believes; `present` is the object that the choice is about. */
export function completed(chosen: ChosenRemedy, present: JsonObject): Remedy | Impossible {
  switch (chosen.id) {
    case 'raise-memory-limit':
    case 'raise-cpu-limit': {
      const limits = at(containerOf(present, chosen.target.kind, chosen.container), 'resources', 'limits');
      const from = at(limits, chosen.id === 'raise-memory-limit' ? 'memory' : 'cpu');
      return fromNow(from, (now) => ({ ...chosen, from: now }));
    }
    case 'expand-volume':
      return fromNow(at(present, 'spec', 'resources', 'requests', 'storage'), (now) => {
        const [is, to] = [parseQuantity(now) ?? 0, parseQuantity(chosen.to) ?? 0];
        return to > is && to <= 2 * is
          ? { ...chosen, from: now }
          : { refused: 'incidents.refused.doubling', params: { from: now, to: chosen.to } };
      });
    case 'roll-back': {
      const { toRevision, ...rest } = chosen;
      return { ...rest, ...(toRevision !== undefined && { toRevision }) };
    }
    default:
      return chosen;
  }
}

function fromNow(now: Json | undefined, make: (now: string) => Remedy | Impossible): Remedy | Impossible {
  return typeof now === 'string' || typeof now === 'number'
    ? make(`${now}`)
    : { refused: 'incidents.refused.no-limit' };
}

/** A value down some fields of JSON. */
function at(value: Json | undefined, ...path: string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, field) => (inner !== null && typeof inner === 'object' && !Array.isArray(inner) ? inner[field] : undefined),
    value,
  );
}
