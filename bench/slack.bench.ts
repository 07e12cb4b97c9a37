import { join } from 'node:path';
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { createSlack } from '../adapters/slack/adapter.ts';
import { loadMessages } from '../src/chat/messages.ts';
import { type FakeSlack, startFakeSlack } from '../tests/fakes/slack/slack.ts';
import { fakeIntake } from '../tests/support/intake.ts';
import { ms, percentile, print } from './figures.ts';

/**
 * One mention to its answer in the thread: the adapter against bare Bolt, each with a workspace of its own from the same fake, in
 * turns within one process. The adapter stores first (here nothing), draws a message of Block Kit, keeps to the rates, marks the
 * message so that it is known again and shows that it has heard.
 */

const ROUNDS = 300;
const WARM_UP = 30;
/** A channel takes a message a second. */
const CHANNELS = 120;

interface Side {
  slack: FakeSlack;
  stop(): Promise<unknown>;
}

async function workspace(): Promise<FakeSlack> {
  const slack = await startFakeSlack();
  for (let n = 0; n < CHANNELS; n += 1) slack.addChannel({ id: `C0BENCH${n}` });
  return slack;
}

async function bare(): Promise<Side> {
  const slack = await workspace();
  const options = { slackApiUrl: slack.apiUrl };
  const receiver = () =>
    new SocketModeReceiver({
      appToken: slack.appToken,
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions: options },
    });
  const [first, second] = [receiver(), receiver()];
  const app = new App({
    token: slack.botToken,
    receiver: first,
    logLevel: LogLevel.ERROR,
    clientOptions: { ...options },
  });
  second.init(app);
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: 'I can plan', thread_ts: event.thread_ts ?? event.ts });
  });
  await app.start();
  await second.start();
  return { slack, stop: () => Promise.all([first.stop(), second.stop()]) };
}

async function ours(): Promise<Side> {
  const slack = await workspace();
  const adapter = createSlack({
    botToken: slack.botToken,
    appToken: slack.appToken,
    httpHost: '127.0.0.1',
    apiUrl: slack.apiUrl,
    translate: loadMessages(join(import.meta.dirname, '../templates/messages')),
    language: 'en',
    clock: Date.now,
    onError: (error) => console.error(error),
    log: { info: () => {}, warn: () => {} },
  });
  await adapter.start(
    fakeIntake({
      message: async ({ deliveryId, conversation }) => {
        const message = { text: 'I can plan', language: 'en' as const };
        void adapter.deliver({ key: deliveryId, conversation, message, since: Date.now() });
      },
    }),
  );
  await slack.settled(() => slack.sockets() === 2);
  return { slack, stop: () => adapter.stop() };
}

async function mention({ slack }: Side, round: number): Promise<{ answer: number; ack: number }> {
  const channel = `C0BENCH${round % CHANNELS}`;
  const began = performance.now();
  const { ts } = await slack.mention({ user: 'U0ALICE', channel, text: 'help' });
  const isAnswered = () => slack.messages(channel).some((one) => one.user === slack.botUser && one.threadTs === ts);
  while (!isAnswered()) await new Promise((resolve) => setImmediate(resolve));
  const answer = performance.now() - began;
  await slack.settled(() => slack.unacked().length === 0);
  return { answer, ack: slack.acks.at(-1)?.ms ?? Number.NaN };
}

const sides = [await bare(), await ours()] as const;
const figures = sides.map(() => ({ answers: [] as number[], acks: [] as number[] }));
for (let round = 0; round < WARM_UP + ROUNDS; round += 1)
  for (const [n, side] of sides.entries()) {
    const { answer, ack } = await mention(side, round);
    if (round < WARM_UP) continue;
    figures[n]?.answers.push(answer);
    figures[n]?.acks.push(ack);
  }
const [theirs, own] = figures.map(({ answers, acks }) => ({
  p50: percentile(answers, 0.5),
  p99: percentile(answers, 0.99),
  ack: percentile(acks, 0.99),
}));
if (theirs && own) {
  print('mention to answer in Slack, bare Bolt: median / p99', `${ms(theirs.p50)} / ${ms(theirs.p99)}`, '');
  print('  the same through the adapter', `${ms(own.p50)} / ${ms(own.p99)}`, '');
  print('  the adapter over bare Bolt, median', `${(own.p50 / theirs.p50).toFixed(2)}x`, 'target < 2x');
  print('  ack of an event: bare Bolt / adapter, p99', `${ms(theirs.ack)} / ${ms(own.ack)}`, 'target < 100 ms');
}
const violations = sides.flatMap(({ slack }) => slack.violations);
print('what Slack would have refused', String(violations.length), 'target 0');
for (const side of sides) {
  await side.stop();
  await side.slack.close();
}
process.exit(0);
