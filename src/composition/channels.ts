import type { ConsoleSources } from '../../adapters/console/wire.ts';
import { type Channels, createChannels } from '../channels/channels.ts';
import { createChannelControls } from '../channels/controls.ts';
import { createDigests, type DigestOptions, type Digests, digestSpec } from '../channels/digest.ts';
import { createGreeting } from '../channels/greeting.ts';
import { createHome } from '../channels/home.ts';
import { createOutages, seenSpec } from '../channels/outages.ts';
import type { Readings } from '../channels/ports.ts';
import { channelSpec } from '../channels/settings.ts';
import { createChannelViews } from '../channels/views.ts';
import type { Outbox } from '../chat/outbox.ts';
import {
  type ChatPort,
  type ConversationRef,
  conversationKey,
  type Language,
  type Outgoing,
  type PlatformId,
  type UserRef,
} from '../chat/types.ts';
import type { Controls, Views } from '../conversations/ports.ts';
import { conversationSpec, inboxSpec } from '../conversations/records.ts';
import type { ClusterRef } from '../incidents/records.ts';
import { createChannelSource } from './channel-source.ts';
import type { Ground } from './ground.ts';

/** The room of channels, wired to what it reads and to the alarm clock, under the name `digest`. */
export interface ChannelRoom {
  channels: Channels;
  digests: Digests;
  controls: Controls;
  views: Views;
  home: (viewer: UserRef) => Promise<Outgoing[]>;
  joined: (place: ConversationRef) => Promise<void>;
  languageOf: (place: ConversationRef) => Language;
  sources: Required<Pick<ConsoleSources, 'channels' | 'connections'>>;
  /** Catches up, once the alarm clock rings and before the doors open. */
  recover(): Promise<void>;
  /** Watches over the connections, once the adapters have started. */
  start(): void;
  stop(): Promise<void>;
}

export interface ChannelRoomParts {
  outbox: Outbox;
  readings: Readings;
  clusters: () => Promise<ClusterRef[]>;
  adapters: () => Iterable<ChatPort>;
  /** Public address of the console. */
  consoleUrl?: string | undefined;
  /** How healthy the clusters of a place are. */
  health: NonNullable<DigestOptions['health']>;
}

const TICK_MS = 15_000;

export function createChannelRoom(ground: Ground, parts: ChannelRoomParts): ChannelRoom {
  const { config, store, audit, alarms, policy, translate, clock, onError } = ground;
  const { outbox, readings, clusters, consoleUrl } = parts;
  const { TIMEZONE: timeZone, LANGUAGE: language } = config;
  const words = { translate, language, timeZone };
  const channels = createChannels({
    ...words,
    rows: store.collection(channelSpec),
    audit,
    clock,
    onChange: (key) => digests.schedule(key),
  });
  const digests: Digests = createDigests({
    ...words,
    channels,
    records: store.collection(digestSpec),
    readings,
    outbox,
    consoleUrl,
    health: parts.health,
    alarms: { set: (key, at) => alarms.set('digest', key, at), clear: (key) => alarms.clear('digest', key) },
    clock,
    onError,
  });
  const outages = createOutages({
    ...words,
    records: store.collection(seenSpec),
    health: () => chatPlatforms(parts.adapters()),
    recent: recentIn(ground),
    channels,
    outbox,
    clock,
  });
  const controls = createChannelControls({ channels, policy, outbox, translate, timeZone, clusters });
  const home = createHome({ readings, clusters, policy, outbox, translate, onError });
  const watch = repeat(async () => {
    await channels.refresh();
    await outages.tick();
  }, onError);

  return {
    channels,
    digests,
    controls,
    views: createChannelViews({ ...words, channels, readings, policy, consoleUrl, clock, onError }),
    home: (viewer) => home(viewer, language),
    joined: createGreeting({ channels, outbox, translate }),
    languageOf: (place) => channels.languageOf(place),
    sources: {
      channels: createChannelSource({ channels, digests, policy, timeZone }),
      connections: () => [...parts.adapters()].map((adapter) => ({ platform: adapter.platform, ...adapter.health() })),
    },
    async recover() {
      await channels.refresh();
      await digests.recover();
    },
    start: watch.start,
    stop: watch.stop,
  };
}

/** The console loses nothing that is said to it: it is no platform to be missed. */
function chatPlatforms(adapters: Iterable<ChatPort>) {
  return [...adapters]
    .filter(({ platform }) => platform !== 'web')
    .map((adapter) => ({ platform: adapter.platform, health: adapter.health() }));
}

/** Where somebody spoke to the bot since then, each once, in the language spoken there. */
function recentIn({ store, config }: Ground) {
  const inbox = store.collection(inboxSpec);
  const conversations = store.collection(conversationSpec);
  return async (platform: PlatformId, since: number) => {
    const rows = await inbox.find({ range: { field: 'receivedAt', gte: since }, limit: 10_000 });
    const places = new Map(
      rows.flatMap(({ conversation }) =>
        conversation.platform === platform ? [[conversationKey(conversation), conversation] as const] : [],
      ),
    );
    return Promise.all(
      [...places].map(async ([key, conversation]) => ({
        conversation,
        language: (await conversations.get(key))?.language ?? config.LANGUAGE,
      })),
    );
  };
}

/** Does the work at once and every 15 seconds, one at a time. */
function repeat(work: () => Promise<void>, onError: Ground['onError']) {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const once = () => {
    running = running.then(work).catch((error: unknown) => onError(error, 'channels'));
  };
  return {
    start() {
      once();
      timer = setInterval(once, TICK_MS);
    },
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
