import { accountsIn, isAmong, isSamePerson } from '../approvals/people.ts';
import { hasRole, type Policy, refusalToDecide } from '../approvals/policy.ts';
import type { Translate } from '../chat/messages.ts';
import { type ConversationRef, type Language, placeKey, type UserRef, userKey } from '../chat/types.ts';
import type { JsonObject, ToolResult } from '../tools/types.ts';
import { settingsBlocks } from './card.ts';
import type { Channels } from './channels.ts';
import { digestBlocks } from './digest-card.ts';
import { type GatherOptions, gather } from './gather.ts';
import type { Readings } from './ports.ts';
import { valuesOf } from './settings.ts';

/** What flows may read of channels and rights. */

export interface ChannelViewOptions extends GatherOptions {
  readings: Readings;
  channels: Pick<Channels, 'get'>;
  policy: Policy;
  translate: Record<Language, Translate>;
  consoleUrl?: string | undefined;
  clock: () => number;
}

interface Asker {
  user: UserRef;
  conversation: ConversationRef;
  language: Language;
}

const DAY_MS = 24 * 3600_000;

export function createChannelViews(options: ChannelViewOptions) {
  const { channels, policy, translate, timeZone, clock } = options;
  return {
    /** The settings of the place in which one asks, as blocks of a card. */
    async copilot_channel(_args: JsonObject, { user, conversation, language }: Asker): Promise<ToolResult> {
      const settings = await channels.get(placeKey(conversation));
      const mayChange = hasRole(policy, user, ['operator']);
      return ok({ blocks: settingsBlocks(conversation, settings, { t: translate[language], timeZone, mayChange }) });
    },
    /** What the place's digest would tell of the last day, as far as the asker may see it. */
    async copilot_digest(_args: JsonObject, { user, conversation, language }: Asker): Promise<ToolResult> {
      const settings = await channels.get(placeKey(conversation));
      const now = clock();
      const seesAll = hasRole(policy, user, ['operator', 'approver']);
      const gathered = await gather(options, {
        values: valuesOf(settings),
        since: now - DAY_MS,
        now,
        sees: {
          task: ({ requestedBy }) => seesAll || isSamePerson(policy, requestedBy, user),
          approval: (one) =>
            isSamePerson(policy, one.requestedBy, user) || refusalToDecide(policy, user, one) === undefined,
        },
      });
      const look = { t: translate[language], language, timeZone, consoleUrl: options.consoleUrl };
      return ok({ blocks: digestBlocks(gathered, look) });
    },
    /** The asker's roles, and the name under which they are given. */
    async copilot_rights(_args: JsonObject, { user }: Asker): Promise<ToolResult> {
      const roles = Object.keys(policy.roles).filter((role) => isAmong(accountsIn(policy, [role]), user));
      return ok({ roles, account: userKey(user) });
    },
  };
}

/** Through JSON, as the run's journal keeps it. */
const ok = (data: object): ToolResult => ({ ok: true, data: JSON.parse(JSON.stringify(data)) });
