import type { JsonObject } from '../tools/types.ts';
import { at, copied, isMap } from './json.ts';
import { type Chart, ChartError } from './types.ts';

/** Values laid over values as Helm does. https://helm.sh/docs/chart_template_guide/values_files/ */

const GLOBAL = 'global';

/**
 * How nulls count: `coalesce` takes a null as the wish to go without the default; `merge` keeps it, so that it can still say so further down.
 */
type Way = 'coalesce' | 'merge';

/** The values of a chart and of all below it: what is given lies over the chart's own, a parent's over its children's. */
export function valuesFor(chart: Chart, given: JsonObject, way: Way = 'coalesce'): JsonObject {
  return withDefaults(chart, copied(given), way);
}

function withDefaults(chart: Chart, over: JsonObject, way: Way): JsonObject {
  const children = new Set(chart.dependencies.map(({ metadata }) => metadata.name));
  for (const [key, value] of Object.entries(copied(chart.values))) {
    const present = at(over, key);
    if (present === undefined) over[key] = value;
    else if (present === null && way === 'coalesce') delete over[key];
    // A null for a child has to reach the child's own defaults.
    else if (isMap(present) && isMap(value)) layered(present, value, children.has(key) ? 'merge' : way);
  }
  for (const child of chart.dependencies) {
    const { name } = child.metadata;
    const own = at(over, name) ?? {};
    if (!isMap(own))
      throw new ChartError('VALUES_INVALID', `The value ${name} belongs to the chart ${name} and has to be a map`);
    shareGlobals(own, over);
    over[name] = withDefaults(child, own, way);
  }
  return over;
}

/** `over` with what it lacks of `under`. Lists and single values are replaced as a whole. */
export function layered(over: JsonObject, under: JsonObject, way: Way): JsonObject {
  for (const [key, value] of Object.entries(under)) {
    const present = at(over, key);
    if (present === undefined) over[key] = value;
    else if (present === null && way === 'coalesce') delete over[key];
    else if (isMap(present) && isMap(value)) layered(present, value, way);
  }
  return over;
}

/** What is global to the parent is so to the child, and wins there. https://helm.sh/docs/chart_template_guide/subcharts_and_globals/ */
function shareGlobals(child: JsonObject, parent: JsonObject): void {
  const own = at(child, GLOBAL) ?? {};
  const shared = at(parent, GLOBAL) ?? {};
  if (!isMap(own) || !isMap(shared)) return;
  for (const [key, value] of Object.entries(copied(shared))) {
    const present = at(own, key);
    // A null has to reach the child's own defaults, which are laid below afterwards.
    if (isMap(value) && isMap(present)) own[key] = layered(value, present, 'merge');
    else if (isMap(value) ? present === undefined : !isMap(present)) own[key] = value;
  }
  child[GLOBAL] = own;
}
