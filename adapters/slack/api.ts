import {
  type Logger,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
} from '@slack/web-api';
import type { Method } from './access.ts';
import { SlackCallError } from './errors.ts';

const TIMEOUT_MS = 15_000;

/** A file to be put below a message. */
interface Upload {
  channel: string;
  threadTs: string;
  name: string;
  title: string;
  bytes: Uint8Array;
}

/** Slack's Web API. Every failure is a SlackCallError; nothing is retried here and no 429 holds back another call. */
export interface Api {
  call(method: Method, args: object): Promise<unknown>;
  upload(file: Upload): Promise<void>;
}

export interface ApiOptions {
  token: string;
  /** Slack's own unless set. */
  apiUrl?: string | undefined;
  logger: Logger;
  /** Told of every refusal, before the caller is. */
  onRefusal(error: SlackCallError): void;
}

/** Opens the Web API for one bot token. Messages go through a client of their own, so that nothing else can be in their way. */
export function createApi({ token, apiUrl, logger, onRefusal }: ApiOptions): Api {
  const client = () =>
    new WebClient(token, {
      ...(apiUrl && { slackApiUrl: apiUrl }),
      logger,
      // A 429 would pause the whole queue: https://docs.slack.dev/tools/node-slack-sdk/web-api#rate-limits
      rejectRateLimitedCalls: true,
      retryConfig: { retries: 0 },
      timeout: TIMEOUT_MS,
    });
  const messages = client();
  const others = client();

  async function told<T>(method: string, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (cause) {
      const error = callError(method, cause);
      onRefusal(error);
      throw error;
    }
  }

  return {
    call(method, args) {
      const lane = method === 'chat.postMessage' || method === 'chat.update' ? messages : others;
      return told(method, lane.apiCall(method, { ...args }));
    },
    // https://docs.slack.dev/messaging/working-with-files#upload: files.getUploadURLExternal, then files.completeUploadExternal
    async upload({ channel, threadTs, name, title, bytes }) {
      await told(
        'files.completeUploadExternal',
        others.filesUploadV2({
          channel_id: channel,
          thread_ts: threadTs,
          filename: name,
          title,
          file: Buffer.from(bytes),
        }),
      );
    },
  };
}

function callError(method: string, cause: unknown): SlackCallError {
  if (cause instanceof WebAPIPlatformError) {
    const { needed } = cause.data as { needed?: unknown };
    return new SlackCallError(method, cause.data.error, {
      needed: typeof needed === 'string' ? needed : undefined,
      // Slack's own troubles: it may have been done.
      unclear: ['fatal_error', 'internal_error', 'service_unavailable', 'request_timeout'].includes(cause.data.error),
      cause,
    });
  }
  if (cause instanceof WebAPIRateLimitedError)
    return new SlackCallError(method, 'ratelimited', { retryAfterMs: cause.retryAfter * 1000, cause });
  if (cause instanceof WebAPIHTTPError)
    return new SlackCallError(method, `http_${cause.statusCode}`, { unclear: cause.statusCode >= 500, cause });
  if (cause instanceof WebAPIRequestError)
    return new SlackCallError(method, 'request_failed', { unclear: true, cause });
  return new SlackCallError(method, 'failed', { unclear: true, cause });
}
