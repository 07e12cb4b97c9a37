import { type AckFn, App, type Logger, LogLevel, type Receiver, type ReceiverEvent } from '@slack/bolt';
import { COMMAND, DIAGNOSE_SHORTCUT } from './access.ts';
import type { Freshness, Signed } from './http.ts';
import type { Identity } from './wire.ts';

/** What is done with what comes in. Bodies are as Slack sent them, not read yet. */
export interface Handlers {
  /** Acknowledges an event once what must not be lost is stored; Slack sends it again if this throws before. */
  event(body: unknown, ack: () => Promise<void>): Promise<void>;
  slash(body: unknown, ack: (answer?: object) => Promise<void>): Promise<void>;
  shortcut(body: unknown, ack: () => Promise<void>): Promise<void>;
  /** Acknowledges a click once it is stored; Slack does not send it again. */
  click(body: unknown, ack: () => Promise<void>): Promise<void>;
  submission(body: unknown, ack: (answer?: object) => Promise<void>): Promise<void>;
}

export interface DoorOptions {
  token: string;
  me: Identity;
  apiUrl?: string | undefined;
  logger: Logger;
  handlers: Handlers;
  freshness: Freshness;
}

/** Bolt's app for what people click and type; events pass it by, because it acknowledges them before anybody has seen them. */
export class Door extends App {
  readonly #handlers: Handlers;
  readonly #freshness: Freshness;

  constructor({ token, me, apiUrl, logger, handlers, freshness }: DoorOptions) {
    super({
      token,
      // Known already: else Bolt asks in its constructor, and nobody catches the refusal of a bad token.
      botUserId: me.user_id,
      botId: me.bot_id ?? '',
      receiver: unconnected,
      convoStore: false,
      logger,
      logLevel: LogLevel.WARN,
      clientOptions: { ...(apiUrl && { slackApiUrl: apiUrl }), retryConfig: { retries: 0 } },
    });
    this.#handlers = handlers;
    this.#freshness = freshness;
    listen(this, handlers);
  }

  override async processEvent(event: ReceiverEvent): Promise<void> {
    const signed = signedOf(event);
    if (signed) await this.#freshness.once(signed, () => this.#process(event));
    else await this.#process(event);
  }

  async #process(event: ReceiverEvent): Promise<void> {
    const { body, ack } = event;
    if (body.type === 'event_callback') await this.#handlers.event(body, async () => ack());
    else await super.processEvent(event);
  }
}

/** Receivers are given the app one by one, each as it is opened. */
const unconnected: Receiver = { init() {}, start: async () => {}, stop: async () => {} };

function signedOf({ customProperties }: ReceiverEvent): Signed | undefined {
  const { slackSignature, slackStamp } = customProperties ?? {};
  return typeof slackSignature === 'string' && typeof slackStamp === 'string'
    ? { slackSignature, slackStamp }
    : undefined;
}

function listen(app: App, handlers: Handlers): void {
  app.command(COMMAND, ({ body, ack }) => handlers.slash(body, ack as AckFn<object>));
  app.shortcut(DIAGNOSE_SHORTCUT, ({ body, ack }) => handlers.shortcut(body, () => ack()));
  app.action({ type: 'block_actions' }, ({ body, ack }) => handlers.click(body, () => ack()));
  app.view({ type: 'view_submission' }, ({ body, ack }) => handlers.submission(body, ack as AckFn<object>));
}
