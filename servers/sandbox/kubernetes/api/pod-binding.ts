import { badRequest, conflict } from '../errors.ts';
import { recordAt, textAt } from '../fields.ts';
import { isDryRun, recordBody } from './body.ts';
import { stored } from './read.ts';
import { type Call, json, type Reply } from './reply.ts';

/** Answers POST of a pod's `binding`: puts the pod on a node, once. */
export function bind(call: Call): Reply {
  const pod = stored(call);
  const node = textAt(recordBody(call), 'target', 'name');
  if (!node) throw badRequest('Binding "" is invalid: target.name: Required value');
  const known = textAt(pod, 'spec', 'nodeName');
  if (known)
    throw conflict(
      call.target.resource,
      pod.metadata.name,
      `pod ${pod.metadata.name} is already assigned to node "${known}"`,
    );
  const spec = { ...recordAt(pod, 'spec'), nodeName: node };
  if (!isDryRun(call)) call.cluster.store.update('pods', { ...pod, spec });
  return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
}
