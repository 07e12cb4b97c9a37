import { Buffer } from 'node:buffer';
import { createHmac, scryptSync } from 'node:crypto';
import type { FunctionWorld } from '../function.ts';
import { bytesOf } from './bytes.ts';

/** Master Password, version 3 for ASCII. https://spectre.app/spectre-algorithm.pdf */
const SCOPE = 'com.lyndir.masterpassword';

const TEMPLATES: Readonly<Record<string, string>> = {
  maximum: 'anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno',
  long: `CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv
    CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv
    CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno`,
  medium: 'CvcnoCvc CvcCvcno',
  short: 'Cvcn',
  basic: 'aaanaaan aannaaan aaannaaa',
  pin: 'nnnn',
};

const CHARACTERS: Readonly<Record<string, string>> = {
  V: 'AEIOU',
  C: 'BCDFGHJKLMNPQRSTVWXYZ',
  v: 'aeiou',
  c: 'bcdfghjklmnpqrstvwxyz',
  A: 'AEIOUBCDFGHJKLMNPQRSTVWXYZ',
  a: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz',
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()',
};

/** Steps of work that one password counts as: deriving it takes tenths of a second, or more. */
const STEPS = 500_000;

interface Derivation {
  counter: number;
  kind: string;
  password: string;
  user: string;
  site: string;
}

/** The same password for the same person, site and counter. */
export function derivePassword({ counter, kind, password, user, site }: Derivation, world: FunctionWorld): string {
  if (!Object.hasOwn(TEMPLATES, kind)) return `cannot find password template ${kind}`;
  world.work(STEPS);
  const salt = Buffer.concat([Buffer.from(SCOPE), sized(user)]);
  const key = scryptSync(bytesOf(password), salt, 64, { N: 32768, r: 8, p: 2, maxmem: 64 * 1024 * 1024 });
  const seed = createHmac('sha256', key)
    .update(Buffer.concat([Buffer.from(SCOPE), sized(site), wholeNumber(counter)]))
    .digest();
  const templates = (TEMPLATES[kind] ?? '').split(/\s+/);
  const template = templates[(seed[0] ?? 0) % templates.length] ?? '';
  return [...template].map((letter, place) => pick(CHARACTERS[letter] ?? '', seed[place + 1] ?? 0)).join('');
}

function pick(characters: string, by: number): string {
  return characters[by % characters.length] ?? '';
}

function sized(value: string): Buffer {
  const bytes = bytesOf(value);
  return Buffer.concat([wholeNumber(bytes.length), bytes]);
}

function wholeNumber(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}
