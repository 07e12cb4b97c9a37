import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import { type UserRef, userKey } from '../chat/types.ts';
import type { CollectionSpec, Store } from '../storage/store.ts';

interface Switch {
  id: string;
  rev: number;
  stopped: boolean;
  by: string;
  at: number;
}

const spec: CollectionSpec<Switch> = {
  name: 'switches',
  schema: z.object({ id: z.string(), rev: z.number(), stopped: z.boolean(), by: z.string(), at: z.number() }),
};

/** Stops every change, on every replica, until somebody resumes. It is stored, so a restart does not lift it. */
export interface KillSwitch {
  /** Who stopped everything, or undefined while changes are allowed. Asked before each single write. */
  stoppedBy(): Promise<string | undefined>;
  /** Stopping works without the log; going on is written there first, and throws when it cannot be. */
  set(stopped: boolean, by: UserRef): Promise<void>;
}

export function createKillSwitch({
  store,
  audit,
  clock,
}: {
  store: Store;
  audit: Pick<Audit, 'append'>;
  clock: () => number;
}): KillSwitch {
  const switches = store.collection(spec);
  return {
    async stoppedBy() {
      const stored = await switches.get('stop');
      return stored?.stopped ? stored.by : undefined;
    },
    async set(stopped, user) {
      const told = { actor: userKey(user), action: stopped ? 'changes.stop' : 'changes.resume', subject: 'all' };
      if (!stopped) await audit.append({ ...told, outcome: 'intended' });
      for (;;) {
        const stored = await switches.get('stop');
        const next: Switch = {
          id: 'stop',
          rev: (stored?.rev ?? 0) + 1,
          stopped,
          by: user.name ?? user.id,
          at: clock(),
        };
        if (stored ? await switches.replace(next) : await switches.insert(next)) break;
      }
      if (stopped) await audit.append({ ...told, outcome: 'done' });
    },
  };
}
