import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { parseDocument, StoreError } from './errors.ts';
import type { Collection, CollectionSpec, Doc, Query, Store } from './store.ts';

/**
 * The embedded store: one SQLite file, one table per collection, documents as JSON with an index per searched field list.
 * It runs in WAL mode with `synchronous = NORMAL`: killing the process loses nothing that was answered; losing power may
 * lose the last moments, which is safe because every step of a task is looked for before it is made again.
 */
export function openEmbeddedStore({ file }: { file: string }): Store {
  mkdirSync(dirname(file), { recursive: true });
  const lock = takeLock(`${file}.lock`);
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
  return {
    exclusive: true,
    collection: (spec) => openCollection(database, spec),
    async ping() {
      database.prepare('SELECT 1').get();
    },
    async close() {
      if (!database.isOpen) return;
      database.close();
      lock.close();
    },
  };
}

/** Holds an exclusive lock for the life of the process; the operating system gives it back however the process ends. */
function takeLock(file: string): DatabaseSync {
  const lock = new DatabaseSync(file);
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (cause) {
    lock.close();
    const folder = dirname(file);
    throw new StoreError(
      'DATA_DIR_IN_USE',
      `Another copy is running with ${folder}. Stop it, or set DATA_DIR to another folder.`,
      { cause },
    );
  }
}

function openCollection<T extends Doc>(database: DatabaseSync, spec: CollectionSpec<T>): Collection<T> {
  const table = `"${spec.name.replaceAll('"', '')}"`;
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY, rev INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID`,
  );
  for (const fields of spec.indexes ?? []) {
    const name = `"${spec.name}_${fields.join('_')}"`;
    database.exec(`CREATE INDEX IF NOT EXISTS ${name} ON ${table} (${fields.map(column).join(', ')})`);
  }
  const byId = database.prepare(`SELECT body FROM ${table} WHERE id = ?`);
  const add = database.prepare(`INSERT INTO ${table} (id, rev, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING`);
  const swap = database.prepare(`UPDATE ${table} SET rev = ?, body = ? WHERE id = ? AND rev = ?`);
  const statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  const prepared = (sql: string) => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
  const read = (row: Record<string, unknown>): T => parseDocument(spec, String(row.body));

  return {
    async get(id) {
      const row = byId.get(id);
      return row && read(row);
    },
    async find(query = {}) {
      const { where, values } = toSql(query);
      const order = query.orderBy ? ` ORDER BY ${column(query.orderBy)}${query.descending ? ' DESC' : ''}` : '';
      const sql = `SELECT body FROM ${table}${where}${order} LIMIT ?`;
      return prepared(sql)
        .all(...values, query.limit ?? 1000)
        .map(read);
    },
    async count(query = {}) {
      const { where, values } = toSql(query);
      return Number(prepared(`SELECT count(*) AS n FROM ${table}${where}`).get(...values)?.n);
    },
    async insert(doc) {
      return add.run(doc.id, doc.rev, JSON.stringify(doc)).changes === 1;
    },
    async replace(next) {
      return swap.run(next.rev, JSON.stringify(next), next.id, next.rev - 1).changes === 1;
    },
    async remove(query) {
      const { where, values } = toSql(query);
      if (!where)
        throw new StoreError('REMOVE_ALL_REFUSED', `Removing from ${spec.name} needs a query that names something`);
      return Number(prepared(`DELETE FROM ${table}${where}`).run(...values).changes);
    },
  };
}

const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function toSql<T extends Doc>(query: Query<T>): { where: string; values: SQLInputValue[] } {
  const parts: string[] = [];
  const values: SQLInputValue[] = [];
  for (const [field, wanted] of Object.entries(query.where ?? {})) {
    if (wanted === undefined) continue;
    const any = (Array.isArray(wanted) ? wanted : [wanted]).map(toParameter);
    parts.push(any.length === 1 ? `${column(field)} = ?` : `${column(field)} IN (${any.map(() => '?').join(', ')})`);
    values.push(...any);
  }
  for (const [name, operator] of Object.entries(COMPARISONS)) {
    const bound = query.range?.[name as keyof typeof COMPARISONS];
    if (query.range === undefined || bound === undefined) continue;
    parts.push(`${column(query.range.field)} ${operator} ?`);
    values.push(toParameter(bound));
  }
  return { where: parts.length > 0 ? ` WHERE ${parts.join(' AND ')}` : '', values };
}

/** The expression is the same in indexes and queries, so that SQLite uses the one for the other. */
function column(field: string): string {
  if (!/^\w+$/.test(field)) throw new StoreError('BAD_FIELD', `${field} is not a field name`);
  return field === 'id' || field === 'rev' ? field : `json_extract(body, '$.${field}')`;
}

function toParameter(value: unknown): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : (value as SQLInputValue);
}
