import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import type { TemplateValue } from '../../types.ts';
import { ArgumentError, FunctionError, type FunctionWorld } from '../function.ts';
import { printValue } from '../printf.ts';
import { quoteText } from '../text-formats.ts';
import { isList, isMap, newMap, ownValue, type TemplateMap, typeOf } from '../values.ts';
import { isAscii } from './bytes.ts';
import { privatePem } from './private-keys.ts';
import { put } from './put.ts';
import { any, count, type Definition, type Parameter, takes, text } from './signature.ts';
import { type CertificateTemplate, encodedName, type Issuer, issuerOf, signedCertificate } from './x509.ts';

/** Steps of work that a key of 2048 bits counts as. */
const KEY_STEPS = 150_000;
const DAY_MS = 86_400_000;

/** An authority as these functions answer it. */
const authority: Parameter<TemplateMap> = {
  type: 'sprig.certificate',
  read: (value) =>
    isMap(value) && typeof ownValue(value, 'Cert') === 'string' && typeof ownValue(value, 'Key') === 'string'
      ? value
      : undefined,
};

/** Certificates and their keys, new each time, which is told. https://masterminds.github.io/sprig/crypto.html */
export const certificates: Readonly<Record<string, Definition>> = {
  genCA: takes([text, count], ([commonName, days], world) =>
    made({ commonName, days, isCa: true, told: 'genCA' }, () => newKey(world), world),
  ),
  genCAWithKey: takes([text, count, text], ([commonName, days, key], world) =>
    made({ commonName, days, isCa: true, told: 'genCAWithKey' }, () => parsedKey(key), world),
  ),
  genSelfSignedCert: takes([text, any, any, count], ([commonName, ips, dns, days], world) =>
    made({ commonName, ips, dns, days, told: 'genSelfSignedCert' }, () => newKey(world), world),
  ),
  genSelfSignedCertWithKey: takes([text, any, any, count, text], ([commonName, ips, dns, days, key], world) =>
    made({ commonName, ips, dns, days, told: 'genSelfSignedCertWithKey' }, () => parsedKey(key), world),
  ),
  genSignedCert: takes([text, any, any, count, authority], ([commonName, ips, dns, days, ca], world) =>
    made({ commonName, ips, dns, days, ca, told: 'genSignedCert' }, () => newKey(world), world),
  ),
  genSignedCertWithKey: takes(
    [text, any, any, count, authority, text],
    ([commonName, ips, dns, days, ca, key], world) =>
      made({ commonName, ips, dns, days, ca, told: 'genSignedCertWithKey' }, () => parsedKey(key), world),
  ),
  buildCustomCert: takes([text, text], ([certificate, key]) => customCertificate(certificate, key)),
};

interface Request {
  commonName: string;
  ips?: TemplateValue;
  dns?: TemplateValue;
  days: number;
  ca?: TemplateMap;
  isCa?: boolean;
  told: string;
}

function made(
  { commonName, ips, dns, days, ca, isCa = false, told }: Request,
  keyOf: () => KeyObject,
  world: FunctionWorld,
): TemplateMap {
  world.unlike(told);
  const notBefore = world.now();
  const notAfter = new Date(notBefore.getTime() + days * DAY_MS);
  if (Number.isNaN(notAfter.getTime()) || Math.abs(notAfter.getUTCFullYear()) > 9999) {
    throw new FunctionError('error creating certificate: the time of its end cannot be represented');
  }
  const template: CertificateTemplate = {
    commonName,
    addresses: itemsOf(ips).map(addressOf),
    dnsNames: itemsOf(dns).map(dnsOf),
    isCa,
    notBefore,
    notAfter,
    serial: world.random(16),
  };
  const signer = ca && authorityOf(ca);
  const key = keyOf();
  const issuer: Issuer = signer ?? { name: encodedName(commonName), key };
  return pair(signedCertificate(template, key, issuer), privatePem(key));
}

function pair(certificate: string, key: string): TemplateMap {
  return put(put(newMap(), 'Cert', certificate), 'Key', key);
}

function newKey(world: FunctionWorld): KeyObject {
  world.work(KEY_STEPS);
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

function itemsOf(value: TemplateValue): TemplateValue[] {
  if (value === null || value === undefined) return [];
  if (isList(value)) return value;
  throw new ArgumentError(`wrong type for value; expected []interface {}; got ${typeOf(value)}`);
}

function dnsOf(name: TemplateValue): string {
  if (typeof name !== 'string') {
    throw new FunctionError(`error processing alternate dns name: ${printValue(name)} is not a string`);
  }
  if (isAscii(name)) return name;
  throw new FunctionError(`error creating certificate: x509: ${quoteText(name)} cannot be encoded as an IA5String`);
}

function addressOf(ip: TemplateValue): Uint8Array {
  if (typeof ip !== 'string') throw new FunctionError(`error parsing ip: ${printValue(ip)} is not a string`);
  if (isIPv4(ip)) return Uint8Array.from(ip.split('.').map(Number));
  if (!isIPv6(ip) || ip.includes('%')) throw new FunctionError(`error parsing ip: ${ip}`);
  // The last two groups may be written as in version 4.
  const groups = ip.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => `${hex(a)}${hex(b)}:${hex(c)}${hex(d)}`);
  const [before = '', after] = groups.split('::');
  const [head, tail] = [before, after ?? ''].map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - (head?.length ?? 0) - (tail?.length ?? 0) }, () => '0');
  return Buffer.from(
    [...(head ?? []), ...zeros, ...(tail ?? [])].map((group) => group.padStart(4, '0')).join(''),
    'hex',
  );
}

function hex(decimal: string): string {
  return Number(decimal).toString(16).padStart(2, '0');
}

function authorityOf(ca: TemplateMap): Issuer {
  const certificate = parsedCertificate(String(ownValue(ca, 'Cert')), 'unable to decode certificate');
  const key = parsedKey(String(ownValue(ca, 'Key')));
  if (!certificate.checkPrivateKey(key)) {
    throw new FunctionError("error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey");
  }
  return issuerOf(certificate, key);
}

/** A certificate and its key as they were given, if they are that. */
function customCertificate(certificate: string, key: string): TemplateMap {
  const cert = Buffer.from(certificate, 'base64').toString('utf8');
  const secret = Buffer.from(key, 'base64').toString('utf8');
  parsedCertificate(cert, 'unable to decode certificate');
  parsedKey(secret);
  return pair(cert, secret);
}

function parsedCertificate(pem: string, complaint: string): X509Certificate {
  if (!pem.includes('-----BEGIN ')) throw new FunctionError(complaint);
  return attempted(() => new X509Certificate(pem), 'error parsing certificate');
}

function parsedKey(pem: string): KeyObject {
  return attempted(() => createPrivateKey(pem), 'error parsing private key');
}

/** What the library says stays out: it might quote a key. */
function attempted<T>(parse: () => T, complaint: string): T {
  try {
    return parse();
  } catch {
    throw new FunctionError(complaint);
  }
}
