import { z } from 'zod';
import { metadata, millis } from './values.ts';

/** Takes the objects of one kind, one after the other, and keeps of each what a survey tells. */
export interface Collector {
  kind: string;
  /** Where it is none of Kubernetes' own. */
  apiVersion?: string;
  fieldSelector?: string;
  /** Where objects may be very large. */
  pageSize?: number;
  /** A list begins, or begins again: forget what the last one gave. */
  begin(): void;
  item(raw: unknown): void;
}

interface Rows<Row> extends Collector {
  /** As they came. */
  rows: Row[];
}

type Options = Pick<Collector, 'apiVersion' | 'fieldSelector' | 'pageSize'>;

/** Keeps a row of each object, or none where `project` gives none. */
export function rowsOf<Schema extends z.ZodType, Row>(
  kind: string,
  { schema, ...options }: Options & { schema: Schema },
  project: (object: z.output<Schema>) => Row | undefined,
): Rows<Row> {
  const collector: Rows<Row> = {
    kind,
    ...options,
    rows: [],
    begin() {
      collector.rows = [];
    },
    item(raw) {
      const row = project(schema.parse(raw));
      if (row !== undefined) collector.rows.push(row);
    },
  };
  return collector;
}

const leaving = z.object({
  metadata: metadata.extend({
    finalizers: z
      .array(z.string())
      .nullish()
      .transform((value) => value ?? []),
  }),
});
const longMs = 3_600_000;

/** What has been going for an hour or longer by now. */
export function terminatingOf(kind: string, raw: unknown, now: number) {
  const { metadata: about } = leaving.parse(raw);
  const since = millis(about.deletionTimestamp);
  if (since === undefined || now - since < longMs) return undefined;
  const { name, namespace, finalizers } = about;
  return { kind, ...(namespace && { namespace }), name, since, finalizers: finalizers.toSorted() };
}
