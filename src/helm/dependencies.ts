import type { JsonObject } from '../tools/types.ts';
import { at, atPath, copied, isMap } from './json.ts';
import type { Chart, ChartDependency } from './types.ts';
import { layered, valuesFor } from './values.ts';
import { isWithin } from './versions.ts';

/** Which of the charts in a chart take part, under which names, and what they hand up. https://helm.sh/docs/topics/charts/#chart-dependencies */

/** The chart with those dependencies only that its conditions and tags leave, and with the values that they export. */
export function resolved(chart: Chart, given: JsonObject): Chart {
  return withImports(withEnabled(chart, given, ''));
}

function withEnabled(chart: Chart, given: JsonObject, path: string): Chart {
  const { dependencies: wanted } = chart.metadata;
  if (wanted.length === 0) return chart;
  const undeclared = chart.dependencies.filter((one) => !wanted.some((dependency) => isMeant(one, dependency)));
  const declared = wanted.flatMap((dependency) => {
    const found = chart.dependencies.find((one) => isMeant(one, dependency));
    return found ? [renamed(found, dependency)] : [];
  });
  const named = wanted.map((dependency) => ({ ...dependency, name: dependency.alias ?? dependency.name }));
  const all: Chart = { ...chart, dependencies: [...undeclared, ...declared] };
  const values = valuesFor(all, given);
  const enabled = named.filter((dependency) => isEnabled(dependency, values, path));
  const off = new Set(named.filter((one) => !enabled.includes(one)).map(({ name }) => name));
  return {
    ...all,
    metadata: { ...chart.metadata, dependencies: enabled.filter(({ name }) => !off.has(name)) },
    dependencies: all.dependencies
      .filter(({ metadata }) => !off.has(metadata.name))
      .map((child) => withEnabled(child, values, `${path}${child.metadata.name}.`)),
  };
}

const isMeant = ({ metadata }: Chart, { name, version }: ChartDependency) =>
  metadata.name === name && (version === undefined || version === '' || isWithin(metadata.version, version));

const renamed = (chart: Chart, { alias }: ChartDependency): Chart =>
  alias ? { ...chart, metadata: { ...chart.metadata, name: alias } } : chart;

/** The first condition that is a boolean decides, else the tags, else it takes part. */
function isEnabled({ condition = '', tags = [] }: ChartDependency, values: JsonObject, path: string): boolean {
  for (const one of condition.trim().split(',')) {
    const found = one === '' ? undefined : atPath(values, `${path}${one}`);
    if (typeof found === 'boolean') return found;
  }
  const known = at(values, 'tags');
  const said = tags.map((tag) => (isMap(known) ? at(known, tag) : undefined));
  return said.includes(true) || !said.includes(false);
}

/** Values of children that their parent takes over lie below its own. https://helm.sh/docs/topics/charts/#importing-child-values-via-dependencies */
function withImports(chart: Chart): Chart {
  const dependencies = chart.dependencies.map(withImports);
  const within = { ...chart, dependencies };
  if (chart.metadata.dependencies.length === 0) return within;
  const values = valuesFor(within, {}, 'merge');
  const taken: JsonObject = {};
  for (const dependency of chart.metadata.dependencies)
    for (const { child, parent } of importsOf(dependency)) {
      const table = atPath(values, `${dependency.name}.${child}`);
      if (isMap(table)) layered(taken, below(parent, copied(table)), 'merge');
    }
  return { ...within, values: layered(values, taken, 'merge') };
}

const importsOf = ({ 'import-values': imports = [] }: ChartDependency) =>
  imports.map((one) => (typeof one === 'string' ? { child: `exports.${one}`, parent: '.' } : one));

const below = (path: string, table: JsonObject): JsonObject =>
  path === '.' ? table : path.split('.').reduceRight<JsonObject>((inner, part) => ({ [part]: inner }), table);
