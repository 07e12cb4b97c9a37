import { disrupt } from '../disruption.ts';
import { badRequest } from '../errors.ts';
import { isRecord, numberAt, textAt } from '../fields.ts';
import { isDryRun, recordBody } from './body.ts';
import { stored } from './read.ts';
import { removal } from './remove.ts';
import { type Call, json, type Reply } from './reply.ts';

/** Answers POST of a pod's `eviction`: a deletion that keeps to disruption budgets. https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
export function evict(call: Call): Reply {
  const body = recordBody(call);
  const name = textAt(body, 'metadata', 'name');
  if (name && name !== call.target.name) throw badRequest('name in URL does not match name in Eviction object');
  const pod = stored(call);
  const { store } = call.cluster;
  const options = isRecord(body.deleteOptions) ? body.deleteOptions : {};
  const dry = isDryRun(call) || (Array.isArray(options.dryRun) && options.dryRun.includes('All'));
  disrupt(store, pod, dry);
  const grace = numberAt(options, 'gracePeriodSeconds');
  const uid = textAt(options, 'preconditions', 'uid');
  const wishes = removal({
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
    ...(uid && { preconditions: { uid } }),
  });
  if (!dry) store.remove('pods', pod.metadata.namespace, pod.metadata.name, wishes);
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
}
