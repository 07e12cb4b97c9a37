import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Json, JsonObject } from '../../../src/tools/types.ts';
import { refusal, ToolFailure } from '../errors.ts';
import { OUR_MANAGER } from './changes/managers.ts';
import { getObject } from './client.ts';
import { APPROVAL_ANNOTATION, diffText, essence, KEY_ANNOTATION } from './diff.ts';
import { isFailure } from './failure.ts';
import { json } from './kube-tool.ts';
import { type KubeObject, objectSchema, presentable, recordOf } from './objects.ts';
import { type DeclaredOwner, declaredOwner } from './ownership.ts';
import { pathOf } from './resources.ts';
import { type JsonPatch, undoPatch } from './undo.ts';
import type { KubeWire } from './wire.ts';

/** A change of one object, made from what is there when it is carried out. */
export interface Intent {
  target: { apiVersion?: string | undefined; kind: string; namespace?: string | undefined; name: string };
  patchType: 'json' | 'merge' | 'strategic';
  /** Gives the patch, or throws REFUSED. `now` is the API server's time. */
  patch(before: KubeObject, now: string): Json | Promise<Json>;
  /** False for what no patch leads back from, such as a restart. */
  undoable?: boolean;
  /** The tool that carries the patch of the undo where it is not k8s_patch. */
  undoTool?: 'k8s_restore';
  /** The call that takes the change back, where the patch of the undo would not be allowed to. */
  undoCall?(before: KubeObject): UndoCall | undefined | Promise<UndoCall | undefined>;
}

export interface UndoCall {
  tool: string;
  args: JsonObject;
}

/** What must still be so when the change is made. */
export const preconditionFields = {
  expectedUid: z.string().min(1).optional(),
  expectedGeneration: z.int().min(0).optional(),
  expectedResourceVersion: z.string().min(1).optional(),
};
export type Preconditions = {
  [Field in keyof typeof preconditionFields]?: z.output<(typeof preconditionFields)[Field]> | undefined;
};

const operation = z.record(z.string(), z.json());

export const changeFields = {
  /** Without managedFields and the last applied configuration. */
  before: json.nullable(),
  after: json.nullable(),
  /** Over the YAML of both, without status. */
  diff: z.string(),
  uid: z.string(),
  generation: z.number().optional(),
  resourceVersion: z.string(),
  /** A patch that undoes this as long as what was written is still there. Absent where nothing leads back. */
  undo: z.object({ patchType: z.literal('json'), patch: z.array(operation) }).optional(),
  /** The call of a writing tool that does it. */
  undoCall: z.object({ tool: z.string(), args: json }).optional(),
  /** True when an earlier try with the same key had made the change: before and after are then the same. */
  already: z.boolean().optional(),
};

export interface Changed {
  before: JsonObject;
  after: JsonObject;
  diff: string;
  uid: string;
  generation?: number;
  resourceVersion: string;
  undo?: { patchType: 'json'; patch: JsonPatch };
  undoCall?: UndoCall;
  already?: boolean;
  ownedBy?: DeclaredOwner;
}

export interface ChangeOptions {
  clusterId: string;
  preconditions: Preconditions;
  /** What the change is marked with; absent for a rehearsal. */
  marks?: { key: string; planId?: string | undefined };
  dryRun: boolean;
  signal: AbortSignal;
}

/** How often a change is tried while somebody else writes the same object. */
export const attempts = 5;

/** Makes the change, or rehearses it with the server's own dry run. Refuses with CONFLICT where the object is not what it was. */
export async function carryOut(wire: KubeWire, intent: Intent, options: ChangeOptions): Promise<Changed> {
  let first: KubeObject | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const { object: before, resource, serverTime } = await getObject(wire, intent.target, options.signal);
    if (options.marks && before.metadata.annotations?.[KEY_ANNOTATION] === options.marks.key)
      return { ...result(before, before, intent), already: true };
    checkPreconditions(before, options.preconditions);
    if (first && !sameIntent(first, before)) throw conflict(before, 'was changed by somebody else just now');
    first = before;
    try {
      const patch = fenced(await intent.patch(before, serverTime), intent.patchType, before, options.marks);
      /** https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply */
      const { body } = await wire.send({
        method: 'PATCH',
        path: pathOf(resource, intent.target),
        query: { fieldManager: OUR_MANAGER, dryRun: options.dryRun ? 'All' : undefined },
        body: patch,
        contentType: contentTypes[intent.patchType],
        signal: options.signal,
      });
      return finish(before, objectSchema.parse(body), intent, options);
    } catch (thrown) {
      if (
        isFailure(thrown, 'Invalid', 'BadRequest') &&
        intent.patchType === 'json' &&
        /test/i.test(thrown.error.message)
      )
        throw conflict(before, `is no longer as it was written: ${thrown.error.message}`);
      if (!isFailure(thrown, 'Conflict') || attempt === attempts) throw thrown;
      await wait(50 * attempt * (1 + Math.random()), undefined, { signal: options.signal });
    }
  }
}

const contentTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** Refuses with CONFLICT where the object is not the one that the plan was made for. */
export function checkPreconditions({ metadata }: KubeObject, expected: Preconditions): void {
  const { expectedUid, expectedGeneration, expectedResourceVersion } = expected;
  const wrong = (what: string, is: Json) =>
    refusal('CONFLICT', `${metadata.name} has another ${what} than the plan was made for`, { [what]: is });
  if (expectedUid !== undefined && metadata.uid !== expectedUid) throw wrong('uid', metadata.uid);
  if (
    expectedGeneration !== undefined &&
    metadata.generation !== undefined &&
    metadata.generation !== expectedGeneration
  )
    throw wrong('generation', metadata.generation);
  if (expectedResourceVersion !== undefined && metadata.resourceVersion !== expectedResourceVersion)
    throw wrong('resourceVersion', metadata.resourceVersion);
}

/** Between two tries only the status may have moved: same object, same generation; where a kind has none, the same content. */
export function sameIntent(one: KubeObject, other: KubeObject): boolean {
  if (one.metadata.uid !== other.metadata.uid) return false;
  if (one.metadata.generation !== undefined) return one.metadata.generation === other.metadata.generation;
  return JSON.stringify(essence(one, '')) === JSON.stringify(essence(other, ''));
}

/** What is told where the object is not as the plan knew it. */
export const conflict = ({ kind, metadata: { name } }: KubeObject, why: string) =>
  new ToolFailure({
    code: 'Conflict',
    message: `${kind ?? 'The object'} ${name} ${why}`,
    retryable: false,
    ambiguous: false,
  });

/** The patch with our marks, and with the version that it may be applied to and no other. */
function fenced(patch: Json, type: Intent['patchType'], before: KubeObject, marks: ChangeOptions['marks']): Json {
  const { resourceVersion, uid, annotations } = before.metadata;
  const ours: Record<string, string> = marks
    ? { [KEY_ANNOTATION]: marks.key, ...(marks.planId !== undefined && { [APPROVAL_ANNOTATION]: marks.planId }) }
    : {};
  if (type === 'json') {
    const within = '/metadata/annotations';
    return [
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
      ...(annotations || Object.keys(ours).length === 0 ? [] : [{ op: 'add', path: within, value: {} }]),
      ...Object.entries(ours).map(([key, value]) => ({
        op: 'add',
        path: `${within}/${key.replaceAll('/', '~1')}`,
        value,
      })),
      ...(Array.isArray(patch) ? patch : [patch]),
    ];
  }
  const { metadata, ...rest } = patch as JsonObject;
  const given = (metadata ?? {}) as JsonObject;
  const kept = { ...(given.annotations as JsonObject | undefined), ...ours };
  return {
    ...rest,
    metadata: { ...given, resourceVersion, uid, ...(Object.keys(kept).length > 0 && { annotations: kept }) },
  };
}

async function finish(
  before: KubeObject,
  after: KubeObject,
  intent: Intent,
  { clusterId }: ChangeOptions,
): Promise<Changed> {
  const changed = result(before, after, intent);
  if (intent.undoable === false || changed.diff === '') return changed;
  const { kind } = intent.target;
  const restoring = intent.undoTool !== undefined;
  const patch = restoring
    ? undoPatch(annotated(before, kind), annotated(after, kind))
    : undoPatch(essence(before, kind), essence(after, kind));
  const given = await intent.undoCall?.(before);
  const own = given && { ...given, args: { clusterId, ...given.args } };
  const args = { ...whereabouts(clusterId, intent.target), expectedUid: after.metadata.uid };
  const patching = restoring
    ? { tool: 'k8s_restore', args: { ...args, patch } }
    : { tool: 'k8s_patch', args: { ...args, patchType: 'json', patch } };
  const undoCall = intent.undoCall ? own : patching;
  return { ...changed, undo: { patchType: 'json', patch }, ...(undoCall && { undoCall }) };
}

/** The arguments that name an object to a tool. */
export function whereabouts(clusterId: string, { apiVersion, kind, namespace, name }: Intent['target']): JsonObject {
  return {
    clusterId,
    ...(apiVersion !== undefined && { apiVersion }),
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
  };
}

/** The essence with its annotations, if only empty ones: a way back takes single ones away, never those of others with them. */
export function annotated(object: KubeObject, kind: string): JsonObject {
  const shown = essence(object, kind);
  const metadata = recordOf(shown.metadata) as JsonObject;
  return { ...shown, metadata: { ...metadata, annotations: metadata.annotations ?? {} } };
}

function result(before: KubeObject, after: KubeObject, { target: { kind } }: Intent): Changed {
  const { uid, generation, resourceVersion } = after.metadata;
  const ownedBy = declaredOwner(before);
  return {
    before: presentable(before, kind),
    after: presentable(after, kind),
    diff: diffText(essence(before, kind), essence(after, kind)),
    uid,
    ...(generation !== undefined && { generation }),
    resourceVersion,
    ...(ownedBy && { ownedBy }),
  };
}
