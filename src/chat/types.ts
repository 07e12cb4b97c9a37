/** The neutral vocabulary of messages and cards. Plain JSON throughout; every adapter renders it, no flow knows a platform. */

type PlatformId = 'web' | 'slack' | 'dingtalk';
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
}

/** A place to talk. `id` is unique within platform and tenant. */
export interface ConversationRef {
  platform: PlatformId;
  tenant: string;
  id: string;
  kind: 'dm' | 'group';
  threadId?: string | undefined;
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

/** A curve over time: points are [epoch milliseconds, value]. `limits` are lines across, `marks` moments on the way. */
export interface Chart {
  unit: 'bytes' | 'cores' | 'percent' | 'count' | 'seconds';
  series: { name: string; points: [number, number][] }[];
  limits: { name: string; value: number }[];
  marks: { name: string; at: number }[];
}

/** `markdown` is bold, italics, code, lists and links only. Untrusted text goes through `escapeMarkdown` or into `code`. */
export type Block =
  | { type: 'text'; markdown: string }
  | { type: 'code'; text: string; language?: string }
  | { type: 'divider' }
  | { type: 'fields'; items: { label: string; value: string }[] }
  | { type: 'table'; caption: string; head: string[]; rows: string[][] }
  | { type: 'chart'; title: string; chart: Chart }
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
}

export interface Health {
  ok: boolean;
  detail: string;
  /** Epoch milliseconds of the last change of `ok`. */
  since: number;
}

/** What the core offers an adapter. Both calls persist before they answer, so a lost process loses nothing. */
export interface Intake {
  message(message: IncomingMessage): Promise<void>;
  action(action: IncomingAction): Promise<ActionOutcome>;
}

/** A chat platform. Five members, plain data. `deliver` sends or edits one message and throws when it may be tried again. */
export interface ChatPort {
  readonly platform: PlatformId;
  /** Least time between two edits of one message, milliseconds. */
  readonly minUpdateMs: number;
  start(intake: Intake): Promise<void>;
  deliver(delivery: Delivery): Promise<MessageRef>;
  health(): Health;
  stop(): Promise<void>;
}

/** The key under which a conversation is stored. */
export function conversationKey(ref: ConversationRef): string {
  return [ref.platform, ref.tenant, ref.id, ...(ref.threadId ? [ref.threadId] : [])].join(':');
}

/** The key under which rights are looked up. */
export function userKey(user: UserRef): string {
  return `${user.platform}:${user.tenant}:${user.id}`;
}
