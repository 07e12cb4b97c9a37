import type { Shape } from '../../../servers/ack/kube/survey/survey.ts';
import type { Severity } from '../../../src/health/types.ts';
import type { Place } from './place.ts';
import type { Item, Sight } from './signal.ts';
import type { Group, View } from './view.ts';

/** What is wrong with pods of a shape; undefined: nothing. */
type Flaw = { seen: string; severity: Severity } | undefined;

interface Look {
  /** Which pods are looked at; left out: all. */
  among?(group: Group, place: Place): boolean;
  flawOf(shape: Shape, place: Place): Flaw;
}

/** Looks at the pods that have not ended by what their templates say, one item a workload. */
export function podSight(view: View, { among = () => true, flawOf }: Look): Sight {
  const items = new Map<number, Item>();
  const sight: Sight = { items: [], relevant: 0, bad: 0, total: 0 };
  for (const group of view.groups) {
    const [shape, place] = [view.survey.shapes[group.shape], view.placeOf(group.workload)];
    if (!shape || !among(group, place)) continue;
    const weight = group.pods * place.weight;
    sight.total += group.pods;
    sight.relevant += weight;
    const flaw = flawOf(shape, place);
    if (!flaw) continue;
    sight.bad += group.pods;
    items.set(
      group.workload,
      joined(items.get(group.workload), { ...flaw, weight, object: view.refOf(group.workload), prod: place.prod }),
    );
  }
  return { ...sight, items: [...items.values()] };
}

/** A workload whose pods are of several shapes is one item; what is seen is said of the same shape in any order. */
function joined(known: Item | undefined, item: Item): Item {
  if (!known) return item;
  const first = known.seen <= item.seen ? known : item;
  return { ...first, weight: known.weight + item.weight };
}

/** Containers with the words that a test has for them: `app (latest), sidecar`. */
export function containersWhere(shape: Shape, test: (container: Shape['containers'][number]) => boolean): string {
  return shape.containers
    .filter(test)
    .map(({ name }) => name)
    .join(', ');
}

/** The system's own namespaces are left out: what runs there must reach the node. */
export const notSystem = (_: Group, place: Place) => place.importance !== 'system';
