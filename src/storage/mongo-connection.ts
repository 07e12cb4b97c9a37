import { type Db, MongoClient } from 'mongodb';
import { StoreError } from './errors.ts';

const CONNECT_TIMEOUT_MS = 5000;
const DEFAULT_DATABASE = 'k8s_copilot';

/** Connects within five seconds to the database the URL names, `k8s_copilot` where it names none. Throws MONGODB_UNREACHABLE. */
export async function connectMongo(url: string): Promise<{ database: Db; close(): Promise<void> }> {
  let client: MongoClient | undefined;
  try {
    client = new MongoClient(url, {
      appName: 'k8s-copilot',
      serverSelectionTimeoutMS: CONNECT_TIMEOUT_MS,
      connectTimeoutMS: CONNECT_TIMEOUT_MS,
      ignoreUndefined: true,
      // A change is answered only when no fail-over can take it back.
      writeConcern: { w: 'majority', journal: true },
    });
    const database = client.db(/^[^/]+\/\/[^/]*\/([^?]+)/.exec(url)?.[1] ?? DEFAULT_DATABASE);
    await database.command({ ping: 1 });
    const connected = client;
    return { database, close: () => connected.close() };
  } catch (cause) {
    await client?.close();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new StoreError(
      'MONGODB_UNREACHABLE',
      `MongoDB at ${hostOf(url)} cannot be used: ${reason}. Check MONGODB_URL, or unset it to use the embedded store.`,
      { cause },
    );
  }
}

/** The hosts of a connection string. Whatever stands before its last @ may be part of a password, however badly written. */
function hostOf(url: string): string {
  return /^[^/]+\/\/(?:.*@)?([^/?]+)/.exec(url)?.[1] ?? 'an unreadable address';
}
