import { X509Certificate } from 'node:crypto';

/** What a certificate says of itself to anybody who connects. Times are ISO 8601. */
export type CertificateFacts = {
  notBefore: string;
  notAfter: string;
};

const LONGEST = 256 * 1024;

/** The validity of the certificates in a Secret's data, by key: of a chain its first. Certificates are public; keys and all else are left alone. */
export function certificateFacts(data: Record<string, unknown>): Record<string, CertificateFacts> {
  const found: Record<string, CertificateFacts> = {};
  for (const [key, value] of Object.entries(data)) {
    if (typeof value !== 'string' || value.length > LONGEST || !key.endsWith('.crt')) continue;
    const facts = factsOf(Buffer.from(value, 'base64'));
    if (facts) found[key] = facts;
  }
  return found;
}

function factsOf(pem: Buffer): CertificateFacts | undefined {
  try {
    const { validFrom, validTo } = new X509Certificate(pem);
    return { notBefore: new Date(validFrom).toISOString(), notAfter: new Date(validTo).toISOString() };
  } catch {
    // Not a certificate: that is for others to find.
    return undefined;
  }
}
