import { z } from 'zod';
import { timestamp } from '../births.ts';
import type { Json, KubeObject } from '../objects.ts';
import { changedFields, difference, type FieldSet, fieldsOf, leaves, setFrom, union, valueAt } from './field-sets.ts';

/** Who writes, and how. */
export interface Writer {
  manager: string;
  operation: 'Apply' | 'Update';
  subresource: string | undefined;
  /** The version the writer wrote in. */
  apiVersion: string;
}

const fieldSet: z.ZodType<FieldSet> = z.lazy(() => z.record(z.string(), fieldSet));
const entrySchema = z.object({
  manager: z.string(),
  operation: z.enum(['Apply', 'Update']),
  apiVersion: z.string(),
  time: z.string().optional(),
  fieldsType: z.literal('FieldsV1').default('FieldsV1'),
  fieldsV1: fieldSet,
  subresource: z.string().optional(),
});
/** Which fields one writer owns. */
export type Entry = z.infer<typeof entrySchema>;

/** The owners of an object's fields. */
export const entriesOf = ({ metadata }: KubeObject): Entry[] =>
  (metadata.managedFields ?? []).flatMap((entry) => entrySchema.safeParse(entry).data ?? []);

export const isSame = (entry: Entry, writer: Writer): boolean =>
  entry.manager === writer.manager && entry.operation === writer.operation && entry.subresource === writer.subresource;

/** An entry of a writer. */
export const entryOf = (writer: Writer, fieldsV1: FieldSet, now: number): Entry => ({
  manager: writer.manager,
  operation: writer.operation,
  apiVersion: writer.apiVersion,
  time: timestamp(now),
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(writer.subresource && { subresource: writer.subresource }),
});

/** An object with these owners. */
export function withEntries<T extends KubeObject>(object: T, entries: readonly Entry[]): T {
  const owning = entries.filter(({ fieldsV1 }) => Object.keys(fieldsV1).length > 0);
  const managedFields: Json[] = JSON.parse(JSON.stringify(owning));
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, ...(owning.length > 0 && { managedFields }) } };
}

/** The object after a writer changed it from `before`: what was changed is the writer's now, what is gone is nobody's. */
export function afterUpdate<T extends KubeObject>(
  object: T,
  change: { before: KubeObject | undefined; writer: Writer; now: number },
): T {
  const { before, writer, now } = change;
  const changed = before ? changedFields(before, object) : fieldsOf(object);
  const entries = before ? entriesOf(before) : [];
  if (Object.keys(changed).length === 0) return withEntries(object, present(entries, object));
  const mine = entries.find((entry) => isSame(entry, writer));
  const others = entries.filter((entry) => entry !== mine);
  const kept = others.map((entry) => ({ ...entry, fieldsV1: difference(entry.fieldsV1, changed) }));
  return withEntries(object, present([...kept, entryOf(writer, union(mine?.fieldsV1 ?? {}, changed), now)], object));
}

/** Entries without the fields that the object no longer has. */
export const present = (entries: readonly Entry[], object: KubeObject): Entry[] =>
  entries.map((entry) => ({
    ...entry,
    fieldsV1: setFrom(leaves(entry.fieldsV1).filter((path) => valueAt(object, path) !== undefined)),
  }));
