import { afterEach, describe, expect, test, vi } from 'vitest';
import { createPictures, PictureFailed, type Pictures } from '../../src/charts/pictures.ts';
import { loadMessages } from '../../src/chat/messages.ts';
import type { BarChart } from '../../src/chat/types.ts';
import { climb, HOSTILE, memory } from './charts.ts';

const translate = loadMessages('templates/messages');
let pictures: Pictures | undefined;
const open = (over = {}) => {
  pictures = createPictures({ translate, timeZone: 'Asia/Shanghai', ...over });
  return pictures;
};
afterEach(async () => {
  await pictures?.close();
});

/** Threads of this process that wait for drawings. */
const threads = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'MessagePort' || name === 'Worker').length;
const sizeOf = (png: Uint8Array) => {
  const view = Buffer.from(png);
  expect(view.toString('latin1', 1, 4)).toBe('PNG');
  return [view.readUInt32BE(16), view.readUInt32BE(20)];
};

describe('pictures', () => {
  test('are PNG files, light and dark, in both languages, all different', async () => {
    const { png } = open();
    const made = await Promise.all([
      png(memory(), '容器内存', 'zh'),
      png(memory(), '容器内存', 'zh', { dark: true }),
      png(memory(), '容器内存', 'en'),
      png(memory(), '容器内存', 'zh', { timeZone: 'UTC' }),
    ]);
    for (const each of made) expect(sizeOf(each)).toEqual([1320, 708]);
    expect(new Set(made.map((each) => Buffer.from(each).toString('base64'))).size).toBe(4);
  });

  test('hold letters: the same chart with another title is another picture', async () => {
    const { png } = open();
    const [a, b] = await Promise.all([png(memory(), '内存', 'zh'), png(memory(), '磁盘', 'zh')]);
    expect(Buffer.compare(a, b)).not.toBe(0);
  });

  test('of bars are as wide, and as high as their rows', async () => {
    const { png } = open();
    const bars = (count: number): BarChart => ({
      kind: 'bars',
      unit: 'money',
      currency: 'CNY',
      stacked: false,
      categories: Array.from({ length: count }, (_, n) => `生产环境的命名空间名称 ${n}`),
      series: [{ name: '费用', values: Array.from({ length: count }, (_, n) => 100 * n) }],
    });
    const [[width, few], [, many]] = [
      sizeOf(await png(bars(2), '费用', 'zh')),
      sizeOf(await png(bars(20), '费用', 'zh')),
    ];
    expect(width).toBe(1320);
    expect(many).toBeGreaterThan(Number(few) + 400);
  });

  test("are made of strangers' words, of nothing, and of far too much", async () => {
    const { png } = open();
    await png(memory({ series: [{ name: HOSTILE, points: climb(50) }] }), HOSTILE, 'en');
    await png(memory({ series: [] }), '', 'en');
    const many = Array.from({ length: 9 }, (_, n) => ({ name: `pod-${n}`, points: climb(10_000) }));
    const limits = Array.from({ length: 3 }, (_, n) => ({ name: `limit ${n}`, value: 2 ** (20 + n) }));
    expect(sizeOf(await png(memory({ series: many, limits }), 'x', 'en'))).toEqual([1320, 918]);
  });

  test('are made by a thread that goes after a rest, and comes again', async () => {
    const { png } = open({ restMs: 20 });
    const before = threads();
    await png(memory(), 'x', 'en');
    await vi.waitUntil(() => threads() === before, { timeout: 10_000 });
    expect(sizeOf(await png(memory(), 'x', 'en'))).toEqual([1320, 708]);
  });

  test('that take too long fail, and the next is made by a new thread', async () => {
    const patient = { patienceMs: 1 };
    await expect(open(patient).png(memory(), 'x', 'en')).rejects.toBeInstanceOf(PictureFailed);
    patient.patienceMs = 20_000;
    const { png } = open(patient);
    expect(sizeOf(await png(memory(), 'x', 'en'))).toEqual([1320, 708]);
  });

  test('fail alone: a zone that does not exist harms no other picture', async () => {
    const { png } = open();
    const [bad, good] = await Promise.allSettled([
      png(memory(), 'x', 'en', { timeZone: 'Nowhere/Here' }),
      png(memory(), 'x', 'en'),
    ]);
    expect(bad).toMatchObject({
      status: 'rejected',
      reason: { code: 'PICTURE_FAILED', message: expect.stringContaining('Nowhere') },
    });
    expect(good.status).toBe('fulfilled');
  });

  test('are refused once closed, and one that is being made fails', async () => {
    const room = open();
    const making = room.png(memory(), 'x', 'en').catch((error: unknown) => error);
    await vi.waitUntil(() => threads() > 0);
    await room.close();
    expect(await making).toBeInstanceOf(PictureFailed);
    await expect(room.png(memory(), 'x', 'en')).rejects.toMatchObject({ code: 'PICTURE_FAILED' });
  });
});
