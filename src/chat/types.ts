/** The neutral vocabulary of messages and cards. Plain JSON throughout; every adapter renders it, no flow knows a platform. */

export type PlatformId = 'web' | 'slack' | 'dingtalk';
export type Language = 'en' | 'zh';
/** The same text in both languages. */
export interface LocalText {
  en: string;
  zh: string;
}

/** A person, as a platform names them. Rights are looked up by `platform:tenant:id`. */
export interface UserRef {
  platform: PlatformId;
  tenant: string;
  id: string;
  name?: string | undefined;
  /** Only one that the platform vouches for: rights may be given to it. */
  email?: string | undefined;
}

/** What a platform knows of a person. `outside`: a guest, a person of another organisation, a bot, or one whom it does not know. */
export interface Person {
  name?: string;
  email?: string;
  outside: boolean;
}

/** A place to talk. `id` is unique within platform and tenant. */
export interface ConversationRef {
  platform: PlatformId;
  tenant: string;
  id: string;
  kind: 'dm' | 'group';
  /** A part of the place with a talk of its own, as the platform names it: a thread, or in DingTalk's groups a person. */
  threadId?: string | undefined;
  /** The same, where the talk hangs below a message of the bot: that message's key in the outbox. */
  under?: string | undefined;
}

/** Where a delivered message lives on its platform, so that it can be edited in place. */
export interface MessageRef {
  conversation: ConversationRef;
  messageId: string;
}

/** A message that a person sent to the bot. `deliveryId` is the platform's key for deduplication. */
export interface IncomingMessage {
  type: 'message';
  deliveryId: string;
  conversation: ConversationRef;
  sender: UserRef;
  /** Bot mention removed, trimmed. */
  text: string;
  /** How it reached the bot. Of what is said in a thread, only what answers a question or clearly asks something is meant for it. */
  addressed?: 'direct' | 'mention' | 'command' | 'thread';
  /** When it was said, epoch milliseconds, where the platform tells: it may hand things over in another order. */
  saidAt?: number;
}

/** A click on a card's control. `rev` is the revision of the card the person saw. */
export interface IncomingAction {
  type: 'action';
  deliveryId: string;
  cardId: string;
  rev: number;
  actor: UserRef;
  actionId: string;
  inputs: Record<string, string | string[] | boolean>;
}

/** What became of a click. `decided`: somebody was first; `stale`: the card has moved on; `expired`: too late. */
export type ActionOutcome =
  | { result: 'accepted' }
  | {
      result: 'refused';
      code: 'forbidden' | 'stale' | 'decided' | 'expired' | 'not-found' | 'invalid';
      message: string;
    };

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';

export interface Button {
  /** Unique within the card, at most 255 characters, opaque to the platform; the arguments stay on the server. */
  id: string;
  label: string;
  style?: 'default' | 'primary' | 'danger';
  hint?: string;
  confirm?: { title: string; text: string; ok: string; cancel: string };
}

export interface Choice {
  id: string;
  label: string;
  hint?: string;
}

type Input = { id: string; label: string; required?: boolean } & (
  | { kind: 'text'; multiline?: boolean; initial?: string; placeholder?: string }
  | { kind: 'select'; options: Choice[]; multi?: boolean; initial?: string[] }
  | { kind: 'toggle'; initial?: boolean }
);

export interface ProgressStep {
  id: string;
  title: string;
  status: 'pending' | 'running' | 'waiting' | 'done' | 'failed' | 'skipped' | 'undone';
  detail?: string;
}

/**
 * A curve over time: points are [epoch milliseconds, value], with null where nothing was measured for a while. `limits` are lines across,
 * `marks` moments on the way. `points` is a score of 0 to 100.
 */
export interface Chart {
  unit: 'bytes' | 'cores' | 'percent' | 'count' | 'seconds' | 'points';
  series: { name: string; points: [number, number | null][] }[];
  limits: { name: string; value: number }[];
  marks: { name: string; at: number }[];
  /** Names of two series between which the area is filled. */
  band?: { low: string; high: string };
}

/** Amounts side by side, or with `stacked` upon each other: `values` in the order of `categories`; null where there is none. */
export interface BarChart {
  kind: 'bars';
  unit: Chart['unit'] | 'days' | 'money';
  /** For `money`. */
  currency?: string;
  stacked: boolean;
  categories: string[];
  series: { name: string; values: (number | null)[] }[];
}

export type AnyChart = Chart | BarChart;

