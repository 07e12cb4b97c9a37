import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { FunctionError, type FunctionWorld } from '../function.ts';
import { newMap, type TemplateMap } from '../values.ts';
import { bytesOf, textOf } from './bytes.ts';
import { derivePassword } from './derived-password.ts';
import { put } from './put.ts';
import { bytes } from './random.ts';
import { any, count, type Definition, takes, takesAlso, text } from './signature.ts';

/** Steps of work that a key of RSA counts as: it takes a second or more. */
const RSA_STEPS = 500_000;

/** Functions of cryptography. https://masterminds.github.io/sprig/crypto.html */
export const crypto: Readonly<Record<string, Definition>> = {
  encryptAES: takes([text, text], ([password, plain], world) => encrypt(password, plain, world)),
  decryptAES: takes([text, text], ([password, encrypted]) => decrypt(password, encrypted)),
  derivePassword: takes([count, text, text, text, text], ([counter, kind, password, user, site], world) =>
    derivePassword({ counter, kind, password, user, site }, world),
  ),
  genPrivateKey: takes([text], ([kind], world) => privateKey(kind, world)),
  buildCustomCert: takes([text, text], ([certificate, key]) => customCertificate(certificate, key)),
  htpasswd: takes([text, text], ([user]) => {
    if (user.includes(':')) return `invalid username: ${user}`;
    throw elsewhere('htpasswd');
  }),
  bcrypt: takes([text], () => {
    throw elsewhere('bcrypt');
  }),
  ...Object.fromEntries(
    [
      'genCA',
      'genCAWithKey',
      'genSelfSignedCert',
      'genSelfSignedCertWithKey',
      'genSignedCert',
      'genSignedCertWithKey',
    ].map((name) => [
      name,
      takesAlso([[], any], () => {
        throw elsewhere(name);
      }),
    ]),
  ),
};

function elsewhere(name: string): FunctionError {
  return new FunctionError(
    `${name} is not done here: give the chart by its values what it would make (most charts take an existing Secret), or render it with helm`,
  );
}

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

/** In the forms Go writes: PKCS #1 for RSA, SEC 1 for ECDSA, PKCS #8 for Ed25519. */
function privateKey(kind: string, world: FunctionWorld): string {
  if (!['', 'rsa', 'ecdsa', 'ed25519', 'dsa'].includes(kind)) return `Unknown type ${kind}`;
  if (kind === 'dsa') throw elsewhere('genPrivateKey "dsa"');
  world.unlike('random');
  world.work(kind === 'ecdsa' || kind === 'ed25519' ? RSA_STEPS / 1000 : RSA_STEPS);
  if (kind === 'ecdsa') {
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    return key.export({ type: 'sec1', format: 'pem' }).toString();
  }
  if (kind === 'ed25519')
    return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 4096 });
  return key.export({ type: 'pkcs1', format: 'pem' }).toString();
}

/** A certificate and its key as they were given, if they are that. */
function customCertificate(certificate: string, key: string): TemplateMap {
  const cert = Buffer.from(certificate, 'base64').toString('utf8');
  const secret = Buffer.from(key, 'base64').toString('utf8');
  if (!cert.includes('-----BEGIN ')) throw new FunctionError('unable to decode certificate');
  parsed(() => new X509Certificate(cert), 'error parsing certificate');
  parsed(() => createPrivateKey(secret), 'error parsing private key');
  return put(put(newMap(), 'Cert', cert), 'Key', secret);
}

/** What the library says stays out: it might quote a key. */
function parsed(parse: () => unknown, complaint: string): void {
  try {
    parse();
  } catch {
    throw new FunctionError(complaint);
  }
}
