import type { JsonObject } from '../tools/types.ts';
import { at, isMap } from './json.ts';
import { ChartError, type Rendered } from './types.ts';
import { readYaml } from './yaml.ts';

/** What templates wrote, as objects of Kubernetes. */

/** As Helm tells documents apart. https://github.com/helm/helm/blob/main/pkg/releaseutil/manifest.go */
const BETWEEN = /(?:^|\s*\n)---\s*/;
const HOOK = 'helm.sh/hook';
const MOST_OBJECTS = 300;

/** The objects of one template, and those that Helm would run as hooks apart. Throws ChartError naming the template. */
export function readDocuments(text: string, template: string): Pick<Rendered, 'objects' | 'hooks'> {
  const objects: JsonObject[] = [];
  const hooks: Rendered['hooks'] = [];
  for (const piece of text.trim().split(BETWEEN)) {
    if (piece.trim() === '') continue;
    for (const object of objectsIn(readYaml(piece, template), template)) {
      const hook = hookOf(object);
      if (hook) hooks.push(hook);
      else objects.push(object);
    }
  }
  if (objects.length > MOST_OBJECTS)
    throw new ChartError('CHART_TOO_LARGE', `${template} makes more than ${MOST_OBJECTS} objects`);
  return { objects, hooks };
}

/** Comments alone are no object; of a List its items count. */
function objectsIn(made: unknown, template: string): JsonObject[] {
  if (made === null || made === undefined || (isMap(made) && Object.keys(made).length === 0)) return [];
  if (!isMap(made) || typeof made.kind !== 'string' || typeof made.apiVersion !== 'string')
    throw new ChartError('CHART_INVALID', `${template} makes something that is no object of Kubernetes`);
  if (!made.kind.endsWith('List') || !Array.isArray(made.items)) return [made];
  return made.items.flatMap((item) => objectsIn(item, template));
}

/** https://helm.sh/docs/topics/charts_hooks/ */
function hookOf({ kind, metadata }: JsonObject): Rendered['hooks'][number] | undefined {
  if (!isMap(metadata)) return undefined;
  const annotations = at(metadata, 'annotations');
  const when = isMap(annotations) ? at(annotations, HOOK) : undefined;
  if (when === undefined || when === null || when === '') return undefined;
  return { kind: String(kind), name: String(metadata.name ?? ''), when: String(when) };
}
