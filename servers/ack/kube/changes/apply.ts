import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { JsonObject } from '../../../../src/tools/types.ts';
import { refusal, ToolFailure } from '../../errors.ts';
import { checkApplicable } from '../applicable/object.ts';
import {
  annotated,
  attempts,
  type Changed,
  type ChangeOptions,
  changeFields,
  checkPreconditions,
  conflict,
  sameIntent,
  type UndoCall,
  whereabouts,
} from '../change.ts';
import { getObject } from '../client.ts';
import { APPROVAL_ANNOTATION, diffText, essence, KEY_ANNOTATION, MADE_ANNOTATION } from '../diff.ts';
import { isFailure } from '../failure.ts';
import { json } from '../kube-tool.ts';
import { type KubeObject, objectSchema, presentable, recordOf } from '../objects.ts';
import { type DeclaredOwner, declaredOwner } from '../ownership.ts';
import { pathOf, type Resource, resourceOf } from '../resources.ts';
import { undoPatch } from '../undo.ts';
import type { KubeWire } from '../wire.ts';
import { managersIn, OUR_MANAGER, onlyOurs } from './managers.ts';

export const applyInput = {
  /** The whole object, with apiVersion, kind and metadata. */
  object: json,
  /** Refuses where something of that name is there that this very call did not make. */
  expectAbsent: z.boolean().optional(),
};

export const applyFields = {
  ...changeFields,
  /** Absent where a rehearsal would make the object. */
  uid: changeFields.uid.optional(),
  resourceVersion: changeFields.resourceVersion.optional(),
  /** The object was not there before; `before` is null then. */
  created: z.boolean(),
};

/** What came of it: `before` is null and `created` true where it was made. */
export interface Applied extends Omit<Changed, 'before' | 'uid' | 'resourceVersion'> {
  before: JsonObject | null;
  created: boolean;
  uid?: string;
  resourceVersion?: string;
}

interface Application {
  object: JsonObject;
  expectAbsent?: boolean | undefined;
}

