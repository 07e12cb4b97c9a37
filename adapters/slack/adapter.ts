import type {
  Activity,
  ChatPort,
  ConversationRef,
  Delivery,
  Health,
  MessageRef,
  UserRef,
} from '../../src/chat/types.ts';
import { NotYet } from '../../src/chat/types.ts';
import type { Connection } from './connection.ts';
import { delay } from './delay.ts';
import type { SlackOptions } from './options.ts';
import type { Session } from './session.ts';

/** chat.update takes about 50 edits a minute for the whole workspace. */
const MIN_UPDATE_MS = 2000;
/** How long the start waits for Slack; it comes up by itself after that as well. */
const START_MS = 3000;
const NOT_READY_MS = 1000;

/** One Slack workspace as a chat platform. Bolt and the Web API are loaded when it starts. */
export function createSlack(options: SlackOptions): ChatPort {
  let running: Running | undefined;
  let health: Health = { ok: false, detail: 'not started', since: options.clock() };

  return {
    platform: 'slack',
    minUpdateMs: MIN_UPDATE_MS,
    async start(intake) {
      const { open } = await import('./open.ts');
      running = open(options, intake);
      const enough = new AbortController();
      await Promise.race([running.connection.tried, delay(START_MS, enough.signal)]);
      enough.abort();
    },
    async deliver(delivery) {
      if (!running?.deliver) throw new NotYet(NOT_READY_MS);
      return await running.deliver(delivery);
    },
    health: () => running?.connection.health() ?? health,
    async stop() {
      const stopping = running;
      running = undefined;
      if (!stopping) return;
      health = { ok: false, detail: 'stopped', since: options.clock() };
      await stopping.connection.stop();
    },
    async person(user) {
      const { session } = running ?? {};
      if (!session) return undefined;
      if (user.tenant !== session.me.team_id) return { outside: true };
      return await session.directory.person(user.id);
    },
    activity: (conversation, viewer) => running?.activity?.(conversation, viewer) ?? { step() {}, end: async () => {} },
  };
}

/** What exists while the adapter runs; all but the connection is there once Slack has said who the bot is. */
export interface Running {
  connection: Connection;
  session?: Session;
  deliver?: (delivery: Delivery) => Promise<MessageRef>;
  activity?: (conversation: ConversationRef, viewer: UserRef) => Activity;
}
