import { admitChange } from '../admission/admit.ts';
import { replaced } from '../births.ts';
import { conflict, noSuchPath } from '../errors.ts';
import type { KubeObject, ObjectMeta, Resource } from '../objects.ts';
import { afterUpdate, type Writer } from '../patch/managers.ts';
import { groupVersion, storedResource } from '../resources.ts';
import type { Draft } from '../store.ts';
import { isDryRun, managerOf, mediaType } from './body.ts';
import type { Call } from './reply.ts';

/** The version a call's kind is stored in. */
export function storage({ cluster, target }: Call): Resource {
  const found = storedResource(cluster.store.resources(), target.resource.plural);
  if (!found) throw noSuchPath();
  return found;
}

export const isApply = (call: Call): boolean => mediaType(call) === 'application/apply-patch+yaml';

/** Whom `managedFields` will name. */
export const writerOf = (call: Call): Writer => ({
  manager: managerOf(call),
  operation: isApply(call) ? 'Apply' : 'Update',
  subresource: call.target.subresource,
  apiVersion: groupVersion(call.target.resource),
});

/** The metadata of `before` with what a client may replace as it was sent: what was left out is gone. */
export function remade(before: ObjectMeta, sent: Draft['metadata']): ObjectMeta {
  const { labels: _, annotations: __, finalizers: ___, ownerReferences: ____, ...kept } = before;
  const { labels, annotations, finalizers, ownerReferences, uid, resourceVersion } = sent;
  return {
    ...kept,
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(finalizers && { finalizers }),
    ...(ownerReferences && { ownerReferences }),
    uid: uid ?? '',
    resourceVersion: resourceVersion ?? '',
  };
}

/**
 * Admits and writes a change in the name of the call's writer, or only says what would be written. Where `next` names
 * a version or a uid it must be the stored one: throws Conflict.
 */
export function save(call: Call, before: KubeObject, next: KubeObject): KubeObject {
  const resource = storage(call);
  const { store } = call.cluster;
  const { resourceVersion } = next.metadata;
  if (resourceVersion && resourceVersion !== before.metadata.resourceVersion)
    throw conflict(resource, before.metadata.name);
  const whole = ruledByStatus(call, before, { ...next, apiVersion: before.apiVersion, kind: before.kind });
  const admitted = call.target.subresource ? whole : admitChange(store, resource, { next: whole, before });
  const managed = isApply(call)
    ? admitted
    : afterUpdate(admitted, { before, writer: writerOf(call), now: store.now() });
  const written = withoutNoise(before, replaced(resource, before, managed));
  return isDryRun(call) ? written : store.update(resource.plural, written);
}

/** Only `/status` changes the status, and it changes little else. */
function ruledByStatus(call: Call, before: KubeObject, next: KubeObject): KubeObject {
  if (call.target.subresource === 'status') {
    const { labels, annotations, managedFields, uid, resourceVersion } = next.metadata;
    const marks = {
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(managedFields && { managedFields }),
    };
    return { ...before, metadata: { ...before.metadata, ...marks, uid, resourceVersion }, status: next.status };
  }
  if (!storage(call).subresources.includes('status')) return next;
  const { status: _, ...rest } = next;
  return { ...rest, ...head(next), ...(before.status !== undefined && { status: before.status }) };
}

const head = ({ apiVersion, kind, metadata }: KubeObject) => ({ apiVersion, kind, metadata });

/** A change that touches nothing but the times of `managedFields` is none. */
function withoutNoise(before: KubeObject, next: KubeObject): KubeObject {
  const bare = ({ metadata, ...rest }: KubeObject) => {
    const { managedFields = [], ...others } = metadata;
    const untimed = JSON.stringify(managedFields, (key, value) => (key === 'time' ? undefined : value));
    return JSON.stringify({ ...rest, metadata: others }) + untimed;
  };
  return bare(before) === bare(next) ? before : next;
}