/**
 * Server-side apply of one object in this server's name, never with force against anybody else.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export async function applyObject(
  wire: KubeWire,
  { object: given, expectAbsent }: Application,
  options: ChangeOptions,
): Promise<Applied> {
  const config = configOf(given);
  checkApplicable(config);
  const { kind = '', apiVersion, metadata } = config;
  const target = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
  const resource = await resourceOf(wire, target, options.signal);
  let first: KubeObject | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const before = await present(wire, target, options.signal);
    const found = before && earlier(before, options, expectAbsent);
    if (found) return found;
    checkExpected(config, before, { expectAbsent, ...options });
    if (first && before && !sameIntent(first, before)) throw conflict(before, 'was changed by somebody else just now');
    first = before;
    try {
      return await applyOnce(wire, { config, before, resource }, options);
    } catch (thrown) {
      // Only the version is in the way: a status, say, moved in between.
      if (!isFailure(thrown, 'Conflict') || thrown.error.ambiguous || attempt === attempts) throw thrown;
      await wait(50 * attempt * (1 + Math.random()), undefined, { signal: options.signal });
    }
  }
}

/** The object without what generators leave empty in manifests. */
function configOf(given: JsonObject): KubeObject {
  const parsed = objectSchema.safeParse(withoutEmpty(given));
  if (!parsed.success) throw refusal('INVALID_ARGUMENT', `object: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function withoutEmpty({ status, ...object }: JsonObject): JsonObject {
  const { creationTimestamp, ...metadata } = recordOf(object.metadata) as JsonObject;
  return {
    ...object,
    ...(status !== undefined && Object.keys(recordOf(status)).length > 0 && { status }),
    metadata: { ...metadata, ...(creationTimestamp && { creationTimestamp }) },
  };
}

type Target = Parameters<typeof getObject>[1];

async function present(wire: KubeWire, target: Target, signal: AbortSignal): Promise<KubeObject | undefined> {
  try {
    return (await getObject(wire, target, signal)).object;
  } catch (thrown) {
    if (isFailure(thrown, 'NotFound')) return undefined;
    throw thrown;
  }
}

/** The answer where an earlier try with the same key had done it. */
function earlier(object: KubeObject, { marks }: ChangeOptions, expectAbsent: boolean | undefined): Applied | undefined {
  const annotations = object.metadata.annotations ?? {};
  if (!marks || annotations[KEY_ANNOTATION] !== marks.key) return undefined;
  const created = annotations[MADE_ANNOTATION] === marks.key;
  if (expectAbsent && !created) return undefined;
  return { ...answer(object, object), before: created ? null : presentable(object), created, already: true };
}

interface Expectations extends ChangeOptions {
  expectAbsent: boolean | undefined;
}

function checkExpected(
  config: KubeObject,
  before: KubeObject | undefined,
  { expectAbsent, preconditions }: Expectations,
): void {
  const { expectedUid, expectedGeneration, expectedResourceVersion } = preconditions;
  if (before && expectAbsent)
    throw refusal('CONFLICT', `${before.kind} ${before.metadata.name} is there already, and this call did not make it`);
  if (before) checkPreconditions(before, preconditions);
  else if ([expectedUid, expectedGeneration, expectedResourceVersion].some((each) => each !== undefined))
    throw conflict(config, 'is gone');
  if (before?.metadata.deletionTimestamp) throw conflict(before, 'is being deleted: wait until it is gone');
  if (before?.kind === 'Namespace' && before.metadata.annotations?.[MADE_ANNOTATION] === undefined)
    throw refusal('REFUSED', `The namespace ${before.metadata.name} was made by somebody else: change it by hand`);
}

interface Once {
  config: KubeObject;
  before: KubeObject | undefined;
  resource: Resource;
}

async function applyOnce(wire: KubeWire, once: Once, options: ChangeOptions): Promise<Applied> {
  const { config, before } = once;
  const body = marked(config, before, options.marks);
  const sent = await send(wire, { ...once, body, force: false }, options).catch((thrown: unknown) => {
    // The tools that patch write under the same name: what only they wrote is this server's to change.
    if (before && isFailure(thrown, 'Conflict') && onlyOurs(thrown))
      return send(wire, { ...once, body, force: true }, options);
    throw told(thrown, config);
  });
  const after = objectSchema.parse(sent.body);
  if (!before && sent.status !== 201) throw overtaken(after);
  return before ? changedAnswer(before, after, options) : madeAnswer(config, after, options);
}

interface Sending extends Once {
  body: JsonObject;
  force: boolean;
}

const send = (wire: KubeWire, { config, resource, body, force }: Sending, { dryRun, signal }: ChangeOptions) =>
  wire.send({
    method: 'PATCH',
    path: pathOf(resource, config.metadata),
    query: {
      fieldManager: OUR_MANAGER,
      fieldValidation: 'Strict',
      force: force || undefined,
      dryRun: dryRun ? 'All' : undefined,
    },
    body,
    contentType: 'application/apply-patch+yaml',
    signal,
  });

/** What is sent: with our marks, and with the version that was looked at and no other. */
function marked(config: KubeObject, before: KubeObject | undefined, marks: ChangeOptions['marks']): JsonObject {
  const { uid: _uid, resourceVersion: _version, annotations, ...metadata } = config.metadata;
  const kept = before?.metadata.annotations ?? {};
  const made = before ? kept[MADE_ANNOTATION] : marks?.key;
  // A rehearsal leaves the marks as they are, lest they show as a change.
  const key = marks?.key ?? kept[KEY_ANNOTATION];
  const approval = marks ? marks.planId : kept[APPROVAL_ANNOTATION];
  const ours = {
    ...annotations,
    ...(key !== undefined && { [KEY_ANNOTATION]: key }),
    ...(approval !== undefined && { [APPROVAL_ANNOTATION]: approval }),
    ...(made !== undefined && { [MADE_ANNOTATION]: made }),
  };
  const fence = before && { uid: before.metadata.uid, resourceVersion: before.metadata.resourceVersion };
  const plain = { ...metadata, ...(Object.keys(ours).length > 0 && { annotations: ours }), ...fence };
  return { ...(config as unknown as JsonObject), metadata: plain as JsonObject };
}

const missingNamespace = z.object({ details: z.object({ kind: z.literal('namespaces') }) });

/** The same failure in our words, where it is about the namespace or about the fields of others. */
function told(thrown: unknown, { metadata: { namespace, name }, kind }: KubeObject): unknown {
  if (!(thrown instanceof ToolFailure)) return thrown;
  const { code, details } = thrown.error;
  if (code === 'NotFound' && missingNamespace.safeParse(details).success)
    return refusal('NOT_FOUND', `The namespace ${namespace} does not exist`, { namespace: namespace ?? '' });
  const managers = code === 'Conflict' ? managersIn(thrown) : [];
  if (managers.length === 0) return thrown;
  const others = [...new Set(managers.map(({ manager }) => manager))].filter((manager) => manager !== OUR_MANAGER);
  const fields = managers
    .filter(({ manager }) => manager !== OUR_MANAGER)
    .map(({ field, manager }) => `${field} (${manager})`);
  const message = `${kind} ${name} is kept by ${others.join(', ')}, too: ${fields.slice(0, 10).join(', ')}`;
  const error = { ...thrown.error, code: 'FieldConflict', message, details: { conflicts: managers.slice(0, 50) } };
  return new ToolFailure(error, thrown);
}

/** Between the look and the call somebody made one of the same name, and this call changed it. */
const overtaken = ({ kind, metadata: { name } }: KubeObject) =>
  new ToolFailure({
    code: 'Conflict',
    message: `Somebody else made ${kind ?? 'an object'} ${name} at the same moment, and it was changed: look at it`,
    retryable: false,
    ambiguous: true,
  });

function changedAnswer(before: KubeObject, after: KubeObject, { clusterId }: ChangeOptions): Applied {
  const { kind = '', apiVersion } = after;
  const base = answer(before, after);
  const shown = { ...base, before: presentable(before), created: false };
  if (base.diff === '') return shown;
  const patch = undoPatch(annotated(before, kind), annotated(after, kind));
  const { namespace, name, uid } = after.metadata;
  const args = { ...whereabouts(clusterId, { apiVersion, kind, namespace, name }), expectedUid: uid, patch };
  return { ...shown, undo: { patchType: 'json', patch }, undoCall: { tool: 'k8s_restore', args } };
}

function madeAnswer(
  { kind = '', apiVersion, metadata }: KubeObject,
  after: KubeObject,
  options: ChangeOptions,
): Applied {
  const { namespace, name } = metadata;
  const args = whereabouts(options.clusterId, { apiVersion, kind, namespace, name });
  const undoCall: UndoCall = { tool: 'k8s_delete', args };
  const { uid, resourceVersion, ...made } = answer(undefined, after);
  return { ...made, ...(!options.dryRun && { uid, resourceVersion }), before: null, created: true, undoCall };
}

function answer(before: KubeObject | undefined, after: KubeObject) {
  const { uid, generation, resourceVersion } = after.metadata;
  const kind = after.kind ?? '';
  const ownedBy: DeclaredOwner | undefined = before && declaredOwner(before);
  return {
    after: presentable(after, kind),
    diff: diffText(before ? essence(before, kind) : null, essence(after, kind)),
    uid,
    ...(generation !== undefined && { generation }),
    resourceVersion,
    ...(ownedBy && { ownedBy }),
  };
}
