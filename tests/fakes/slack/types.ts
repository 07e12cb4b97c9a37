/** What a test sees of the fake Slack: its people, places, messages, and all that the bot said to it. Shapes: https://docs.slack.dev/reference */

export type Json = Record<string, unknown>;

export interface FakeUser {
  id: string;
  name: string;
  team: string;
  email?: string;
  emailConfirmed: boolean;
  tz: string;
  locale: string;
  /** A guest of several channels, or of one. */
  restricted?: 'guest' | 'single-channel';
  /** Of another organisation, met in a shared channel. */
  stranger?: boolean;
  bot?: boolean;
  deleted?: boolean;
}

export interface FakeChannel {
  id: string;
  name: string;
  kind: 'channel' | 'group' | 'im';
  members: Set<string>;
  archived: boolean;
  messages: FakeMessage[];
}

export interface FakeMessage {
  ts: string;
  threadTs?: string;
  user: string;
  text: string;
  blocks: Json[];
  attachments: Json[];
  /** How often it was edited. */
  edits: number;
  /** Only this person sees it; it cannot be edited but through its response URL. */
  ephemeralFor?: string;
  files: FakeFile[];
  /** Name of the emoji and who put it there. */
  reactions: Map<string, Set<string>>;
  metadata?: unknown;
  stream?: FakeStream;
}

export interface FakeStream {
  state: 'streaming' | 'stopped';
  markdown: string;
  /** The newest state of each step, in the order of appearance. */
  steps: Map<string, Json>;
  /** Every chunk that came, in order. */
  chunks: Json[];
  recipient?: string;
}

export interface FakeFile {
  id: string;
  name: string;
  title: string;
  altText?: string;
  bytes: Buffer;
  user: string;
  complete: boolean;
  /** How many looks or uses it still takes until Slack has processed it. */
  pending: number;
  shares: { channel: string; ts: string; threadTs?: string }[];
}

export interface View extends Json {
  id: string;
  type: 'modal' | 'home';
  blocks: Json[];
  hash: string;
  /** Whose screen it is on. */
  user: string;
  callback_id?: string;
  private_metadata?: string;
}

export type EnvelopeType = 'events_api' | 'interactive' | 'slash_commands';

/** What the world wants to hand to the bot. Events are tried again, the rest is lost when nobody takes it, as on Slack. */
export interface Envelope {
  type: EnvelopeType;
  payload: Json;
  /** May the answer carry data. */
  answers: boolean;
}

/** The fate of one payload: `acked` with what came back, or undefined once Slack has given up. */
export interface Pushed {
  /** Resolves with the answer's payload (an empty object where there was none), or undefined when it was lost. */
  outcome: Promise<Json | undefined>;
}

/** Hands payloads to the bot, and tries events again as Slack does. */
export interface Courier {
  send(envelope: Envelope, delayMs?: number): Pushed;
  stop(): void;
}

export interface Call {
  method: string;
  at: number;
  body: Json;
  /** `ok`, or the error it was answered with. */
  answer: string;
}

export interface Ack {
  envelopeId: string;
  type: EnvelopeType;
  /** From sending to its ack. */
  ms: number;
  payload?: unknown;
}

export type Drop = 'close' | 'reset' | 'silence' | 'refresh' | 'zombie';

export interface FakeSlackOptions {
  clock?: () => number;
  port?: number;
  /** How long an envelope may stay without an ack. Slack: 3 s. */
  ackMs?: number;
  /** Pauses before each new attempt of an event. Slack: at once, 1 min, 5 min. */
  retryMs?: number[];
  /** Pings to the client. */
  pingMs?: number;
  /** After how long Slack notices that a socket swallows everything, and closes it. */
  zombieMs?: number;
  /** Does the bot hear of its own messages and edits, as on Slack. */
  echo?: boolean;
  scopes?: string[];
  /** What the app has subscribed to, such as `message.im`. */
  events?: string[];
  /** The app's slash command. */
  command?: string;
}

export interface Faults {
  /** From now on, for so many seconds, 429 with Retry-After; asking again before it has passed is a violation. */
  rateLimit(method: string, seconds: number, channel?: string): void;
  /**
   * The next calls fail so. Besides Slack's codes: `http:503`; `reset` cuts the line before anything is done; `lost-answer` does
   * what was asked and then cuts the line.
   */
  fail(method: string, error: string, times: number): void;
  /** Every token is refused with `invalid_auth`, or with the error given. */
  refuseAuth(on: boolean, error?: string): void;
  /** What happens to `count` sockets, the oldest first. Without it: to all, and a zombie only to one. */
  dropSockets(how: Drop, count?: number): void;
  /** New sockets are refused in the handshake. */
  refuseSockets(on: boolean): void;
  /** So long passes before the call is looked at; 0 ends it. */
  slow(method: string, ms: number): void;
  /** Files uploaded from now on need so many looks (`files.info`, or a use in a block) until they are processed. */
  unprocessedFiles(times: number): void;
}

