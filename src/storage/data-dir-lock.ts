import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from './errors.ts';

const SQLITE_BUSY = 5;

/**
 * Takes the folder of `file` for this process, until `release` or until the process ends in whatever way: the lock is the
 * operating system's. Throws DATA_DIR_IN_USE while another holds it, DATA_DIR_UNUSABLE when it cannot be written.
 */
export function takeDataDir(file: string): { release(): void } {
  const folder = dirname(file);
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(`${file}.lock`);
    lock.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    lock?.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY)
      throw new StoreError(
        'DATA_DIR_IN_USE',
        `Another copy is running with ${folder}. Stop it, or set DATA_DIR to another folder.`,
        { cause },
      );
    throw unusable(folder, cause);
  }
  const held = lock;
  return { release: () => held.close() };
}

/** The folder, or a file in it, cannot be opened. */
export function unusable(path: string, cause: unknown): StoreError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StoreError(
    'DATA_DIR_UNUSABLE',
    `${path} cannot be used: ${reason}. Check its rights and the free space, or set DATA_DIR to another folder.`,
    { cause },
  );
}
