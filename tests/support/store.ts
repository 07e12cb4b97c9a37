import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedStore } from '../../src/storage/embedded.ts';
import type { Store } from '../../src/storage/store.ts';

/** The real embedded store in a folder of its own; `dispose` closes it and removes the folder. */
export async function temporaryStore(): Promise<Store & { dispose(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'k8s-copilot-'));
  const store = openEmbeddedStore({ file: join(folder, 'copilot.db') });
  return {
    collection: (spec) => store.collection(spec),
    exclusive: store.exclusive,
    ping: () => store.ping(),
    close: () => store.close(),
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
