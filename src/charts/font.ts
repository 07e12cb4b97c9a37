/**
 * A TrueType font cut down to some letters: the renderer reads the file anew for each text, so a small one makes pictures many times
 * faster. https://learn.microsoft.com/typography/opentype/spec/otff
 */

/** What drawing letters side by side needs; kerning, other shapes of letters and upright lines do not matter here. */
const TABLES = ['OS/2', 'cmap', 'glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp', 'name', 'post'];

/** Makes fonts that hold the letters of a text, and the sign for those that the whole one lacks. Throws on what is no such font. */
export function createSubsets(font: Buffer): (text: string) => Buffer {
  const tables = tablesOf(font);
  const glyphs = new Map<number, Buffer>();
  const starts = startsOf(tables);
  const glyf = tableOf(tables, 'glyf');
  const lookUp = lettersOf(tableOf(tables, 'cmap'));
  const glyphOf = (id: number): Buffer => {
    const known = glyphs.get(id) ?? glyf.subarray(starts[id] ?? 0, starts[id + 1] ?? 0);
    glyphs.set(id, known);
    return known;
  };
  return (text) => {
    const wanted = new Set([0]);
    const add = (id: number) => {
      if (wanted.has(id) || id + 1 >= starts.length) return;
      wanted.add(id);
      for (const part of partsOf(glyphOf(id))) add(part);
    };
    for (const letter of new Set(text)) add(lookUp(letter.codePointAt(0) ?? 0));
    return written(tables, starts.length - 1, (id) => (wanted.has(id) ? glyphOf(id) : EMPTY));
  };
}

const EMPTY = Buffer.alloc(0);

function tablesOf(font: Buffer): Map<string, Buffer> {
  return new Map(
    Array.from({ length: font.readUInt16BE(4) }, (_, n): [string, Buffer] => {
      const entry = 12 + 16 * n;
      const [start, length] = [font.readUInt32BE(entry + 8), font.readUInt32BE(entry + 12)];
      return [font.toString('latin1', entry, entry + 4), font.subarray(start, start + length)];
    }),
  );
}

function tableOf(tables: ReadonlyMap<string, Buffer>, name: string): Buffer {
  const table = tables.get(name);
  if (!table) throw new TypeError(`The font has no table ${name}`);
  return table;
}

/** Where glyphs begin in `glyf`: one more than there are glyphs. */
function startsOf(tables: ReadonlyMap<string, Buffer>): number[] {
  const count = tableOf(tables, 'maxp').readUInt16BE(4) + 1;
  const loca = tableOf(tables, 'loca');
  const isLong = tableOf(tables, 'head').readInt16BE(50) === 1;
  return Array.from({ length: count }, (_, n) => (isLong ? loca.readUInt32BE(4 * n) : 2 * loca.readUInt16BE(2 * n)));
}

/** Format 4 of `cmap`, which holds every letter below U+10000. https://learn.microsoft.com/typography/opentype/spec/cmap */
function lettersOf(cmap: Buffer): (code: number) => number {
  const offsets = Array.from({ length: cmap.readUInt16BE(2) }, (_, n) => cmap.readUInt32BE(8 + 8 * n));
  const offset = offsets.find((at) => cmap.readUInt16BE(at) === 4);
  if (offset === undefined) throw new TypeError('The font has no map of letters that is known here');
  const map = cmap.subarray(offset);
  const segments = map.readUInt16BE(6) / 2;
  const ends = Array.from({ length: segments }, (_, n) => map.readUInt16BE(14 + 2 * n));
  const begins = 16 + 2 * segments;
  const [deltas, ranges] = [begins + 2 * segments, begins + 4 * segments];
  return (code) => {
    const segment = ends.findIndex((end) => end >= code);
    if (segment < 0) return 0;
    const begin = map.readUInt16BE(begins + 2 * segment);
    if (begin > code) return 0;
    const [delta, range] = [map.readUInt16BE(deltas + 2 * segment), map.readUInt16BE(ranges + 2 * segment)];
    if (range === 0) return (code + delta) & 0xffff;
    const id = map.readUInt16BE(ranges + 2 * segment + range + 2 * (code - begin));
    return id === 0 ? 0 : (id + delta) & 0xffff;
  };
}

/** The glyphs that a glyph is put together from. https://learn.microsoft.com/typography/opentype/spec/glyf */
function partsOf(glyph: Buffer): number[] {
  if (glyph.length < 10 || glyph.readInt16BE(0) >= 0) return [];
  const parts: number[] = [];
  for (let at = 10, more = true; more; ) {
    const flags = glyph.readUInt16BE(at);
    parts.push(glyph.readUInt16BE(at + 2));
    at += 4 + (flags & 0x01 ? 4 : 2) + (flags & 0x08 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0);
    more = (flags & 0x20) !== 0;
  }
  return parts;
}

/** The font's file, every glyph under its number, most of them empty. */
function written(tables: ReadonlyMap<string, Buffer>, count: number, glyphOf: (id: number) => Buffer): Buffer {
  const glyphs = Array.from({ length: count }, (_, id) => padded(glyphOf(id)));
  const loca = Buffer.alloc(4 * (count + 1));
  let end = 0;
  for (const [id, { length }] of glyphs.entries()) {
    end += length;
    loca.writeUInt32BE(end, 4 * (id + 1));
  }
  const head = Buffer.from(tableOf(tables, 'head'));
  head.writeInt16BE(1, 50);
  const own: Record<string, Buffer> = { glyf: Buffer.concat(glyphs), loca, head };
  return fileOf(TABLES.map((name) => [name, own[name] ?? tableOf(tables, name)]));
}

function padded(bytes: Buffer): Buffer {
  return bytes.length % 4 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - (bytes.length % 4))]);
}

/** Nobody reads the checksums, so they are left at zero. */
function fileOf(tables: [string, Buffer][]): Buffer {
  const header = Buffer.alloc(12 + 16 * tables.length);
  const power = Math.floor(Math.log2(tables.length));
  header.writeUInt32BE(0x00010000, 0);
  header.writeUInt16BE(tables.length, 4);
  header.writeUInt16BE(16 * 2 ** power, 6);
  header.writeUInt16BE(power, 8);
  header.writeUInt16BE(16 * (tables.length - 2 ** power), 10);
  let start = header.length;
  for (const [n, [name, { length }]] of tables.entries()) {
    header.write(name, 12 + 16 * n, 'latin1');
    header.writeUInt32BE(start, 20 + 16 * n);
    header.writeUInt32BE(length, 24 + 16 * n);
    start += length + ((4 - (length % 4)) % 4);
  }
  return Buffer.concat([header, ...tables.map(([, bytes]) => padded(bytes))]);
}
