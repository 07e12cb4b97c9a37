import { parsePolicy } from '../../src/approvals/policy.ts';
import { auditSpec, openAudit } from '../../src/audit/audit.ts';
import { type Channels, createChannels } from '../../src/channels/channels.ts';
import { createDigests, type DigestOptions, type Digests, digestSpec } from '../../src/channels/digest.ts';
import type { Readings, SeenIncident, SeenTask } from '../../src/channels/ports.ts';
import { channelSpec } from '../../src/channels/settings.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import { createOutbox, type Outbox, outboxSpec } from '../../src/chat/outbox.ts';
import type { ChatPort, ConversationRef, Outgoing, UserRef } from '../../src/chat/types.ts';
import { temporaryStore } from '../support/store.ts';

/** A room of channels over the real store, audit log and outbox, with a clock one sets and readings one writes. */

export const translate = loadMessages('templates/messages');

export const ANN: UserRef = { platform: 'slack', tenant: 'T1', id: 'U1' };
export const EVE: UserRef = { platform: 'slack', tenant: 'T1', id: 'U9' };
export const policy = parsePolicy('roles: { operator: ["slack:T1:U1"], approver: ["slack:T1:U2"] }', 'policy.yaml');

export const place = (id: string, more: Partial<ConversationRef> = {}): ConversationRef => ({
  platform: 'slack',
  tenant: 'T1',
  id,
  kind: 'group',
  ...more,
});

/** An incident of the shop, critical and open unless told otherwise. */
export const incident = (id: string, more: Partial<SeenIncident> = {}): SeenIncident => ({
  id,
  title: { en: `${id} is wrong`, zh: `${id} 有问题` },
  severity: 'critical',
  state: 'open',
  cluster: { id: 'c-1', name: 'shop-prod', environment: 'prod' },
  attempts: [],
  openedAt: 0,
  ...more,
});

export const task = (id: string, more: Partial<SeenTask> = {}): SeenTask => ({
  id,
  state: 'succeeded',
  plan: { title: { en: `Build ${id}`, zh: `创建 ${id}` }, cluster: 'shop-prod', environment: 'prod' },
  requestedBy: ANN,
  endedAt: 0,
  ...more,
});

export interface ChannelRig {
  channels: Channels;
  digests: Digests;
  outbox: Outbox;
  /** What was delivered, by the key of its message: the newest state. */
  said: Map<string, Outgoing & { to: ConversationRef }>;
  /** Alarms that are set, by the place's key. */
  alarms: Map<string, number>;
  readings: { incidents: SeenIncident[]; tasks: SeenTask[] };
  errors: unknown[];
  /** What stands at the top of a digest. */
  health: NonNullable<DigestOptions['health']>;
  store: Awaited<ReturnType<typeof temporaryStore>>;
  now(): number;
  goTo(time: number | string): void;
  /** The same rooms once more over the same store, as after a restart. */
  again(): Pick<ChannelRig, 'channels' | 'digests'>;
  audit(): Promise<{ action: string; outcome: string; actor: string }[]>;
  delivered(): Promise<void>;
  close(): Promise<void>;
}

export async function openRig(start = '2026-11-25T00:00:00Z'): Promise<ChannelRig> {
  const store = await temporaryStore();
  let now = Date.parse(start);
  const clock = () => now;
  const said: ChannelRig['said'] = new Map();
  const errors: unknown[] = [];
  const alarms = new Map<string, number>();
  const port: ChatPort = {
    platform: 'slack',
    minUpdateMs: 0,
    start: async () => undefined,
    async deliver({ key, conversation, message }) {
      said.set(key, { ...message, to: conversation });
      return { conversation, messageId: key };
    },
    health: () => ({ ok: true, detail: '', since: 0 }),
    stop: async () => undefined,
  };
  const onError = (error: unknown) => void errors.push(error);
  const outbox = createOutbox({ rows: store.collection(outboxSpec), port: () => port, clock, onError });
  const audit = openAudit({ collection: store.collection(auditSpec), clock });
  const readings = { incidents: [] as SeenIncident[], tasks: [] as SeenTask[] };
  const reads: Readings = {
    incidents: {
      list: async ({ open }) => readings.incidents.filter(({ state }) => !open || state !== 'resolved'),
    },
    tasks: { list: async () => readings.tasks },
    approvals: { pending: async () => [] },
  };
  const words = { translate, language: 'en' as const, timeZone: 'UTC' };
  const make = () => {
    const channels: Channels = createChannels({
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
      readings: reads,
      outbox,
      alarms: {
        set: async (key, at) => void alarms.set(key, at),
        clear: async (key) => void alarms.delete(key),
      },
      health: (values, look) => rig.health(values, look),
      clock,
      onError,
    });
    return { channels, digests };
  };
  const rig: ChannelRig = {
    ...make(),
    health: async () => undefined,
    outbox,
    said,
    alarms,
    readings,
    errors,
    store,
    now: clock,
    goTo(time) {
      now = typeof time === 'string' ? Date.parse(time) : time;
    },
    again: make,
    audit: async () => (await audit.list({ limit: 100 })).reverse(),
    async delivered() {
      for (;;) {
        const due = await store.collection(outboxSpec).find({ where: { state: 'due' } });
        if (due.length === 0) return;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async close() {
      await outbox.stop();
      await store.dispose();
    },
  };
  return rig;
}
