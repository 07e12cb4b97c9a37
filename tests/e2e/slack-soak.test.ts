import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Drop } from '../fakes/slack/slack.ts';
import { SEED, until } from './support/copilot.ts';
import { type Control, openTeam, type Team } from './support/slack.ts';

/**
 * Many people talk to the bot at once while Slack repeats itself, sockets break in every way and the process is killed. `SOAK` sets
 * how many things are said (default 400; `SOAK=10000` is what the README quotes). Slack's retries, 1 and 5 minutes, are 10 and 25
 * seconds here. What it gives up after these is said again, as people do. It prints its figures.
 */
const SAID = Number(process.env.SOAK ?? 400);
/** So many that one message a second and channel suffices. */
const CHANNELS = Math.min(200, Math.ceil(SAID / 10));
/** As few as a team has: Slack tells of a hundred people a minute, and a new process knows nobody. */
const PEOPLE = Math.min(30, Math.ceil(SAID / 20));
/** Of so many things said, one is a plan that is answered, approved and carried out. */
const PER_PLAN = SAID > 1000 ? 100 : 50;
const PER_SECOND = 15;
const KILL_EVERY_MS = SAID > 1000 ? 60_000 : 12_000;
const DROP_EVERY_MS = 3000;
const WAYS: Drop[] = ['close', 'reset', 'silence', 'refresh', 'zombie'];

interface Intent {
  /** Named in the answer, and nowhere else. */
  id: string;
  channel: string;
  /** Where the answer belongs; undefined where there are no threads. */
  thread: string | undefined;
  ts: string;
  /** How many envelopes tell of it. */
  envelopes: number;
  /** Once more, as a new message. */
  again(): Promise<Said>;
}
type Said = Pick<Intent, 'thread' | 'ts' | 'envelopes'>;

/** One attempt at a command: without an ack the person sees that it failed. */
interface Command {
  id: string;
  channel: string;
  acked: boolean;
}

let team: Team;
const intents: Intent[] = [];
const commands: Command[] = [];
const figures = { kills: 0, clicks: 0, clicksLost: 0, clicksWithoutEffect: 0, saidAgain: 0 };
const drops: Record<Drop, number> = { close: 0, reset: 0, silence: 0, refresh: 0, zombie: 0 };
const copiesOf = (n: number) => 1 + ((n * 7) % 11);
const channelOf = (n: number) => `C0SOAK${n % CHANNELS}`;
const personOf = (n: number) => `U0SOAK${n % PEOPLE}`;
const idOf = (n: number) => `T-9${String(n).padStart(5, '0')}`;

beforeAll(async () => {
  team = await openTeam({ speed: 300, slack: { retryMs: [0, 10_000, 25_000], zombieMs: 5000 } });
  for (let n = 0; n < PEOPLE; n += 1) team.slack.addUser({ id: personOf(n) });
  for (let n = 0; n < CHANNELS; n += 1) team.slack.addChannel({ id: channelOf(n) });
});
afterAll(async () => {
  if (!team) return;
  const { lost, violations } = team.slack;
  const envelopes = intents.reduce((sum, one) => sum + one.envelopes, 0);
  console.log(JSON.stringify({ envelopes, drops }));
  console.log(JSON.stringify({ said: intents.length, commands: commands.length, ...figures, ...ackFigures() }));
  console.log(JSON.stringify({ lostBySlack: lost.length, violations: [...new Set(violations)] }));
  await team.close();
});

/** The n-th thing that is said: by a mention, in a thread where the bot has spoken, in direct messages, or as a command. */
async function speak(n: number): Promise<void> {
  const { slack } = team;
  const [user, channel, id] = [personOf(n), channelOf(n), idOf(n)];
  const text = `status ${id}`;
  const copies = copiesOf(n);
  const how = { copies, newIds: n % 2 === 0, spreadMs: 3000 };
  if (n % 10 === 8) return command(user, channel, id);
  if (n % 10 >= 6) {
    const dm = slack.dm(user);
    return intend(id, dm, async () => {
      const { ts } = await slack.say({ user, channel: dm, text, ...how });
      return { thread: undefined, ts, envelopes: copies };
    });
  }
  const isBegun = (one: Intent) => one.channel === channel && one.thread === one.ts && isAnswered(one);
  const earlier = intents.findLast(isBegun);
  if (n % 10 === 5 && earlier)
    return intend(id, channel, async () => {
      const { ts } = await slack.say({ user, channel, text, threadTs: earlier.ts, ...how });
      return { thread: earlier.ts, ts, envelopes: copies };
    });
  return intend(id, channel, async () => {
    const { ts } = await slack.mention({ user, channel, text, ...how });
    return { thread: ts, ts, envelopes: 2 * copies };
  });
}

async function intend(id: string, channel: string, say: () => Promise<Said>): Promise<void> {
  intents.push({ id, channel, ...(await say()), again: say });
}

/** Nobody answers what Slack gave up: whoever said it says it again. */
async function sayAgain(): Promise<void> {
  for (const one of intents) {
    if (isAnswered(one) || !isLostBySlack(one)) continue;
    figures.saidAgain += 1;
    Object.assign(one, await one.again());
  }
}

/** A person types it again until Slack does not say that it failed. */
async function command(user: string, channel: string, id: string): Promise<void> {
  for (let acked = false; !acked; ) {
    acked = (await team.slack.slash({ user, channel, text: `status ${id}` })).ack !== undefined;
    commands.push({ id, channel, acked });
    if (!acked) await sleep(1000);
  }
}

