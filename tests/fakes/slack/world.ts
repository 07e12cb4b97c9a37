import type { Call, Envelope, FakeChannel, FakeFile, FakeMessage, FakeSlackOptions, FakeUser, View } from './types.ts';

/** An error that Slack answers with. `detail` is for people, as in `response_metadata.messages`. */
export class Refusal extends Error {
  readonly error: string;
  readonly details: string[];
  readonly retryAfter: number | undefined;

  constructor(error: string, options: { details?: string[]; retryAfter?: number } = {}) {
    super(error);
    this.error = error;
    this.details = options.details ?? [];
    this.retryAfter = options.retryAfter;
  }
}

export interface Trigger {
  user: string;
  at: number;
  used: boolean;
}

/** A URL that came with an interaction: five answers within 30 minutes. */
export interface ResponseUrl {
  channel: string;
  user: string;
  at: number;
  uses: number;
  /** The message it may replace. */
  message?: FakeMessage;
  threadTs?: string;
}

/** All that the fake remembers. */
export interface World {
  now: () => number;
  team: string;
  botUser: string;
  botId: string;
  appId: string;
  echo: boolean;
  origin: string;
  users: Map<string, FakeUser>;
  channels: Map<string, FakeChannel>;
  views: Map<string, View>;
  homes: Map<string, View>;
  files: FakeFile[];
  triggers: Map<string, Trigger>;
  responses: Map<string, ResponseUrl>;
  scopes: Set<string>;
  subscribed: Set<string>;
  calls: Call[];
  lost: Envelope[];
  violations: string[];
  pendingLooks: number;
  id(prefix: string): string;
  /** A new message's time, which is its name: later than any before. */
  ts(): string;
  /** Tells the bot of something, if it has subscribed to it. */
  tell: (subscription: string, event: Record<string, unknown>) => void;
}

/** The scopes and events of the app's manifest. */
const SCOPES = (
  'app_mentions:read assistant:write channels:history channels:read chat:write commands files:read files:write ' +
  'groups:history groups:read im:history im:read im:write reactions:write usergroups:read users:read users:read.email'
).split(' ');
const EVENTS = (
  'app_mention app_home_opened message.im message.channels message.groups member_joined_channel ' +
  'agent_session_stopped app_context_changed'
).split(' ');

export function createWorld(options: FakeSlackOptions): World {
  const now = options.clock ?? Date.now;
  let ids = 0;
  let last = 0;
  return {
    now,
    team: 'T0FAKE',
    botUser: 'U0COPILOT',
    botId: 'B0COPILOT',
    appId: 'A0COPILOT',
    echo: options.echo ?? true,
    origin: '',
    users: new Map(),
    channels: new Map(),
    views: new Map(),
    homes: new Map(),
    files: [],
    triggers: new Map(),
    responses: new Map(),
    scopes: new Set(options.scopes ?? SCOPES),
    subscribed: new Set(options.events ?? EVENTS),
    calls: [],
    lost: [],
    violations: [],
    pendingLooks: 0,
    id(prefix) {
      ids += 1;
      return `${prefix}${ids.toString(36).toUpperCase().padStart(8, '0')}`;
    },
    ts() {
      last = Math.max(last + 1, now() * 1000);
      return `${Math.floor(last / 1_000_000)}.${String(last % 1_000_000).padStart(6, '0')}`;
    },
    tell: () => {},
  };
}

/** The people every test finds: two members, a guest, another app's bot, and somebody of another organisation. */
export function people(team: string): FakeUser[] {
  const member = (id: string, name: string): FakeUser => ({
    id,
    name,
    team,
    email: `${name}@example.com`,
    emailConfirmed: true,
    tz: 'Asia/Shanghai',
    locale: 'en-US',
  });
  return [
    member('U0ALICE', 'alice'),
    member('U0BOB', 'bob'),
    { ...member('U0GUEST', 'gina'), restricted: 'guest' },
    { ...member('U0OTHERBOT', 'alertmanager'), bot: true },
    { ...member('U0STRANGER', 'sam'), team: 'T0ELSEWHERE', stranger: true, email: 'sam@elsewhere.example' },
    { ...member('U0COPILOT', 'k8s-copilot'), bot: true },
  ];
}

/** Every channel type's name in `message.…` and in `channel_type`. */
export const SUBSCRIPTION = { channel: 'message.channels', group: 'message.groups', im: 'message.im' } as const;

export function newMessage(fields: Partial<FakeMessage> & { ts: string; user: string }): FakeMessage {
  return { text: '', blocks: [], attachments: [], edits: 0, files: [], reactions: new Map(), ...fields };
}

export function newTrigger(world: World, user: string): string {
  const id = `${world.id('1')}.${world.now()}.fake`;
  world.triggers.set(id, { user, at: world.now(), used: false });
  return id;
}

export function newResponseUrl(world: World, url: Omit<ResponseUrl, 'at' | 'uses'>): string {
  const id = world.id('RU');
  world.responses.set(id, { ...url, at: world.now(), uses: 0 });
  return `${world.origin}/response/${id}`;
}

/** A message as events and the Web API show it. */
export function wireMessage(world: World, message: FakeMessage): Record<string, unknown> {
  const bot = world.users.get(message.user)?.bot;
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: world.team,
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    ...(message.threadTs && { thread_ts: message.threadTs }),
    ...(message.files.length > 0 && { files: message.files.map((file) => ({ id: file.id, name: file.name })) }),
    ...(message.user === world.botUser && { bot_id: world.botId, app_id: world.appId }),
    ...(bot && message.user !== world.botUser && { bot_id: `B${message.user.slice(1)}`, subtype: 'bot_message' }),
    ...(message.edits > 0 && { edited: { user: message.user, ts: message.ts } }),
    ...(message.metadata !== undefined && { metadata: message.metadata }),
    ...(message.reactions.size > 0 && {
      reactions: [...message.reactions].map(([name, by]) => ({ name, users: [...by], count: by.size })),
    }),
  };
}
