import { Buffer, isUtf8 } from 'node:buffer';

/**
 * Go's strings are bytes, JavaScript's are not. Bytes that are no UTF-8 are kept as lone surrogates U+DC80 to U+DCFF (as Python's
 * surrogateescape does), so that what was decoded, cut and encoded again is what it was.
 */
const ESCAPED = 0xdc00;

/** The bytes of a text, escaped ones included. */
export function bytesOf(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text, 'utf8');
  const parts: Buffer[] = [];
  for (const part of text.split(/(?<![\ud800-\udbff])([\udc80-\udcff])/)) {
    const unit = part.length === 1 ? part.charCodeAt(0) : 0;
    parts.push(
      unit >= ESCAPED + 0x80 && unit <= ESCAPED + 0xff ? Buffer.of(unit - ESCAPED) : Buffer.from(part, 'utf8'),
    );
  }
  return Buffer.concat(parts);
}

/** Bytes as a text; what is no UTF-8 is escaped. */
export function textOf(bytes: Uint8Array): string {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(all)) return all.toString('utf8');
  let text = '';
  for (let at = 0; at < all.length; ) {
    const length = sequenceAt(all, at);
    text += length ? all.toString('utf8', at, at + length) : String.fromCharCode(ESCAPED + (all[at] ?? 0));
    at += length || 1;
  }
  return text;
}

/** How many bytes the character at a place has; 0 where none begins. */
function sequenceAt(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return first >= 0xc2 && isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length ? length : 0;
}

/** A text's length in bytes, as Go's len counts it. */
export function byteLength(text: string): number {
  return isAscii(text) ? text.length : bytesOf(text).length;
}

/** text[start:end] of Go, in bytes. */
export function sliceBytes(text: string, start: number, end?: number): string {
  return isAscii(text) ? text.slice(start, end) : textOf(bytesOf(text).subarray(start, end));
}

export function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
  return /^[\x00-\x7f]*$/.test(text);
}
