import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MOST_PACKED_BYTES } from './archive.ts';
import type { Credentials } from './credentials.ts';
import type { Ask, Http, Told } from './http.ts';
import { ChartError } from './types.ts';

/** Charts in registries. https://helm.sh/docs/topics/registries/ https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
export interface Registry {
  /** The versions of a chart; empty where there is none of that name. */
  versions(path: string, signal?: AbortSignal): Promise<string[]>;
  archive(path: string, version: string, signal?: AbortSignal): Promise<Uint8Array>;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.cncf.helm.config.v1+json';
const CONTENT = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';
const MOST_PAGES = 20;
const MOST_JSON = 4 * 2 ** 20;

const digest = z.string().regex(/^sha256:[a-f0-9]{64}$/);
const blob = z.object({ mediaType: z.string(), digest, size: z.number() });
const manifest = z.object({ config: blob, layers: z.array(blob) });
const tagList = z.object({ tags: z.array(z.string()).nullable() });
const token = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** `base` is the registry's root, such as `https://registry.example.com/`. */
export function createRegistry({
  base,
  http,
  credentials,
}: {
  base: URL;
  http: Http;
  credentials: Credentials;
}): Registry {
  /** Asks, and once more with what the registry says it wants. https://distribution.github.io/distribution/spec/auth/token/ */
  async function ask(
    path: string,
    asking: Omit<Ask, 'url' | 'authorization'>,
    known?: string,
  ): Promise<{ told: Told; authorization?: string }> {
    const url = new URL(path, base);
    const first = await http.get({ ...asking, url, authorization: known });
    if (first.status !== 401 || known !== undefined)
      return { told: first, ...(known !== undefined && { authorization: known }) };
    const authorization = await authorizationFor(String(first.headers['www-authenticate'] ?? ''), asking.signal);
    if (authorization === undefined) return { told: first };
    return { told: await http.get({ ...asking, url, authorization }), authorization };
  }

  async function authorizationFor(challenge: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const own = credentials(base.host);
    if (/^basic\b/i.test(challenge)) return own === undefined ? undefined : `Basic ${own}`;
    if (!/^bearer\b/i.test(challenge)) return undefined;
    const said = new Map(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key.toLowerCase(), value]),
    );
    const realm = URL.parse(said.get('realm') ?? '');
    if (!realm || (realm.protocol !== 'https:' && realm.host !== base.host))
      throw new ChartError('CHART_REFUSED', `${base.host} wants its tokens fetched where they would not be safe`);
    for (const key of ['service', 'scope']) {
      const value = said.get(key);
      if (value !== undefined) realm.searchParams.set(key, value);
    }
    const basic = credentials(realm.host) ?? (isSameHouse(realm.host, base.host) ? own : undefined);
    const { status, body } = await http.get({
      url: realm,
      authorization: basic === undefined ? undefined : `Basic ${basic}`,
      mostBytes: MOST_JSON,
      signal,
    });
    const parsed = status === 200 ? token.safeParse(jsonOf(body)) : undefined;
    const got = parsed?.success ? (parsed.data.token ?? parsed.data.access_token) : undefined;
    return got === undefined ? undefined : `Bearer ${got}`;
  }

  return {
    async versions(path, signal) {
      const tags: string[] = [];
      let next: string | undefined = `/v2/${path}/tags/list?n=1000`;
      let authorization: string | undefined;
      for (let page = 0; next !== undefined && page < MOST_PAGES; page += 1) {
        const answer = await ask(next, { mostBytes: MOST_JSON, signal }, authorization);
        authorization = answer.authorization;
        const { status, body, headers } = answer.told;
        if (status === 404) return tags.map(versionOf);
        if (status !== 200) throw wrongStatus(base, path, status);
        const parsed = tagList.safeParse(jsonOf(body));
        if (!parsed.success) throw unknown(base, path);
        tags.push(...(parsed.data.tags ?? []));
        next = nextPage(String(headers.link ?? ''));
      }
      return tags.map(versionOf);
    },

    async archive(path, version, signal) {
      const headers = { accept: MANIFEST };
      const answer = await ask(`/v2/${path}/manifests/${tagOf(version)}`, { headers, mostBytes: MOST_JSON, signal });
      const { status, body, headers: said } = answer.told;
      if (status !== 200) throw wrongStatus(base, `${path}:${version}`, status);
      const stated = said['docker-content-digest'];
      if (typeof stated === 'string' && stated.startsWith('sha256:')) requireDigest(body, stated, path);
      const parsed = manifest.safeParse(jsonOf(body));
      if (!parsed.success) throw unknown(base, path);
      const { config, layers } = parsed.data;
      const layer = layers.find(({ mediaType }) => mediaType === CONTENT);
      if (config.mediaType !== CONFIG || !layer)
        throw new ChartError('CHART_INVALID', `${base.host}/${path}:${version} is no chart of Helm`);
      if (layer.size > MOST_PACKED_BYTES)
        throw new ChartError('CHART_TOO_LARGE', `The chart ${path} has more than ${MOST_PACKED_BYTES} bytes`);
      const { told } = await ask(
        `/v2/${path}/blobs/${layer.digest}`,
        { mostBytes: MOST_PACKED_BYTES, signal },
        answer.authorization,
      );
      if (told.status !== 200) throw wrongStatus(base, path, told.status);
      requireDigest(told.body, layer.digest, path);
      return new Uint8Array(told.body);
    },
  };
}

/** Tags may not hold a plus. https://helm.sh/docs/topics/registries/#oci-feature-deprecation-and-behavior-changes-with-v380 */
const tagOf = (version: string) => encodeURIComponent(version.replaceAll('+', '_'));
const versionOf = (tag: string) => tag.replaceAll('_', '+');

/**
 * A registry's tokens often come from another host of the same house, such as `auth.docker.io` for `registry-1.docker.io`. Only
 * such a host is told the registry's credentials; any other is asked without.
 */
function isSameHouse(realm: string, registry: string): boolean {
  if (realm === registry) return true;
  const [, ...above] = registry.split('.');
  const house = above.join('.');
  return above.length >= 2 && !house.includes(':') && (realm === house || realm.endsWith(`.${house}`));
}

function requireDigest(body: Uint8Array, stated: string, path: string): void {
  if (`sha256:${createHash('sha256').update(body).digest('hex')}` === stated) return;
  throw new ChartError('CHART_REFUSED', `${path} is not what the registry says that it is: the digests differ`);
}

/** Pages go on at the same registry only. */
function nextPage(link: string): string | undefined {
  const [, path] = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(link) ?? [];
  return path?.startsWith('/v2/') ? path : undefined;
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

const unknown = (base: URL, path: string) =>
  new ChartError('CHART_UNREACHABLE', `${base.host} answered something else for ${path}`);

function wrongStatus(base: URL, path: string, status: number): ChartError {
  if (status === 404) return new ChartError('CHART_NOT_FOUND', `${base.host} has no ${path}`);
  const next =
    status === 401 || status === 403 ? ': an administrator sets its credentials in CHART_REGISTRY_CONFIG' : '';
  return new ChartError('CHART_UNREACHABLE', `${base.host} answered ${status} for ${path}${next}`);
}
