import { setTimeout as sleep } from 'node:timers/promises';
import { type Chat, client, dataFolder, run } from '../tests/e2e/support/copilot.ts';
import { ms, percentile, print } from './figures.ts';

/**
 * A message to the first entry of its answer, seen over the event stream as the page sees it. 100 conversations are
 * open at once and each says one sentence every second for 20 seconds; then all 100 speak in the same instant.
 */

const CONVERSATIONS = 100;
const ROUNDS = 20;
const SENTENCES = ['help', '我的任务', 'status', 'what can you do', '帮助', 'I need a dev cluster'];

const folder = await dataFolder();
const copilot = await run(['start'], { DATA_DIR: folder.path, CONSOLE_PORT: '0' });
const bot = client(() => copilot.url);
const chats: Chat[] = [];
for (let n = 0; n < CONVERSATIONS; n++) chats.push(await bot.chat());
const answers = await Promise.all(chats.map(({ id }) => listen(id)));

async function listen(id: string) {
  const stream = await fetch(`${copilot.url}/api/v1/conversations/${id}/events`);
  let told: (() => void) | undefined;
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of stream.body ?? [])
      if (decoder.decode(chunk, { stream: true }).includes('"from":"bot"')) told?.();
  })().catch(() => undefined);
  return { next: () => new Promise<void>((resolve) => (told = resolve)) };
}

async function askOnce(at: number, sentence: string): Promise<number> {
  const answered = answers[at]?.next();
  const began = performance.now();
  await chats[at]?.say(sentence);
  await answered;
  return performance.now() - began;
}

async function paced(): Promise<number[]> {
  const samples = chats.map(async (_, at) => {
    const times: number[] = [];
    await sleep((1000 * at) / CONVERSATIONS);
    for (let round = 0; round < ROUNDS; round++) {
      const next = sleep(1000);
      times.push(await askOnce(at, SENTENCES[(at + round) % (SENTENCES.length - 1)] ?? 'help'));
      await next;
    }
    return times;
  });
  return (await Promise.all(samples)).flat();
}

for (let at = 0; at < 20; at++) await askOnce(at, 'help');
await fetch(`${copilot.url}/metrics`);
const steady = await paced();
const lag = /^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(await (await fetch(`${copilot.url}/metrics`)).text())?.[1];
const burst = await Promise.all(chats.map((_, at) => askOnce(at, SENTENCES[at % SENTENCES.length] ?? 'help')));

print(
  `first entry of an answer, ${CONVERSATIONS} conversations, ${CONVERSATIONS} messages/s, median`,
  ms(percentile(steady, 0.5)),
  '',
);
print('  the same, p99', ms(percentile(steady, 0.99)), 'target < 100 ms');
print(
  '  all 100 in the same instant: median / p99',
  `${ms(percentile(burst, 0.5))} / ${ms(percentile(burst, 0.99))}`,
  '',
);
print('event loop lag p99 during the first', ms(Number(lag) * 1000), 'target < 50 ms');
await copilot.stop();
await folder.remove();
process.exit(0);
