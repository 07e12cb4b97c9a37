import { type App, HTTPReceiver, type Logger } from '@slack/bolt';

const MAX_BODY_BYTES = 1024 * 1024;
/** Slack's own rule for the age of a request: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const WINDOW_S = 5 * 60;
/** How long requests under way may take to end when the adapter stops. */
const GRACE_MS = 500;

/** A request that is signed, but not now or not for the first time. */
class UnwelcomeRequest extends Error {
  readonly code = 'UNWELCOME_REQUEST';
}

/** What a request's headers say of when it was signed; Bolt has checked the signature by then. */
export interface Signed {
  slackSignature: string;
  slackStamp: string;
}

/** Refuses what was signed outside the window, to both sides, and what was there before within it. */
export interface Freshness {
  /** Runs `work` once for a signature: while it runs, and after it has succeeded, the same one is refused. */
  once(signed: Signed, work: () => Promise<void>): Promise<void>;
}

export function createFreshness(clock: () => number): Freshness {
  const seen = new Map<string, number>();

  function forget(now: number): void {
    for (const [signature, until] of seen) {
      if (until > now) return;
      seen.delete(signature);
    }
  }

  return {
    async once({ slackSignature, slackStamp }, work) {
      const now = clock() / 1000;
      forget(now);
      // Bolt refuses old stamps, but takes those of the future.
      if (!(Math.abs(now - Number(slackStamp)) <= WINDOW_S)) throw new UnwelcomeRequest('Signed at another time');
      if (seen.has(slackSignature)) throw new UnwelcomeRequest('Signed for a request that was here before');
      seen.set(slackSignature, now + 2 * WINDOW_S);
      try {
        await work();
      } catch (error) {
        seen.delete(slackSignature);
        throw error;
      }
    },
  };
}

export interface HttpOptions {
  app: App;
  signingSecret: string;
  host: string;
  port: number;
  logger: Logger;
  onError(error: unknown, where: string): void;
}

/** Slack's requests by HTTP on `/slack/events`, signed. */
export interface HttpDoor {
  url: string;
  stop(): Promise<void>;
}

/** Opens the HTTP door. Throws where it cannot listen. */
export async function openHttp({ app, signingSecret, host, port, logger, onError }: HttpOptions): Promise<HttpDoor> {
  const receiver = new HTTPReceiver({
    signingSecret,
    logger,
    bodyLimit: MAX_BODY_BYTES,
    customPropertiesExtractor: ({ headers }): Record<string, unknown> => ({
      slackSignature: String(headers['x-slack-signature']),
      slackStamp: String(headers['x-slack-request-timestamp']),
    }),
    processEventErrorHandler: async ({ error, response }) => {
      const isUnwelcome = (error as Error) instanceof UnwelcomeRequest;
      if (!isUnwelcome) onError(error, 'event');
      if (!response.headersSent) response.writeHead(isUnwelcome ? 401 : 500).end();
      return false;
    },
    unhandledRequestHandler: ({ response }) => {
      if (!response.headersSent) response.writeHead(503).end();
    },
  });
  receiver.init(app);
  const server = await receiver.start({ host, port });
  const address = server.address();
  const at = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${at}/slack/events`,
    async stop() {
      const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
      await receiver.stop().finally(() => clearTimeout(cut));
    },
  };
}
