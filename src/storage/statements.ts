import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Prepares each SQL text once: a statement costs more to prepare than to run, and kilobytes until it is collected. */
export function rememberStatements(database: DatabaseSync): (sql: string) => StatementSync {
  const statements = new Map<string, StatementSync>();
  return (sql) => {
    const statement = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  };
}
