import { App, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { FakeSlack } from './types.ts';

/** The real Bolt, on sockets of the fake. */

export interface BoltOptions {
  /** Socket mode's wait before it connects again; Bolt's own is 5 s. */
  clientPingTimeout?: number;
}

/** Broken lines are what these tests are about: no word of them in the tests' output. */
export const silent: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

/** A Bolt app with two sockets and no listeners yet; `start` connects, `stop` ends both. */
export function boltOn(slack: FakeSlack, { clientPingTimeout = 200 }: BoltOptions = {}) {
  const receiver = () =>
    new SocketModeReceiver({
      appToken: slack.appToken,
      logger: silent,
      clientPingTimeout,
      installerOptions: {
        clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 100, minTimeout: 50, maxTimeout: 200 } },
      },
    });
  const [first, second] = [receiver(), receiver()];
  const connecting = new Set<unknown>();
  for (const { client } of [first, second]) {
    client.on('connecting', () => connecting.add(client));
    client.on('connected', () => connecting.delete(client));
  }
  const app = new App({
    token: slack.botToken,
    receiver: first,
    logger: silent,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
  });
  second.init(app);
  return {
    app,
    async start() {
      await Promise.all([app.start(), second.start()]);
      await slack.settled(() => slack.sockets() === 2);
    },
    async stop() {
      // Ended in the middle of connecting, socket-mode 3.1.0 leaves a rejection that nobody handles.
      await slack.settled(() => connecting.size === 0);
      await Promise.all([first.stop(), second.stop()]);
    },
  };
}
