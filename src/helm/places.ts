import type { ChartSource } from './chart.ts';
import type { Credentials } from './credentials.ts';
import type { Http } from './http.ts';
import type { Answers, ChartFacts } from './job.ts';
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
const AT_ONCE = 10;

export function folderPlace(folder: string, thread: ChartThread): Place {
  return {
    name: FOLDER,
    async find(chart, version) {
      const ids = await localCharts(folder);
      // Archives and folders are mostly named after their chart; only where none is, all have to be read.
      const likely = ids.filter((id) => id === chart || id.startsWith(`${chart}-`));
      const near = await described(likely, folder, thread);
      const named = (all: Described[]) =>
        all.flatMap((one) => (one.chart?.name === chart ? [{ id: one.id, version: one.chart.version }] : []));
      const known = named(near);
      const broken = near.find(({ problem }) => problem !== undefined);
      if (known.length === 0 && broken) throw new ChartError('CHART_INVALID', `${broken.id}: ${broken.problem}`);
      const others = known.length > 0 ? [] : ids.filter((id) => !likely.includes(id));
      const found = chosen([...known, ...named(await described(others, folder, thread))], version);
      return found && (await readLocalChart(folder, found.id));
    },
    async list() {
      const all = await described(await localCharts(folder), folder, thread);
      return all.flatMap(({ chart }) => (chart ? [chart] : []));
    },
  };
}

type Described = Answers['describe'][number];

/** A few at a time: together they may be larger than memory. */
async function described(ids: readonly string[], folder: string, thread: ChartThread): Promise<Described[]> {
  const all: Described[] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const read = await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => readOne(folder, id)));
    const sources = read.flatMap(({ id, source }) => (source ? [{ id, source }] : []));
    const told = sources.length === 0 ? [] : await thread.run({ kind: 'describe', sources });
    all.push(...told, ...read.flatMap(({ id, problem }) => (problem === undefined ? [] : [{ id, problem }])));
  }
  return all;
}

/** A chart that cannot be read keeps no other from being found. */
async function readOne(folder: string, id: string) {
  try {
    return { id, source: await readLocalChart(folder, id) };
  } catch (error) {
    if (error instanceof ChartError) return { id, problem: error.message };
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
