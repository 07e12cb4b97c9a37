import { Buffer } from 'node:buffer';

/** ASN.1 in its distinguished encoding. https://www.itu.int/rec/T-REC-X.690 */
const TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
  printable: 0x13,
  utcTime: 0x17,
  generalizedTime: 0x18,
} as const;

/** A value under a tag: a universal one by its name, any other by its number. */
export function der(tag: keyof typeof TAGS | number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.of(typeof tag === 'number' ? tag : TAGS[tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.of(0x80 | bytes.length), bytes]);
}

/** A whole number that is not below zero, from its bytes. */
export function derInteger(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  return der('integer', Buffer.of(...((trimmed[0] ?? 0) & 0x80 ? [0] : [])), trimmed);
}

/** An object identifier such as `2.5.4.3`. */
export function derOid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return der('oid', Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

/** One encoded value: its tag, its content and all of its bytes. */
export interface DerValue {
  tag: number;
  content: Buffer;
  all: Buffer;
}

/** The values that follow one another in well-formed bytes. */
export function derValues(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at + 1] ?? 0;
    const more = first < 0x80 ? 0 : first & 0x7f;
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    const start = at + 2 + more;
    values.push({
      tag: bytes[at] ?? 0,
      content: bytes.subarray(start, start + length),
      all: bytes.subarray(at, start + length),
    });
    at = start + length;
  }
  return values;
}
