import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { FunctionError, type FunctionWorld } from '../function.ts';
import { bcrypt } from './bcrypt.ts';
import { bytesOf, textOf } from './bytes.ts';
import { derivePassword } from './derived-password.ts';
import { newPrivatePem } from './private-keys.ts';
import { bytes } from './random.ts';
import { count, type Definition, takes, text } from './signature.ts';

/** Functions of cryptography. https://masterminds.github.io/sprig/crypto.html */
export const crypto: Readonly<Record<string, Definition>> = {
  encryptAES: takes([text, text], ([password, plain], world) => encrypt(password, plain, world)),
  decryptAES: takes([text, text], ([password, encrypted]) => decrypt(password, encrypted)),
  derivePassword: takes([count, text, text, text, text], ([counter, kind, password, user, site], world) =>
    derivePassword({ counter, kind, password, user, site }, world),
  ),
  genPrivateKey: takes([text], ([kind], world) => newPrivatePem(kind, world)),
  bcrypt: takes([text], ([password], world) => bcrypt(password, world)),
  htpasswd: takes([text, text], ([user, password], world) =>
    user.includes(':') ? `invalid username: ${user}` : `${user}:${bcrypt(password, world)}`,
  ),
};

const BLOCK = 16;

function keyOf(password: string): Buffer {
  return Buffer.concat([bytesOf(password), Buffer.alloc(32)]).subarray(0, 32);
}

function encrypt(password: string, plain: string, world: FunctionWorld): string {
  if (plain === '') return '';
  world.grow(plain.length * 2 + BLOCK);
  const vector = bytes(BLOCK, world);
  const cipher = createCipheriv('aes-256-cbc', keyOf(password), vector);
  return Buffer.concat([vector, cipher.update(bytesOf(plain)), cipher.final()]).toString('base64');
}

function decrypt(password: string, encrypted: string): string {
  if (encrypted === '') return '';
  const data = Buffer.from(encrypted, 'base64');
  if (data.length < 2 * BLOCK || data.length % BLOCK !== 0)
    throw new FunctionError('crypto/cipher: input not full blocks');
  const decipher = createDecipheriv('aes-256-cbc', keyOf(password), data.subarray(0, BLOCK)).setAutoPadding(false);
  const plain = Buffer.concat([decipher.update(data.subarray(BLOCK)), decipher.final()]);
  const padding = plain.at(-1) ?? 0;
  if (padding > plain.length)
    throw new FunctionError(`runtime error: slice bounds out of range [:${plain.length - padding}]`);
  return textOf(plain.subarray(0, plain.length - padding));
}
