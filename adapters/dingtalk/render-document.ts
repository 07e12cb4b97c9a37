import { crc32, deflateRawSync } from 'node:zlib';

/**
 * Long texts as Word documents: DingTalk takes documents, tables, slides, PDFs and archives, and no plain text; a document is what a
 * phone shows. https://open.dingtalk.com/document/orgapp/upload-media-files
 */

export const DOCUMENT_MIME = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const OOXML = 'http://schemas.openxmlformats.org';
const WORD = `${OOXML}/wordprocessingml/2006/main`;
const PARTS: Record<string, string> = {
  '[Content_Types].xml': `<Types xmlns="${OOXML}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${DOCUMENT_MIME}.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>`,
  '_rels/.rels': relationship('officeDocument', 'word/document.xml'),
  'word/_rels/document.xml.rels': relationship('styles', 'styles.xml'),
  'word/styles.xml': `<w:styles xmlns:w="${WORD}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:eastAsia="SimSun" w:cs="Courier New"/><w:sz w:val="18"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>`,
};

function relationship(type: string, target: string): string {
  return `<Relationships xmlns="${OOXML}/package/2006/relationships"><Relationship Id="r1" Type="${OOXML}/officeDocument/2006/relationships/${type}" Target="${target}"/></Relationships>`;
}

/** The text line by line, in letters of one width; the same bytes for the same text. */
export function wordDocument(text: string): Uint8Array {
  const lines = text
    .split('\n')
    .map((line) => `<w:p><w:r><w:t xml:space="preserve">${xmlText(line)}</w:t></w:r></w:p>`);
  const document = `<w:document xmlns:w="${WORD}"><w:body>${lines.join('')}</w:body></w:document>`;
  return zip({ ...PARTS, 'word/document.xml': document });
}

/** Only what XML may hold: https://www.w3.org/TR/xml/#charsets */
function xmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\P{Cc}\t]|[\ufffe\uffff]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16 */
function zip(parts: Record<string, string>): Uint8Array {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, xml] of Object.entries(parts)) {
    const content = Buffer.from(HEAD + xml);
    const packed = deflateRawSync(content);
    const about = entry(name, { content, packed });
    bodies.push(record('504b0304', about), Buffer.from(name), packed);
    directory.push(record('504b01021400', about), Buffer.alloc(10), uint32(offset), Buffer.from(name));
    offset += 30 + name.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const count = uint16(bodies.length / 3);
  const end = [Buffer.from('504b050600000000', 'hex'), count, count, uint32(listed.length), uint32(offset), uint16(0)];
  return Buffer.concat([...bodies, listed, ...end]);
}

/** What both records of a part have in common: version 2.0, deflated, the first day of 1980, checksum and lengths. */
function entry(name: string, { content, packed }: { content: Buffer; packed: Buffer }): Buffer[] {
  return [
    Buffer.from('14000000080000002100', 'hex'),
    uint32(crc32(content)),
    uint32(packed.length),
    uint32(content.length),
    uint16(name.length),
    uint16(0),
  ];
}

const record = (signature: string, about: Buffer[]): Buffer => Buffer.concat([Buffer.from(signature, 'hex'), ...about]);

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
