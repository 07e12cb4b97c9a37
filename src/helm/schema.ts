import { type OutputUnit, type Schema, type SchemaDraft, Validator } from '@cfworker/json-schema';
import type { JsonObject } from '../tools/types.ts';
import { at, isMap } from './json.ts';
import { type Chart, ChartError } from './types.ts';

/** Values against values.schema.json. https://helm.sh/docs/topics/charts/#schema-files */

const MOST_TOLD = 5;
/** They only say that something below them is wrong. */
const OUTER = new Set([
  'properties',
  'patternProperties',
  'items',
  'prefixItems',
  '$ref',
  'allOf',
  'anyOf',
  'oneOf',
  'if',
  'then',
  'else',
  'additionalItems',
  'contains',
  'not',
  'dependencies',
  'dependentSchemas',
]);
/** Their words speak of the schema and of names alone. */
const SPEAKING = new Set(['type', 'required', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum']);

/** Checks the values of a chart and of all below it. Throws ChartError naming paths and rules, never values. `unlike` is told what could not be checked. */
export function checkValues(chart: Chart, values: JsonObject, unlike: (what: string) => void): void {
  const { name } = chart.metadata;
  if (chart.schema) {
    const errors = errorsOf(chart.schema, values);
    if (errors === undefined) unlike(`the schema of ${name}, which refers to other places`);
    else if (errors.length > 0)
      throw new ChartError('VALUES_INVALID', `The values do not fit the schema of the chart ${name}: ${told(errors)}`);
  }
  for (const child of chart.dependencies) {
    const own = at(values, child.metadata.name);
    if (isMap(own)) checkValues(child, own, unlike);
  }
}

function errorsOf(schema: JsonObject, values: JsonObject): OutputUnit[] | undefined {
  try {
    return new Validator(schema as Schema, draftOf(schema), false).validate(values).errors;
  } catch {
    return undefined;
  }
}

function draftOf({ $schema }: JsonObject): SchemaDraft {
  if (typeof $schema !== 'string') return '7';
  if ($schema.includes('draft-04')) return '4';
  if ($schema.includes('2019-09')) return '2019-09';
  return $schema.includes('2020-12') ? '2020-12' : '7';
}

function told(errors: OutputUnit[]): string {
  const inner = errors.filter(({ keyword }) => !OUTER.has(keyword));
  const lines = (inner.length > 0 ? inner : errors).map(({ instanceLocation, keyword, error }) => {
    const path = instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
    return `${path === '' ? 'the whole' : path}: ${SPEAKING.has(keyword) ? error : keyword}`;
  });
  const once = [...new Set(lines)];
  const more = once.length > MOST_TOLD ? `; and ${once.length - MOST_TOLD} more` : '';
  return `${once.slice(0, MOST_TOLD).join('; ')}${more}`;
}
