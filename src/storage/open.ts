import { join } from 'node:path';
import type { Store, StoreReader } from './store.ts';

/** Opens MongoDB where its URL is given, the embedded store under `dataDir` otherwise. Throws StoreError. */
export async function openStore(options: { dataDir: string; mongoUrl?: string | undefined }): Promise<Store> {
  if (options.mongoUrl !== undefined) return (await import('./mongo.ts')).openMongoStore({ url: options.mongoUrl });
  return (await import('./embedded.ts')).openEmbeddedStore({ file: join(options.dataDir, 'copilot.db') });
}

/** The same to look at only, while a bot works with it or after. Throws StoreError: NO_STORE where no bot has run yet. */
export async function openStoreReader(options: {
  dataDir: string;
  mongoUrl?: string | undefined;
}): Promise<StoreReader> {
  if (options.mongoUrl !== undefined) {
    const store = await (await import('./mongo.ts')).openMongoStore({ url: options.mongoUrl });
    return { reading: (spec) => store.collection(spec), close: () => store.close() };
  }
  return (await import('./embedded.ts')).openEmbeddedReader({ file: join(options.dataDir, 'copilot.db') });
}
