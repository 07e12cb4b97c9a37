import { describe, expect, test } from 'vitest';
import { rig } from './rig.ts';

describe('sockets of Slack that die without a word', () => {
  test('are noticed by their pings and opened again; what was said meanwhile arrives', async () => {
    const { slack, adapter, messages } = await rig({ fake: { zombieMs: 90_000, retryMs: [0, 1000, 20_000] } });
    await slack.settled(() => slack.sockets() === 2);
    slack.faults.dropSockets('silence');
    await slack.mention({ user: 'U0ALICE', channel: 'C0OPS', text: 'there?' });
    await slack.settled(() => slack.opened() === 4, 40_000);
    await slack.settled(() => messages.length > 0, 40_000);
    expect(new Set(messages.map(({ deliveryId }) => deliveryId)).size).toBe(1);
    expect(adapter.health().ok).toBe(true);
  });
});
