import { Buffer } from 'node:buffer';
import { createHash, createPublicKey, type KeyObject, sign, type X509Certificate } from 'node:crypto';
import { der, derInteger, derOid, derValues } from './der.ts';

/** What a certificate says of its holder. */
export interface CertificateTemplate {
  commonName: string;
  dnsNames: string[];
  /** Four or sixteen bytes each. */
  addresses: Uint8Array[];
  isCa: boolean;
  notBefore: Date;
  notAfter: Date;
  /** Random bytes. */
  serial: Uint8Array;
}

/** Who signs: its name as it is encoded, its key, and how it is told apart. */
export interface Issuer {
  name: Buffer;
  key: KeyObject;
  keyId?: Buffer;
}

/** A name with nothing but a common name; none where that is empty. */
export function encodedName(commonName: string): Buffer {
  if (commonName === '') return der('sequence');
  const kind = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(commonName) ? 'printable' : 'utf8';
  return der('sequence', der('set', der('sequence', derOid('2.5.4.3'), der(kind, Buffer.from(commonName)))));
}

/** The name and the key identifier of a certificate that signs others. */
export function issuerOf(certificate: X509Certificate, key: KeyObject): Issuer {
  const tbs = derValues(
    derValues(derValues(certificate.raw)[0]?.content ?? Buffer.alloc(0))[0]?.content ?? Buffer.alloc(0),
  );
  const fields = tbs.filter(({ tag }) => tag !== 0xa0);
  const name = fields[4]?.all ?? encodedName('');
  const wrapped = tbs.find(({ tag }) => tag === 0xa3);
  const extensions = wrapped ? derValues(derValues(wrapped.content)[0]?.content ?? Buffer.alloc(0)) : [];
  const id = derOid('2.5.29.14');
  const found = extensions.map(({ content }) => derValues(content)).find(([oid]) => oid?.all.equals(id));
  const keyId = found && derValues(found.at(-1)?.content ?? Buffer.alloc(0))[0]?.content;
  return { name, key, ...(keyId ? { keyId } : {}) };
}

/** A certificate of version 3 in PEM, as Go's x509.CreateCertificate makes it. https://www.rfc-editor.org/rfc/rfc5280 */
export function signedCertificate(template: CertificateTemplate, subject: KeyObject, issuer: Issuer): string {
  const { algorithm, digest } = signatureOf(issuer.key);
  const name = encodedName(template.commonName);
  const publicKey = createPublicKey(subject).export({ type: 'spki', format: 'der' });
  const tbs = der(
    'sequence',
    der(0xa0, derInteger(Buffer.of(2))),
    derInteger(template.serial),
    algorithm,
    issuer.name,
    der('sequence', encodedTime(template.notBefore), encodedTime(template.notAfter)),
    name,
    publicKey,
    der(0xa3, der('sequence', ...extensionsOf(template, { name, publicKey, issuer }))),
  );
  const signature = sign(digest, tbs, issuer.key);
  const all = der('sequence', tbs, algorithm, der('bits', Buffer.of(0), signature));
  const lines = all.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

interface Holder {
  name: Buffer;
  publicKey: Buffer;
  issuer: Issuer;
}

function extensionsOf(template: CertificateTemplate, { name, publicKey, issuer }: Holder): Buffer[] {
  const { isCa, dnsNames, addresses, commonName } = template;
  const extensions = [
    // Digital signatures and encipherment of keys; of an authority, too, the signing of certificates.
    extension('2.5.29.15', der('bits', isCa ? Buffer.of(2, 0xa4) : Buffer.of(5, 0xa0)), true),
    extension('2.5.29.37', der('sequence', derOid('1.3.6.1.5.5.7.3.1'), derOid('1.3.6.1.5.5.7.3.2'))),
    extension('2.5.29.19', der('sequence', ...(isCa ? [der('boolean', Buffer.of(0xff))] : [])), true),
  ];
  if (isCa) extensions.push(extension('2.5.29.14', der('octets', keyIdOf(publicKey))));
  if (issuer.keyId && !issuer.name.equals(name)) {
    extensions.push(extension('2.5.29.35', der('sequence', der(0x80, issuer.keyId))));
  }
  const names = [
    ...dnsNames.map((dns) => der(0x82, Buffer.from(dns))),
    ...addresses.map((address) => der(0x87, address)),
  ];
  if (names.length > 0) extensions.push(extension('2.5.29.17', der('sequence', ...names), commonName === ''));
  return extensions;
}

function extension(oid: string, value: Buffer, critical = false): Buffer {
  return der('sequence', derOid(oid), ...(critical ? [der('boolean', Buffer.of(0xff))] : []), der('octets', value));
}

/** The hash of the bits of a public key. https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.2 */
function keyIdOf(publicKey: Buffer): Buffer {
  const bits = derValues(derValues(publicKey)[0]?.content ?? Buffer.alloc(0))[1]?.content ?? Buffer.alloc(0);
  return createHash('sha1').update(bits.subarray(1)).digest();
}

function encodedTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return date.getUTCFullYear() < 2050
    ? der('utcTime', Buffer.from(`${digits.slice(2)}Z`))
    : der('generalizedTime', Buffer.from(`${digits}Z`));
}

function signatureOf(key: KeyObject): { algorithm: Buffer; digest: string | null } {
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return { algorithm: der('sequence', derOid('1.3.101.112')), digest: null };
    case 'ec': {
      const size = { secp384r1: 384, secp521r1: 512 }[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 256;
      return { algorithm: der('sequence', derOid(`1.2.840.10045.4.3.${size / 128}`)), digest: `sha${size}` };
    }
    default:
      return { algorithm: der('sequence', derOid('1.2.840.113549.1.1.11'), der('null')), digest: 'sha256' };
  }
}
