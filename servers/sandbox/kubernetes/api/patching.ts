import { badRequest, conflict, notFound } from '../errors.ts';
import type { KubeObject } from '../objects.ts';
import { apply } from '../patch/apply.ts';
import { fieldsOf } from '../patch/field-sets.ts';
import { jsonPatch } from '../patch/json-patch.ts';
import { entryOf, type Writer, withEntries } from '../patch/managers.ts';
import { mergePatch } from '../patch/merge.ts';
import { strategicPatch } from '../patch/strategic.ts';
import { draftOf, mediaType, parseBody, recordBody, unsupported } from './body.ts';
import { stored } from './read.ts';
import { viewFor } from './render.ts';
import { type Call, flag, json, type Reply } from './reply.ts';
import { isApply, remade, save, storage, writerOf } from './save.ts';
import { fromVersion, toVersion } from './versions.ts';
import { createAs } from './write.ts';

const PATCHES = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
];

/** Answers PATCH of an object, in any of the four forms. https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply */
export function patch(call: Call): Reply {
  const type = mediaType(call);
  if (!PATCHES.includes(type)) throw unsupported(type, PATCHES);
  if (isApply(call)) return applied(call);
  const before = stored(call);
  const result = patchedBy(type, call, toVersion(before, call.target.resource));
  const draft = draftOf(call, result);
  const { resourceVersion } = before.metadata;
  if (draft.metadata.resourceVersion && draft.metadata.resourceVersion !== resourceVersion) {
    throw conflict(call.target.resource, before.metadata.name);
  }
  const next = fromVersion(draft, storage(call));
  return json(viewFor(call).object(save(call, before, { ...next, metadata: remade(before.metadata, next.metadata) })));
}

/** The outcome of a JSON, merge or strategic patch. */
export function patchedBy(type: string, call: Call, target: object): unknown {
  switch (type) {
    case 'application/json-patch+json':
      return jsonPatch(target, parseBody(call));
    case 'application/merge-patch+json':
      return mergePatch(target, recordBody(call));
    default:
      return strategicPatch(target, recordBody(call));
  }
}

function applied(call: Call): Reply {
  const { query, cluster, target } = call;
  if (!query.get('fieldManager')) {
    throw badRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const config = draftOf(call, recordBody(call));
  if (config.metadata.managedFields) throw badRequest('metadata.managedFields must be nil');
  const wish = { writer: writerOf(call), force: flag(query, 'force'), now: cluster.store.now() };
  const before = cluster.store.get(target.resource.plural, target.namespace, target.name ?? '');
  // What was let in is whole already: what the writer configured is its own, the defaults are nobody's.
  if (!before) return appliedNew(call, (object) => owned(object, wish.writer, { config, now: wish.now }));
  const next = apply(toVersion(before, target.resource), config, wish);
  const { uid, resourceVersion } = config.metadata;
  const metadata = { ...next.metadata, uid: uid ?? '', resourceVersion: resourceVersion ?? '' };
  return json(viewFor(call).object(save(call, before, { ...fromVersion(next, storage(call)), metadata })));
}

const owned = (object: KubeObject, writer: Writer, { config, now }: { config: Record<string, unknown>; now: number }) =>
  withEntries(object, [entryOf(writer, fieldsOf(config), now)]);

/** What is applied and is not there is created. */
function appliedNew(call: Call, manage: (object: KubeObject) => KubeObject): Reply {
  const config = draftOf(call, recordBody(call));
  const { uid, resourceVersion } = config.metadata;
  if (call.target.subresource || resourceVersion || uid) throw notFound(call.target.resource, call.target.name ?? '');
  return json(viewFor(call).object(createAs(call, config, manage)), 201);
}
