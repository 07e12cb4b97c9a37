import type { JsonObject } from '../tools/types.ts';
import { type Budget, newBudget, unpackChart } from './archive.ts';
import { isMap, plain } from './json.ts';
import { readMetadata } from './metadata.ts';
import { type Chart, ChartError, type ChartText } from './types.ts';
import { readYaml } from './yaml.ts';

/** A chart from its files, with the charts it brings. https://helm.sh/docs/topics/charts/ */

const DEEPEST = 8;

/** A chart as it arrives: packed, or the files of its folder by path. */
export type ChartSource = { archive: Uint8Array } | { files: ReadonlyMap<string, Uint8Array> };

/** Throws ChartError. */
export async function readChart(source: ChartSource): Promise<Chart> {
  const budget = newBudget();
  const files = 'archive' in source ? await unpackChart(source.archive, budget) : source.files;
  return fromFiles(files, budget, 0);
}

async function fromFiles(files: ReadonlyMap<string, Uint8Array>, budget: Budget, depth: number): Promise<Chart> {
  budget.charts -= 1;
  if (depth > DEEPEST || budget.charts < 0)
    throw new ChartError('CHART_TOO_LARGE', 'The chart brings too many charts, or charts in charts too deep');
  const chartYaml = files.get('Chart.yaml');
  if (!chartYaml) throw new ChartError('CHART_INVALID', 'There is no Chart.yaml in it');
  const requirements = files.get('requirements.yaml');
  const metadata = readMetadata(textOf(chartYaml), requirements && textOf(requirements));
  const schema = schemaOf(files.get('values.schema.json'));
  return {
    metadata,
    values: valuesOf(files.get('values.yaml')),
    ...(schema && { schema }),
    templates: textsBelow(files, 'templates/'),
    crds: textsBelow(files, 'crds/').filter(({ name }) => /\.(?:ya?ml|json)$/.test(name)),
    files: new Map([...files].filter(([path]) => isOther(path))),
    dependencies: await dependenciesOf(files, budget, depth),
  };
}

/** A byte order mark is none of the text. */
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const READ = new Set([
  'Chart.yaml',
  'Chart.lock',
  'values.yaml',
  'values.schema.json',
  'requirements.yaml',
  'requirements.lock',
]);
const isOther = (path: string) => !READ.has(path) && !/^(?:templates|charts)\//.test(path);

const textsBelow = (files: ReadonlyMap<string, Uint8Array>, folder: string): ChartText[] =>
  [...files]
    .filter(([path]) => path.startsWith(folder))
    .map(([name, bytes]) => ({ name, text: textOf(bytes) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));

function valuesOf(bytes: Uint8Array | undefined): JsonObject {
  if (!bytes) return {};
  const values = readYaml(textOf(bytes), 'values.yaml');
  if (values === null) return {};
  if (!isMap(values)) throw new ChartError('CHART_INVALID', 'values.yaml is no map');
  return values;
}

function schemaOf(bytes: Uint8Array | undefined): JsonObject | undefined {
  if (!bytes) return undefined;
  try {
    const schema = plain(JSON.parse(textOf(bytes)));
    return isMap(schema) ? schema : undefined;
  } catch (error) {
    throw new ChartError('CHART_INVALID', 'values.schema.json is no JSON', { cause: error });
  }
}

/** Charts below charts/: folders, and archives. Names that begin with a dot or an underscore are none. */
async function dependenciesOf(files: ReadonlyMap<string, Uint8Array>, budget: Budget, depth: number): Promise<Chart[]> {
  const folders = new Map<string, Map<string, Uint8Array>>();
  const archives: [string, Uint8Array][] = [];
  for (const [path, bytes] of files) {
    const [, name, rest] = /^charts\/([^._/][^/]*)(?:\/(.+))?$/.exec(path) ?? [];
    if (name === undefined) continue;
    if (rest !== undefined) folders.set(name, (folders.get(name) ?? new Map()).set(rest, bytes));
    else if (name.endsWith('.tgz')) archives.push([name, bytes]);
  }
  const found: [string, Chart][] = [];
  for (const [name, inside] of folders) found.push([name, await fromFiles(inside, budget, depth + 1)]);
  for (const [name, bytes] of archives)
    found.push([name, await fromFiles(await unpackChart(bytes, budget), budget, depth + 1)]);
  return found.sort(([one], [other]) => (one < other ? -1 : 1)).map(([, chart]) => chart);
}
