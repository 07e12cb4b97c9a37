import { StoreError } from './errors.ts';
import type { Doc, Query } from './store.ts';

export type Scalar = string | number | boolean;

/** One condition on one field; all conditions of a query must hold. */
export type Condition =
  | { field: string; is: 'in'; values: readonly Scalar[] }
  | { field: string; is: 'gt' | 'gte' | 'lt' | 'lte'; value: Scalar };

/** The conditions of a query, checked: a name that is no field name, or a value that is no scalar, is refused and never left out. */
export function conditionsOf<T extends Doc>({ where = {}, range }: Query<T>): Condition[] {
  const conditions: Condition[] = Object.entries(where).map(([field, wanted]) => ({
    field: fieldName(field),
    is: 'in',
    values: (Array.isArray(wanted) ? wanted : [wanted]).map((value) => scalar(field, value)),
  }));
  if (!range) return conditions;
  const field = fieldName(range.field);
  for (const is of ['gt', 'gte', 'lt', 'lte'] as const) {
    const value = range[is];
    if (value !== undefined) conditions.push({ field, is, value: scalar(field, value) });
  }
  return conditions;
}

/** The conditions of a removal: at least one, and no limit, which a removal would not keep. */
export function removalOf<T extends Doc>(collection: string, query: Query<T>): Condition[] {
  const conditions = conditionsOf(query);
  if (conditions.length === 0 || query.limit !== undefined)
    throw new StoreError('REMOVE_REFUSED', `Removing from ${collection} needs a condition, and takes no limit`);
  return conditions;
}

/** How many documents a query may give; 1000 when it does not say. */
export function limitOf<T extends Doc>({ limit = 1000 }: Query<T>): number {
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new StoreError('BAD_QUERY', `A limit is a whole number from 0, not ${limit}`);
}

/** A top-level field's name, safe to stand in a query. */
export function fieldName(field: string): string {
  return plainName(field, /^[a-zA-Z]\w*$/);
}

/** A collection's name, safe to stand in a query. */
export function collectionName(name: string): string {
  return plainName(name, /^[a-z][\w-]*$/);
}

function plainName(name: string, form: RegExp): string {
  if (form.test(name)) return name;
  throw new StoreError('BAD_QUERY', `${JSON.stringify(name)} is not the name of a field or a collection`);
}

function scalar(field: string, value: unknown): Scalar {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new StoreError('BAD_QUERY', `${field} cannot be compared with ${JSON.stringify(value)}`);
}
