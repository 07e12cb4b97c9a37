/** What a test sees of the fake DingTalk. People, groups and cards are plain data that a test may change as it likes. */

export type Json = Record<string, unknown>;

export interface FakeUser {
  /** Absent for people of another organisation: DingTalk does not tell their id. */
  staffId?: string;
  senderId: string;
  nick: string;
  email?: string;
  external?: boolean;
}

export interface FakeGroup {
  title: string;
}

export interface FakeCard {
  outTrackId: string;
  template: string;
  /** What everybody sees. */
  params: Record<string, string>;
  /** What one person sees in addition, by staff id. */
  privateData: Record<string, Record<string, string>>;
  /** As it was asked for: `dtv1.card//IM_GROUP.cid…` or `dtv1.card//IM_ROBOT.staffId`. */
  space: string;
  /** The key under which `messages` has it. */
  conversation: string;
  /** Who may see it; empty: everybody there. */
  recipients: string[];
  updates: { time: number; by: 'put' | 'ack'; params: Record<string, string> }[];
  streams: { time: number; key: string; content: string; final: boolean; failed: boolean }[];
}

/** Something the bot said. */
export interface FakeDingMessage {
  /** `processQueryKey`, or a card's `outTrackId`. */
  id: string;
  msgKey: string;
  title: string;
  text: string;
  /** Who was mentioned: only those who also stand in the text, as in DingTalk. */
  at: string[];
  mediaId?: string;
  fileName?: string;
  by: 'webhook' | 'group' | 'direct' | 'card';
  recalled: boolean;
  time: number;
}

export interface FakeCall {
  /** `POST /v1.0/card/instances/createAndDeliver`; the session webhook is `webhook`. */
  api: string;
  time: number;
  body: Json;
  /** Of the answer, once there is one. */
  status: number;
  code: string;
}

export interface FakeAck {
  messageId: string;
  topic: string;
  /** From this frame's being sent to its ack. */
  ms: number;
  data: unknown;
}

/** A button that a card shows at the moment. */
export interface FakeButton {
  text: string;
  actionId: string;
  params: Json;
}

export type DropHow = 'close' | 'reset' | 'silence' | 'disconnect' | 'zombie';
export type MessageType = 'text' | 'richText' | 'audio' | 'picture' | 'file' | 'video' | 'unknownMsgType';

export interface SayOptions {
  user: string;
  /** A group's id. Absent: in the direct talk with the bot. */
  conversation?: string;
  text: string;
  msgtype?: MessageType;
  /** How often the frame is sent at once. */
  copies?: number;
  /** Each copy's frame has an id of its own; the message's id stays the same. */
  newIds?: boolean;
  /** `true`: its time is over, as the message says. `'early'`: it is refused although its time is not over. */
  webhookExpired?: boolean | 'early';
  /** A message that was sent before: the same `msgId`. */
  msgId?: string;
}

export interface ClickOptions {
  user: string;
  outTrackId: string;
  actionId: string;
  /** Which of several buttons with this action: those whose parameters have these values. */
  params?: Json;
  /** Fields the person filled in, sent along. */
  inputs?: Json;
  /** Where the callback has the action: all three have been seen. */
  where?: 'value' | 'content' | 'root';
}

export interface PressOptions {
  user: string;
  conversation?: string;
  link: string;
}

export interface FakeOptions {
  /** A bot message without an ack comes again after this long. In DingTalk about 60 s. */
  redeliverMs?: number;
  /** From SYSTEM disconnect to the end of the socket. In DingTalk about 10 s. */
  drainMs?: number;
  /** Between SYSTEM pings. */
  pingMs?: number;
  /** How long a click waits for its ack. In DingTalk about 2 s. */
  clickMs?: number;
  ticketMs?: number;
  tokenSeconds?: number;
  now?: () => number;
}

export interface FakeFaults {
  /** The gateway answers, but the socket is refused. */
  refuseHandshake(on: boolean): void;
  /** The client id and secret count as wrong, at the gateway and for tokens. */
  refuseAuth(on: boolean): void;
  /** What happens to the sockets that are open now, or to some of them. `silence`: not even pongs; `zombie`: pongs, but nothing else. */
  dropSockets(how: DropHow, atMost?: number): void;
  /** The next calls fail: a number below 600 is an HTTP status, any other the `errcode` of an HTTP 200, a string the code of an HTTP 400 (403 for `Forbidden…`), `88/90018` the `errcode` and `sub_code` of an HTTP 200. */
  fail(api: string, code: number | string, times: number): void;
  /** Each call takes this long from now on; 0 ends it. */
  slow(api: string, ms: number): void;
  /** The app may not read contacts. */
  noContacts(on: boolean): void;
  /** Every token given out so far is refused. */
  expireTokens(): void;
  /** The gateway's address is one that never answers, as behind a firewall that drops. */
  deafEndpoint(on: boolean): void;
}

export interface FakeDingTalk {
  apiBase: string;
  oapiBase: string;
  clientId: string;
  clientSecret: string;
  robotCode: string;
  corpId: string;
  /** A template it knows. */
  templateId: string;
  close(): Promise<void>;
  users: Map<string, FakeUser>;
  groups: Map<string, FakeGroup>;
  say(options: SayOptions): Promise<{ msgId: string }>;
  /** Clicks a button that the card now shows this person, else throws. Resolves with the answer in the ack, which is then on the card; undefined where none came in time. */
  click(options: ClickOptions): Promise<{ ack: unknown }>;
  buttons(outTrackId: string, user: string): FakeButton[];
  /** Follows a `dtmd://…sendMessage` link of one of the bot's messages: says its text. */
  press(options: PressOptions): Promise<{ msgId: string; text: string }>;
  /** The bot is brought into a group: an EVENT frame, where the client subscribed to events. */
  event(eventType: string, data: Json): void;
  /** A raw frame to one socket, also one that is no JSON. */
  push(frame: object | string): void;
  cards: Map<string, FakeCard>;
  /** By a group's id, or by a person's name or staff id for the direct talk. */
  messages(conversation: string): FakeDingMessage[];
  media: Map<string, { type: string; name: string; bytes: Buffer }>;
  reactions: { msgId: string; name: string; recalled: boolean }[];
  dings: { users: string[]; content: string }[];
  calls: FakeCall[];
  acks: FakeAck[];
  /** Message ids of frames with a message or a click that have no ack. */
  unacked(): string[];
  /** Messages sent while no socket was open. */
  lost: string[];
  /** SYSTEM pings sent, and those whose words came back. */
  pings: { sent: number; answered: number };
  readonly gatewayOpens: number;
  /** The subscriptions of each opening, as sent. */
  subscriptions: { type: string; topic: string }[][];
  sockets(): number;
  /** `open 2`, `quiet 1`, `close 1`, … in the order they happened. */
  events: string[];
  violations: string[];
  bans: string[];
  /** Waits for a condition; throws with what was refused where it does not come. */
  settled(done: () => boolean, ms?: number): Promise<void>;
  faults: FakeFaults;
}