interface Where {
  user: string;
  channel: string;
}
export interface Saying extends Where {
  text: string;
  threadTs?: string;
  /** How often each of its events is pushed. */
  copies?: number;
  /** The copies have ids of their own; only the message's `ts` tells that they are one. */
  newIds?: boolean;
  /** Over how much time the copies are spread, so that they mix with what else is said. */
  spreadMs?: number;
  attachments?: Json[];
  blocks?: Json[];
}
export interface Clicking extends Where {
  ts: string;
  actionId: string;
  blockId?: string;
  /** What the message's other controls hold, by action id, or what a select is set to. */
  values?: Record<string, string | string[]>;
}
export interface Submitting {
  user: string;
  viewId: string;
  /** By action id or block id. */
  values: Record<string, string | string[] | undefined>;
}

/** A workspace of its own on 127.0.0.1. */
export interface FakeSlack {
  apiUrl: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  team: string;
  botUser: string;
  close(): Promise<void>;

  users: Map<string, FakeUser>;
  channels: Map<string, FakeChannel>;
  addUser(user: Partial<FakeUser> & { id: string }): FakeUser;
  /** A channel with the bot and everybody in it, where nothing else is said. */
  addChannel(channel: Partial<FakeChannel> & { id: string }): FakeChannel;
  /** The id of a person's direct messages with the bot. */
  dm(user: string): string;
  /** What the token may do. Changes hold at once. */
  scopes: Set<string>;

  /** Says something that names the bot: `app_mention` and `message`, as Slack sends both. The text need not hold the mention. */
  mention(saying: Saying): Promise<{ ts: string }>;
  say(saying: Saying): Promise<{ ts: string }>;
  edit(o: Where & { ts: string; text: string }): Promise<void>;
  remove(o: Where & { ts: string }): Promise<void>;
  /** Waits for the ack; `ack` is undefined where Slack lost the command. */
  slash(o: Where & { text: string; command?: string }): Promise<{ ack: unknown }>;
  /** On a control that the message shows now; throws where there is none. */
  click(clicking: Clicking): Promise<Pushed>;
  /** The same on a control of a modal or of the Home tab (its view's id). */
  clickInView(o: { user: string; viewId: string; actionId: string; values?: Clicking['values'] }): Promise<Pushed>;
  /** The payload of the ack. Throws where a required input is empty, as the client would, and where Slack got no answer. */
  submit(submitting: Submitting): Promise<unknown>;
  closeView(o: { user: string; viewId: string }): Promise<void>;
  shortcut(o: Where & { ts: string; callbackId: string }): Promise<Pushed>;
  openHome(user: string, tab?: 'home' | 'messages'): Promise<void>;
  stopSession(o: Where & { threadTs: string }): Promise<void>;
  /** The bot is brought into a channel. */
  join(channel: string, by: string): Promise<void>;
  /** An event of any kind, within the usual wrapping. */
  event(event: Json, options?: Pick<Saying, 'copies' | 'newIds' | 'spreadMs'>): Promise<void>;
  /** Raw, to one socket: an object as JSON, a string as it is. */
  push(frame: object | string): void;

  messages(channel: string): FakeMessage[];
  home(user: string): View | undefined;
  views: Map<string, View>;
  files: FakeFile[];
  calls: Call[];
  acks: Ack[];
  /** Envelopes that wait for their ack or never got it. */
  unacked(): string[];
  /** What Slack itself has lost: clicks and commands that nobody took, events after the last attempt. */
  lost: Envelope[];
  /** What the bot did that Slack refuses or frowns upon. Faults that a test asked for are none. */
  violations: string[];
  sockets(): number;
  /** How many sockets have been opened since the start. */
  opened(): number;
  settled(done: () => boolean | Promise<boolean>, ms?: number): Promise<void>;

  /** From now on by signed HTTP requests to this URL; undefined: by sockets again. */
  deliverTo(url: string | undefined): void;
  /** The headers Slack would send with such a body. */
  sign(body: string, at?: number): Record<string, string>;
  faults: Faults;
}
