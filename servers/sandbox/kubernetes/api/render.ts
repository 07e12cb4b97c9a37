import type { KubeObject, Resource } from '../objects.ts';
import { groupVersion } from '../resources.ts';
import { partial, tableOf } from '../tables/registry.ts';
import type { Call } from './reply.ts';
import { toVersion } from './versions.ts';

interface Listing {
  items: readonly KubeObject[];
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
}

/** How a caller wants to see objects: whole, as rows of a table, or their metadata only. */
export interface View {
  object(object: KubeObject): unknown;
  list(listing: Listing): unknown;
  /** For a watch: only the first table has a heading. */
  event(object: KubeObject): unknown;
}

/** Reads `Accept`: the first form that is known wins. */
export function viewFor({ headers, query, target, cluster }: Call): View {
  const form = (headers.accept ?? '')
    .split(',')
    .map((part) => /;as=(\w+);v=(v1(?:beta1)?);g=meta\.k8s\.io/.exec(part.replaceAll(' ', '')))
    .find((match) => match?.[1] === 'Table' || match?.[1]?.startsWith('PartialObjectMetadata'));
  if (form?.[1] === 'Table') {
    const apiVersion = `meta.k8s.io/${form[2]}`;
    const include = query.get('includeObject') ?? 'Metadata';
    return tableView(target.resource, { apiVersion, include, now: () => cluster.store.now() });
  }
  return form ? partialView : wholeView(target.resource);
}

function wholeView(resource: Resource): View {
  const object = (one: KubeObject) => toVersion(one, resource);
  const list = ({ items, metadata }: Listing) => ({
    kind: `${resource.kind}List`,
    apiVersion: groupVersion(resource),
    metadata,
    // As the real server does, which saves what the list says already.
    items: items.map((item) => {
      const { apiVersion: _, kind: __, ...rest } = object(item);
      return rest;
    }),
  });
  return { object, list, event: object };
}

const partialView: View = {
  object: partial,
  list: ({ items, metadata }) => ({
    kind: 'PartialObjectMetadataList',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    items: items.map(partial),
  }),
  event: partial,
};

function tableView(resource: Resource, form: { apiVersion: string; include: string; now: () => number }): View {
  let headed = true;
  const table = (items: readonly KubeObject[], head: boolean) => {
    const shown = items.map((item) => (form.include === 'Object' ? toVersion(item, resource) : item));
    return tableOf(shown, { ...form, plural: resource.plural, now: form.now(), headed: head });
  };
  return {
    object: (one) => ({ ...table([one], true), metadata: { resourceVersion: one.metadata.resourceVersion } }),
    list: ({ items, metadata }) => ({ ...table(items, true), metadata }),
    event: (one) => {
      const event = table([one], headed);
      headed = false;
      return event;
    },
  };
}
