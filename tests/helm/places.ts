import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A repository and a registry of charts as real servers, which write down what they are asked. */

export interface Asked {
  path: string;
  authorization: string | undefined;
}

type Answer = { status?: number; headers?: Record<string, string>; body?: string | Uint8Array };

export async function serve(answer: (path: string, request: IncomingMessage) => Answer) {
  const asked: Asked[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const path = request.url ?? '';
    asked.push({ path, authorization: request.headers.authorization });
    const { status = 200, headers = {}, body = '' } = answer(path, request);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const hexOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

interface RegistryOptions {
  charts: Record<string, Uint8Array>;
  /** What a blob is answered with, instead of itself. */
  blob?: (digest: string, bytes: Uint8Array) => Answer;
  realm?: () => string;
  basic?: string;
  contentType?: string;
}

/** As the distribution specification says, with tokens where there is a realm. */
export function registryAnswer({
  charts,
  blob,
  realm,
  basic,
  contentType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
}: RegistryOptions) {
  const manifests = Object.fromEntries(
    Object.entries(charts).map(([tag, bytes]) => [
      tag,
      JSON.stringify({
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: `sha256:${hexOf('{}')}`, size: 2 },
        layers: [{ mediaType: contentType, digest: `sha256:${hexOf(bytes)}`, size: bytes.length }],
      }),
    ]),
  );
  return (path: string, { headers }: IncomingMessage): Answer => {
    const url = new URL(path, 'http://x');
    if (url.pathname === '/token')
      return headers.authorization === undefined || headers.authorization === basic
        ? {
            body: JSON.stringify({
              token: `for-${url.searchParams.get('scope')}-${headers.authorization ? 'known' : 'anyone'}`,
            }),
          }
        : { status: 401 };
    if (realm && !headers.authorization?.startsWith('Bearer for-'))
      return {
        status: 401,
        headers: { 'www-authenticate': `Bearer realm="${realm()}",service="reg",scope="repository:charts/web:pull"` },
      };
    if (!url.pathname.startsWith('/v2/charts/web/')) return { status: 404, body: '{}' };
    const what = url.pathname.slice('/v2/charts/web/'.length);
    if (what === 'tags/list') return tags(Object.keys(charts), url);
    const manifest = manifests[what.replace('manifests/', '')];
    if (what.startsWith('manifests/'))
      return manifest
        ? { body: manifest, headers: { 'docker-content-digest': `sha256:${hexOf(manifest)}` } }
        : { status: 404 };
    const digest = what.replace('blobs/', '');
    const bytes = Object.values(charts).find((one) => `sha256:${hexOf(one)}` === digest);
    if (!bytes) return { status: 404 };
    return blob?.(digest, bytes) ?? { body: bytes };
  };
}

/** One tag a page. */
function tags(all: string[], url: URL): Answer {
  const at = Number(url.searchParams.get('last') ?? 0);
  const next = at + 1 < all.length ? { link: `</v2/charts/web/tags/list?last=${at + 1}>; rel="next"` } : undefined;
  return { body: JSON.stringify({ name: 'charts/web', tags: all.slice(at, at + 1) }), ...(next && { headers: next }) };
}
