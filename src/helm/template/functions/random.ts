import { Buffer } from 'node:buffer';
import { FunctionError, type FunctionWorld } from '../function.ts';
import { count, type Definition, takes, text } from './signature.ts';

const DIGITS = '0123456789';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PRINTABLE = String.fromCharCode(...Array.from({ length: 95 }, (_, place) => 32 + place));

/** Functions of chance; each tells that it differs from rendering to rendering. */
export const random: Readonly<Record<string, Definition>> = {
  randAlphaNum: takes([count], ([length], world) => drawn(length, LETTERS + DIGITS, world)),
  randAlpha: takes([count], ([length], world) => drawn(length, LETTERS, world)),
  randNumeric: takes([count], ([length], world) => drawn(length, DIGITS, world)),
  randAscii: takes([count], ([length], world) => drawn(length, PRINTABLE, world)),
  randBytes: takes([count], ([length], world) => {
    if (length < 0) throw new FunctionError('runtime error: makeslice: len out of range');
    return Buffer.from(bytes(length, world)).toString('base64');
  }),
  randInt: takes([count, count], ([least, end], world) => {
    if (end <= least) throw new FunctionError('invalid argument to Intn');
    return BigInt(least + below(end - least, world));
  }),
  shuffle: takes([text], ([value], world) => shuffled([...value], world).join('')),
  uuidv4: takes([], (_, world) => uuid(bytes(16, world))),
};

/** Random bytes, told as unlike. */
export function bytes(length: number, world: FunctionWorld): Uint8Array {
  world.unlike('random');
  world.grow(length);
  return world.random(length);
}

/** A number from 0 to before the end, each as likely: what would favour some is drawn again. */
function below(end: number, world: FunctionWorld): number {
  const all = 2 ** 48;
  for (;;) {
    world.work(1);
    const drawnNumber = Buffer.from(bytes(6, world)).readUIntBE(0, 6);
    if (drawnNumber < all - (all % end)) return drawnNumber % end;
  }
}

function drawn(length: number, from: string, world: FunctionWorld): string {
  if (length <= 0) return '';
  world.grow(length);
  return Array.from({ length }, () => from[below(from.length, world)]).join('');
}

function shuffled(runes: string[], world: FunctionWorld): string[] {
  for (let at = runes.length - 1; at > 0; at--) {
    const other = below(at + 1, world);
    [runes[at], runes[other]] = [runes[other] ?? '', runes[at] ?? ''];
  }
  return runes;
}

/** https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4 */
function uuid(drawnBytes: Uint8Array): string {
  const value = Buffer.from(drawnBytes);
  value[6] = ((value[6] ?? 0) & 0x0f) | 0x40;
  value[8] = ((value[8] ?? 0) & 0x3f) | 0x80;
  return value.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
