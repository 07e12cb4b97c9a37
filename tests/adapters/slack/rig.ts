import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createSlack } from '../../../adapters/slack/adapter.ts';
import type { SlackOptions } from '../../../adapters/slack/options.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import {
  type Card,
  type ChatPort,
  type ConversationRef,
  type Delivery,
  type IncomingAction,
  type IncomingMessage,
  type Intake,
  type MessageRef,
  NotYet,
  type Outgoing,
} from '../../../src/chat/types.ts';
import { type FakeSlack, type FakeSlackOptions, startFakeSlack } from '../../fakes/slack/slack.ts';
import { fakeIntake } from '../../support/intake.ts';

export const translate = loadMessages(join(import.meta.dirname, '../../../templates/messages'));

export interface Rig {
  slack: FakeSlack;
  adapter: ChatPort;
  /** What was taken in, each once as the core does it. */
  messages: IncomingMessage[];
  /** How often each was told, by its key. */
  told: Map<string, number>;
  actions: IncomingAction[];
  errors: { error: unknown; where: string }[];
  logs: { data: object; message: string }[];
  /** Delivers as the outbox does: comes back when it is told NotYet. */
  deliver(delivery: Delivery): Promise<MessageRef>;
  place(id: string, threadId?: string): ConversationRef;
}

export interface RigOptions {
  fake?: FakeSlackOptions;
  intake?: Partial<Intake>;
  options?: Partial<SlackOptions>;
  /** Something that goes wrong before the adapter starts. */
  before?(slack: FakeSlack): void;
}

/** The adapter, started, against a workspace of its own, with Bolt and the Web API client between. Both end with the test. */
export async function rig({ fake, intake = {}, options = {}, before }: RigOptions = {}): Promise<Rig> {
  const slack = await startFakeSlack({ ackMs: 1000, retryMs: [0, 100, 200], ...fake });
  onTestFinished(() => slack.close());
  before?.(slack);
  return { slack, ...(await against(slack, { intake, options })) };
}

/** One more adapter against a workspace that is there: the bot after a restart. */
export async function against(
  slack: FakeSlack,
  { intake = {}, options = {} }: Pick<RigOptions, 'intake' | 'options'> = {},
): Promise<Omit<Rig, 'slack'>> {
  const messages: IncomingMessage[] = [];
  const told = new Map<string, number>();
  const actions: IncomingAction[] = [];
  const errors: Rig['errors'] = [];
  const logs: Rig['logs'] = [];
  const log = (data: object, message: string) => void logs.push({ data, message });
  const adapter = createSlack({
    botToken: slack.botToken,
    appToken: slack.appToken,
    httpHost: '127.0.0.1',
    apiUrl: slack.apiUrl,
    translate,
    language: 'en',
    clock: Date.now,
    onError: (error, where) => void errors.push({ error, where }),
    log: { info: log, warn: log },
    ...options,
  });
  onTestFinished(() => adapter.stop());
  await adapter.start(
    fakeIntake({
      async message(message) {
        const times = told.get(message.deliveryId) ?? 0;
        told.set(message.deliveryId, times + 1);
        if (times === 0) messages.push(message);
      },
      action: async (action) => {
        actions.push(action);
        return { result: 'accepted' };
      },
      ...intake,
    }),
  );
  return {
    adapter,
    messages,
    told,
    actions,
    errors,
    logs,
    deliver: (delivery) => patiently(() => adapter.deliver(delivery)),
    place: (id, threadId) => ({
      platform: 'slack',
      tenant: slack.team,
      id,
      kind: id.startsWith('D') ? 'dm' : 'group',
      ...(threadId && { threadId }),
    }),
  };
}

/** Comes back after NotYet, as the outbox does. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;)
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof NotYet)) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.waitMs));
    }
}

/** A card with one button. */
export function approval(rev = 1, more: Partial<Card> = {}): Outgoing {
  const card: Card = {
    id: 'approval-a1b2c3',
    rev,
    title: 'Scale checkout to 4',
    tone: 'warning',
    blocks: [
      { type: 'text', markdown: 'Four replicas instead of two.' },
      { type: 'buttons', items: [{ id: 'approve:a1b2', label: 'Approve', style: 'primary' }] },
    ],
    ...more,
  };
  return { text: 'Scale checkout to 4: approve a1b2', card, language: 'en' };
}

/** Words without a card. */
export function words(text: string): Outgoing {
  return { text, language: 'en' };
}
