import { crc32, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { wordDocument } from '../../../adapters/dingtalk/render-document.ts';

/** What an unpacker finds by the directory at the end, each part checked. */
function unpack(bytes: Uint8Array): Map<string, string> {
  const zip = Buffer.from(bytes);
  const end = zip.length - 22;
  expect(zip.readUInt32LE(end)).toBe(0x06054b50);
  const parts = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const [checksum, packed, length] = [16, 20, 24].map((field) => zip.readUInt32LE(at + field)) as [
      number,
      number,
      number,
    ];
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    expect(zip.readUInt32LE(local)).toBe(0x04034b50);
    expect(zip.toString('utf8', local + 30, local + 30 + nameLength)).toBe(name);
    const content = inflateRawSync(zip.subarray(local + 30 + nameLength, local + 30 + nameLength + packed));
    expect([content.length, crc32(content)]).toEqual([length, checksum]);
    parts.set(name, content.toString('utf8'));
    at += 46 + nameLength;
  }
  expect(at).toBe(end);
  return parts;
}

describe('a long text as a document', () => {
  test('has the parts that a Word document needs', () => {
    expect([...unpack(wordDocument('x')).keys()].sort()).toEqual([
      '[Content_Types].xml',
      '_rels/.rels',
      'word/_rels/document.xml.rels',
      'word/document.xml',
      'word/styles.xml',
    ]);
  });

  test('has a paragraph for each line, with its spaces, whatever stands in it', () => {
    const xml = unpack(wordDocument('a <b> & "c"\n\n  二 行 😀')).get('word/document.xml') ?? '';
    expect([...xml.matchAll(/<w:t xml:space="preserve">([^<]*)<\/w:t>/g)].map(([, line]) => line)).toEqual([
      'a &lt;b&gt; &amp; "c"',
      '',
      '  二 行 😀',
    ]);
  });

  test('holds nothing that XML may not hold', () => {
    const xml = unpack(wordDocument('a\u0000b\u001bc\ud800d\ufffee\tf')).get('word/document.xml') ?? '';
    expect(xml).toContain('a b c\ufffdd e\tf');
  });

  test('is the same for the same text', () => {
    expect(wordDocument('x')).toEqual(wordDocument('x'));
    expect(wordDocument('x')).not.toEqual(wordDocument('y'));
  });
});
