import { join } from 'node:path';
import { parseUsers } from '../../adapters/console/auth.ts';
import { createKillSwitch, type KillSwitch } from '../approvals/kill-switch.ts';
import { loadPolicy, type Policy } from '../approvals/policy.ts';
import { type Audit, auditSpec, openAudit } from '../audit/audit.ts';
import { loadMessages, type Translate } from '../chat/messages.ts';
import type { Language } from '../chat/types.ts';
import type { Config } from '../config.ts';
import { type AlarmClock, openAlarmClock } from '../jobs/alarm-clock.ts';
import { openStore } from '../storage/open.ts';
import type { Store } from '../storage/store.ts';
import type { Log } from '../telemetry/log.ts';

/** The project's folder, where templates and scripts are. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** What every part of the house stands on. */
export interface Ground {
  config: Config;
  log: Log;
  clock: () => number;
  store: Store;
  translate: Record<Language, Translate>;
  policy: Policy;
  audit: Audit;
  killSwitch: KillSwitch;
  alarms: AlarmClock;
  onError: (error: unknown, where: string) => void;
}

/** Reads the policy and the words, and opens the store, the audit log and the alarms. */
export async function layGround(config: Config, log: Log): Promise<Ground> {
  const clock = Date.now;
  const onError = (error: unknown, where: string) => log.error({ err: error, where }, 'Unexpected error');
  const users = [...parseUsers(config.CONSOLE_USERS ?? '').keys()];
  const policy = loadPolicy(config.POLICY_FILE, users.length > 0 ? users : undefined);
  const translate = loadMessages(join(ROOT, 'templates/messages'));
  const places = { dataDir: config.DATA_DIR, mongoUrl: config.MONGODB_URL };
  const store = await openStore(places);
  const audit = openAudit({ collection: store.collection(auditSpec), clock });
  const killSwitch = createKillSwitch({ store, audit, clock });
  const alarms = await openAlarmClock({ ...places, onError });
  return { config, log, clock, store, translate, policy, audit, killSwitch, alarms, onError };
}
