import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { type CloudError, notFound, refusal } from './errors.ts';

/** The one account of the sandbox: what a client must sign with. */
export const SANDBOX_ACCESS_KEY_ID = 'sandbox-access-key';
export const SANDBOX_ACCESS_KEY_SECRET = 'sandbox-access-secret';

const ALGORITHM = 'ACS3-HMAC-SHA256';

/** The parts of an HTTP request that a signature covers. */
export interface SignedRequest {
  method: string;
  /** As sent, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

/**
 * Checks the V3 signature of a request, or throws what the gateway answers.
 * https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
 */
export function checkSignature(request: SignedRequest): void {
  const authorization = header(request, 'authorization');
  const match = /^(\S+) Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)$/.exec(authorization);
  const [, algorithm, accessKeyId, signedHeaders = '', signature = ''] = match ?? [];
  if (!match || algorithm !== ALGORITHM) {
    throw refusal('IncompleteSignature', `The request must carry an ${ALGORITHM} Authorization header.`);
  }
  if (accessKeyId !== SANDBOX_ACCESS_KEY_ID) {
    throw notFound('InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
  }
  const payloadHash = sha256(request.body);
  const names = signedHeaders.split(';');
  if (header(request, 'x-acs-content-sha256') !== payloadHash || !coversRequired(request, names)) throw mismatch('');
  const canonical = canonicalRequest(request, names, payloadHash);
  const expected = createHmac('sha256', SANDBOX_ACCESS_KEY_SECRET)
    .update(`${ALGORITHM}\n${sha256(canonical)}`)
    .digest('hex');
  if (!sameText(expected, signature)) throw mismatch(canonical);
}

/** Host, content-type and every x-acs header that is sent must be signed. */
function coversRequired(request: SignedRequest, names: string[]): boolean {
  const sent = Object.keys(request.headers).filter((name) => name === 'host' || name.startsWith('x-acs-'));
  return sent.every((name) => names.includes(name));
}

function canonicalRequest(request: SignedRequest, names: string[], payloadHash: string): string {
  const query = [...request.query].map(([key, value]) => [encode(key), encode(value)] as const);
  query.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return [
    request.method,
    request.path,
    query.map(([key, value]) => `${key}=${value}`).join('&'),
    ...names.map((name) => `${name}:${header(request, name).trim()}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
}

const header = (request: SignedRequest, name: string): string => String(request.headers[name] ?? '');

const sha256 = (data: Buffer | string): string => createHash('sha256').update(data).digest('hex');

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

const mismatch = (canonical: string): CloudError =>
  refusal(
    'SignatureDoesNotMatch',
    `Specified signature is not matched with our calculation. server string to sign is:${ALGORITHM}\n${sha256(canonical)}`,
  );
