import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { z } from 'zod';

/** All documents of one kind, oldest first. */
export interface Shelf<T> {
  get(id: string): T | undefined;
  /** All of them, or those of one owner (a cluster's pools, a VPC's vSwitches). */
  list(owner?: string): T[];
  /** Inserts or replaces. */
  put(doc: T): T;
  remove(id: string): void;
}

export interface Database {
  shelf<T extends { id: string }>(kind: string, schema: z.ZodType<T>, owner?: (doc: T) => string): Shelf<T>;
  /** Runs `work` in one transaction: on disk when this returns, undone when it throws. */
  transaction<T>(work: () => T): T;
  /** Forgets every document of these kinds. */
  clear(kinds: string[]): void;
  close(): void;
}

/** Opens `world.sqlite` in a directory: one table of documents, in write-ahead mode, so that a killed process loses nothing. */
export function openDatabase(dataDir: string): Database {
  mkdirSync(dataDir, { recursive: true });
  const db = new DatabaseSync(join(dataDir, 'world.sqlite'));
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS docs (kind TEXT, id TEXT, owner TEXT, body TEXT, PRIMARY KEY (kind, id));
    CREATE INDEX IF NOT EXISTS docs_by_owner ON docs (kind, owner);`);
  const put = db.prepare(`INSERT INTO docs VALUES (?, ?, ?, ?)
    ON CONFLICT (kind, id) DO UPDATE SET owner = excluded.owner, body = excluded.body`);
  const get = db.prepare('SELECT body FROM docs WHERE kind = ? AND id = ?');
  const all = db.prepare('SELECT body FROM docs WHERE kind = ? ORDER BY rowid');
  const owned = db.prepare('SELECT body FROM docs WHERE kind = ? AND owner = ? ORDER BY rowid');
  const remove = db.prepare('DELETE FROM docs WHERE kind = ? AND id = ?');
  const clear = db.prepare('DELETE FROM docs WHERE kind = ?');

  return {
    shelf: (kind, schema, owner = () => '') => {
      const parse = (row: object) => schema.parse(JSON.parse('body' in row ? String(row.body) : ''));
      return {
        get: (id) => {
          const row = get.get(kind, id);
          return row && parse(row);
        },
        list: (of) => (of === undefined ? all.all(kind) : owned.all(kind, of)).map(parse),
        put: (doc) => {
          put.run(kind, doc.id, owner(doc), JSON.stringify(doc));
          return doc;
        },
        remove: (id) => void remove.run(kind, id),
      };
    },
    transaction: (work) => {
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    clear: (kinds) => {
      for (const kind of kinds) clear.run(kind);
    },
    close: () => db.close(),
  };
}
