import { join } from 'node:path';
import type { Store } from './store.ts';

/** Opens MongoDB where its URL is given, the embedded store under `dataDir` otherwise. Throws StoreError. */
export async function openStore(options: { dataDir: string; mongoUrl?: string | undefined }): Promise<Store> {
  if (options.mongoUrl !== undefined) return (await import('./mongo.ts')).openMongoStore({ url: options.mongoUrl });
  return (await import('./embedded.ts')).openEmbeddedStore({ file: join(options.dataDir, 'copilot.db') });
}
