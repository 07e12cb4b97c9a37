import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { JsonObject } from '../../../../src/tools/types.ts';
import { refusal } from '../../errors.ts';
import { applicableKinds, problemsOf } from '../applicable/object.ts';
import { checkPreconditions, type Preconditions, type UndoCall } from '../change.ts';
import { getObject, listPage } from '../client.ts';
import { APPROVAL_ANNOTATION, essence, KEY_ANNOTATION, MADE_ANNOTATION } from '../diff.ts';
import { isFailure } from '../failure.ts';
import { apiVersion, name, namespace } from '../kube-tool.ts';
import { type KubeObject, objectSchema, presentable, recordOf } from '../objects.ts';
import { declaredOwner } from '../ownership.ts';
import { pathOf } from '../resources.ts';
import type { KubeWire } from '../wire.ts';

export const deleteInput = {
  apiVersion,
  kind: z.enum(applicableKinds),
  namespace: namespace.optional(),
  name,
};

/** Of what others made, these may go when named by uid: they hold no data, run nothing of their own, and can be put back. */
const others = new Set(['HorizontalPodAutoscaler', 'PodDisruptionBudget', 'Job']);

interface Deletion {
  clusterId: string;
  target: { apiVersion?: string | undefined; kind: string; namespace?: string | undefined; name: string };
  preconditions: Preconditions;
  planId: string | undefined;
  dryRun: boolean;
  signal: AbortSignal;
}

/** Deletes one object, the very one that was meant; with an expected uid, one that is gone counts as deleted. */
export async function deleteObject(wire: KubeWire, deletion: Deletion) {
  const { clusterId, target, preconditions, planId, dryRun, signal } = deletion;
  const { expectedUid } = preconditions;
  const found = await getObject(wire, target, signal).catch((thrown: unknown) => {
    if (isFailure(thrown, 'NotFound') && expectedUid !== undefined) return undefined;
    throw thrown;
  });
  const gone = found === undefined || (expectedUid !== undefined && found.object.metadata.uid !== expectedUid);
  if (gone && !dryRun) return already(expectedUid ?? '');
  if (!found) throw refusal('NOT_FOUND', `${target.kind} ${target.name} is gone`);
  const { object, resource, serverTime } = found;
  checkPreconditions(object, preconditions);
  if (object.metadata.deletionTimestamp && !dryRun) return already(object.metadata.uid);
  checkDeletable(object, { ...target, expectedUid, planId, now: Date.parse(serverTime) });
  if (target.kind === 'Namespace')
    await checkEmpty(wire, target.name, { patient: !dryRun, ours: isOfPlan(object, planId), signal });
  /** https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion */
  await wire.send({
    method: 'DELETE',
    path: pathOf(resource, target),
    query: { dryRun: dryRun ? 'All' : undefined },
    body: {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: 'Background',
      preconditions: { uid: object.metadata.uid },
    },
    signal,
  });
  return deletionOf(object, { clusterId, kind: target.kind });
}

const already = (uid: string) => ({ before: null, after: null, diff: '', uid, resourceVersion: '', already: true });

function deletionOf(object: KubeObject, { clusterId, kind }: { clusterId: string; kind: string }) {
  const { uid, resourceVersion, name: of, namespace: within } = object.metadata;
  const before = presentable(object, kind);
  const ownedBy = declaredOwner(object);
  const undoCall = wayBack(object, clusterId, kind);
  const diff = `- ${kind} ${within === undefined ? '' : `${within}/`}${of}\n`;
  return {
    before,
    after: null,
    diff,
    uid,
    resourceVersion,
    ...(ownedBy && { ownedBy }),
    ...(undoCall && { undoCall }),
  };
}

interface Claimed {
  kind: string;
  name: string;
  expectedUid: string | undefined;
  planId: string | undefined;
  /** By the API server's clock. */
  now: number;
}

/** Whether a step of this very plan made the object. */
const isOfPlan = ({ metadata }: KubeObject, planId: string | undefined): boolean =>
  planId !== undefined && metadata.annotations?.[MADE_ANNOTATION]?.startsWith(`${planId}.`) === true;

const dayMs = 24 * 60 * 60 * 1000;

