import { describe, expect, test } from 'vitest';
import { certificateFacts } from '../../../servers/ack/kube/certificates.ts';
import { presentable } from '../../../servers/ack/kube/objects.ts';
import { selfSigned } from '../../../servers/sandbox/kubernetes/certificate.ts';

const from = Date.parse('2026-01-01T00:00:00Z');
const to = Date.parse('2026-12-01T00:00:00Z');
const { certificate, key } = selfSigned('shop.example.com', { from, to });
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('what is said of a certificate in a Secret', () => {
  test('how long it is valid, and nothing of its key', () => {
    const data = { 'tls.crt': base64(certificate), 'tls.key': base64(key) };
    const shown = presentable({ kind: 'Secret', metadata: { name: 'shop-tls' }, data });
    expect(shown.certificates).toEqual({
      'tls.crt': { notBefore: '2026-01-01T00:00:00.000Z', notAfter: '2026-12-01T00:00:00.000Z' },
    });
    expect(JSON.stringify(shown)).not.toContain(base64(key).slice(0, 40));
    expect(JSON.stringify(shown)).not.toContain(base64(certificate).slice(0, 40));
  });

  test('of a chain the first one counts', () => {
    const { certificate: issuer } = selfSigned('issuer', { from, to: to + 1e11 });
    expect(certificateFacts({ 'tls.crt': base64(certificate + issuer) })).toMatchObject({
      'tls.crt': { notAfter: '2026-12-01T00:00:00.000Z' },
    });
  });

  test('what is no certificate is passed over', () => {
    const data = { 'tls.crt': base64('hello'), 'ca.crt': '', password: base64(certificate), 'x.crt': 7 };
    expect(certificateFacts(data)).toEqual({});
    expect(presentable({ kind: 'Secret', metadata: { name: 'db' }, data })).not.toHaveProperty('certificates');
  });
});
