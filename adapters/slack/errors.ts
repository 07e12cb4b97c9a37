/** A call to Slack that did not succeed. `reason` is Slack's own error code, or `request_failed`, `http_503`, `ratelimited`. */
export class SlackCallError extends Error {
  readonly code = 'SLACK_CALL';
  readonly method: string;
  readonly reason: string;
  /** Whether Slack may have done it all the same: the answer was lost. */
  readonly unclear: boolean;
  /** Slack wants no such call for so long. */
  readonly retryAfterMs: number | undefined;
  /** The scopes that a `missing_scope` asks for. */
  readonly needed: string | undefined;

  constructor(method: string, reason: string, more: SlackCallDetails = {}) {
    super(`Slack answered ${method} with ${reason}${more.needed ? ` (needs ${more.needed})` : ''}`, {
      cause: more.cause,
    });
    this.method = method;
    this.reason = reason;
    this.unclear = more.unclear ?? false;
    this.retryAfterMs = more.retryAfterMs;
    this.needed = more.needed;
  }
}

interface SlackCallDetails {
  unclear?: boolean;
  retryAfterMs?: number;
  needed?: string | undefined;
  cause?: unknown;
}

/** Slack's reason for a refused call; undefined for any other error. */
export function reasonOf(error: unknown): string | undefined {
  return error instanceof SlackCallError ? error.reason : undefined;
}

/** Slack's words for a token that it does not take (any more): https://docs.slack.dev/reference/methods/auth.test */
const badToken = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'user_removed_from_team',
  'team_disabled',
  'not_allowed_token_type',
]);

/** Whether Slack refuses the token itself, whatever is asked with it. */
export function isBadToken(reason: string | undefined): boolean {
  return reason !== undefined && badToken.has(reason);
}
