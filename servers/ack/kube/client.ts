import { z } from 'zod';
import { refusal } from '../errors.ts';
import { isFailure } from './failure.ts';
import { type KubeObject, listSchema, objectSchema } from './objects.ts';
import { pathOf, type Resource, resourceOf } from './resources.ts';
import type { KubeWire } from './wire.ts';

/** Names one object, or a collection where `name` is left out. */
export interface Reference {
  apiVersion?: string | undefined;
  kind: string;
  namespace?: string | undefined;
  name?: string | undefined;
}

export interface Selection extends Omit<Reference, 'name'> {
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
}

/** A page as it came, not yet presentable. */
export interface Page {
  resource: Resource;
  items: Record<string, unknown>[];
  continue?: string;
  remaining?: number;
  resourceVersion: string;
  serverTime: string;
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#single-resource-api */
export async function getObject(
  wire: KubeWire,
  reference: Reference & { name: string },
  signal: AbortSignal,
): Promise<{ object: KubeObject; resource: Resource; serverTime: string }> {
  const resource = await resourceOf(wire, reference, signal);
  const { body, serverTime } = await wire.send({ path: pathOf(resource, reference), signal });
  return { object: objectSchema.parse(body), resource, serverTime };
}

/** One page of a list. https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks */
export async function listPage(
  wire: KubeWire,
  { labelSelector, fieldSelector, ...reference }: Selection,
  { limit, token, signal }: { limit: number; token?: string | undefined; signal: AbortSignal },
): Promise<Page> {
  const resource = await resourceOf(wire, reference, signal);
  const query = { limit, continue: token, labelSelector, fieldSelector };
  const path = pathOf(resource, { namespace: reference.namespace });
  const { body, serverTime } = await wire.send({ path, query, signal, timeoutMs: 60_000 });
  const { metadata, items } = listSchema.parse(body);
  return {
    resource,
    items: items ?? [],
    resourceVersion: metadata.resourceVersion,
    serverTime,
    ...(metadata.continue && { continue: metadata.continue }),
    ...(metadata.remainingItemCount !== undefined && { remaining: metadata.remainingItemCount }),
  };
}

/** Everything that is selected, up to `most` objects; `complete` says whether that was all. */
export async function listSome(
  wire: KubeWire,
  selection: Selection,
  { most, signal }: { most: number; signal: AbortSignal },
): Promise<{ items: Record<string, unknown>[]; complete: boolean; serverTime: string }> {
  const items: Record<string, unknown>[] = [];
  let token: string | undefined;
  let serverTime: string;
  do {
    const page = await listPage(wire, selection, { limit: 500, token, signal });
    items.push(...page.items);
    token = page.continue;
    serverTime = page.serverTime;
  } while (token !== undefined && items.length < most);
  return { items: items.slice(0, most), complete: token === undefined && items.length <= most, serverTime };
}

const named = z.array(z.object({ name: z.string() }));
const podContainers = z.object({
  spec: z.object({ containers: named, initContainers: named.nullish().transform((list) => list ?? []) }),
});

/** The name of a container to read: the one asked for, the pod's default one, or its first. */
export function containerOf(pod: KubeObject, wanted: string | undefined): string {
  const { spec } = podContainers.parse(pod);
  const names = [...spec.containers, ...spec.initContainers].map(({ name }) => name);
  if (wanted !== undefined) {
    if (names.includes(wanted)) return wanted;
    throw refusal('NOT_FOUND', `The pod ${pod.metadata.name} has no container ${wanted}; it has ${names.join(', ')}`);
  }
  return pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'] ?? names[0] ?? '';
}

const mostOwners = 5;

/** The chain of controllers above an object, nearest first; ends at one that is gone. */
export async function ownersOf(wire: KubeWire, object: KubeObject, signal: AbortSignal): Promise<KubeObject[]> {
  const owners: KubeObject[] = [];
  let current = object;
  while (owners.length < mostOwners) {
    const references = current.metadata.ownerReferences ?? [];
    const owner = references.find(({ controller }) => controller) ?? references[0];
    if (!owner) break;
    const { apiVersion, kind, name } = owner;
    const reference = { apiVersion, kind, name, namespace: current.metadata.namespace };
    const found = await getObject(wire, reference, signal).catch((thrown: unknown) => {
      if (isFailure(thrown, 'NotFound')) return undefined;
      throw thrown;
    });
    if (!found || (found.object.metadata.uid && found.object.metadata.uid !== owner.uid)) break;
    current = { ...found.object, apiVersion, kind };
    owners.push(current);
  }
  return owners;
}
