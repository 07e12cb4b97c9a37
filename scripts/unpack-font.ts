import { readFileSync, writeFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';

/**
 * Unpacks a WOFF 1 font, as it is published for browsers, to the TrueType file that the renderer of pictures can read:
 * `node scripts/unpack-font.ts FROM.woff TO.ttf`. Layout of both: https://www.w3.org/TR/WOFF/
 */

const [from = '', to = ''] = process.argv.slice(2);
const woff = readFileSync(from);
if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error(`${from} is no WOFF 1 font`);
const count = woff.readUInt16BE(12);
const ttf = Buffer.alloc(woff.readUInt32BE(16));

woff.copy(ttf, 0, 4, 8);
ttf.writeUInt16BE(count, 4);
const power = Math.floor(Math.log2(count));
ttf.writeUInt16BE(2 ** power * 16, 6);
ttf.writeUInt16BE(power, 8);
ttf.writeUInt16BE(count * 16 - 2 ** power * 16, 10);
let end = 12 + 16 * count;
for (let n = 0; n < count; n++) {
  const entry = 44 + 20 * n;
  const [offset, packed, length] = [4, 8, 12].map((at) => woff.readUInt32BE(entry + at)) as [number, number, number];
  const table = woff.subarray(offset, offset + packed);
  const directory = 12 + 16 * n;
  woff.copy(ttf, directory, entry, entry + 4);
  woff.copy(ttf, directory + 4, entry + 16, entry + 20);
  ttf.writeUInt32BE(end, directory + 8);
  ttf.writeUInt32BE(length, directory + 12);
  ttf.set(packed < length ? inflateSync(table) : table, end);
  end += Math.ceil(length / 4) * 4;
}
writeFileSync(to, ttf);
