import { createHash } from 'node:crypto';
import { MOST_PACKED_BYTES } from './archive.ts';
import { textOf } from './chart.ts';
import type { Credentials } from './credentials.ts';
import type { Http } from './http.ts';
import type { IndexEntry } from './index-file.ts';
import type { ChartThread } from './rendering.ts';
import { ChartError } from './types.ts';

/** A repository over HTTP: an index, and archives. https://helm.sh/docs/topics/chart_repository/ */
export interface Repository {
  entries(signal?: AbortSignal): Promise<IndexEntry[]>;
  archive(entry: IndexEntry, signal?: AbortSignal): Promise<Uint8Array>;
}

interface Parts {
  base: URL;
  http: Http;
  thread: ChartThread;
  credentials: Credentials;
  clock: () => number;
}

const MOST_INDEX_BYTES = 15 * 2 ** 20;
const FRESH_MS = 5 * 60_000;

/** Its index is read anew when it is older than five minutes. */
export function createRepository({ base, http, thread, credentials, clock }: Parts): Repository {
  let known: { at: number; entries: IndexEntry[] } | undefined;
  const authorizationOf = ({ host }: URL) => {
    const basic = credentials(host);
    return basic === undefined ? undefined : `Basic ${basic}`;
  };

  return {
    async entries(signal) {
      if (known && clock() - known.at < FRESH_MS) return known.entries;
      const url = new URL('index.yaml', base);
      const { status, body } = await http.get({
        url,
        authorization: authorizationOf(url),
        mostBytes: MOST_INDEX_BYTES,
        signal,
      });
      if (status !== 200) throw wrongStatus(url, status);
      const entries = await thread.run({ kind: 'index', text: textOf(body) });
      known = { at: clock(), entries };
      return entries;
    },
    async archive({ url: where, digest, name }, signal) {
      const url = URL.parse(where, base.href);
      if (!url || (url.protocol !== 'https:' && url.origin !== base.origin))
        throw new ChartError('CHART_REFUSED', `The index of ${base.host} leads to no https address for ${name}`);
      // Credentials are the repository's own: an archive that lies elsewhere is asked for without.
      const authorization = url.origin === base.origin ? authorizationOf(url) : undefined;
      const { status, body } = await http.get({ url, authorization, mostBytes: MOST_PACKED_BYTES, signal });
      if (status !== 200) throw wrongStatus(url, status);
      if (digest !== undefined && createHash('sha256').update(body).digest('hex') !== digest)
        throw new ChartError(
          'CHART_REFUSED',
          `${name} from ${base.host} is not what its index says: the digests differ`,
        );
      return new Uint8Array(body);
    },
  };
}

function wrongStatus(url: URL, status: number): ChartError {
  if (status === 404) return new ChartError('CHART_NOT_FOUND', `${url.host} has no ${url.pathname}`);
  const next =
    status === 401 || status === 403 ? ': an administrator sets its credentials in CHART_REGISTRY_CONFIG' : '';
  return new ChartError('CHART_UNREACHABLE', `${url.host} answered ${status}${next}`);
}
