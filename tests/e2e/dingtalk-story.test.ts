import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SEED, until } from './support/copilot.ts';
import { type DingScene, OPS, openDingScene } from './support/dingtalk.ts';

/** The seed story as a team in DingTalk meets it: with a card template, and on the first day without one. */
describe.each([
  ['with a card template', true],
  ['without a template, by links and typed words', false],
])('the story in DingTalk %s', (_, template) => {
  let scene: DingScene;

  beforeAll(async () => {
    scene = await openDingScene({ template });
  });
  afterAll(() => scene.close());

  const ended = async (state: string, patienceMs = 120_000) =>
    until(`a task that ${state}`, patienceMs, async () =>
      (await scene.bot.tasks()).find((task) => task.state === state),
    );

  test('help is answered in the language of the question, with a slash and without', async () => {
    const { fake, sees } = scene;
    await fake.say({ user: 'carol', text: '/help' });
    await sees('carol', 'I plan and build Kubernetes clusters');
    await fake.say({ user: 'alice', text: '帮助' });
    await sees('alice', '批准');
  });

  test('a plan is asked for in the group, approved once by another person, and followed to its end', async () => {
    const { fake, press, sees, waitFor } = scene;
    await fake.say({ user: 'alice', conversation: OPS, text: SEED });
    await press(OPS, 'alice', 'ask:recommended');
    await press(OPS, 'alice', 'approve:');
    await fake.settled(() => fake.unacked().length === 0);
    expect(await scene.bot.tasks()).toEqual([]);

    const approve = await waitFor(OPS, 'bob', 'approve:');
    await Promise.all(Array.from({ length: template ? 20 : 3 }, () => approve.go()));
    const task = await until('the task', 60_000, async () => (await scene.bot.tasks())[0]);
    await ended('succeeded');
    await sees(OPS, task.id);
    expect((await scene.bot.tasks()).length).toBe(1);
    if (template) expect(scene.controls(OPS, 'bob').filter(({ action }) => action === approve.action)).toEqual([]);
  });

  test('voice is understood, pictures are declined politely', async () => {
    const { fake, sees } = scene;
    const [task] = await scene.bot.tasks();
    await fake.say({ user: 'alice', text: `status ${task?.id}`, msgtype: 'audio' });
    await sees('alice', task?.id ?? '');
    const before = fake.messages('bob').length;
    await fake.say({ user: 'bob', text: '', msgtype: 'picture' });
    await fake.settled(() => fake.messages('bob').length === before + 1);
  });

  test('a person from outside gets nothing but what the bot is, and decides nothing', async () => {
    const { fake } = scene;
    const before = fake.messages(OPS).length;
    await fake.say({ user: 'visitor', conversation: OPS, text: 'show tasks' });
    await fake.settled(() => fake.messages(OPS).length > before);
    const [task] = await scene.bot.tasks();
    const answer = scene.shown(OPS).slice(before).join('\n');
    expect(answer).not.toContain(task?.id);
  });

  test('a channel that wants to hear is told of an incident, its fix is approved there and verified', async () => {
    const { fake, press, sees } = scene;
    await fake.say({ user: 'alice', conversation: OPS, text: 'subscribe everything' });
    await sees(OPS, 'Changed');
    await scene.sandbox('demo', {});
    await scene.sandbox('break', { scenario: 'oom' });
    const since = scene.mark(OPS);
    await scene.alert('app-xyz-5d4f8c7b9d-abcde', 'demo');
    const incident = async (state?: string) => {
      const all = (await (await scene.bot.api('/incidents?state=all')).json()) as { cause?: string; state: string }[];
      return all.find((one) => one.cause === 'OOMKilled' && (state === undefined || one.state === state));
    };
    await until('the incident', 120_000, () => incident());
    await sees(OPS, 'prod/app-xyz');
    await press(OPS, 'bob', 'approve:', since);
    await until('the end of the incident', 170_000, () => incident('resolved'));
  }, 420_000);

  test('the digest comes at its time, once', async () => {
    const { fake, sees } = scene;
    const at = new Date(Date.now() + 65_000 + 8 * 3600_000).toISOString().slice(11, 16);
    await fake.say({ user: 'alice', conversation: OPS, text: `digest at ${at}` });
    await sees(OPS, at);
    const digests = () => scene.shown(OPS).filter((one) => one.includes('Digest of '));
    await fake.settled(() => digests().length > 0, 130_000);
    expect(digests().length).toBe(1);
  });

  test('what was typed is as good as a click', async () => {
    const { fake, press, sees, waitFor } = scene;
    await fake.say({ user: 'alice', text: `${SEED}，集群名 shop-typed` });
    await press('alice', 'alice', 'ask:recommended');
    // Between the two of them alone, who asked is not offered what only others may do.
    const plan = await waitFor('alice', 'alice', 'reject:');
    expect(scene.controls('alice', 'alice').some(({ action }) => action.startsWith('approve:'))).toBe(false);
    const before = (await scene.bot.tasks()).length;
    const id = plan.action.slice('reject:'.length);
    await fake.say({ user: 'bob', conversation: OPS, text: `批准 ${id}` });
    const task = await until('one more task', 60_000, async () => {
      const all = await scene.bot.tasks();
      return all.length === before + 1 && all[0];
    });
    await sees('alice', task.id);
  });

  test('nothing that was sent broke a limit, and all was acked', async () => {
    await scene.fake.settled(() => scene.fake.unacked().length === 0);
    expect(scene.fake.violations).toEqual([]);
    expect(scene.fake.bans).toEqual([]);
  });
});
