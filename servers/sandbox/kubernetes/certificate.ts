import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A self-signed certificate for a host name, valid for a time: a minimal X.509 v3 of RFC 5280. */
export function selfSigned(
  host: string,
  { from, to }: { from: number; to: number },
): { certificate: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const body = toBeSigned(host, { from, to, publicKey });
  const signature = sign('sha256', body, privateKey);
  const der = sequence(body, ECDSA_SHA256, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** One DER element: tag, length, value. */
function tlv(tag: number, value: Buffer): Buffer {
  const size = value.length;
  const long = size > 0xff ? [0x82, size >> 8, size & 0xff] : [0x81, size];
  return Buffer.concat([Buffer.from([tag, ...(size < 0x80 ? [size] : long)]), value]);
}

const sequence = (...parts: Buffer[]): Buffer => tlv(0x30, Buffer.concat(parts));
const objectId = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
/** 1.2.840.10045.4.3.2 */
const ECDSA_SHA256 = sequence(objectId('2a8648ce3d040302'));
/** 2.5.4.3 */
const COMMON_NAME = objectId('550403');
/** 2.5.29.17 */
const SUBJECT_ALT_NAME = objectId('551d11');

function toBeSigned(host: string, { from, to, publicKey }: { from: number; to: number; publicKey: KeyObject }): Buffer {
  const name = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(host)))));
  const names = sequence(tlv(0x82, Buffer.from(host)));
  const extensions = tlv(0xa3, sequence(sequence(SUBJECT_ALT_NAME, tlv(0x04, names))));
  const serial = tlv(0x02, Buffer.from([1, ...Buffer.from(String(from % 65_536)).subarray(0, 4)]));
  return sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    serial,
    ECDSA_SHA256,
    name,
    sequence(moment(from), moment(to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  );
}

/** GeneralizedTime. */
const moment = (ms: number): Buffer => {
  const text = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return tlv(0x18, Buffer.from(text));
};
