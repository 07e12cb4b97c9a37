import { isRecord } from '../fields.ts';

/** JSON that is still being completed: nobody else holds it yet. */
export type Open = Record<string, unknown>;

/** Sets what is missing. */
export function fill(target: Open, defaults: Open): void {
  for (const [field, value] of Object.entries(defaults)) {
    if (target[field] === undefined || target[field] === null) target[field] = structuredClone(value);
  }
}

/** The map in a field, put there when there is none. */
export function open(target: Open, field: string): Open {
  const found = target[field];
  if (isRecord(found)) return found;
  const made: Open = {};
  target[field] = made;
  return made;
}

/** The maps in a field that is a list. */
export const each = (target: Open, field: string): Open[] => {
  const found = target[field];
  return Array.isArray(found) ? found.filter(isRecord) : [];
};
