import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { FunctionWorld } from '../function.ts';
import { bytesOf, textOf } from './bytes.ts';
import { type Definition, takes, text } from './signature.ts';

/** Encodings and checksums. https://masterminds.github.io/sprig/encoding.html */
export const encoding: Readonly<Record<string, Definition>> = {
  b64enc: takes([text], ([value], world) => base64(bytesOf(value), world)),
  b64dec: takes([text], ([value]) => fromBase64(value)),
  b32enc: takes([text], ([value], world) => base32(bytesOf(value), world)),
  b32dec: takes([text], ([value]) => fromBase32(value)),
  sha1sum: takes([text], ([value]) => hashed('sha1', value)),
  sha256sum: takes([text], ([value]) => hashed('sha256', value)),
  sha512sum: takes([text], ([value]) => hashed('sha512', value)),
  adler32sum: takes([text], ([value]) => String(adler32(bytesOf(value)))),
};

function hashed(algorithm: string, value: string): string {
  return createHash(algorithm).update(bytesOf(value)).digest('hex');
}

/** https://www.rfc-editor.org/rfc/rfc1950 section 8 */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return b * 65536 + a;
}

function base64(bytes: Buffer, world: FunctionWorld): string {
  world.grow(Math.ceil(bytes.length / 3) * 4);
  return bytes.toString('base64');
}

/** What is no base64 becomes Go's complaint, not an error. */
function fromBase64(value: string): string {
  const plain = value.replace(/[\r\n]/g, '');
  const wrong = wrongAt(plain, { digit: /^[A-Za-z0-9+/]$/, group: 4, ends: [2, 3] });
  if (wrong !== undefined) return `illegal base64 data at input byte ${placeIn(value, wrong)}`;
  return textOf(Buffer.from(plain, 'base64'));
}

const DIGITS32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function base32(bytes: Uint8Array, world: FunctionWorld): string {
  const length = Math.ceil(bytes.length / 5) * 8;
  world.grow(length);
  let encoded = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) encoded += DIGITS32[(held >> (bits - 5)) & 31];
    held &= 255;
  }
  if (bits > 0) encoded += DIGITS32[(held << (5 - bits)) & 31];
  return encoded.padEnd(length, '=');
}

function fromBase32(value: string): string {
  const plain = value.replace(/[\r\n]/g, '');
  const wrong = wrongAt(plain, { digit: /^[A-Z2-7]$/, group: 8, ends: [2, 4, 5, 7] });
  if (wrong !== undefined) return `illegal base32 data at input byte ${placeIn(value, wrong)}`;
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of plain.replace(/=+$/, '')) {
    held = ((held << 5) | DIGITS32.indexOf(digit)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
    }
  }
  return textOf(Uint8Array.from(bytes));
}

interface Alphabet {
  digit: RegExp;
  group: number;
  /** How many digits the last group may have before its padding. */
  ends: number[];
}

/** The place of the first character that cannot stand there; undefined where all can. */
function wrongAt(plain: string, { digit, group, ends }: Alphabet): number | undefined {
  let at = 0;
  while (at < plain.length && digit.test(plain[at] ?? '')) at++;
  const inGroup = at % group;
  if (at === plain.length) return inGroup === 0 ? undefined : at - inGroup;
  if (plain[at] !== '=' || !ends.includes(inGroup)) return at;
  const missing = group - inGroup;
  for (let pad = 1; pad < missing; pad++) {
    // Go names the place before the one that is wrong, but the end where something is missing.
    if (plain[at + pad] !== '=') return at + pad < plain.length ? at + pad - 1 : plain.length;
  }
  return at + missing < plain.length ? at + missing : undefined;
}

/** A place in a text without line ends as a place, in bytes, in the text itself. */
function placeIn(value: string, place: number): number {
  let left = place;
  for (let at = 0; at < value.length; at++) {
    const skipped = value[at] === '\r' || value[at] === '\n';
    if (!skipped && left-- === 0) return bytesOf(value.slice(0, at)).length;
  }
  return bytesOf(value).length;
}
