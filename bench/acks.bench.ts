import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataFolder, run, until } from '../tests/e2e/support/copilot.ts';
import { startFakeDingTalk } from '../tests/fakes/dingtalk/dingtalk.ts';
import { startFakeSlack } from '../tests/fakes/slack/slack.ts';
import { ms, percentile, print } from './figures.ts';

/**
 * How long Slack and DingTalk wait until the bot says that it has what they pushed, while a cluster of 50,000 pods is
 * scanned: 1,000 conversations within ten seconds, then 1,000 in the same instant. What is acknowledged is stored.
 */

const CONVERSATIONS = 1000;
const SPREAD_MS = 10_000;

const folder = await dataFolder();
const slack = await startFakeSlack();
const dingtalk = await startFakeDingTalk();
for (let at = 0; at < CONVERSATIONS; at++)
  dingtalk.users.set(`person-${at}`, { staffId: `staff-${at}`, senderId: `sender-${at}`, nick: `Person ${at}` });
const cluster = await serve(50_000);
const copilot = await run(['start'], {
  DATA_DIR: folder.path,
  CONSOLE_PORT: '0',
  ACK_BACKEND: 'kubeconfig',
  KUBECONFIG: kubeconfig(cluster.url),
  SLACK_API_URL: slack.apiUrl,
  SLACK_BOT_TOKEN: slack.botToken,
  SLACK_APP_TOKEN: slack.appToken,
  DINGTALK_API_BASE: dingtalk.apiBase,
  DINGTALK_OAPI_BASE: dingtalk.oapiBase,
  DINGTALK_CLIENT_ID: dingtalk.clientId,
  DINGTALK_CLIENT_SECRET: dingtalk.clientSecret,
  LOG_LEVEL: 'error',
});
await until('both chats', 20_000, async () => slack.sockets() > 1 && dingtalk.sockets() > 0);

async function serve(pods: number) {
  const script = join(import.meta.dirname, 'fake-api-server.ts');
  const child = spawn(process.execPath, [script, String(pods)], { stdio: ['ignore', 'pipe', 'inherit'] });
  // It stands for another machine.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const url = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  return { url, stop: () => child.kill() };
}

function kubeconfig(server: string): string {
  const file = join(folder.path, 'kubeconfig.json');
  const named = { name: 'bench' };
  writeFileSync(
    file,
    JSON.stringify({
      clusters: [{ ...named, cluster: { server } }],
      users: [{ ...named, user: { token: 'bench' } }],
      contexts: [{ ...named, context: { cluster: 'bench', user: 'bench' } }],
      'current-context': 'bench',
    }),
  );
  return file;
}

/** An alert that names no namespace is looked into across the whole cluster. */
async function scan(name: string): Promise<void> {
  const alert = { status: 'firing', labels: { alertname: name, cluster: 'bench' }, fingerprint: name };
  const body = { version: '4', status: 'firing', alerts: [{ ...alert, startsAt: new Date().toISOString() }] };
  const headers = { 'content-type': 'application/json' };
  const url = `${copilot.url}/hooks/alertmanager`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (answer.status !== 202) throw new Error(await answer.text());
}

async function say(spreadMs: number, round: string, count = CONVERSATIONS): Promise<void> {
  const [channel = ''] = slack.channels.keys();
  const [user = ''] = slack.users.keys();
  const all = Array.from({ length: count }, async (_, at) => {
    await sleep((spreadMs * at) / count);
    if (at % 2) await slack.mention({ user, channel, text: `status ${round} ${at}` });
    else await dingtalk.say({ user: `person-${at}`, text: `status ${round} ${at}` });
  });
  await Promise.all(all);
  await until('every acknowledgement', 60_000, async () => slack.unacked().length + dingtalk.unacked().length === 0);
}

async function measure(what: string, spreadMs: number, targets: string[]): Promise<void> {
  const [fromSlack, fromDingTalk] = [slack.acks.length, dingtalk.acks.length];
  await scan(what);
  await say(spreadMs, what);
  for (const [platform, acks] of [
    ['Slack', slack.acks.slice(fromSlack)],
    ['DingTalk', dingtalk.acks.slice(fromDingTalk)],
  ] as const) {
    const times = acks.map((one) => one.ms);
    const figures = [0.5, 0.99, 1].map((share) => ms(percentile(times, share))).join(' / ');
    print(`${platform} waits for its ack, ${what}: median / p99 / worst`, figures, targets.join(' / '));
  }
}

try {
  await say(1000, 'to warm up', 40);
  await measure('1,000 in 10 s', SPREAD_MS, ['', '< 100 ms', '< 1 s']);
  await measure('1,000 at once', 0, ['', '< 100 ms', '< 1 s']);
} finally {
  await copilot.kill();
  cluster.stop();
}
await Promise.all([slack.close(), dingtalk.close()]);
await folder.remove();
process.exit(0);
