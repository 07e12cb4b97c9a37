import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEED, until } from './support/copilot.ts';
import { cardOf, openTeam, type Team } from './support/slack.ts';

/** The whole story as a team lives it in Slack: the real bot and the real Bolt, a fake Slack, a simulated cloud. */

const ALICE = 'U0ALICE';
const BOB = 'U0BOB';
const OPS = 'C0OPS';
const ALERTS = 'C0ALERTS';
let team: Team;

beforeAll(async () => {
  team = await openTeam();
  team.slack.addChannel({ id: ALERTS, name: 'alerts' });
});
afterAll(() => team?.close());

/** The digest is due within the next two minutes: asked for first, looked for last. */
async function askForDigest(): Promise<void> {
  const [hour, minute] = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Shanghai', timeStyle: 'short' })
    .format(Date.now() + 70_000)
    .split(':');
  await team.slack.slash({ user: ALICE, channel: ALERTS, text: `digest at ${hour}:${minute}` });
  await team.hears(ALERTS, /Changed\. .*digest/i);
}

describe('a team in Slack', () => {
  test('an operator subscribes a channel, and a slash command is shown to all', async () => {
    await askForDigest();
    const { ack } = await team.slack.slash({ user: ALICE, channel: ALERTS, text: 'subscribe everything' });
    expect(ack).toBeDefined();
    await team.hears(ALERTS, /alice asked: \/k8s subscribe everything/);
    await team.hears(ALERTS, /Incidents: not told → told/);
  });

  test('a plan is answered by a button, approved by somebody else, and its card lives until the end', async () => {
    const { slack } = team;
    const { ts } = await slack.mention({ user: ALICE, channel: OPS, text: SEED, copies: 3 });
    const offer = await team.control(OPS, 'ask:recommended');
    await team.click(ALICE, offer);
    const plan = await team.control(OPS, 'approve:');
    await team.click(ALICE, plan);
    await team.waitFor('a private refusal', () => team.said(OPS, ({ ephemeralFor }) => ephemeralFor === ALICE).at(0));
    expect(await team.bot.tasks()).toEqual([]);
    await Promise.all([team.click(BOB, plan), team.click(BOB, plan)]);
    const task = await until('a task', 10_000, async () => (await team.bot.tasks())[0]);
    const card = await team.hears(OPS, new RegExp(task.id));
    await team.hears(OPS, new RegExp(`${task.id}.*\\n已完成`), 120_000);
    expect(card.edits).toBeGreaterThan(1);
    expect(card.threadTs).toBe(ts);
    expect(await team.bot.tasks()).toHaveLength(1);
    expect(slack.messages(OPS).every(({ threadTs, ts: own }) => threadTs === ts || own === ts)).toBe(true);
  });

  test('the same goes with typed words alone, in direct messages', async () => {
    const { slack } = team;
    const [hers, his] = [slack.dm(ALICE), slack.dm(BOB)];
    await slack.say({ user: ALICE, channel: hers, text: `${SEED}，集群名 shop-typed` });
    const offer = await team.control(hers, 'ask:recommended');
    await slack.say({ user: ALICE, channel: hers, text: `按 ${cardOf(offer)} ask:recommended` });
    // She may not approve it herself, so her card has no button for it.
    const code = (await team.control(hers, 'reject:')).actionId.slice('reject:'.length);
    await team.control(his, `approve:${code}`);
    await slack.say({ user: ALICE, channel: hers, text: `批准 ${code}` });
    await team.hears(hers, /另一位审批人|another approver/);
    await slack.say({ user: BOB, channel: his, text: `approve ${code}` });
    const task = await until('a task', 15_000, async () =>
      (await team.bot.tasks()).find(({ title }) => title.includes('shop-typed')),
    );
    await team.hears(hers, new RegExp(task.id));
    await slack.say({ user: ALICE, channel: hers, text: `取消 ${task.id}` });
    await until('the task to end', 60_000, async () =>
      ['cancelled', 'succeeded', 'failed', 'undone'].includes((await team.bot.task(task.id)).state),
    );
  });

  test('an alert becomes an incident in the channel, is healed after an approval, and its card says so', async () => {
    const { cluster } = await team.cloud('demo');
    await team.cloud('break', { scenario: 'oom', cluster });
    const labels = { alertname: 'KubePodCrashLooping', namespace: 'prod', pod: 'app-xyz-1', severity: 'critical' };
    const now = new Date().toISOString();
    const alert = { status: 'firing', labels, annotations: {}, startsAt: now, fingerprint: 'f-1', generatorURL: '' };
    const body = { version: '4', groupKey: '{}', status: 'firing', receiver: 'copilot', alerts: [alert] };
    expect((await team.alert(body)).status).toBe(202);
    const card = await team.hears(ALERTS, /OOMKilled · Deployment prod\/app-xyz/, 90_000);
    const approve = await team.control(ALERTS, 'approve:', { patienceMs: 60_000 });
    await team.click(BOB, approve);
    const limit = async () => {
      const path = `${cluster}/apis/apps/v1/namespaces/prod/deployments/app-xyz`;
      return JSON.stringify(await (await team.kube(path)).json());
    };
    await until('the raise', 60_000, async () => (await limit()).includes('"memory":"512Mi"'));
    await team.waitFor('the end', () => /Over since/.test(card.text) || undefined, 150_000);
    expect(card.edits).toBeGreaterThan(0);
  });

  test('a long log comes with its last lines in sight, and whole as a file', async () => {
    const { slack } = team;
    const channel = slack.dm(ALICE);
    const { cluster } = await team.cloud('demo');
    await slack.say({ user: ALICE, channel, text: 'last 2000 lines of the log of checkout in prod' });
    const card = await team.hears(channel, /container checkout: the last [\d,]+ lines/, 60_000);
    const file = await team.waitFor('the file', () =>
      slack.files.find(({ complete, shares }) => complete && shares.some(({ channel: where }) => where === channel)),
    );
    const pod = /prod\/(checkout-\S+), container/.exec(card.text)?.[1] ?? '';
    const path = `${cluster}/api/v1/namespaces/prod/pods/${pod}/log?tailLines=5000`;
    const written = (await (await team.kube(path)).text()).trimEnd().split('\n');
    const [, ...lines] = file.bytes.toString().trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(1000);
    expect(card.text).toContain(`the last ${lines.length.toLocaleString('en')} lines`);
    // This world forgets lines while it writes new ones.
    const to = written.indexOf(lines.at(-1) ?? '') + 1;
    expect(lines.slice(-1000)).toEqual(written.slice(to - 1000, to));
    expect(JSON.stringify(card.blocks)).toContain(JSON.stringify(lines.at(-1)).slice(1, -1));
  });

  test('a monitoring bot’s post is diagnosed by its shortcut, in its thread', async () => {
    const { slack } = team;
    const { ts } = await slack.say({
      user: 'U0OTHERBOT',
      channel: OPS,
      text: '',
      attachments: [{ text: 'KubePodCrashLooping in namespace prod, deployment app-xyz' }],
    });
    await (await slack.shortcut({ user: ALICE, channel: OPS, ts, callbackId: 'diagnose_message' })).outcome;
    await team.waitFor('an answer in the thread', () =>
      team.said(OPS, (one) => one.threadTs === ts && /app-xyz/.test(one.text)).at(-1),
    );
  });

  test('people from elsewhere, guests and bots read help, and decide nothing', async () => {
    const { slack } = team;
    for (const user of ['U0STRANGER', 'U0GUEST']) {
      const channel = slack.dm(user);
      await slack.say({ user, channel, text: 'show tasks' });
      await team.hears(channel, /members of this organisation only/);
      await slack.say({ user, channel, text: 'help' });
      await team.hears(channel, /I help the people of this organisation/);
      expect(team.said(channel, ({ text }) => /T-[0-9A-Z]{4}/.test(text))).toEqual([]);
    }
    const { ts } = await slack.mention({ user: ALICE, channel: OPS, text: `${SEED}，集群名 shop-guarded` });
    const offer = await team.control(OPS, 'ask:recommended', { thread: ts });
    await team.click(ALICE, offer);
    const approve = await team.control(OPS, 'approve:', { thread: ts });
    const before = (await team.bot.tasks()).length;
    for (const user of ['U0STRANGER', 'U0GUEST']) {
      await team.click(user, approve);
      await team.waitFor(`a refusal for ${user}`, () => team.said(OPS, (one) => one.ephemeralFor === user).at(0));
    }
    expect(await team.bot.tasks()).toHaveLength(before);
  });

  test('Stop ends a long turn: its steps stop, and nothing is offered', async () => {
    const { slack } = team;
    await team.faults({ latencyMs: 1500 });
    const { ts } = await slack.mention({
      user: ALICE,
      channel: 'C0DEV',
      text: '华北2（北京），中等预算，Java 电商，生产级高可用 ACK',
    });
    const stream = await team.waitFor('the steps', () =>
      team.said('C0DEV', (one) => one.threadTs === ts && one.stream?.state === 'streaming').at(0),
    );
    await slack.stopSession({ user: ALICE, channel: 'C0DEV', threadTs: ts });
    await team.hears('C0DEV', /已停止|Stopped/);
    await team.waitFor('the steps to end', () => stream.stream?.state === 'stopped' || undefined);
    await team.faults({});
    expect(team.said('C0DEV', ({ blocks }) => JSON.stringify(blocks).includes('ask:'))).toEqual([]);
  });

  test('the digest comes at its time, and Home shows how things stand', async () => {
    await team.slack.openHome(ALICE);
    await team.waitFor('Home', () => team.slack.home(ALICE));
    await team.hears(ALERTS, /Digest of/, 150_000);
  });

  test('nothing of it broke a limit of Slack, and every click was acknowledged within a second', () => {
    const { violations, lost, acks } = team.slack;
    expect(violations).toEqual([]);
    expect(lost).toEqual([]);
    expect(Math.max(...acks.map(({ ms }) => ms))).toBeLessThan(3000);
  });
});
