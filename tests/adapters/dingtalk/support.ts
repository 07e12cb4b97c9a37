import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createDingTalk, type DingTalkOptions } from '../../../adapters/dingtalk/adapter.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import type {
  Card,
  ChatPort,
  ConversationRef,
  IncomingAction,
  IncomingMessage,
  Intake,
} from '../../../src/chat/types.ts';
import { type FakeDingTalk, type FakeOptions, startFakeDingTalk } from '../../fakes/dingtalk/dingtalk.ts';
import { fakeIntake } from '../../support/intake.ts';

export const translate = loadMessages(join(import.meta.dirname, '../../../templates/messages'));

export const OPS = 'cidOps000000000000==';

/** The adapter between a fake DingTalk and a core that writes down what it is told. */
export interface Bench {
  fake: FakeDingTalk;
  chat: ChatPort;
  messages: IncomingMessage[];
  actions: IncomingAction[];
  errors: string[];
  logged: string[];
}

export interface BenchOptions {
  fake?: FakeOptions;
  adapter?: Partial<DingTalkOptions>;
  intake?: Partial<Intake>;
  template?: boolean;
  /** Called before the adapter starts. */
  before?(fake: FakeDingTalk): void;
}

/** A tenth of the real lengths of time, and less. */
const TIMES = {
  connectMs: 400,
  pingMs: 100,
  idleMs: 400,
  backoffMs: [100, 6_000],
  credentialsMs: 400,
  steadyMs: 50,
} as const;

export async function bench(options: BenchOptions = {}): Promise<Bench> {
  const fake = await startFakeDingTalk({ redeliverMs: 300, drainMs: 200, pingMs: 60, ...options.fake });
  options.before?.(fake);
  const told = { messages: [], actions: [], errors: [], logged: [] } as Omit<Bench, 'fake' | 'chat'>;
  const chat = createDingTalk({
    clientId: fake.clientId,
    clientSecret: fake.clientSecret,
    robotCode: fake.robotCode,
    ...(options.template && { cardTemplateId: fake.templateId }),
    apiBase: fake.apiBase,
    oapiBase: `${fake.oapiBase}/`,
    translate,
    language: 'en',
    clock: Date.now,
    onError: (error, where) => told.errors.push(`${where}: ${String(error)}`),
    log: { info: (data, message) => told.logged.push(`${message} ${JSON.stringify(data)}`) },
    times: { ...TIMES, backoffMs: [...TIMES.backoffMs] },
    ...options.adapter,
  });
  onTestFinished(async () => {
    await chat.stop();
    await fake.close();
  });
  await chat.start(
    fakeIntake({
      message: async (message) => void told.messages.push(message),
      action: async (action) => {
        told.actions.push(action);
        return { result: 'accepted' };
      },
      ...options.intake,
    }),
  );
  return { fake, chat, ...told };
}

/** Waits until both sockets of the adapter are open. */
export async function connected({ fake, chat }: Pick<Bench, 'fake' | 'chat'>): Promise<void> {
  await fake.settled(() => fake.sockets() === 2 && chat.health().ok);
}

export function direct(fake: FakeDingTalk, staffId = 'manager807'): ConversationRef {
  return { platform: 'dingtalk', tenant: fake.corpId, id: staffId, kind: 'dm' };
}

export function group(fake: FakeDingTalk, threadId?: string): ConversationRef {
  const place: ConversationRef = { platform: 'dingtalk', tenant: fake.corpId, id: OPS, kind: 'group' };
  return threadId === undefined ? place : { ...place, threadId };
}

/** A card that waits for an approval. */
export function approval(change: Partial<Card> = {}): Card {
  return {
    id: 'approval-a1b2c3',
    rev: 1,
    title: 'Scale web to 3',
    tone: 'warning',
    blocks: [
      { type: 'text', markdown: 'From **2** to **3** copies.' },
      {
        type: 'buttons',
        items: [
          { id: 'approve:a1b2', label: 'Approve', style: 'primary' },
          { id: 'reject:a1b2', label: 'Reject', style: 'danger' },
        ],
      },
    ],
    ...change,
  };
}
