import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AgendaBackend } from 'agenda';
import { sqliteJobs } from './repository.ts';

/**
 * Agenda's jobs in a file beside the embedded store, whose lock on the folder keeps other processes out: every lock found
 * at the start is a dead process's and is lifted, and its job is due at once. A power cut may lose the last alarms (`synchronous = NORMAL`); the sweep
 * sets them again from the documents they belong to.
 */
export function openSqliteBackend(dataDir: string): AgendaBackend {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(join(dataDir, 'alarms.db'), { timeout: 5000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  const repository = sqliteJobs(database);
  database.exec(
    'UPDATE jobs SET locked_at = NULL, next_run_at = min(next_run_at, locked_at) WHERE locked_at IS NOT NULL',
  );
  return {
    name: 'SQLite',
    repository,
    async connect() {},
    async disconnect() {
      database.close();
    },
  };
}
