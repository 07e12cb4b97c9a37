import { randomUUID } from 'node:crypto';
import type {
  FakeAck,
  FakeCall,
  FakeCard,
  FakeDingMessage,
  FakeDingTalk,
  FakeGroup,
  FakeOptions,
  FakeUser,
  Json,
} from './types.ts';

/** How long a session webhook lives: 90 minutes. */
export const WEBHOOK_MS = 5_400_000;

export interface Session {
  conversation: string;
  until: number;
}

/** Everything the fake knows. The other files are functions over it. */
export interface World {
  clientId: string;
  clientSecret: string;
  robotCode: string;
  corpId: string;
  templateId: string;
  bases: { api: string; oapi: string };
  /** Where sockets get no answer. */
  deafPort: number;
  options: Required<FakeOptions>;
  users: Map<string, FakeUser>;
  groups: Map<string, FakeGroup>;
  cards: Map<string, FakeCard>;
  said: Map<string, FakeDingMessage[]>;
  sessions: Map<string, Session>;
  media: FakeDingTalk['media'];
  reactions: FakeDingTalk['reactions'];
  dings: FakeDingTalk['dings'];
  calls: FakeCall[];
  acks: FakeAck[];
  lost: string[];
  pings: FakeDingTalk['pings'];
  subscriptions: FakeDingTalk['subscriptions'];
  events: string[];
  violations: string[];
  bans: string[];
  tokens: Map<string, number>;
  issued: Set<string>;
  tickets: Map<string, { until: number; topics: Set<string> }>;
  rates: Map<string, number[]>;
  banned: Map<string, number>;
  faults: {
    handshake: boolean;
    auth: boolean;
    contacts: boolean;
    deaf: boolean;
    slow: Map<string, number>;
    fail: Map<string, { code: number | string; times: number }>;
  };
}

/** A company with three members, a person from outside, and two groups. */
export function createWorld(options: FakeOptions): World {
  return {
    clientId: 'dingfakeclient',
    clientSecret: `secret-${randomUUID()}`,
    robotCode: 'dingfakeclient',
    corpId: 'ding0fake0corp',
    templateId: 'c0ffee00-1111-2222-3333-444455556666.schema',
    bases: { api: '', oapi: '' },
    deafPort: 0,
    options: {
      redeliverMs: 2_000,
      drainMs: 500,
      pingMs: 5_000,
      clickMs: 2_000,
      ticketMs: 90_000,
      tokenSeconds: 7_200,
      now: Date.now,
      ...options,
    },
    users: new Map<string, FakeUser>([
      ['alice', { staffId: 'manager807', senderId: '$:LWCP_v1:$alice', nick: '爱丽丝', email: 'alice@example.com' }],
      ['bob', { staffId: 'bob0412', senderId: '$:LWCP_v1:$bob', nick: 'Bob', email: 'bob@example.com' }],
      ['carol', { staffId: 'carol77', senderId: '$:LWCP_v1:$carol', nick: 'Carol' }],
      ['visitor', { senderId: '$:LWCP_v1:$visitor', nick: 'Visitor', external: true }],
    ]),
    groups: new Map([
      ['cidOps000000000000==', { title: 'Operations' }],
      ['cidDev000000000000==', { title: '开发群' }],
    ]),
    cards: new Map(),
    said: new Map(),
    sessions: new Map(),
    media: new Map(),
    reactions: [],
    dings: [],
    calls: [],
    acks: [],
    lost: [],
    pings: { sent: 0, answered: 0 },
    subscriptions: [],
    events: [],
    violations: [],
    bans: [],
    tokens: new Map(),
    issued: new Set(),
    tickets: new Map(),
    rates: new Map(),
    banned: new Map(),
    faults: { handshake: false, auth: false, contacts: true, deaf: false, slow: new Map(), fail: new Map() },
  };
}

/** The key of a direct talk's messages. */
export const direct = (staffId: string): string => `direct:${staffId}`;

/** A conversation by any of its names: a group's id, a person's name, his staff id or his sender id. */
export function conversationOf(world: World, name: string): string {
  if (world.groups.has(name) || name.startsWith('direct:')) return name;
  const user = world.users.get(name);
  return direct(user ? (user.staffId ?? user.senderId) : name);
}

export const isMember = (world: World, staffId: string): boolean =>
  [...world.users.values()].some((user) => user.staffId === staffId);

/** Puts down what the bot said. */
export function hear(world: World, conversation: string, message: Omit<FakeDingMessage, 'recalled' | 'time'>): void {
  const list = world.said.get(conversation) ?? [];
  list.push({ ...message, recalled: false, time: world.options.now() });
  world.said.set(conversation, list);
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const object = (value: unknown): Json => (isObject(value) ? value : {});

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];

/** What a JSON text holds; undefined where it is none. */
export function parsed(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
