import { z } from 'zod';
import { defineFlow, type FlowContext, read } from '../src/flow/kit.ts';
import { type JournalEntry, replay } from '../src/flow/replay.ts';
import { ms, percentile, print } from './figures.ts';

/** One turn of a flow whose journal has 200 entries. */

const LENGTH = 200;
const flow = defineFlow({
  id: 'long',
  version: 1,
  input: z.object({}),
  *run() {
    for (let n = 0; n <= LENGTH; n++) yield* read('k8s_get', { n });
  },
});
const context: FlowContext = {
  t: Object.assign(String, { has: () => true }),
  language: 'en',
  user: { platform: 'web', tenant: 't', id: 'u' },
  startedAt: 0,
  text: '',
};
const journal: JournalEntry[] = Array.from({ length: LENGTH }, (_, n) => ({
  key: 'read:k8s_get',
  answer: { ok: true, value: { n } },
}));
const times = Array.from({ length: 2000 }, () => {
  const began = performance.now();
  const position = replay(flow, {}, context, journal).position();
  if (position.kind !== 'asks') throw new Error('The replay went wrong');
  return performance.now() - began;
});
print(
  `replay of a journal of ${LENGTH} entries, first / median / p99`,
  `${ms(times[0] ?? 0)} / ${ms(percentile(times, 0.5))} / ${ms(percentile(times, 0.99))}`,
  'target < 5 ms',
);
