import { z } from 'zod';
import type { Collection, CollectionSpec } from '../storage/store.ts';
import { bounded, genesis, hashOf } from './chain.ts';

const recordSchema = z.object({
  /** The sequence number, twelve digits. */
  id: z.string(),
  rev: z.number().int(),
  /** From 1, without gaps. */
  seq: z.number().int(),
  /** Epoch milliseconds. */
  at: z.number(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  outcome: z.string(),
  details: z.json().optional(),
  prevHash: z.string(),
  /** SHA-256 over the canonical JSON of every other field but `rev`. */
  hash: z.string(),
});

export type AuditRecord = z.infer<typeof recordSchema>;

/** What is told to the log: who did what to which thing, and how it went. `details` is redacted by the caller. */
export type AuditEntry = Pick<AuditRecord, 'actor' | 'action' | 'subject' | 'outcome' | 'details'>;

/** The log's state to post outside, so that a shortened log is found out too. */
interface Checkpoint {
  count: number;
  hash: string;
}

type Verification = { ok: true; count: number; head: string } | { ok: false; brokenAt: number; why: string };

/** An append-only log in which each record holds the hash of the one before. */
export interface Audit {
  /** Throws when the record could not be written; what it would have told of must then not be done. */
  append(entry: AuditEntry): Promise<AuditRecord>;
  /** Newest first; `before` is a sequence number. */
  list(page: { limit: number; before?: number | undefined }): Promise<AuditRecord[]>;
  head(): Promise<Checkpoint>;
  /** Reads the whole log and finds any edit, deletion, insertion or new order; with a checkpoint a shortened log too. */
  verify(checkpoint?: Checkpoint): Promise<Verification>;
}

/** How the log is stored. */
export const auditSpec: CollectionSpec<AuditRecord> = { name: 'audit', schema: recordSchema, indexes: [['seq']] };

const attempts = 200;
const pageSize = 1000;

/** Opens the log. Several processes may append to the same one. */
export function openAudit({ collection, clock }: { collection: Collection<AuditRecord>; clock: () => number }): Audit {
  let head: Checkpoint | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function readHead(): Promise<Checkpoint> {
    const [last] = await collection.find({ orderBy: 'seq', descending: true, limit: 1 });
    return last ? { count: last.seq, hash: last.hash } : { count: 0, hash: genesis };
  }

  async function write(entry: AuditEntry): Promise<AuditRecord> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const after = head ?? (await readHead());
      head = undefined;
      const record = next(after, entry, clock());
      if (!(await collection.insert(record))) continue;
      head = { count: record.seq, hash: record.hash };
      return record;
    }
    throw new Error(`The audit log is too busy: ${attempts} attempts to append failed. Try again`);
  }

  return {
    append(entry) {
      const written = queue.then(() => write(entry));
      queue = written.catch(() => undefined);
      return written;
    },
    list: ({ limit, before }) =>
      collection.find({
        orderBy: 'seq',
        descending: true,
        limit,
        ...(before !== undefined && { range: { field: 'seq', lt: before } }),
      }),
    head: readHead,
    verify: (checkpoint) => verify(collection, checkpoint),
  };
}

function next({ count, hash: prevHash }: Checkpoint, entry: AuditEntry, at: number): AuditRecord {
  const { actor, action, subject, outcome, details } = entry;
  const seq = count + 1;
  const said = { actor, action, subject, outcome, ...(details !== undefined && { details: bounded(details) }) };
  const content = { id: idOf(seq), seq, at, ...said, prevHash };
  return { ...content, rev: 1, hash: hashOf(content) };
}

const idOf = (seq: number): string => String(seq).padStart(12, '0');

async function verify(collection: Collection<AuditRecord>, checkpoint?: Checkpoint): Promise<Verification> {
  let last: Checkpoint = { count: 0, hash: genesis };
  let reached = checkpoint === undefined || checkpoint.count === 0;
  for (;;) {
    const page = await readPage(collection, last.count).catch(() => undefined);
    if (!page) return broken(last.count + 1, 'a record can no longer be read');
    for (const record of page) {
      const why = fault(record, last);
      if (why) return broken(last.count + 1, why);
      last = { count: record.seq, hash: record.hash };
      if (last.count !== checkpoint?.count) continue;
      if (last.hash !== checkpoint.hash) return broken(last.count, 'the log was rewritten since the checkpoint');
      reached = true;
    }
    if (page.length < pageSize) break;
  }
  if (!reached) return broken(last.count + 1, 'records of before the checkpoint are missing');
  if ((await collection.count()) !== last.count) return broken(last.count, 'there are records outside the chain');
  return { ok: true, count: last.count, head: last.hash };
}

function readPage(collection: Collection<AuditRecord>, after: number): Promise<AuditRecord[]> {
  const range = after > 0 ? { range: { field: 'seq' as const, gt: after } } : {};
  return collection.find({ ...range, orderBy: 'seq', limit: pageSize });
}

function fault({ rev: _, hash, ...content }: AuditRecord, last: Checkpoint): string | undefined {
  if (content.seq !== last.count + 1) return 'a record is missing, doubled or out of order';
  if (content.id !== idOf(content.seq)) return 'a record was moved';
  if (content.prevHash !== last.hash) return 'a record does not follow the one before it';
  return hash === hashOf(content) ? undefined : 'a record was changed';
}

const broken = (brokenAt: number, why: string): Verification => ({ ok: false, brokenAt, why });
