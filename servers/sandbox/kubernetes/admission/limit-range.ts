import { each, fill, type Open, open } from '../defaults/fill.ts';
import { forbidden } from '../errors.ts';
import { recordAt, recordsAt, textAt } from '../fields.ts';
import type { KubeObject, Resource } from '../objects.ts';
import { parseQuantity } from '../quantity.ts';
import type { ObjectStore } from '../store.ts';

/** Gives the containers of a pod the amounts that a LimitRange of its namespace has for those who ask for none. */
export function applyLimitRanges(store: ObjectStore, pod: Open, namespace: string): void {
  const items = containerItems(store, namespace);
  const spec = open(pod, 'spec');
  for (const container of [...each(spec, 'initContainers'), ...each(spec, 'containers')]) {
    for (const item of items) {
      const resources = open(container, 'resources');
      if (Object.keys(recordAt(item, 'default')).length > 0) fill(open(resources, 'limits'), recordAt(item, 'default'));
      if (Object.keys(recordAt(item, 'defaultRequest')).length > 0) {
        fill(open(resources, 'requests'), recordAt(item, 'defaultRequest'));
      }
    }
  }
}

const containerItems = (store: ObjectStore, namespace: string) =>
  store
    .list('limitranges', namespace)
    .flatMap((range) => recordsAt(range, 'spec', 'limits'))
    .filter((item) => item.type === 'Container');

/** Refuses a pod that is outside the limits of its namespace. https://kubernetes.io/docs/concepts/policy/limit-range/ */
export function checkLimitRanges(store: ObjectStore, resource: Resource, pod: KubeObject): void {
  const items = containerItems(store, pod.metadata.namespace ?? '');
  const problems = recordsAt(pod, 'spec', 'containers').flatMap((container) =>
    items.flatMap((item) => outside(item, container)),
  );
  if (problems.length === 0) return;
  throw forbidden(
    resource,
    pod.metadata.name,
    problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`,
  );
}

function outside(item: Record<string, unknown>, container: Record<string, unknown>): string[] {
  const amount = (kind: string, name: string) => textAt(container, 'resources', kind, name);
  const over = Object.entries(recordAt(item, 'max')).flatMap(([name, max]) => {
    const limit = amount('limits', name);
    if (limit === undefined) return [`maximum ${name} usage per Container is ${max}.  No limit is specified`];
    return (parseQuantity(limit) ?? 0) > (parseQuantity(max) ?? 0)
      ? [`maximum ${name} usage per Container is ${max}, but limit is ${limit}`]
      : [];
  });
  const under = Object.entries(recordAt(item, 'min')).flatMap(([name, min]) => {
    const request = amount('requests', name);
    if (request === undefined) return [`minimum ${name} usage per Container is ${min}.  No request is specified`];
    return (parseQuantity(request) ?? 0) < (parseQuantity(min) ?? 0)
      ? [`minimum ${name} usage per Container is ${min}, but request is ${request}`]
      : [];
  });
  return [...under, ...over];
}