/** Refuses with REFUSED what this server did not make, but for a few kinds, and claims that may hold data. */
function checkDeletable(object: KubeObject, { kind, name: of, expectedUid, planId, now }: Claimed): void {
  const { annotations, creationTimestamp, namespace: within } = object.metadata;
  if (/^kube-/.test(within ?? of)) throw refusal('REFUSED', `${within ?? of} belongs to the cluster itself`);
  const made = annotations?.[MADE_ANNOTATION];
  if (made === undefined && !(others.has(kind) && expectedUid !== undefined))
    throw refusal('REFUSED', `${kind} ${of} was made by somebody else: delete it by hand`);
  if (kind !== 'PersistentVolumeClaim') return;
  const unbound = recordOf(object.status).phase === 'Pending';
  const fresh = now - Date.parse(creationTimestamp ?? '') < dayMs;
  if (!isOfPlan(object, planId) && !unbound && !(fresh && expectedUid !== undefined))
    throw refusal('REFUSED', `The claim ${of} may hold data: delete it by hand`);
}

/** What makes a namespace more than a name: deleting it would take all of these along. */
const contents = [
  'Pod',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'Service',
  'PersistentVolumeClaim',
  'Ingress',
  'ConfigMap',
  'Secret',
];
/** These come with every namespace. https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
const comesAlong = ({ metadata: { name: of }, type }: KubeObject) =>
  of === 'kube-root-ca.crt' || type === 'kubernetes.io/service-account-token';
const patienceMs = 15_000;

interface Emptiness {
  patient: boolean;
  /** The plan that deletes the namespace has made it: where Secrets may not be listed, that is enough. */
  ours: boolean;
  signal: AbortSignal;
}

/** Refuses with REFUSED while something is in the namespace. What is being deleted is given some seconds to go. */
async function checkEmpty(wire: KubeWire, within: string, { patient, ours, signal }: Emptiness): Promise<void> {
  const until = Date.now() + (patient ? patienceMs : 0);
  for (;;) {
    const left = await firstLeft(wire, within, { ours, signal });
    if (left === undefined) return;
    if (Date.now() >= until) throw refusal('REFUSED', `The namespace ${within} is not empty: it has ${left}`);
    await wait(500, undefined, { signal });
  }
}

async function firstLeft(
  wire: KubeWire,
  within: string,
  { ours, signal }: Pick<Emptiness, 'ours' | 'signal'>,
): Promise<string | undefined> {
  for (const kind of contents) {
    const page = listPage(wire, { kind, namespace: within }, { limit: 100, token: undefined, signal });
    const { items } = await page.catch((thrown: unknown) => {
      if (kind === 'Secret' && ours && isFailure(thrown, 'Forbidden')) return { items: [] };
      throw thrown;
    });
    const staying = items
      .map((item) => objectSchema.parse(item))
      .find((object) => !object.metadata.deletionTimestamp && !comesAlong(object));
    if (staying) return `${kind} ${staying.metadata.name}`;
  }
  return undefined;
}

/** Makes it anew where that means the same: a claim's data, a namespace's contents and a job's run do not come back. */
function wayBack(object: KubeObject, clusterId: string, kind: string): UndoCall | undefined {
  if (['PersistentVolumeClaim', 'Namespace', 'Job', 'StatefulSet'].includes(kind)) return undefined;
  const bare = remakeable(essence(object, kind));
  if (problemsOf(objectSchema.parse(bare)).length > 0) return undefined;
  return { tool: 'k8s_apply', args: { clusterId, object: bare, expectAbsent: true } };
}

/** Without what a server or a controller had given to the old one. */
function remakeable(object: JsonObject): JsonObject {
  const { annotations, labels, name: of, namespace: within } = recordOf(object.metadata) as JsonObject;
  const { clusterIP: _ip, clusterIPs: _ips, healthCheckNodePort: _port, ...spec } = recordOf(object.spec) as JsonObject;
  const given = new Set([KEY_ANNOTATION, APPROVAL_ANNOTATION, MADE_ANNOTATION, 'deployment.kubernetes.io/revision']);
  const kept = Object.fromEntries(
    Object.entries(recordOf(annotations) as JsonObject).filter(([key]) => !given.has(key)),
  );
  const metadata = {
    name: of ?? '',
    ...(within !== undefined && { namespace: within }),
    ...(labels !== undefined && { labels }),
    ...(Object.keys(kept).length > 0 && { annotations: kept }),
  };
  return { ...object, metadata, ...(object.spec !== undefined && { spec }) };
}
