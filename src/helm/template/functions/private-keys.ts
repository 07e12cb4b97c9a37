import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { FunctionError, type FunctionWorld } from '../function.ts';

/** Steps of work that a key of 4096 bits counts as: it takes a second or more. */
const RSA_STEPS = 500_000;

/** A new private key in the form of Go. */
export function newPrivatePem(kind: string, world: FunctionWorld): string {
  if (kind === 'dsa')
    throw new FunctionError('no keys of DSA are made here: render the chart with helm, or give it the key');
  if (!['', 'rsa', 'ecdsa', 'ed25519'].includes(kind)) return `Unknown type ${kind}`;
  world.unlike('random');
  world.work(kind === 'ecdsa' || kind === 'ed25519' ? RSA_STEPS / 1000 : RSA_STEPS);
  if (kind === 'ecdsa') return privatePem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  if (kind === 'ed25519') return privatePem(generateKeyPairSync('ed25519').privateKey);
  return privatePem(generateKeyPairSync('rsa', { modulusLength: 4096 }).privateKey);
}

/** A private key in the form of Go: PKCS #1 for RSA, SEC 1 for ECDSA, PKCS #8 for all others. */
export function privatePem(key: KeyObject): string {
  const types = { rsa: 'pkcs1', ec: 'sec1' } as const;
  const type =
    key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec' ? types[key.asymmetricKeyType] : 'pkcs8';
  return key.export({ type, format: 'pem' }).toString();
}
