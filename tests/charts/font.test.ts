import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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
