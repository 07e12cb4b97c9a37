import type { SQLInputValue } from 'node:sqlite';
import { type JobParameters, type RemoveJobsOptions, toJobId } from 'agenda';
import { z } from 'zod';

/** How a job lies in its table: what is searched as columns, the rest as JSON. */

export const TABLE = `
  CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    priority INTEGER NOT NULL,
    next_run_at INTEGER,
    locked_at INTEGER,
    disabled INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS jobs_due ON jobs (name, locked_at, next_run_at);
  CREATE INDEX IF NOT EXISTS jobs_key ON jobs (name, json_extract(body, '$.data.key'));`;

const date = z.iso.datetime().transform((text) => new Date(text));
const bodySchema = z.object({
  type: z.enum(['normal', 'single']),
  data: z.json().exactOptional(),
  lastRunAt: date.exactOptional(),
  lastFinishedAt: date.exactOptional(),
  failedAt: date.exactOptional(),
  failCount: z.number().exactOptional(),
  failReason: z.string().exactOptional(),
  repeatInterval: z.union([z.string(), z.number()]).exactOptional(),
  repeatTimezone: z.string().exactOptional(),
  repeatAt: z.string().exactOptional(),
  progress: z.number().exactOptional(),
  lastModifiedBy: z.string().exactOptional(),
  fork: z.boolean().exactOptional(),
  startDate: date.exactOptional(),
  endDate: date.exactOptional(),
  skipDays: z.array(z.number()).exactOptional(),
});
const dataFilterSchema = z.record(z.string().regex(/^\w+$/), z.union([z.string(), z.number()]));
const rowSchema = z.object({
  id: z.number(),
  name: z.string(),
  priority: z.number(),
  next_run_at: z.number().nullable(),
  locked_at: z.number().nullable(),
  disabled: z.number(),
  body: z.string(),
});

export type StoredJob = JobParameters & Required<Pick<JobParameters, '_id'>>;

/** A row as Agenda's job. Throws a ZodError for a row that this version cannot read. */
export function fromRow(row: unknown): StoredJob {
  const { id, name, priority, next_run_at, locked_at, disabled, body } = rowSchema.parse(row);
  const { data, ...rest } = bodySchema.parse(JSON.parse(body));
  return {
    ...rest,
    data,
    _id: toJobId(String(id)),
    name,
    priority,
    nextRunAt: next_run_at === null ? null : new Date(next_run_at),
    ...(locked_at === null ? {} : { lockedAt: new Date(locked_at) }),
    ...(disabled === 1 ? { disabled: true } : {}),
  };
}

/** A job as the values of `name, priority, next_run_at, disabled, body`. */
export function toRow(job: JobParameters): SQLInputValue[] {
  const { _id, name, priority, nextRunAt, lockedAt, disabled, ...rest } = job;
  const present = Object.entries(rest).filter(([, value]) => value !== undefined && value !== null);
  return [name, priority, toTime(nextRunAt), disabled ? 1 : 0, JSON.stringify(Object.fromEntries(present))];
}

export function toTime(date: Date | null | undefined): number | null {
  return date ? date.getTime() : null;
}

/** SQL for what Agenda's options name; undefined when they name nothing. Data is compared by its top-level scalars. */
export function toWhere(options: RemoveJobsOptions): { where: string; values: SQLInputValue[] } | undefined {
  const { id, ids, name, names, notNames } = options;
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (sql: string, value: SQLInputValue) => {
    parts.push(sql);
    values.push(value);
  };
  if (id !== undefined) add('id = ?', Number(id));
  if (ids?.length) add('id IN (SELECT value FROM json_each(?))', JSON.stringify(ids.map(Number)));
  if (name !== undefined) add('name = ?', name);
  if (names?.length) add('name IN (SELECT value FROM json_each(?))', JSON.stringify(names));
  if (notNames?.length) add('name NOT IN (SELECT value FROM json_each(?))', JSON.stringify(notNames));
  const data = dataFilterSchema.parse(options.data ?? {});
  for (const [key, value] of Object.entries(data)) add(`json_extract(body, '$.data.${key}') = ?`, value);
  return parts.length > 0 ? { where: parts.join(' AND '), values } : undefined;
}
