import { describe, expect, test } from 'vitest';
import type { ProgressStep } from '../../../src/chat/types.ts';
import { type Rig, rig } from './rig.ts';

const step = (id: string, status: ProgressStep['status'], title = `Look at ${id}`): ProgressStep => ({
  id,
  status,
  title,
});

const streams = ({ slack }: Pick<Rig, 'slack'>, channel: string) =>
  slack.messages(channel).filter(({ stream }) => stream);
const statuses = ({ slack }: Pick<Rig, 'slack'>) =>
  slack.calls.filter(({ method }) => method === 'agents.sessions.setStatus').map(({ body }) => body.status);

async function asked(rigged: Rig) {
  const { slack } = rigged;
  const { ts } = await slack.mention({ user: 'U0ALICE', channel: 'C0OPS', text: 'diagnose checkout' });
  const viewer = { platform: 'slack' as const, tenant: slack.team, id: 'U0ALICE' };
  const activity = rigged.adapter.activity?.(rigged.place('C0OPS', ts), viewer);
  if (!activity) throw new Error('Slack shows long turns');
  return { ts, activity };
}

describe('a long turn in Slack', () => {
  test('steps that last are streamed into the thread, and the stream is closed at the end', async () => {
    const rigged = await rig();
    const { slack } = rigged;
    const { ts, activity } = await asked(rigged);
    activity.step(step('pods', 'running'));
    await slack.settled(() => streams(rigged, 'C0OPS').length === 1);
    activity.step(step('pods', 'done'));
    activity.step(step('nodes', 'running', '<!channel> *bold* <https://evil.example|x>'));
    await slack.settled(() => streams(rigged, 'C0OPS')[0]?.stream?.steps.size === 2);
    activity.step(step('nodes', 'failed'));
    await activity.end();
    await slack.settled(() => streams(rigged, 'C0OPS')[0]?.stream?.state === 'stopped');
    const [message] = streams(rigged, 'C0OPS');
    expect(message?.threadTs).toBe(ts);
    expect([...(message?.stream?.steps.values() ?? [])].map((one) => one.status)).toEqual(['complete', 'error']);
    expect(JSON.stringify(message?.stream?.chunks)).not.toMatch(/<!|<https|\*bold/);
    await slack.settled(() => statuses(rigged).length === 2);
    expect(statuses(rigged)).toEqual(['processing', 'active']);
    expect(slack.violations).toEqual([]);
  });

  test('what is over at once makes no message', async () => {
    const rigged = await rig();
    const { activity } = await asked(rigged);
    activity.step(step('pods', 'running'));
    activity.step(step('pods', 'done'));
    await activity.end();
    await rigged.slack.settled(() => statuses(rigged).length === 2);
    expect(streams(rigged, 'C0OPS')).toEqual([]);
  });

  test('at the top of a channel nothing is shown', async () => {
    const rigged = await rig();
    const viewer = { platform: 'slack' as const, tenant: rigged.slack.team, id: 'U0ALICE' };
    const activity = rigged.adapter.activity?.(rigged.place('C0OPS'), viewer);
    activity?.step(step('pods', 'running'));
    await activity?.end();
    expect(rigged.slack.calls.filter(({ method }) => method.startsWith('agents.'))).toEqual([]);
  });

  test('in a direct conversation without a thread it hangs below what was asked', async () => {
    const rigged = await rig();
    const { slack, place } = rigged;
    const channel = slack.dm('U0BOB');
    const { ts } = await slack.say({ user: 'U0BOB', channel, text: 'diagnose checkout' });
    await slack.settled(() => slack.messages(channel)[0]?.reactions.size === 1);
    const viewer = { platform: 'slack' as const, tenant: slack.team, id: 'U0BOB' };
    const activity = rigged.adapter.activity?.(place(channel), viewer);
    activity?.step(step('pods', 'running'));
    await slack.settled(() => streams(rigged, channel).length === 1);
    await activity?.end();
    expect(streams(rigged, channel)[0]?.threadTs).toBe(ts);
  });

  test('a stream that Slack refuses is given up, told once, and the turn goes on', async () => {
    const rigged = await rig();
    const { slack, logs } = rigged;
    slack.faults.fail('chat.startStream', 'internal_error', 2);
    for (const n of [1, 2]) {
      const { activity } = await asked(rigged);
      activity.step(step('pods', 'running'));
      await slack.settled(() => slack.calls.filter(({ method }) => method === 'chat.startStream').length === n);
      await activity.end();
    }
    const told = logs.filter(({ message }) => message.includes('could not be shown'));
    expect(told.map(({ data }) => data)).toEqual([{ reason: 'internal_error' }]);
  });

  test('Stop ends the turn of that place and gives the session back', async () => {
    const stopped: { threadId: string | undefined; by: string }[] = [];
    const rigged = await rig({
      intake: {
        stop: async ({ threadId }, actor) => {
          stopped.push({ threadId, by: actor.id });
          return true;
        },
      },
    });
    const { slack } = rigged;
    const { ts, activity } = await asked(rigged);
    activity.step(step('pods', 'running'));
    await slack.settled(() => streams(rigged, 'C0OPS').length === 1);
    await slack.stopSession({ user: 'U0ALICE', channel: 'C0OPS', threadTs: ts });
    await slack.settled(() => stopped.length > 0 && statuses(rigged).includes('active'));
    expect(stopped).toEqual([{ threadId: ts, by: 'U0ALICE' }]);
    await activity.end();
    await slack.settled(() => streams(rigged, 'C0OPS')[0]?.stream?.state === 'stopped');
    expect(slack.violations).toEqual([]);
  });

  test('in a direct conversation Stop finds the turn that began without a thread', async () => {
    const tried: (string | undefined)[] = [];
    const { slack } = await rig({
      intake: {
        stop: async ({ threadId }) => {
          tried.push(threadId);
          return threadId === undefined;
        },
      },
    });
    const channel = slack.dm('U0BOB');
    const { ts } = await slack.say({ user: 'U0BOB', channel, text: 'diagnose checkout' });
    await slack.stopSession({ user: 'U0BOB', channel, threadTs: ts });
    await slack.settled(() => tried.length === 2);
    expect(tried).toEqual([ts, undefined]);
  });
});
