import { Buffer } from 'node:buffer';
import type { FunctionWorld } from '../function.ts';
import { bytesOf } from './bytes.ts';
import { bytes } from './random.ts';

/** Rounds are 2 to this: what Go takes by default. */
const COST = 10;
/** Steps of work that one hash counts as: it takes tenths of a second. */
const STEPS = 50_000;
const ALPHABET = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A password hashed as Go's bcrypt does, with a salt by chance. https://www.usenix.org/legacy/events/usenix99/provos/provos.pdf */
export function bcrypt(password: string, world: FunctionWorld): string {
  const key = bytesOf(password);
  if (key.length > 72) {
    return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  }
  world.work(STEPS);
  return bcryptWith({ key, salt: Buffer.from(bytes(16, world)), cost: COST });
}

interface Hashing {
  key: Buffer;
  salt: Buffer;
  cost: number;
}

/** The hash for a salt of 16 bytes, in the form `$2a$10$…`. */
export function bcryptWith({ key, salt, cost }: Hashing): string {
  const ended = Buffer.concat([key, Buffer.of(0)]);
  const cipher = freshCipher();
  expand(cipher, ended, salt);
  const nothing = Buffer.alloc(16);
  for (let round = 0; round < 2 ** cost; round++) {
    expand(cipher, ended, nothing);
    expand(cipher, salt, nothing);
  }
  const text = Buffer.from('OrpheanBeholderScryDoubt');
  const block = new Uint32Array(2);
  for (let at = 0; at < text.length; at += 8) {
    block.set([text.readUInt32BE(at), text.readUInt32BE(at + 4)]);
    for (let round = 0; round < 64; round++) encipher(cipher, block);
    text.writeUInt32BE(block[0] ?? 0, at);
    text.writeUInt32BE(block[1] ?? 0, at + 4);
  }
  return `$2a$${String(cost).padStart(2, '0')}$${encoded(salt)}${encoded(text.subarray(0, 23))}`;
}

/** Base64 in an order of its own and without padding. */
function encoded(data: Buffer): string {
  const usual = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return data
    .toString('base64')
    .replace(/[^=]/g, (digit) => ALPHABET[usual.indexOf(digit)] ?? '')
    .replaceAll('=', '');
}

/** Blowfish: 18 subkeys and four boxes of 256. https://www.schneier.com/academic/blowfish/ */
interface Cipher {
  keys: Uint32Array;
  boxes: Uint32Array;
}

const KEYS = 18;
const BOXES = 1024;
let initial: Uint32Array | undefined;

function freshCipher(): Cipher {
  initial ??= digitsOfPi(KEYS + BOXES);
  return { keys: initial.slice(0, KEYS), boxes: initial.slice(KEYS) };
}

/** Words of the fraction of pi, by Machin: 16 arctan 1/5 - 4 arctan 1/239. */
function digitsOfPi(words: number): Uint32Array {
  const guard = 64n;
  const one = 1n << (BigInt(words) * 32n + guard);
  const fraction = (16n * arctan(5n, one) - 4n * arctan(239n, one) - 3n * one) >> guard;
  const hex = fraction.toString(16).padStart(words * 8, '0');
  return Uint32Array.from({ length: words }, (_, place) => Number.parseInt(hex.slice(place * 8, place * 8 + 8), 16));
}

function arctan(inverse: bigint, one: bigint): bigint {
  let power = one / inverse;
  let sum = power;
  for (let n = 3n; power !== 0n; n += 2n) {
    power /= -(inverse * inverse);
    sum += power / n;
  }
  return sum;
}

function encipher({ keys, boxes }: Cipher, block: Uint32Array): void {
  let left = block[0] ?? 0;
  let right = block[1] ?? 0;
  for (let round = 0; round < 16; round += 2) {
    left ^= keys[round] as number;
    right ^= mixed(boxes, left) ^ (keys[round + 1] as number);
    left ^= mixed(boxes, right);
  }
  block[0] = right ^ (keys[17] as number);
  block[1] = left ^ (keys[16] as number);
}

function mixed(boxes: Uint32Array, half: number): number {
  const first = (boxes[half >>> 24] as number) + (boxes[256 + ((half >>> 16) & 255)] as number);
  return (first ^ (boxes[512 + ((half >>> 8) & 255)] as number)) + (boxes[768 + (half & 255)] as number);
}

/** Works a key and a salt into the subkeys and the boxes. */
function expand(cipher: Cipher, key: Buffer, salt: Buffer): void {
  const { keys, boxes } = cipher;
  for (let at = 0; at < KEYS; at++) keys[at] = (keys[at] ?? 0) ^ wordAt(key, at * 4);
  const block = new Uint32Array(2);
  let place = 0;
  for (const part of [keys, boxes]) {
    for (let at = 0; at < part.length; at += 2, place += 8) {
      block[0] = (block[0] as number) ^ salt.readUInt32BE(place % 16);
      block[1] = (block[1] as number) ^ salt.readUInt32BE((place + 4) % 16);
      encipher(cipher, block);
      part.set(block, at);
    }
  }
}

/** Four bytes from a place on, around the end. */
function wordAt(bytes_: Buffer, place: number): number {
  let word = 0;
  for (let at = place; at < place + 4; at++) word = (word << 8) | (bytes_[at % bytes_.length] ?? 0);
  return word;
}
