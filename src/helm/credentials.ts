import { z } from 'zod';
import { ChartError } from './types.ts';

/** Credentials of registries, in the file that `helm registry login` and `docker login` write. https://distribution.github.io/distribution/spec/auth/ */

const entry = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
});
const file = z.looseObject({ auths: z.record(z.string(), entry).default({}) });

/** The Basic credentials of a host with its port, as the header has them; undefined where the file has none. */
export type Credentials = (host: string) => string | undefined;

/** Throws ChartError where the text is no such file. Stores of credentials are programs, and are not run. */
export function readCredentials(text: string): Credentials {
  const parsed = parse(text);
  const known = new Map(
    Object.entries(parsed.auths).flatMap(([place, { auth, username, password }]) => {
      const basic =
        auth || (username && password ? Buffer.from(`${username}:${password}`).toString('base64') : undefined);
      return basic === undefined ? [] : [[hostOf(place), basic] as const];
    }),
  );
  return (host) => known.get(host === 'registry-1.docker.io' ? 'index.docker.io' : host.toLowerCase());
}

function parse(text: string) {
  try {
    return file.parse(JSON.parse(text));
  } catch {
    // The reason would repeat what is in it.
    throw new ChartError('CHART_UNREACHABLE', 'CHART_REGISTRY_CONFIG is no file of credentials: see docs/operating.md');
  }
}

/** Keys are hosts, or addresses as Docker writes its own. */
const hostOf = (place: string) => (place.replace(/^https?:\/\//, '').split('/')[0] ?? '').toLowerCase();
