import { admitNew } from '../admission/admit.ts';
import { born } from '../births.ts';
import { alreadyExists, badRequest } from '../errors.ts';
import type { KubeObject } from '../objects.ts';
import { afterUpdate } from '../patch/managers.ts';
import { groupVersion } from '../resources.ts';
import type { Draft } from '../store.ts';
import { draftOf, isDryRun, parseBody } from './body.ts';
import { stored } from './read.ts';
import { viewFor } from './render.ts';
import { type Call, json, type Reply } from './reply.ts';
import { remade, save, storage, writerOf } from './save.ts';
import { fromVersion } from './versions.ts';

/** Kinds whose creator tells their status: the kubelet registers its own node. */
const TELLS_STATUS = new Set(['nodes']);

/** Answers POST of an object. */
export function create(call: Call): Reply {
  const draft = draftOf(call, parseBody(call));
  if (draft.metadata.resourceVersion) throw badRequest('resourceVersion should not be set on objects to be created');
  const now = call.cluster.store.now();
  const made = createAs(call, draft, (object) =>
    afterUpdate(object, { before: undefined, writer: writerOf(call), now }),
  );
  return json(viewFor(call).object(made), 201);
}

/** Lets a draft in and stores it, with the owners of its fields; or only says what would be stored. */
export function createAs(call: Call, draft: Draft, manage: (object: KubeObject) => KubeObject): KubeObject {
  const resource = storage(call);
  const { store } = call.cluster;
  const admitted = admitNew(store, resource, unstarted(call, fromVersion(draft, resource)));
  const object = manage(born(resource, admitted, store.now()));
  const { namespace, name } = object.metadata;
  if (store.get(resource.plural, namespace, name)) throw alreadyExists(resource, name);
  return isDryRun(call) ? object : store.create(resource.plural, object);
}

/** A draft without what clients have no say in. */
function unstarted(call: Call, draft: Draft): Draft {
  const resource = storage(call);
  const { uid: _, managedFields: __, ...metadata } = draft.metadata;
  const { status, ...rest } = draft;
  const kept = !resource.subresources.includes('status') || TELLS_STATUS.has(resource.plural);
  return {
    ...rest,
    ...(kept && status !== undefined && { status }),
    apiVersion: groupVersion(resource),
    kind: resource.kind,
    metadata,
  };
}

/** Answers PUT of an object. */
export function update(call: Call): Reply {
  const draft = draftOf(call, parseBody(call));
  const before = stored(call);
  const next = { ...fromVersion(draft, storage(call)), metadata: remade(before.metadata, draft.metadata) };
  return json(viewFor(call).object(save(call, before, next)));
}
