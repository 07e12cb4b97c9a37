import { afterEach, beforeAll, expect, test } from 'vitest';
import { percentile } from '../../bench/figures.ts';
import { finish, investigator } from './investigator.ts';

// Loading LangChain takes a second, and many where the machine is busy.
beforeAll(async () => {
  await import('../../src/agent/loop/framework.ts');
}, 120_000);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

test('the first piece of an answer is passed on within 50 ms of being written', async () => {
  let writtenAt = 0;
  const onFirst = () => {
    writtenAt = performance.now();
  };
  const { investigate, close } = await investigator({
    says: () => ({ ...(finish([]) as object), onFirst }),
  });
  closing.push(close);
  const waits: number[] = [];
  for (let run = 0; run < 100; run++) {
    let heardAt: number | undefined;
    await investigate({
      onEvent: (event) => {
        if (event.type === 'token') heardAt ??= performance.now();
      },
    });
    waits.push((heardAt ?? Number.POSITIVE_INFINITY) - writtenAt);
  }
  expect(percentile(waits, 0.5)).toBeLessThan(50);
  // Generous: another program may have the processor for a while.
  expect(percentile(waits, 0.99)).toBeLessThan(500);
}, 120_000);

test('the loop itself takes a few milliseconds of a step', async () => {
  let inside = 0;
  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    try {
      return await work();
    } finally {
      inside += performance.now() - began;
    }
  };
  let said = 0;
  const { investigate, close } = await investigator({
    says: [],
    read: () => timed(async () => ({ ok: true, data: { kind: 'Pod' } })),
    options: {
      takeTurn: (request) =>
        timed(async () => {
          const last = ++said % 10 === 0;
          const [name, args] = last ? ['finish', { summary: 'x' }] : ['k8s_get', { name: `p${said}` }];
          return {
            ok: true,
            text: '',
            calls: [{ id: request.newCallId(), name, args }],
            usage: { input: 1, output: 1 },
          };
        }),
    },
  });
  closing.push(close);
  const perStep: number[] = [];
  for (let run = 0; run < 20; run++) {
    inside = 0;
    const began = performance.now();
    const { usage } = await investigate();
    perStep.push((performance.now() - began - inside) / usage.steps);
  }
  expect(percentile(perStep, 0.5)).toBeLessThan(100);
}, 120_000);
