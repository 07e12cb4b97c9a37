import { expect, test } from 'vitest';
import { diagnose } from '../../../flows/incidents/diagnose.ts';
import { remedySchema } from '../../../flows/incidents/remedies/schema.ts';
import { loadMessages } from '../../../src/chat/messages.ts';
import { oomKilledCase } from './cases/oom-killed.ts';
import { evidenceOf } from './evidence.ts';

const words = loadMessages('templates/messages');

async function found(world: Parameters<typeof evidenceOf>[0]) {
  const { findings } = await diagnose({ source: evidenceOf(world), scope: { alerts: [] }, words, elapsed: () => 0 });
  const [first] = findings;
  if (!first) throw new Error('Nothing was found');
  return first;
}
const { metrics, ...unseen } = oomKilledCase.firing;

test('without metrics the kill is told, its reason is said to be unknown, and the raise is a mitigation', async () => {
  const { confidence, summary, remedies, evidence } = await found(unseen);
  expect(confidence).toBe('likely');
  expect(evidence[0]?.text).toContain('lastState.terminated.reason=OOMKilled');
  expect(summary.en).toMatch(/is killed at its memory limit of 256Mi\. Why is unknown/);
  expect(summary.zh).toMatch(/原因未知/);
  const raise = remedies.find(({ id }) => id === 'raise-memory-limit');
  expect(raise?.title.en).toMatch(/from 256Mi to 512Mi, as a mitigation$/);
  expect(raise?.title.zh).toMatch(/缓解措施/);
  expect(remedySchema.parse(raise?.plan)).toMatchObject({ mitigates: true });
  expect(remedies.at(-1)?.title.en).toMatch(/a higher limit gains time/);
});

test('with a curve that does not climb the limit is proven to be too low, and the raise is the cure', async () => {
  const { confidence, summary, remedies } = await found({ ...unseen, ...(metrics && { metrics }) });
  expect(confidence).toBe('proven');
  expect(summary.en).toMatch(/needs more memory than its limit of 256Mi and is killed for it\.$/);
  expect(remedies[0]?.title.en).toMatch(/from 256Mi to 512Mi$/);
  expect(remedies[0]?.plan).not.toHaveProperty('mitigates');
});
