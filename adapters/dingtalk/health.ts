import type { Translate } from '../../src/chat/messages.ts';
import type { Health } from '../../src/chat/types.ts';
import type { ConnectionState } from './connection.ts';
import { type DingTalkError, isFailure } from './errors.ts';

/** What is known of the way to DingTalk, in one sentence that says how to mend it. */
export interface HealthBook {
  now(): Health;
  connection(state: ConnectionState): void;
  /** A message could not be sent for want of a right; undefined: one could. */
  sending(error: DingTalkError | undefined): void;
  /** No card was taken; undefined: one was. The bot goes on without. */
  cards(error: Error | undefined): void;
  stopped(): void;
}

/** Makes the book. `since` changes only where `ok` does. */
export function createHealth(clock: () => number, t: Translate): HealthBook {
  let health: Health = { ok: false, detail: t('dingtalk.health-starting'), since: clock() };
  let state: ConnectionState = { open: 0 };
  let sendProblem: DingTalkError | undefined;
  let cardProblem: Error | undefined;

  function tell(): void {
    const ok = state.open > 0 && sendProblem === undefined;
    health = { ok, detail: detailOf(), since: ok === health.ok ? health.since : clock() };
  }

  function detailOf(): string {
    if (state.open === 0) return whyNoSocket(state.error);
    if (sendProblem) return t('dingtalk.health-may-not-send', { reason: sendProblem.message });
    const connected = t('dingtalk.health-connected', { count: state.open });
    return cardProblem ? `${connected} ${t('dingtalk.health-no-cards', { reason: cardProblem.message })}` : connected;
  }

  function whyNoSocket(error: unknown): string {
    if (error === undefined) return t('dingtalk.health-reconnecting');
    const reason = error instanceof Error ? error.message : String(error);
    const isRefused = isFailure(error, 'credentials', 'session', 'permission');
    return t(isRefused ? 'dingtalk.health-credentials' : 'dingtalk.health-unreachable', { reason });
  }

  return {
    now: () => health,
    connection(next) {
      state = next;
      tell();
    },
    sending(error) {
      sendProblem = error;
      tell();
    },
    cards(error) {
      cardProblem = error;
      tell();
    },
    stopped() {
      health = { ok: false, detail: t('dingtalk.health-stopped'), since: health.ok ? clock() : health.since };
    },
  };
}