/** `markdown` is bold, italics, code, lists and links only. Untrusted text goes through `escapeMarkdown` or into `code`. */
export type Block =
  | { type: 'text'; markdown: string }
  /** `end`: where there is no room for all of it, its last lines are in sight, as of a log. */
  | { type: 'code'; text: string; language?: string; end?: true }
  | { type: 'divider' }
  | { type: 'fields'; items: { label: string; value: string }[] }
  | { type: 'table'; caption: string; head: string[]; rows: string[][] }
  | { type: 'chart'; title: string; chart: AnyChart }
  /** Folded away until somebody wants to see it. */
  | { type: 'details'; summary: string; blocks: Block[] }
  | { type: 'progress'; title: string; percent?: number; steps: ProgressStep[] }
  | { type: 'buttons'; items: Button[] }
  | { type: 'inputs'; items: Input[]; submit: Button };

/** One card, edited in place. `rev` guards against stale updates; `closed` tells renderers to drop every control. */
export interface Card {
  id: string;
  rev: number;
  title: string;
  tone: Tone;
  blocks: Block[];
  footer?: string;
  closed?: boolean;
}

/** What the bot says. `text` is complete on its own: notification, fallback, and what screen readers get. */
export interface Outgoing {
  text: string;
  card?: Card;
  language: Language;
}

/** One delivery the outbox hands to an adapter: a new message, or with `previous` an edit of one. */
export interface Delivery {
  /** Stable per message, so that a repeated delivery replaces instead of doubling. */
  key: string;
  conversation: ConversationRef;
  message: Outgoing;
  previous?: MessageRef;
  /** The message under which it belongs, where the conversation hangs below one. */
  root?: MessageRef;
  /** Where an earlier process may have tried it: when it was first to be said, epoch milliseconds. */
  since?: number;
}

export interface Health {
  ok: boolean;
  detail: string;
  /** Epoch milliseconds of the last change of `ok`. */
  since: number;
}

/** What a look at a platform's settings found. */
export interface Checked {
  ok: boolean;
  detail: string;
  /** How to mend it, or make it better. */
  mend?: string;
}

/** What the core offers an adapter. `message` and `action` persist before they answer, so a lost process loses nothing. */
export interface Intake {
  message(message: IncomingMessage): Promise<void>;
  action(action: IncomingAction): Promise<ActionOutcome>;
  /** A card as it is now, for what is shown on demand: folded parts, forms. Undefined where there is none for this person. */
  card(id: string, viewer: UserRef): Promise<Outgoing | undefined>;
  /** What a person sees on a page of his own: his tasks, what waits for his decision, how the clusters are. */
  home(viewer: UserRef): Promise<Outgoing[]>;
  /** Ends what is being worked on there for this person. False where there was nothing. */
  stop(conversation: ConversationRef, actor: UserRef): Promise<boolean>;
  /** The bot was brought into a group. Told again, it greets once. */
  joined(conversation: ConversationRef, by: UserRef | undefined): Promise<void>;
}

/** A long turn in sight of who waits for it. Best effort: nothing depends on its being shown. */
export interface Activity {
  /** Shows or changes one step, by its id. */
  step(step: ProgressStep): void;
  end(): Promise<void>;
}

/** A chat platform: plain data in, plain data out. */
export interface ChatPort {
  readonly platform: PlatformId;
  /** Least time between two edits of one message, milliseconds. */
  readonly minUpdateMs: number;
  /** Resolves once it runs or has said in `health` why not; bad credentials are no reason to throw. */
  start(intake: Intake): Promise<void>;
  /** Sends or edits one message. Throws NotYet, Undeliverable, or anything else for what may be tried again. */
  deliver(delivery: Delivery): Promise<MessageRef>;
  health(): Health;
  stop(): Promise<void>;
  /** Who that is; undefined while the platform cannot be asked. Absent: the adapter knows everybody who can reach it. */
  person?(user: UserRef): Promise<Person | undefined>;
  /** Absent where nothing can be shown before the answer. */
  activity?(conversation: ConversationRef, viewer: UserRef): Activity;
}

/** The platform's rate allows no more at the moment. */
export class NotYet extends Error {
  readonly code = 'NOT_YET';
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(`Not before ${waitMs} ms have passed`);
    this.waitMs = waitMs;
  }
}

/** It will never arrive: the place is gone, or the bot may not write there. */
export class Undeliverable extends Error {
  readonly code = 'UNDELIVERABLE';
}

/** The key under which a conversation is stored. */
export function conversationKey(ref: ConversationRef): string {
  const part = ref.under ?? ref.threadId;
  return [ref.platform, ref.tenant, ref.id, ...(part ? [part] : [])].join(':');
}

/** The key of the place itself, whatever part of it is spoken in: settings belong to it. */
export function placeKey({ platform, tenant, id }: ConversationRef): string {
  return [platform, tenant, id].join(':');
}

/** The key under which rights are looked up. */
export function userKey(user: UserRef): string {
  return `${user.platform}:${user.tenant}:${user.id}`;
}
