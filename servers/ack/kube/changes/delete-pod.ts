import type { JsonObject } from '../../../../src/tools/types.ts';
import { refusal } from '../../errors.ts';
import { checkPreconditions, type Preconditions } from '../change.ts';
import { getObject } from '../client.ts';
import { isFailure } from '../failure.ts';
import { name, namespace } from '../kube-tool.ts';
import { presentable } from '../objects.ts';
import { declaredOwner } from '../ownership.ts';
import { pathOf } from '../resources.ts';
import type { KubeWire } from '../wire.ts';

export const deletePodInput = { namespace, name };

interface Deletion {
  namespace: string;
  name: string;
  preconditions: Preconditions;
  dryRun: boolean;
  signal: AbortSignal;
}

/** Deletes one pod, the very one that was looked at. With an expected uid, a pod that is gone counts as deleted. */
export async function deletePod(
  wire: KubeWire,
  { namespace: within, name: pod, preconditions, dryRun, signal }: Deletion,
) {
  const target = { kind: 'Pod', namespace: within, name: pod };
  const { expectedUid } = preconditions;
  const found = await getObject(wire, target, signal).catch((thrown: unknown) => {
    if (isFailure(thrown, 'NotFound') && expectedUid !== undefined) return undefined;
    throw thrown;
  });
  const gone = found === undefined || (expectedUid !== undefined && found.object.metadata.uid !== expectedUid);
  if (gone && !dryRun) return already(expectedUid ?? '');
  if (!found) throw refusal('NOT_FOUND', `The pod ${pod} is gone`);
  const { object, resource } = found;
  checkPreconditions(object, preconditions);
  const { uid, resourceVersion, deletionTimestamp } = object.metadata;
  if (deletionTimestamp && !dryRun) return already(uid);
  /** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#delete-delete-a-pod */
  await wire.send({
    method: 'DELETE',
    path: pathOf(resource, target),
    query: { dryRun: dryRun ? 'All' : undefined },
    body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } },
    signal,
  });
  const before: JsonObject = presentable(object, 'Pod');
  const ownedBy = declaredOwner(object);
  return { before, after: null, diff: `- pod ${within}/${pod}\n`, uid, resourceVersion, ...(ownedBy && { ownedBy }) };
}

const already = (uid: string) => ({ before: null, after: null, diff: '', uid, resourceVersion: '', already: true });
