import type { ChartSource } from './chart.ts';
import type { Credentials } from './credentials.ts';
import type { Http } from './http.ts';
import type { ChartFacts } from './job.ts';
import { localCharts, readLocalChart } from './local.ts';
import { createRegistry } from './oci.ts';
import type { ChartThread } from './rendering.ts';
import { createRepository } from './repository.ts';
import { ChartError } from './types.ts';
import { newestOf } from './versions.ts';

/** The three kinds of places that charts come from. */
export interface Place {
  name: string;
  /** Undefined where it has none that fits. Rejects with ChartError. */
  find(chart: string, version: string | undefined, signal?: AbortSignal): Promise<ChartSource | undefined>;
  /** Absent where it cannot tell. */
  list?(signal?: AbortSignal): Promise<ChartFacts[]>;
}

export interface PlaceParts {
  http: Http;
  thread: ChartThread;
  credentials: Credentials;
  clock: () => number;
}

/** The name of the operator's folder, for people. */
export const FOLDER = 'CHARTS_DIR';

export function folderPlace(folder: string, thread: ChartThread): Place {
  const described = async () => {
    const read = await Promise.all((await localCharts(folder)).map((id) => readOne(folder, id)));
    const sources = read.flatMap(({ id, source }) => (source ? [{ id, source }] : []));
    const told = sources.length === 0 ? [] : await thread.run({ kind: 'describe', sources });
    return [
      ...told,
      ...read.flatMap(({ id, problem }) => (problem === undefined ? [] : [{ id, problem, chart: undefined }])),
    ];
  };
  return {
    name: FOLDER,
    async find(chart, version) {
      const all = await described();
      const known = all.flatMap((one) =>
        one.chart?.name === chart ? [{ id: one.id, version: one.chart.version }] : [],
      );
      const broken = all.find(
        ({ id, problem }) => problem !== undefined && (id === chart || id.startsWith(`${chart}-`)),
      );
      if (known.length === 0 && broken) throw new ChartError('CHART_INVALID', `${broken.id}: ${broken.problem}`);
      const found = chosen(known, version);
      return found && (await readLocalChart(folder, found.id));
    },
    async list() {
      return (await described()).flatMap(({ chart }) => (chart ? [chart] : []));
    },
  };
}

/** A chart that cannot be read keeps no other from being found. */
async function readOne(folder: string, id: string) {
  try {
    return { id, source: await readLocalChart(folder, id) };
  } catch (error) {
    if (error instanceof ChartError) return { id, chart: undefined, problem: error.message };
    throw error;
  }
}

function chosen<Of extends { version: string }>(known: readonly Of[], version: string | undefined): Of | undefined {
  const wanted = newestOf(
    known.map((one) => one.version),
    version,
  );
  return known.find((one) => one.version === wanted);
}

export function httpPlace(name: string, parts: PlaceParts): Place {
  const repository = createRepository({ ...parts, base: new URL(name.endsWith('/') ? name : `${name}/`) });
  return {
    name,
    async find(chart, version, signal) {
      const entries = await repository.entries(signal);
      const entry = chosen(
        entries.filter((one) => one.name === chart),
        version,
      );
      return entry && { archive: await repository.archive(entry, signal) };
    },
    async list(signal) {
      const byName = Map.groupBy(await repository.entries(signal), (entry) => entry.name);
      const newest = [...byName.values()].flatMap((own) => chosen(own, undefined) ?? []);
      return newest
        .sort((one, other) => (one.name < other.name ? -1 : 1))
        .map(({ url: _url, digest: _digest, ...facts }) => facts);
    },
  };
}

export function ociPlace(name: string, parts: PlaceParts): Place {
  const address = new URL(name.replace(/^oci:/, isLoopback(name) ? 'http:' : 'https:'));
  const registry = createRegistry({ ...parts, base: new URL('/', address) });
  const prefix = address.pathname.replace(/^\/|\/$/g, '');
  return {
    name,
    async find(chart, version, signal) {
      const path = [prefix, chart].filter(Boolean).join('/').toLowerCase();
      const found = newestOf(await registry.versions(path, signal), version);
      return found === undefined ? undefined : { archive: await registry.archive(path, found, signal) };
    },
  };
}

/** Where no TLS is wanted. */
const isLoopback = (address: string): boolean =>
  /^[a-z]+:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:\/|$)/.test(address);
