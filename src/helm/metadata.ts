import { valid } from 'semver';
import { z } from 'zod';
import type { JsonObject } from '../tools/types.ts';
import { isMap, plain } from './json.ts';
import { type ChartDependency, ChartError, type ChartMetadata } from './types.ts';
import { readYaml } from './yaml.ts';

/** Chart.yaml, of both versions. https://helm.sh/docs/topics/charts/#the-chartyaml-file */

/** Where Helm wants text, numbers and booleans are taken as they print. */
const text = z.union([z.string(), z.number().transform(String), z.boolean().transform(String)]);
const maybe = text.nullish().transform((value) => value ?? undefined);

const dependency = z.looseObject({
  name: text,
  version: maybe,
  repository: maybe,
  condition: maybe,
  tags: z.array(text).nullish(),
  alias: maybe,
  'import-values': z.array(z.union([z.string(), z.object({ child: z.string(), parent: z.string() })])).nullish(),
});
const dependencies = z
  .array(dependency)
  .nullish()
  .transform((list) => list ?? []);

const chartFile = z.looseObject({
  apiVersion: text.default('v1'),
  name: text,
  version: text,
  appVersion: maybe,
  description: maybe,
  type: maybe,
  deprecated: z
    .boolean()
    .nullish()
    .transform((value) => value === true),
  kubeVersion: maybe,
  dependencies,
});

/** The metadata of a chart; `requirements` is what charts of version 1 have their dependencies in. Throws ChartError. */
export function readMetadata(chartYaml: string, requirements: string | undefined): ChartMetadata {
  const all = readYaml(chartYaml, 'Chart.yaml');
  const parsed = chartFile.safeParse(all);
  if (!isMap(all) || !parsed.success) {
    const fields = parsed.success ? '' : parsed.error.issues.map(({ path }) => path.join('.') || 'all').join(', ');
    throw invalid(`Chart.yaml: ${fields} missing or of another form`);
  }
  const { apiVersion, name, version, appVersion, description, type, deprecated, kubeVersion } = parsed.data;
  if (apiVersion !== 'v1' && apiVersion !== 'v2') throw invalid('Chart.yaml: apiVersion is neither v1 nor v2');
  if (!/^[a-zA-Z0-9][\w.-]{0,249}$/.test(name)) throw invalid('Chart.yaml: name is no name of a chart');
  if (valid(version) === null) throw invalid('Chart.yaml: version is no semantic version');
  if (type !== undefined && !['', 'application', 'library'].includes(type))
    throw invalid('Chart.yaml: type is neither application nor library');
  const listed = parsed.data.dependencies.length > 0 ? parsed.data.dependencies : required(requirements);
  return {
    apiVersion,
    name,
    version,
    ...(appVersion !== undefined && { appVersion }),
    ...(description !== undefined && { description }),
    type: type === 'library' ? 'library' : 'application',
    deprecated,
    ...(kubeVersion !== undefined && { kubeVersion }),
    dependencies: listed.map((one) => withoutNothing(plain(one) as JsonObject)),
    all,
  };
}

function required(requirements: string | undefined) {
  if (requirements === undefined) return [];
  const parsed = z.looseObject({ dependencies }).safeParse(readYaml(requirements, 'requirements.yaml'));
  if (!parsed.success) throw invalid('requirements.yaml: a dependency is of another form');
  return parsed.data.dependencies;
}

const withoutNothing = (one: JsonObject) =>
  Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null)) as unknown as ChartDependency;

const invalid = (message: string) => new ChartError('CHART_INVALID', message);