/** Clicks, twice at once, until it has come to something. */
async function press(user: string, control: Control, done: () => Promise<boolean> | boolean): Promise<void> {
  for (;;) {
    const told = await Promise.all([1, 2].map(() => team.click(user, control).catch(() => undefined)));
    figures.clicks += 2;
    figures.clicksLost += told.filter((answer) => answer === undefined).length;
    const isLost = told.every((answer) => answer === undefined);
    const hasEffect = await until('an effect', isLost ? 2000 : 20_000, done).catch(() => false);
    if (hasEffect) return;
    if (!isLost) figures.clicksWithoutEffect += 1;
  }
}

/** From a sentence to a task, by clicks of two people. */
async function plan(n: number): Promise<void> {
  const name = `soak-${n}`;
  const channel = channelOf(n);
  // So many that Slack does not lose all of them.
  const how = { copies: Math.max(3, copiesOf(n)), newIds: true, spreadMs: 3000 };
  const { ts } = await team.slack.mention({ user: 'U0ALICE', channel, text: `${SEED}，集群名 ${name}`, ...how });
  const looking = { thread: ts, patienceMs: 120_000 };
  const isGone = ({ ts: at, actionId }: Control) =>
    team.said(channel, (one) => one.ts === at).every(({ blocks }) => !JSON.stringify(blocks).includes(actionId));
  const offer = await team.control(channel, 'ask:recommended', looking);
  await press('U0ALICE', offer, () => isGone(offer));
  const approve = await team.control(channel, 'approve:', looking);
  await press('U0BOB', approve, async () => (await tasksOf(name)) > 0 || isGone(approve));
}

const tasksOf = async (name: string) =>
  (await team.bot.tasks().catch(() => [])).filter(({ title }) => title.split(' ').includes(name)).length;

/** Breaks sockets and kills the process until it is told to end. */
async function trouble(over: AbortSignal): Promise<void> {
  let killed = Date.now();
  for (let n = 0; !over.aborted; n += 1) {
    await sleep(DROP_EVERY_MS);
    const how = WAYS[n % WAYS.length] ?? 'close';
    const all = n % 4 === 3 && how !== 'zombie';
    team.slack.faults.dropSockets(how, all ? 2 : 1);
    drops[how] += 1;
    if (Date.now() - killed < KILL_EVERY_MS) continue;
    await team.killAndRestart();
    figures.kills += 1;
    killed = Date.now();
  }
}

/** Answers of the bot that name the id, without the line that repeats a command. */
const answers = (channel: string, id: string) =>
  team.said(channel, ({ text }) => text.includes(id) && !text.includes('/k8s'));
const echoes = (channel: string, id: string) =>
  team.said(channel, ({ text }) => text.includes(id) && text.includes('/k8s'));

/** Once answered it stays so: of thousands the few that are open are looked at again and again. */
const seenAnswered = new Set<string>();
function isAnswered({ channel, id }: Pick<Intent, 'channel' | 'id'>): boolean {
  if (!seenAnswered.has(id) && answers(channel, id).length > 0) seenAnswered.add(id);
  return seenAnswered.has(id);
}

/** Slack itself gave all of it up: nobody took any of its envelopes. */
const isLostBySlack = ({ ts, envelopes }: Intent) =>
  team.slack.lost.filter(({ payload }) => (payload.event as { ts?: string } | undefined)?.ts === ts).length >=
  envelopes;

/** Waits until nothing new has been said for a while. */
async function quiet(): Promise<void> {
  const count = () => team.slack.calls.length;
  for (let before = -1; before !== count(); ) {
    before = count();
    await sleep(5000);
  }
}

describe(`${SAID} things said while everything breaks`, () => {
  test('each is done once, and nothing is lost but what Slack itself loses', async () => {
    const over = new AbortController();
    const troubles = trouble(over.signal);
    const talks: Promise<void>[] = [];
    for (let n = 0; n < SAID; n += 1) {
      talks.push(n % PER_PLAN === 0 ? plan(n) : speak(n));
      await sleep(1000 / PER_SECOND);
    }
    await Promise.all(talks);
    over.abort();
    await troubles;

    const plans = Array.from({ length: Math.ceil(SAID / PER_PLAN) }, (_, n) => `soak-${n * PER_PLAN}`);
    const open = () => [
      ...intents.filter((one) => !isAnswered(one)),
      ...commands.filter((one) => one.acked && !isAnswered(one)),
    ];
    const isDone = async () => {
      await sayAgain();
      return open().length === 0;
    };
    await until('every answer', 60_000 + SAID * 60, isDone).catch(() => undefined);
    expect(open()).toEqual([]);
    await quiet();

    for (const one of intents) {
      const found = answers(one.channel, one.id);
      expect(found.map(({ threadTs }) => threadTs)).toEqual([one.thread]);
    }
    for (const { id, channel } of commands) {
      const attempts = commands.filter((one) => one.id === id);
      const shown = echoes(channel, id).length;
      expect(shown).toBeGreaterThanOrEqual(attempts.filter(({ acked }) => acked).length);
      expect(shown).toBeLessThanOrEqual(attempts.length);
      expect(answers(channel, id)).toHaveLength(shown);
    }
    expect(await Promise.all(plans.map(tasksOf))).toEqual(plans.map(() => 1));
    expect(team.slack.violations).toEqual([]);
  }, 7_200_000);
});

function ackFigures() {
  const sorted = team.slack.acks.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { acks: sorted.length, ackP50: at(0.5), ackP99: at(0.99), ackMost: at(1) };
}
