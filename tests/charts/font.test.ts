import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';
import { expect, test } from 'vitest';
import { createSubsets } from '../../src/charts/font.ts';
import { FONT } from '../../src/charts/look.ts';
import { readCatalogue } from '../../src/chat/messages.ts';

/** The font of the pictures: a character that it lacks is drawn as an empty box. */

const ttf = readFileSync('assets/fonts/noto-sans-sc-400.ttf');
const tables = new Map(
  Array.from({ length: ttf.readUInt16BE(4) }, (_, n) => {
    const entry = 12 + 16 * n;
    const [checksum = 0, offset = 0, length = 0] = [4, 8, 12].map((at) => ttf.readUInt32BE(entry + at));
    return [ttf.toString('latin1', entry, entry + 4), { checksum, bytes: ttf.subarray(offset, offset + length) }];
  }),
);

test('every table of the font is whole', () => {
  const broken = [...tables].filter(([name, { checksum, bytes }]) => name !== 'head' && sum(bytes) !== checksum);
  expect(broken.map(([name]) => name)).toEqual([]);
  expect(tables.size).toBe(19);
});

test('the font has every letter of our own texts', () => {
  const own = [...readCatalogue('templates/messages/zh').values(), ...readCatalogue('templates/messages/en').values()];
  const letters = new Set(own.join('').match(/\p{L}|\p{N}/gu));
  expect(letters.size).toBeGreaterThan(500);
  expect([...letters].filter((letter) => !hasGlyph(letter.codePointAt(0) ?? 0))).toEqual([]);
  expect(hasGlyph(0x1f600)).toBe(false);
});

test('a font cut down to some letters draws them as the whole one does, and is small', () => {
  const text = 'CPU 节点池 “p95” 峰值, Ünïcode 😀';
  const small = createSubsets(ttf)(text);
  expect(small.length).toBeLessThan(ttf.length / 10);
  const folder = mkdtempSync(join(tmpdir(), 'font-test-'));
  try {
    writeFileSync(join(folder, 'small.ttf'), small);
    const draw = (file: string, words: string) =>
      new Resvg(
        `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="40"><text x="4" y="30">${words}</text></svg>`,
        {
          font: { loadSystemFonts: false, fontFiles: [file], defaultFontFamily: FONT, defaultFontSize: 20 },
        },
      ).toString();
    const [whole, part] = ['assets/fonts/noto-sans-sc-400.ttf', join(folder, 'small.ttf')];
    // Letter by letter: the small one has no kerning.
    for (const letter of new Set(text)) expect(draw(part, letter), letter).toBe(draw(whole, letter));
    expect(draw(part, '内')).not.toBe(draw(whole, '内'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is no font of this kind is refused', () => {
  expect(() => createSubsets(Buffer.alloc(40))).toThrow(TypeError);
});

/** https://learn.microsoft.com/typography/opentype/spec/otff#calculating-checksums */
function sum(bytes: Buffer): number {
  const padded = Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  let total = 0;
  for (let at = 0; at < padded.length; at += 4) total = (total + padded.readUInt32BE(at)) >>> 0;
  return total;
}

/** Format 4 of `cmap`: https://learn.microsoft.com/typography/opentype/spec/cmap */
function hasGlyph(code: number): boolean {
  const cmap = tables.get('cmap')?.bytes ?? Buffer.alloc(0);
  const offsets = Array.from({ length: cmap.readUInt16BE(2) }, (_, n) => cmap.readUInt32BE(8 + 8 * n));
  const map = cmap.subarray(offsets.find((offset) => cmap.readUInt16BE(offset) === 4));
  const segments = map.readUInt16BE(6) / 2;
  const segment = Array.from({ length: segments }, (_, n) => n).find((n) => map.readUInt16BE(14 + 2 * n) >= code);
  return segment !== undefined && code < 0xffff && map.readUInt16BE(16 + 2 * segments + 2 * segment) <= code;
}
