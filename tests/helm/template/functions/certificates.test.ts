import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TemplateValue } from '../../../../src/helm/types.ts';
import { call, callIn, failures, testWorld } from './calls.ts';

interface Pair {
  Cert: string;
  Key: string;
}

const pairOf = (name: string, ...args: TemplateValue[]): Pair => call(name, ...args) as unknown as Pair;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const MONTH = 30n;

describe('certificates are those of Go', () => {
  test('an authority signs itself and may sign others', () => {
    const ca = pairOf('genCA', 'web-ca', 365n);
    const certificate = new X509Certificate(ca.Cert);
    expect(certificate.subject).toBe('CN=web-ca');
    expect(certificate.ca).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(ca.Key))).toBe(true);
    expect(certificate.validFromDate).toEqual(new Date('2026-11-26T05:00:00Z'));
    expect(certificate.validToDate).toEqual(new Date('2027-11-26T05:00:00Z'));
    expect(ca.Key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(createPrivateKey(ca.Key).asymmetricKeyDetails?.modulusLength).toBe(2048);
  });

  test('a signed certificate names its hosts and its issuer', () => {
    const ca = call('genCA', 'web-ca', 365n);
    const signed = pairOf(
      'genSignedCert',
      'web.default.svc',
      ['10.0.0.1', '2001:db8::a:1'],
      ['web', '*.web.svc'],
      MONTH,
      ca,
    );
    const [certificate, issuer] = [new X509Certificate(signed.Cert), new X509Certificate((ca as unknown as Pair).Cert)];
    expect(certificate.issuer).toBe('CN=web-ca');
    expect(certificate.subject).toBe('CN=web.default.svc');
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.checkIssued(issuer)).toBe(true);
    expect(certificate.checkHost('web')).toBe('web');
    expect(certificate.checkHost('a.web.svc')).toBe('*.web.svc');
    expect(certificate.checkHost('other')).toBeUndefined();
    expect(certificate.checkIP('10.0.0.1')).toBe('10.0.0.1');
    expect(certificate.checkIP('2001:db8::a:1')).toBe('2001:db8::a:1');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  test('a certificate signs itself, with or without names', () => {
    const alone = new X509Certificate(pairOf('genSelfSignedCert', 'web', null, null, MONTH).Cert);
    expect(alone.subjectAltName).toBeUndefined();
    expect(alone.verify(alone.publicKey)).toBe(true);
    const named = new X509Certificate(pairOf('genSelfSignedCert', '', [], ['web.svc'], MONTH).Cert);
    expect(named.checkHost('web.svc')).toBe('web.svc');
  });

  test('a given key of any kind is used', () => {
    for (const kind of ['ecdsa', 'ed25519']) {
      const key = call('genPrivateKey', kind);
      const ca = call('genCAWithKey', 'ca', 5n, key);
      expect((ca as unknown as Pair).Key).toBe(key);
      const issuer = new X509Certificate((ca as unknown as Pair).Cert);
      expect(issuer.verify(issuer.publicKey)).toBe(true);
      const signed = new X509Certificate(pairOf('genSignedCertWithKey', 'a.svc', null, ['a.svc'], 5n, ca, key).Cert);
      expect(signed.verify(issuer.publicKey)).toBe(true);
      const self = new X509Certificate(pairOf('genSelfSignedCertWithKey', 'a.svc', ['::1'], null, 5n, key).Cert);
      expect(self.checkIP('::1')).toBe('::1');
    }
  });

  test('a name beyond plain letters, and an end after 2050, are written, too', () => {
    const key = call('genPrivateKey', 'ecdsa');
    const certificate = new X509Certificate(pairOf('genCAWithKey', '证书*', 20_000n, key).Cert);
    expect(certificate.toLegacyObject().subject.CN).toBe('证书*');
    expect(certificate.validToDate.getUTCFullYear()).toBe(2081);
  });

  test('a certificate that was given is taken as it is', () => {
    const key = call('genPrivateKey', 'ecdsa');
    const ca = call('genCAWithKey', 'ca', 5n, key) as unknown as Pair;
    expect(pairOf('buildCustomCert', base64(ca.Cert), base64(ca.Key))).toEqual(ca);
  });

  test('what is new each time is told, and counts as work', () => {
    const world = testWorld();
    callIn(world, 'genCA', 'ca', 5n);
    expect(world.told).toEqual(['genCA']);
    world.steps = 1_900_000;
    expect(() => callIn(world, 'genCA', 'ca', 5n)).toThrow('too many steps');
  });

  failures([
    ['genCA', 'ca', 'wrong number of args for genCA: want 2 got 1'],
    ['genCAWithKey', 'ca', 5n, 'no key', 'error parsing private key'],
    ['genSelfSignedCert', 'a', ['10.0.0.256'], null, 5n, 'error parsing ip: 10.0.0.256'],
    ['genSelfSignedCert', 'a', [5n], null, 5n, 'error parsing ip: 5 is not a string'],
    ['genSelfSignedCert', 'a', null, [5n], 5n, 'error processing alternate dns name: 5 is not a string'],
    ['genSelfSignedCert', 'a', null, ['é'], 5n, 'cannot be encoded as an IA5String'],
    ['genSelfSignedCert', 'a', 'web', null, 5n, 'wrong type for value; expected []interface {}; got string'],
    ['genSelfSignedCert', 'a', null, null, 9_000_000_000n, 'cannot be represented'],
    ['genSignedCert', 'a', null, null, 5n, {}, 'wrong type for value; expected sprig.certificate'],
    ['genSignedCert', 'a', null, null, 5n, { Cert: 'x', Key: 'y' }, 'unable to decode certificate'],
    ['buildCustomCert', 'ZmFpbA==', 'ZmFpbA==', 'unable to decode certificate'],
    [
      'buildCustomCert',
      base64('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'),
      '',
      'error parsing certificate',
    ],
  ]);

  test('an authority with the key of another is refused', () => {
    const [one, other] = ['ecdsa', 'ecdsa'].map((kind) => call('genCAWithKey', 'ca', 5n, call('genPrivateKey', kind)));
    const mixed = { Cert: (one as unknown as Pair).Cert, Key: (other as unknown as Pair).Key };
    const key = call('genPrivateKey', 'ed25519');
    expect(() => call('genSignedCertWithKey', 'a', null, null, 5n, mixed, key)).toThrow(
      "doesn't match parent's PublicKey",
    );
  });
});
